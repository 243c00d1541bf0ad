from django.urls import path

from kernel.late import Late

app_name = "directory_upkeep"
urlpatterns = [path("<str:token>/", Late("directory.upkeep.views", csrf_exempt=True).update, name="update")]
