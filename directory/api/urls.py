from django.urls import path, re_path, register_converter
from django.urls.converters import UUIDConverter

from directory.api import LISTS
from kernel.late import Late


class AnyCaseUUID(UUIDConverter):
    regex = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


register_converter(AnyCaseUUID, "hsds_id")

app_name = "directory_api"
views = Late("directory.api.views", csrf_exempt=True)  # whatever is sent is refused in JSON
urlpatterns = [
    path("", views.root, name="root"),
    path("openapi.json", views.openapi, name="openapi"),
    path("datapackage.zip", views.package, name="package"),
    *(path(name, views.many, {"name": name}, name=name) for name in LISTS),
    *(path(f"{name}/<hsds_id:identifier>", views.one, {"name": name}, name=f"{name}_one") for name in LISTS),
    re_path(r"^(?P<path>.+)$", views.nothing),
]
