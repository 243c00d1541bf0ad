"""The door for web servers: `granian --interface wsgi config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402  after Django is ready

from config.page_cache import PageCache  # noqa: E402

application = PageCache(
    django_application,
    private_cookies=(settings.SESSION_COOKIE_NAME, settings.VISITOR_COOKIE_NAME, "messages"),
)
