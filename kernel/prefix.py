"""Lead addresses without a language to those with one, but leave alone what was found and answered 404.

Django's own middleware sends every 404 outside a language prefix on to the prefixed address whenever that could be a page. With
a page tree below the prefix it always could: an unknown id in the admin would answer 302 before its 404.
"""

from django.middleware.locale import LocaleMiddleware as DjangoLocaleMiddleware
from django.utils import translation


class LocaleMiddleware(DjangoLocaleMiddleware):
    def process_response(self, request, response):
        if response.status_code == 404 and getattr(request, "resolver_match", None) is not None:
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
        return super().process_response(request, response)
