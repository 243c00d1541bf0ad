from django.urls import path

from directory.views import entry, letters, search, sheet

app_name = "directory"
urlpatterns = [
    path("places/", search.search, name="search"),
    path("places/sheet/", sheet.sheet, name="sheet"),
    path("places/suggest/", letters.suggest, name="suggest"),
    path("places/<uuid:key>/", entry.entry, name="entry"),
    path("places/<uuid:key>/mistake/", letters.mistake, name="mistake"),
]
