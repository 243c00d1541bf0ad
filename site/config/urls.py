"""All addresses. Pages live below a language code; what has no language stands before them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.views import to_sign_in, to_sign_out
from home.views import leave, robots
from kernel import media
from kernel.late import Late
from records.views import verification

sheets = Late("posters.views")

urlpatterns = [
    path("admin/login/", to_sign_in),
    path("admin/logout/", to_sign_out),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", media.serve, name="media"),
    path("exit/", leave, name="exit"),
    path("v/<str:code>/", verification.short, name="verify_short"),
    # The codes printed on sheets lead here: this address stays as it is, without a language.
    re_path(r"^s/(?P<code>[^/]{1,40})/?$", sheets.check, name="check_sheet"),
    re_path(r"^s/(?P<code>[^/]{1,40})/file/$", sheets.check_file, name="check_sheet_file"),
    path("api/hsds/", include("directory.api.urls")),
    path("robots.txt", robots, name="robots"),
]
urlpatterns += i18n_patterns(
    path("account/", include("accounts.urls")),
    path("learn/", include("courses.urls")),
    path("posters/studio/", include("posters.studio.urls")),
    path("directory/update/", include("directory.upkeep.urls")),
    path("places/embed/", include("directory.embed.urls")),
    path("", include("hotlines.urls")),
    path("", include("directory.urls")),
    path("", include("records.urls")),
    path("posters/rules/", sheets.posting_rules, name="posting_rules"),
    path("posters/", include("posters.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
)

handler400 = "home.errors.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "home.errors.server_error"
