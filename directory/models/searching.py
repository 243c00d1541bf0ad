"""The tables of the search index. Made from the entries by `directory.index`; may be emptied and made again at any time.

Every entry has a number. For each word, each part of a word and each facet there is one row with a set of numbers, written
as bits: the n-th bit says whether entry n has it. Sets of a hundred thousand entries are 12.5 kB at most, and putting them
together costs microseconds, so that a search takes about as long among many entries as among few, on any database.
"""

from django.db import models

from directory.models.entries import Organisation


class SearchEntry(models.Model):
    """An entry of the index: its number, and under which keys it stands."""

    number = models.PositiveIntegerField(primary_key=True)
    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="search_entry")
    keys = models.TextField(blank=True)  # one key per line
    changes_on = models.DateField(null=True, db_index=True)  # when its age makes it another entry

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.number)


class SearchBits(models.Model):
    """A set of numbers under a key; compressed little-endian bits."""

    key = models.CharField(max_length=80, primary_key=True)
    bits = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.key


class SearchWord(models.Model):
    """A word that occurs in entries, with a number of its own by which its parts find it."""

    number = models.PositiveIntegerField(primary_key=True)
    text = models.CharField(max_length=60, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.text


class SearchPoint(models.Model):
    """Where an entry is, in degrees: exact for public locations, the middle of the area for confidential ones."""

    number = models.PositiveIntegerField(db_index=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["latitude", "longitude"], name="directory_points")]

    def __str__(self):
        return f"{self.number}: {self.latitude}, {self.longitude}"


class SearchHours(models.Model):
    """A week in a time zone that some entries share, so that each is asked once whether it is open now."""

    number = models.PositiveIntegerField(primary_key=True)
    text = models.CharField(max_length=400, unique=True)  # time zone, bar, rules as `hotlines.hours` writes them

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.text
