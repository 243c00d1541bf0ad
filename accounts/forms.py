"""Forms at the door: sign in, sign up, set a password; and what people say of themselves."""

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import invitations, limits
from accounts.adapter import wait_sentence
from accounts.models import EmailDomain, User
from kernel import languages
from kernel.address import network


def password_hint() -> str:
    return " ".join(str(text) for text in password_validators_help_texts())


class _Labels:
    """Labels instead of placeholders, and marks for the script that shows a password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs["data-password"] = ""
            if name in {"email", "login"}:
                field.label = _("Work e-mail")
                field.widget.attrs.update({"autocapitalize": "off", "spellcheck": "false", "autocomplete": "username"})


class _NewPassword(_Labels):
    """One field for a new password: it can be shown, so nobody has to type it twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = password_hint()


class SignInForm(_Labels, allauth_forms.LoginForm):
    """Sign-in. `too_many` on the request tells the view to answer 429."""


class ResetRequestForm(_Labels, allauth_forms.ResetPasswordForm):
    """Asks for a link to set a new password. The answer is the same whether or not the account exists."""

    def save(self, request, **kwargs):
        email = self.cleaned_data["email"].lower()
        if limits.may_mail(email, network(request), now=timezone.now()):
            return super().save(request, **kwargs)
        return email


class ResetForm(_NewPassword, allauth_forms.ResetPasswordKeyForm):
    def save(self):
        super().save()
        limits.forget_account(self.user.email)
        if not self.user.emailaddress_set.filter(email=self.user.email, verified=True).exists():
            self.user.confirm_email()  # the link came by mail


class SetPasswordForm(_NewPassword, allauth_forms.SetPasswordForm):
    pass


class ChangePasswordForm(_NewPassword, allauth_forms.ChangePasswordForm):
    field_order = ["oldpassword", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")

    def clean_oldpassword(self):
        account = str(self.user.pk)
        try:
            limits.begin_guess(account, "", now=timezone.now(), kind="own password")
        except limits.TooMany as stop:
            raise forms.ValidationError(wait_sentence(stop.seconds), code="too_many") from None
        old = super().clean_oldpassword()
        limits.guess_was_right(account, "", now=timezone.now(), kind="own password")
        return old


class ConfirmItIsYouForm(_Labels, allauth_forms.ReauthenticateForm):
    pass


class _Person(forms.Form):
    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        help_text=_("As it should stand on a certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class SignUpForm(_Labels, _Person, allauth_forms.SignupForm):
    """Sign-up with an address of an allowed domain, confirmed by mail."""

    field_order = ["email", "name", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("As it should stand on a certificate.")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = password_hint()

    def clean_email(self):
        email = super().clean_email()
        domain = email.rpartition("@")[2].lower()
        self.domain = EmailDomain.objects.filter(domain=domain).select_related("organisation").first()
        if self.domain is None:
            raise forms.ValidationError(
                _("People with this kind of address need an invitation. Ask your training manager for one."),
                code="domain",
            )
        return email

    def try_save(self, request):
        if not limits.may_mail(self.cleaned_data["email"], network(request), now=timezone.now()):
            self.account_already_exists = True  # answered like an address that is taken, and no mail goes out
            request.no_mail = True
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # as long as it takes to make an account
        return super().try_save(request)

    def save(self, request):
        user = super().save(request)
        user.name = self.cleaned_data["name"]
        user.language = get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])
        return user


class AcceptForm(_Person):
    """What somebody invited still has to say: their name and a password."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-password": ""}),
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["name"].initial = invitation.name
        self.fields["password1"].help_text = password_hint()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("password1"):
            person = User(email=self.invitation.email, name=cleaned.get("name", ""))
            try:
                invitations.check_password(cleaned["password1"], person)
            except forms.ValidationError as refused:
                self.add_error("password1", refused)
        return cleaned


class ProfileForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), help_text=_("Mails and certificates come in this language."))

    class Meta:
        model = User
        fields = ["name", "language", "agency_id"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "agency_id": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, languages.own_name(code)) for code, _name in settings.LANGUAGES]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_agency_id(self):
        agency_id = self.cleaned_data["agency_id"].strip()
        digits = [character for character in agency_id if character.isdigit()]
        if len(digits) == 9 and not any(character.isalpha() for character in agency_id):
            raise forms.ValidationError(
                _("This looks like a social security number, which has no place here. Write your agency's own id."),
                code="ssn",
            )
        return agency_id


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, erase what is kept of me, as far as it may be erased. I will not be able to sign in any more.")
    )
