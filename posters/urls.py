from django.urls import path

from kernel.late import Late

app_name = "posters"
gallery_views, kit_views = Late("posters.gallery_views"), Late("posters.kit_views")
urlpatterns = [
    path("", gallery_views.gallery, name="gallery"),
    path("sheet/<slug:code>.png", gallery_views.picture, name="gallery_picture"),
    path("sheet/<slug:code>/", gallery_views.file, name="gallery_file"),
    path("kits/", kit_views.kit_list, name="kits"),
    path("kits/reissue/", kit_views.reissue_all, name="kits_reissue"),
    path("kits/<int:pk>/", kit_views.kit, name="kit"),
    path("kits/<int:pk>/progress/", kit_views.progress, name="kit_progress"),
    path("kits/<int:pk>/zip/", kit_views.bundle, name="kit_zip"),
    path("kits/<int:pk>/sheets/<int:position>/", kit_views.sheet_file, name="kit_sheet"),
    path("kits/<int:pk>/cancel/", kit_views.cancel, name="kit_cancel"),
    path("kits/<int:pk>/retry/", kit_views.retry, name="kit_retry"),
    path("kits/<int:pk>/repeat/", kit_views.repeat, name="kit_repeat"),
    path("kits/<int:pk>/reissue/", kit_views.reissue, name="kit_reissue"),
    path("kits/<int:pk>/delete/", kit_views.delete, name="kit_delete"),
]
