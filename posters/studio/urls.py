from django.urls import path, re_path

from kernel.late import Late

app_name = "studio"
views = Late("posters.studio.views")
urlpatterns = [
    path("", views.studio, name="studio"),
    path("file/", views.file, name="file"),
    path("number/", views.confirm_number, name="confirm_number"),
    path("offer/", views.offer, name="offer"),
    path("kit/", views.order, name="order"),
    re_path(r"^preview/(?P<key>[0-9a-f]{64})-(?P<name>fit|real|double)\.png$", views.preview_picture, name="preview"),
    path("art/<slug:name>.svg", views.art, name="art"),
]
