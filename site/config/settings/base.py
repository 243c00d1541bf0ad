"""Settings every environment shares. What differs by machine is read from the environment (`config/env.py`)."""

import re
from pathlib import Path

import dj_database_url
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from config import env
from kernel import languages, logs

BASE_DIR = Path(__file__).resolve().parents[3]
SITE_DIR = BASE_DIR / "site"
# Everything the running site writes except media: database, collected static files, fonts, stamps.
VAR_DIR = Path(env.text("LODESTAR_VAR", str(BASE_DIR / "var")))

# --- Lodestar's own settings ---------------------------------------------------------------------------------------
# The one address from which every absolute link, QR code and mail is made. Never taken from a request.
SITE_URL = env.url("SITE_URL", "http://localhost:8000")
# Where quick exit leads: plain, fast, personal to nobody. Default: the national weather service.
QUICK_EXIT_URL = env.url("QUICK_EXIT_URL", "https://www.weather.gov")
# Country whose numbers the help page, the footer and the copy for outages show first (ISO 3166). Default: US.
HELP_COUNTRY = env.text("HELP_COUNTRY", "US").upper()
# Who runs this site, for the footer, certificates and mails.
OPERATOR_NAME = env.text("OPERATOR_NAME", "Lodestar")
CONTACT_EMAIL = env.text("CONTACT_EMAIL")
# Only a United States government operator may show the official banner. Default: no.
OPERATOR_IS_US_GOVERNMENT = env.flag("OPERATOR_IS_US_GOVERNMENT")
# Minutes without a sign of life before a signed-in person is signed out (FedRAMP AC-11). Default 15.
IDLE_MINUTES = env.number("IDLE_MINUTES", 15, least=5, most=480)
# Seconds before the end at which the page warns (WCAG 2.2.1). Default 150.
IDLE_WARNING_SECONDS = env.number("IDLE_WARNING_SECONDS", 150, least=20, most=1200)
# Whether roles that work in the admin need a second factor to open it. Default yes; the demo leaves it off.
REQUIRE_MFA = env.flag("REQUIRE_MFA", True)
# How many proxies in front of the site write X-Forwarded-For. 0: the header is ignored.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=5)
# Results of groups smaller than this are not shown. Default 10.
SMALLEST_GROUP = env.number("SMALLEST_GROUP", 10, least=2, most=100)
# Whether fictional entries of the directory (made by `fill_directory` to try its size) are shown. Never on a real site.
DIRECTORY_SHOWS_FICTION = env.flag("DIRECTORY_SHOWS_FICTION")
# Days after which an unfinished course of a visitor without an account is forgotten. Default 30.
VISITOR_DAYS = env.number("VISITOR_DAYS", 30, least=1, most=365)
# New sheets one person may have made in the studio within an hour; kits and sheets made before do not count. Default 30.
POSTERS_PER_HOUR = env.number("POSTERS_PER_HOUR", 30, least=1, most=10000)
# New sheets made for the studio at the same time on one machine, and people who may wait for theirs. Default 2 and 20.
POSTERS_AT_ONCE = env.number("POSTERS_AT_ONCE", 2, least=1, most=64)
POSTERS_WAITING_MOST = env.number("POSTERS_WAITING_MOST", 20, least=0, most=500)
# Licence under which the directory's open data go out (API, datapackage), and its address. Default: CC BY 4.0.
DIRECTORY_LICENCE = env.text("DIRECTORY_LICENCE", "CC-BY-4.0")
DIRECTORY_LICENCE_URL = env.url("DIRECTORY_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/")
# Sites that may show the directory's search in a frame: addresses with commas between, or * for every site. Default: none.
DIRECTORY_EMBED_SITES = env.words("DIRECTORY_EMBED_SITES")
for _site in DIRECTORY_EMBED_SITES:
    if _site != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.*-]+(:\d+)?", _site):
        env.problem(f"DIRECTORY_EMBED_SITES has “{_site}”: write https://partner.example, without a path, or * alone.")
# Pictures: most bytes and most pixels accepted.
PICTURE_MAX_BYTES = 10 * 1024 * 1024
PICTURE_MAX_PIXELS = 24_000_000
# Demo sign-ins with known passwords. Production refuses to start with it.
DEMO = False

# --- Django --------------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY", "only-for-development-and-tests-never-for-production")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

INSTALLED_APPS = [
    "home",
    "translations",
    "records",
    "courses",
    "posters",
    "directory.upkeep",
    "directory.exchange",
    "directory",
    "hotlines",
    "accounts",
    "kernel",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.wagtail_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rosetta",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "kernel.logs.AccessLogMiddleware",
    "hotlines.outage.DatabaseOutageMiddleware",
    "kernel.charset.FormCharsetMiddleware",
    "config.express.ExpressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kernel.headers.SecurityHeadersMiddleware",
    "kernel.headers.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kernel.prefix.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.idle.IdleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "accounts.choosers.ChooserMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "home.context.site",
            ],
        },
    },
]

# --- Data ----------------------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'lodestar.sqlite3'}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
except Exception:  # the library raises several kinds; all mean the same to the reader
    env.problem("DATABASE_URL cannot be read: write postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:///PATH.")
    DATABASES = {"default": dj_database_url.parse("sqlite://:memory:")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With deferred transactions 191 of 480 parallel writes failed; with IMMEDIATE none did. FULL survives a power cut.
    DATABASES["default"]["ENGINE"] = "kernel.sqlite3"  # Django's own, with a fair turn for every writer
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-1000; PRAGMA temp_store=MEMORY;"
            ),
        }
    )
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Statements are prepared where `kernel.rows` asks for it, never by themselves. PgBouncer in front must be 1.21 or newer.
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 10**9
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.url("REDIS_URL", "redis://unset", schemes=("redis", "rediss")) if env.text("REDIS_URL") else ""
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "lodestar"}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    ),
    # Rendered pieces of pages: near, small, thrown away with the process.
    "near": {
        "BACKEND": "kernel.near.NearCache",
        "TIMEOUT": 600,
        "OPTIONS": {"MAX_ENTRIES": 600},
    },
}

TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks_db.DatabaseBackend"
            if env.flag("TASK_WORKERS")
            else "django_tasks.backends.immediate.ImmediateBackend"
        ),
        "ENQUEUE_ON_COMMIT": True,
    }
}
# Kits of posters are made outside the web processes: in one of its own that ends when nothing waits, or in the task worker.
KITS_RUN_IN = "worker" if env.flag("TASK_WORKERS") else "process"
# Sheets of a kit that are made at the same time, in children with their own memory (about 140 MB each).
KIT_PROCESSES = env.number("KIT_PROCESSES", 2, least=1, most=8)
# Kits that may wait in the whole site, and kits that one person may order within an hour.
KITS_WAITING_MOST = env.number("KITS_WAITING_MOST", 20, least=1, most=500)
KITS_PER_HOUR = env.number("KITS_PER_HOUR", 30, least=1, most=500)

# --- People --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "records:my_learning"  # for those who have nothing to do in the admin
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # they live in the cache and vanish with it; ours are counted in the database
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ResetRequestForm",
    "reset_password_from_key": "accounts.forms.ResetForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ConfirmItIsYouForm",
}
MFA_ADAPTER = "accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Lodestar"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way, for clocks that are a little off
MFA_FORMS = {
    "authenticate": "accounts.second_factor.CodeForm",
    "reauthenticate": "accounts.second_factor.CodeAgainForm",
    "activate_totp": "accounts.second_factor.ActivateForm",
}
SESSION_COOKIE_AGE = 12 * 3600  # seconds; the idle time-out ends a session much earlier
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.errors.form_expired"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# --- Languages -----------------------------------------------------------------------------------------------------
# English is the source language. Further ones: LANGUAGES=en,es,ht or `all` (every language with shipped words). Without it:
# English, Spanish and what the command `add_language` noted in LANGUAGES_FILE, one code per line.
LANGUAGES_FILE = VAR_DIR / "languages"
LANGUAGE_CODE = "en"
LANGUAGES = []
for code in env.words("LANGUAGES") or [
    "en",
    "es",
    *(LANGUAGES_FILE.read_text().split() if LANGUAGES_FILE.exists() else []),
]:
    for one in languages.SHIPPED if code == "all" else [code]:
        try:
            one = languages.normal(one)
        except languages.NoLanguage:
            env.problem(f"LANGUAGES: {one} is no language. Write codes such as en, pt-BR or zh-Hans.")
            continue
        if one not in dict(LANGUAGES):
            LANGUAGES.append((one, languages.own_name(one)))
            LANG_INFO.setdefault(one, languages.django_info(one))
# Whether made-up languages (en-xa, ar-xb) are offered, which show what is not marked for translation. Default: no.
PSEUDO = not {"en-xa", "ar-xb"}.isdisjoint(dict(LANGUAGES))
LANG_INFO.setdefault("fil", {"fallback": ["tl"]})  # one language under two codes
if not LANGUAGES or LANGUAGES[0][0] != "en":
    env.problem("LANGUAGES must begin with en: English is the language everything is translated from.")
LANGUAGES_BIDI = [code for code, _name in LANGUAGES if languages.direction(code) == "rtl"] + ["ar", "fa", "ur", "he"]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# What translators change here lies in the first, over the shipped catalogues.
LOCALE_PATHS = [VAR_DIR / "locale", BASE_DIR / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = True
ROSETTA_ACCESS_CONTROL_FUNCTION = "translations.access.may_open"
# Import path of a machine translation, `translate(texts, source, target) -> texts`. Default: none.
TRANSLATION_MACHINE = env.text("TRANSLATION_MACHINE")
TIME_ZONE = env.text("TIME_ZONE", "America/New_York")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# --- Files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [SITE_DIR / "static", ("vendor", VAR_DIR / "vendor")]
(VAR_DIR / "vendor").mkdir(parents=True, exist_ok=True)
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
FONT_DIR = VAR_DIR / "fonts"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- Wagtail -------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Lodestar"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 10
WAGTAILIMAGES_IMAGE_MODEL = "kernel.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "kernel.pictures.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["png", "jpg", "jpeg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = PICTURE_MAX_BYTES
WAGTAILIMAGES_MAX_IMAGE_PIXELS = PICTURE_MAX_PIXELS
WAGTAILDOCS_DOCUMENT_MODEL = "kernel.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "kernel.documents.DocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "txt", "csv", "docx", "xlsx", "pptx"]
WAGTAILDOCS_INLINE_CONTENT_TYPES = []
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kernel.search"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS = []  # nothing is embedded from elsewhere
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]},
    }
}

# --- Headers -------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
# Wagtail's admin writes inline styles and scripts; this is what it needs, measured by opening its screens.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'self'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'self'"],
}

# --- Mail ----------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Lodestar <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10

LANGUAGE_NAMES = {code: str(name) for code, name in LANGUAGES}
SITE_TAGLINE = _("Human trafficking awareness")
VISITOR_COOKIE_NAME = "visitor"

# --- Log lines -----------------------------------------------------------------------------------------------------
LOGGING = logs.configuration(env.text("LOG_LEVEL", "INFO").upper())
