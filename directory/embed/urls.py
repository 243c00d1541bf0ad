from django.urls import path

from kernel.late import Late

app_name = "directory_embed"
urlpatterns = [path("", Late("directory.embed.views", csrf_exempt=True).embed, name="embed")]
