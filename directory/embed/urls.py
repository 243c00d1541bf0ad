from django.urls import path

from directory.embed import views

app_name = "directory_embed"
urlpatterns = [path("", views.embed, name="embed")]
