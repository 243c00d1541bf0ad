"""A public site behind TLS. Refuses to start when a secret or an address is missing."""

from urllib.parse import urlsplit

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, SECRET_KEY, SITE_URL

DEBUG = False
DEMO = False
if env.flag("LODESTAR_DEMO"):
    env.problem("LODESTAR_DEMO is on: demo sign-ins have known passwords and cannot exist in production. Unset it.")
if env.flag("DEBUG"):
    env.problem("DEBUG is on: it shows secrets to visitors. Unset it.")
env.require("SECRET_KEY", "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'")
if env.text("SECRET_KEY") and (len(SECRET_KEY) < 50 or "only-for" in SECRET_KEY):
    env.problem("SECRET_KEY is an example or shorter than 50 characters: make one with secrets.token_urlsafe(50).")
env.require("SITE_URL", "write the public address, such as https://training.example.gov")
if env.text("SITE_URL") and not SITE_URL.startswith("https://"):
    env.problem("SITE_URL must start with https:// in production.")
env.require("CONTACT_EMAIL", "visitors need an address to report a barrier or a wrong number to.")
ALLOWED_HOSTS = ALLOWED_HOSTS or [urlsplit(SITE_URL).hostname or ""]
if "*" in ALLOWED_HOSTS:
    env.problem("ALLOWED_HOSTS contains *: name the hosts.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None  # noqa: F405
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
VISITOR_COOKIE_NAME = "__Host-visitor"

EMAIL_HOST = env.text("EMAIL_HOST")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65535)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
    EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"  # noqa: F405
env.finish()
