"""The one table of roles, and the Wagtail groups and permissions made from it.

`ROLES` is read by `sync_groups` (after migrations, and by the command `sync_roles`): a group per role, its model
permissions, its rights over the page tree and over collections. Nothing about roles is set by hand anywhere else.
Permissions on people belong to no role: our own screens ask `accounts.access`, which looks at units as well.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    LEARNER = "learner", _("Learner")
    EDITOR = "editor", _("Editor")
    TRANSLATOR = "translator", _("Translator")
    COORDINATOR = "coordinator", _("Campaign coordinator")
    TRAINING_MANAGER = "training_manager", _("Training manager")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True)
class Powers:
    """What one role may do.

    `models`: "app.model" -> letters of add (a), change (c), delete (d), view (v), publish (p).
    `pages`: permissions on the whole page tree. `collections`: on pictures and documents.
    `extra`: further permissions as "app.codename".
    """

    summary: str
    models: dict[str, str]
    pages: tuple[str, ...] = ()
    collections: bool = False
    extra: tuple[str, ...] = ()


VERBS = {"a": "add", "c": "change", "d": "delete", "v": "view", "p": "publish"}
ADMIN = "wagtailadmin.access_admin"

ROLES: dict[str, Powers] = {
    Role.LEARNER: Powers(_("Takes courses and keeps certificates."), {}),
    Role.EDITOR: Powers(
        _("Writes courses, questions and pages, and sees how questions perform."),
        {
            "courses.question": "acdvp",
            "courses.questionpool": "acdv",
            "courses.definition": "acdvp",
            "courses.statistic": "acdvp",
            "courses.glossaryterm": "acdvp",
            "courses.video": "acdv",
            "hotlines.hotline": "v",
            "hotlines.hotlinewords": "cv",
            "directory.organisation": "acv",
            "directory.service": "acdv",
            "directory.location": "acdv",
            "directory.suggestion": "cv",
            "directory.mistakereport": "cv",
        },
        pages=("add", "change", "publish", "lock", "unlock"),
        collections=True,
        extra=(
            ADMIN,
            "wagtail_localize.submit_translation",
            "translations.translate",
            "records.view_itemstatistics",
            "records.view_evaluation",
        ),
    ),
    Role.TRANSLATOR: Powers(
        _("Translates pages, questions and words into their languages."),
        {
            "courses.question": "cv",
            "courses.definition": "cv",
            "courses.statistic": "cv",
            "courses.glossaryterm": "cv",
            "hotlines.hotlinewords": "cv",
            "posters.campaign": "v",
            "posters.campaignwords": "cv",
            "posters.commonwords": "cv",
        },
        pages=("change",),
        extra=(ADMIN, "wagtail_localize.submit_translation", "translations.translate"),
    ),
    Role.COORDINATOR: Powers(
        _("Makes posters for a campaign and keeps hotline numbers true."),
        {
            "hotlines.hotline": "acv",
            "hotlines.hotlinewords": "acv",
            "directory.organisation": "acv",
            "directory.service": "acdv",
            "directory.location": "acdv",
            "directory.suggestion": "cv",
            "directory.mistakereport": "cv",
            "posters.campaign": "acv",
            "posters.campaignwords": "acv",
            "posters.commonwords": "cv",
            "posters.poster": "acdv",
            "posters.sheet": "cv",
            "posters.kit": "acdv",
        },
        collections=True,
        extra=(ADMIN,),
    ),
    Role.TRAINING_MANAGER: Powers(
        _("Invites people, follows their training and looks after certificates in their organisation."),
        {},
        extra=(
            ADMIN,
            "accounts.see_people",
            "accounts.invite_people",
            "records.view_enrolment",
            "records.view_certificate",
            "records.change_certificate",
            "records.grant_accommodation",
            "records.view_itemstatistics",
            "records.view_evaluation",
        ),
    ),
    Role.ADMINISTRATOR: Powers(
        _("Runs the site: people, roles, settings, and everything above."),
        {
            "courses.question": "acdvp",
            "courses.questionpool": "acdv",
            "courses.definition": "acdvp",
            "courses.statistic": "acdvp",
            "courses.glossaryterm": "acdvp",
            "courses.video": "acdv",
            "hotlines.hotline": "acv",
            "hotlines.hotlinewords": "acdv",
            "directory.organisation": "acv",
            "directory.service": "acdv",
            "directory.location": "acdv",
            "directory.suggestion": "cdv",
            "directory.mistakereport": "cdv",
            "posters.campaign": "acv",
            "posters.campaignwords": "acv",
            "posters.commonwords": "cv",
            "posters.poster": "acdv",
            "posters.sheet": "cv",
            "posters.kit": "acdv",
            "kernel.auditevent": "v",
            "wagtailcore.locale": "acdv",
            "wagtailcore.site": "cv",
            "wagtailredirects.redirect": "acdv",
            "records.enrolment": "v",
            "records.certificate": "cv",
        },
        pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
        collections=True,
        extra=(
            ADMIN,
            "accounts.see_people",
            "accounts.invite_people",
            "accounts.manage_organisations",
            "records.grant_accommodation",
            "records.view_itemstatistics",
            "records.view_evaluation",
            "wagtail_localize.submit_translation",
            "translations.translate",
            "translations.manage_translation",
        ),
    ),
}

MFA_ROLES = {Role.TRANSLATOR, Role.EDITOR, Role.COORDINATOR, Role.TRAINING_MANAGER, Role.ADMINISTRATOR}


def group_name(role: str) -> str:
    return f"Lodestar: {Role(role).name.replace('_', ' ').capitalize()}"


def permission_names(powers: Powers) -> set[tuple[str, str]]:
    """Every (app, codename) that a role holds through its group."""
    names = {tuple(name.split(".")) for name in powers.extra}
    for label, letters in powers.models.items():
        app, model = label.split(".")
        names |= {(app, f"{VERBS[letter]}_{model}") for letter in letters}
    return names


def _permissions(powers: Powers) -> list[Permission]:
    query = models.Q(pk__in=[])
    for app, codename in permission_names(powers):
        query |= models.Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(query).select_related("content_type"))


def missing_permissions() -> list[str]:
    """Names in `ROLES` that no installed room declares: a misspelling, or a room whose migrations have not run."""
    missing = set()
    for powers in ROLES.values():
        found = {(permission.content_type.app_label, permission.codename) for permission in _permissions(powers)}
        missing |= {".".join(name) for name in permission_names(powers) - found}
    return sorted(missing)


@transaction.atomic
def sync_groups() -> None:
    """Make the groups and their permissions equal to `ROLES`."""
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    root_page = Page.get_first_root_node()
    root_collection = Collection.get_first_root_node()
    # Wagtail asks for these two names whatever our picture and document models are called.
    file_permissions = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
        codename__regex=r"^(add|change|choose)_(image|document)$",
    )
    for role, powers in ROLES.items():
        group, _created = Group.objects.get_or_create(name=group_name(role))
        group.permissions.set(_permissions(powers))
        if root_page:
            GroupPagePermission.objects.filter(group=group).delete()
            for codename in powers.pages:
                GroupPagePermission.objects.create(group=group, page=root_page, permission=page_permission(codename))
        if root_collection:
            GroupCollectionPermission.objects.filter(group=group).delete()
            for permission in file_permissions if powers.collections else ():
                GroupCollectionPermission.objects.create(group=group, collection=root_collection, permission=permission)


def page_permission(name: str) -> Permission:
    """The permission a page tree right is stored as, such as `publish_page`."""
    return Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{name}_page")


def sync_person(user) -> None:
    """Give a person exactly the groups of their roles."""
    names = [group_name(role) for role in user.memberships.values_list("role", flat=True).distinct()]
    ours = Group.objects.filter(name__startswith="Lodestar: ")
    keep = list(user.groups.exclude(pk__in=ours))
    user.groups.set([*keep, *ours.filter(name__in=names)])
