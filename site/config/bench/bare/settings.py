"""A Django project with nothing in it but two views. Its database has the site's options, and Django's own engine."""

from config.settings.base import DATABASES

if DATABASES["default"]["ENGINE"] == "kernel.sqlite3":
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
SECRET_KEY = "only-for-the-benchmark"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["config.bench.bare"]
MIDDLEWARE = []
ROOT_URLCONF = "config.bench.bare.views"
