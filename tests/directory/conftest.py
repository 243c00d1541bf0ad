"""What tests of the directory begin with: a small gazetteer, made once, and an index brought up to date by hand."""

import lzma

import pytest

from directory import gazetteer, index

TOWNS = """@US-IL\tIllinois
@US-TX\tTexas
ES\t\t40.42\t-3.70\t3255944\tEurope/Madrid\tc\tMadrid|Мадрид|مدريد|马德里|มาดริด|Μαδρίτη
ES\t\t39.86\t-4.02\t86526\tEurope/Madrid\t\tToledo|Толедо
ES\t\t37.38\t-5.97\t686741\tEurope/Madrid\t\tSevilla|Seville|Севилья
US\tTX\t27.51\t-99.51\t255205\tAmerica/Chicago\t\tLaredo
US\tIL\t39.80\t-89.64\t114394\tAmerica/Chicago\t\tSpringfield
US\tTX\t41.66\t-83.56\t272779\tAmerica/Chicago\t\tToledo
EG\t\t30.06\t31.25\t9606916\tAfrica/Cairo\tc\tCairo|القاهرة|Le Caire
FJ\t\t-18.14\t178.44\t77366\tPacific/Fiji\tc\tSuva
TH\t\t13.75\t100.50\t5104476\tAsia/Bangkok\tc\tBangkok|กรุงเทพมหานคร
"""


@pytest.fixture(scope="session")
def _places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    source = folder / "places.tsv.xz"
    source.write_bytes(lzma.compress(TOWNS.encode()))
    target = folder / "places.sqlite3"
    gazetteer._write(target, source)
    return target


@pytest.fixture(autouse=True)
def small_gazetteer(_places, monkeypatch):
    monkeypatch.setattr(gazetteer, "file", lambda: _places)
    for kept in (gazetteer.regions, gazetteer.middle_of, index.town_tokens):
        kept.cache_clear()


@pytest.fixture
def indexed():
    """Brings the index up to date with all entries, as happens after a commit."""
    from directory.models import Organisation

    return lambda: index.refresh(Organisation.objects.values_list("pk", flat=True))
