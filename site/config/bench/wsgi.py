"""The door of the bare projects: Django's own, whatever settings the environment names."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
