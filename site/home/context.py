"""What every template knows of the site."""

from django.conf import settings

from kernel import languages


def site(request) -> dict:
    code = languages.active()
    return {
        "operator_name": settings.OPERATOR_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "is_us_government": settings.OPERATOR_IS_US_GOVERNMENT,
        "language_tag": languages.tag(code),
        "language_direction": languages.direction(code),
        "letters": f"vendor/{languages.LETTERS[code]}/index.css" if code in languages.LETTERS else "",
        "demo": settings.DEMO,
    }
