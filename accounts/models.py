"""People, the units they belong to, and what they may do there."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.roles import Role
from kernel import languages

INVITATION_DAYS = 14


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        if not email:
            raise ValueError("A user needs an e-mail address to sign in with.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        user = self.create_user(email, password, is_superuser=True, **fields)
        user.confirm_email()
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email=email.strip().lower())


class UserQuerySet(models.QuerySet):
    def in_units(self, units):
        """People who have a membership in one of these organisations."""
        return self.filter(pk__in=Membership.objects.filter(organisation__in=units).values("user"))

    def with_role(self, role: str):
        return self.filter(pk__in=Membership.objects.filter(role=role).values("user"))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Holds what training records need and nothing more (FEATURES S6)."""

    email = models.EmailField(_("work e-mail"), unique=True)
    name = models.CharField(_("full name"), max_length=150, help_text=_("As it should stand on a certificate."))
    agency_id = models.CharField(
        _("agency id"), max_length=40, blank=True, help_text=_("Never a social security number.")
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # Part of what every session is checked against: one more ends all sessions of this person.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def is_administrator(self) -> bool:
        """Whether this person runs the site: a superuser or somebody with the administrator role."""
        if not self.is_active:
            return False
        return self.is_superuser or self.memberships.filter(role=Role.ADMINISTRATOR).exists()

    @property
    def is_staff(self) -> bool:
        """Some packages ask this; with us, staff are those who may open the admin."""
        return self.is_active and (self.is_superuser or self.has_perm("wagtailadmin.access_admin"))

    @property
    def language_name(self) -> str:
        return languages.own_name(self.language)

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()

    def roles(self) -> set[str]:
        return set(self.memberships.values_list("role", flat=True))

    def confirm_email(self) -> None:
        """Make the sign-in address the one confirmed address of this person."""
        EmailAddress.objects.filter(user=self).exclude(email=self.email).delete()
        EmailAddress.objects.update_or_create(user=self, email=self.email, defaults={"verified": True, "primary": True})

    def end_sessions(self) -> None:
        """Sign this person out everywhere, on every device."""
        self.session_epoch += 1
        self.save(update_fields=["session_epoch"])

    def _get_session_auth_hash(self, secret=None):
        """What a session is checked against at every request: changes with the password and with `end_sessions`."""
        return salted_hmac(
            "accounts.models.User.session", f"{self.session_epoch}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()


class OrganisationQuerySet(MP_NodeQuerySet):
    def with_units(self, organisation):
        """The organisation itself and every unit below it."""
        return self.filter(path__startswith=organisation.path)

    def managed_by(self, user):
        """The units a training manager looks after with all below them; every unit for an administrator."""
        if user.is_administrator:
            return self
        query = models.Q(pk__in=[])
        for path in user.memberships.filter(role=Role.TRAINING_MANAGER).values_list("organisation__path", flat=True):
            query |= models.Q(path__startswith=path)
        return self.filter(query)


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):
    def get_queryset(self):
        """In the order of the tree. The base manager would answer with its own kind of queryset."""
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


class Organisation(MP_Node):
    """An agency, company or unit. Units form a tree; a training manager sees their unit and what lies below."""

    name = models.CharField(_("name"), max_length=160)
    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("Short and stable, used in imports."))
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/New_York")
    node_order_by = ["name"]

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self):
        return self.name


class EmailDomain(models.Model):
    """A mail domain whose owners may sign up by themselves, and the unit they land in."""

    domain = models.CharField(
        _("domain"),
        max_length=190,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", _("Write a domain in small letters, such as agency.example.")
            )
        ],
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="email_domains", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("sign-up domain")
        verbose_name_plural = _("sign-up domains")

    def __str__(self):
        return self.domain


class MembershipQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Memberships in the units this person manages, and all of them for an administrator."""
        return self.filter(organisation__in=Organisation.objects.managed_by(user))


class Membership(models.Model):
    """A person in a unit, with one role there. Several roles are several memberships."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.LEARNER)
    since = models.DateField(_("since"), default=timezone.localdate)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership_per_role_and_unit")
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_expiry():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


INVITATION_STATES = {
    "open": _("Open"),
    "waiting": _("Mail not sent yet"),
    "accepted": _("Accepted"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Too old"),
}


class Invitation(models.Model):
    """An offer of an account in a unit. Only the hash of its link's token is kept."""

    email = models.EmailField(_("work e-mail"))
    name = models.CharField(_("full name"), max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.LEARNER)
    language = models.CharField(_("language"), max_length=12, default="en")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    # When the mail server took the mail; empty while it waits or after the server refused it.
    mailed_at = models.DateTimeField(_("mail handed over"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=invitation_expiry)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at"]
        permissions = [
            ("invite_people", _("Can invite people to their units")),
            ("see_people", _("Can see people and memberships of their units")),
            ("manage_organisations", _("Can change organisations and sign-up domains")),
        ]

    def __str__(self):
        return self.email

    def state(self, now) -> str:
        """One of the words of `INVITATION_STATES`."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        if now >= self.expires_at:
            return "expired"
        return "open" if self.mailed_at else "waiting"

    def is_open(self, now) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at

    def new_token(self) -> str:
        """Make a fresh link token (256 bits), keep its hash, and return the token for the mail."""
        token = secrets.token_urlsafe(32)
        self.token_hash = token_hash(token)
        return token


class ErasureRequest(models.Model):
    """A person asked that what is kept of them be erased. An administrator carries it out."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="erasure_request", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")
        ordering = ["asked_at"]

    def __str__(self):
        return str(self.user)


class Tally(models.Model):
    """How often something was tried (`accounts.limits`). The key is a keyed hash of who and from where."""

    key = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)
    in_a_row = models.PositiveIntegerField(default=0)
    waits = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self):
        return self.key[:8]
