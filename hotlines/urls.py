from django.urls import path

from hotlines import views

app_name = "hotlines"
urlpatterns = [path("numbers/", views.help_page, name="help")]
