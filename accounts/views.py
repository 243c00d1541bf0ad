"""Pages of one's own account, invitations, and the doors that allauth opens, with our limits in front of them."""

import io
from datetime import timedelta

import segno
from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import idle, invitations, limits, privacy
from accounts.adapter import wait_sentence
from accounts.forms import AcceptForm, EraseForm, ProfileForm
from accounts.models import User
from kernel.address import network

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DOORS_PER_ADDRESS = 300  # posts to one of the doors from one address
DOOR_WINDOW = timedelta(minutes=5)


def too_many(request, stop: limits.TooMany):
    """A plain page that says when to come back."""
    response = render(request, "accounts/too_many.html", {"sentence": wait_sentence(stop.seconds)}, status=429)
    response["Retry-After"] = str(stop.seconds)
    return response


def door(view):
    """Put the per-address limit before a form that strangers may send."""

    def inner(request, *args, **kwargs):
        if request.method == "POST":
            try:
                limits.take("door", network(request), at_most=DOORS_PER_ADDRESS, within=DOOR_WINDOW, now=timezone.now())
            except limits.TooMany as stop:
                return too_many(request, stop)
        return view(request, *args, **kwargs)

    return inner


class SignInView(allauth_views.LoginView):
    """Sign-in that answers 429 while a wait runs, in the same form and with what was typed still there."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        stop = getattr(self.request, "too_many", None)
        if stop:
            response.status_code = 429
            response["Retry-After"] = str(stop.seconds)
        return response


sign_in = door(SignInView.as_view())
sign_up = door(allauth_views.signup)
ask_reset = door(allauth_views.password_reset)
reset = door(allauth_views.password_reset_from_key)
confirm_email = door(allauth_views.confirm_email)


# --- Invitation ---


@sensitive_post_parameters("password1")
@never_cache
@door
def invitation(request, token: str):
    """Accept an invitation: make the account, or sign in to the one there is. Only the mail's reader has the token."""
    found = invitations.open_invitation(token, timezone.now())
    if found is None:
        return render(request, "accounts/invitation_closed.html", status=404)
    known = User.objects.filter(email=found.email.lower()).first()
    if known:
        return _accept_as_known(request, found, known)
    form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        language = translation.get_language() or found.language
        try:
            user = invitations.accept_as_new(
                found, name=form.cleaned_data["name"], password=form.cleaned_data["password1"], language=language
            )
        except invitations.InvitationClosed:
            return render(request, "accounts/invitation_closed.html", status=404)
        login(request, user, backend=BACKEND)
        messages.success(request, _("Your account is ready."))
        return redirect("accounts:profile")
    return render(request, "accounts/invitation.html", {"form": form, "invitation": found})


def _accept_as_known(request, found, known: User):
    if request.user.is_authenticated and request.user.pk != known.pk:
        return render(request, "accounts/invitation_other.html", {"invitation": found}, status=403)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    if request.method == "POST":
        try:
            invitations.accept_as_known(found, request.user)
        except invitations.InvitationClosed:
            return render(request, "accounts/invitation_closed.html", status=404)
        messages.success(request, _("You now belong to %(organisation)s.") % {"organisation": found.organisation.name})
        return redirect("accounts:profile")
    return render(request, "accounts/invitation_known.html", {"invitation": found})


# --- One's own account ---


@login_required
@never_cache
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        with translation.override(request.user.language):
            return redirect("accounts:profile")
    if request.method == "POST":
        request.user.refresh_from_db()  # a refused form has written its words into the person shown at the top
    memberships = request.user.memberships.select_related("organisation")
    return render(request, "accounts/profile.html", {"form": form, "memberships": memberships})


@login_required
@never_cache
def my_data(request):
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        privacy.ask_for_erasure(request.user)
        messages.success(request, _("Your request is noted. An administrator will carry it out."))
        return redirect("accounts:my_data")
    context = {
        "form": form,
        "parts": privacy.everything(request.user),
        "request_open": getattr(request.user, "erasure_request", None),
    }
    return render(request, "accounts/my_data.html", context)


@login_required
@require_POST
def keep_my_data(request):
    """Withdraw a request for erasure."""
    privacy.withdraw_erasure(request.user)
    messages.success(request, _("Your request is withdrawn. Nothing was erased."))
    return redirect("accounts:my_data")


@login_required
@never_cache
@require_GET
def my_data_file(request):
    now = timezone.now()
    response = JsonResponse(
        privacy.as_json(request.user, now=now), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.json"'
    return response


@login_required
@never_cache
@require_GET
def totp_picture(request):
    """The key of an app being set up, as a picture to scan. A picture of our own address: the policy allows no other."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    url = get_mfa_adapter().build_totp_url(request.user, secret)
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


# --- Idle time-out ---


@never_cache
def session(request):
    """How long this session lasts. GET only asks; POST (with the token) says that somebody is there."""
    if request.user.is_authenticated and request.method == "POST":
        request.session[idle.SEEN] = int(timezone.now().timestamp())
    return JsonResponse(
        {
            "seconds_left": idle.seconds_left(request),
            "sign_in": reverse("account_login"),
            "token": get_token(request) if request.user.is_authenticated else "",
        }
    )


@login_required
@never_cache
def kept_form(request):
    """Offer the form that came after the session had ended, so that nothing typed is lost."""
    kept = idle.take_kept_form(request)
    if kept is None:
        raise Http404
    del request.session[idle.KEPT_FORM]
    return render(request, "accounts/kept_form.html", {"kept": kept})


# --- The admin's own doors lead to ours ---


def to_sign_in(request):
    target = request.GET.get("next", "")
    back = target if get_adapter().is_safe_url(target) else "/admin/"
    return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def to_sign_out(request):
    """Sign out on POST, as the admin's menu sends it; a link only asks."""
    if request.method == "POST":
        return allauth_views.logout(request)
    return redirect("account_logout")
