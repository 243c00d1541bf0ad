"""What the tests run with: no network, a fast hasher, mails kept in memory. `DATABASE_URL` picks PostgreSQL."""

from django.conf.locale import LANG_INFO

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, LANGUAGES

# A made-up right-to-left language that shows unmarked words and left-handed layout.
LANG_INFO["ar-xb"] = {"bidi": True, "code": "ar-xb", "name": "Pseudo right-to-left", "name_local": "⟦عربي⟧"}
LANGUAGES = [*(pair for pair in LANGUAGES if pair[0] in {"en", "es"}), ("ar-xb", "⟦عربي⟧")]
LANGUAGES_BIDI = ["ar", "fa", "he", "ur", "ar-xb"]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
SITE_URL = "https://lodestar.example"
REQUIRE_MFA = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"},
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "near"},
}
KITS_RUN_IN = "nowhere"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "ENQUEUE_ON_COMMIT": False}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # pytest-django knows by this very name that parallel runs may each have a database in memory.
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
env.finish()
