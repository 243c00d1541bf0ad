from django.urls import path

from directory.upkeep import views

app_name = "directory_upkeep"
urlpatterns = [path("<str:token>/", views.update, name="update")]
