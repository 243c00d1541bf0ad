"""The requests of a busy training day, answered by a shorter way: a lesson opened, an answer saved, an attempt handed in.

The ordinary way asks Wagtail for the page step by step down the tree and renders it anew, and passes eighteen pieces of
middleware; that is fine for everything else. What is the same here: who it is and whether the session is good
(`accounts.presence`), whose record it is (`records.express`), the CSRF check (Django's own), what is saved and how, the headers
(kept from an ordinary answer of the same kind). Whatever is out of the ordinary goes the ordinary way.

A lesson page is kept near in three pieces around two gaps, rendered for nobody in particular: it cannot hold anything about a
learner. The gaps are filled with the learner's own bar and button, kept under the enrolment's id with every fact they show.
"""

import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, CsrfViewMiddleware
from django.template.loader import get_template
from django.urls import ResolverMatch
from django.utils import timezone, translation

from accounts.idle import see
from accounts.presence import owner_of, presence_of, session_values
from kernel import stamp
from kernel.near import Kept
from records import assessment as rules
from records import express
from records.learners import wants_json
from records.views import attempts
from records.visits import lesson_facts, recall

SHELL_SECONDS = 60  # a hotline card says "open now", which is true for a minute
SHELLS_KEPT = 200
PARTS_KEPT = 200
TOKEN_MARK = secrets.token_hex(16)  # stands in the learner's parts where the CSRF token will be
OF_ONE_PAGE = {"Content-Length", "Set-Cookie"}
OF_ONE_FORM = {*OF_ONE_PAGE, "Content-Type", "Location"}


PLACES = {sign: place for place, sign in enumerate(CSRF_ALLOWED_CHARS)}


def masked(secret: str) -> str:
    """Return a CSRF secret as forms carry it, as Django masks it: different each time, so that compression tells nothing.

    One number from the system's generator gives all signs of the mask; asking for each of them took a tenth of the page.
    """
    number, count = int.from_bytes(os.urandom(CSRF_SECRET_LENGTH)), len(CSRF_ALLOWED_CHARS)
    mask, cipher = [], []
    for sign in secret:
        number, place = divmod(number, count)
        mask.append(CSRF_ALLOWED_CHARS[place])
        cipher.append(CSRF_ALLOWED_CHARS[(PLACES[sign] + place) % count])
    return "".join(mask + cipher)


class SignedInSomebody(AnonymousUser):
    """For whom a shell is rendered: signed in, without a name, without powers, without a row in the database."""

    is_authenticated = True
    is_anonymous = False


class Shell:
    """A lesson page in the making or kept: its pieces, what it is about, and for how long it may be used."""

    def __init__(self):
        self.mark = secrets.token_hex(16)
        self.course_key = self.lesson_key = None

    def leave_open(self, part: str, course_key: UUID, lesson_key: UUID) -> str:
        """Return the mark that stands in the page where `part` ("bar" or "next") will be."""
        self.course_key, self.lesson_key = course_key, lesson_key
        return f"{self.mark}{part}"

    def keep(self, response, *, now_stamp: str, language: str) -> bool:
        """Take the page apart at its marks; return whether it is one that can be kept."""
        if response.status_code != 200 or response.cookies or response.streaming or self.lesson_key is None:
            return False
        before, bar, rest = response.content.partition(f"{self.mark}bar".encode())
        between, following, after = rest.partition(f"{self.mark}next".encode())
        if not bar or not following or self.mark.encode() in before + between + after:
            return False
        self.pieces = before, between, after
        self.stamp, self.language = now_stamp, language
        self.end = time.monotonic() + SHELL_SECONDS
        return True

    def is_fresh(self, now_stamp: str) -> bool:
        return self.stamp == now_stamp and time.monotonic() < self.end


@dataclass(frozen=True)
class Parts:
    """The learner's bar and button for one lesson, and what they were made from: the public stamp, the learner's facts."""

    stamp: str
    shown: tuple
    bar: str
    next: str


@dataclass(frozen=True)
class Form:
    """A form that comes by the thousand: its address, how its object is found, and what is done with it.

    `find` takes the values of a session and what the address names, and returns an `express.Found`.
    """

    address: re.Pattern
    view: Callable
    status: int
    answers_data: bool
    find: Callable
    act: Callable


def _find_item(session: tuple, key: str, position: str):
    return express.find_item(session, UUID(key), int(position))


def _find_attempt(session: tuple, key: str):
    found = express.find_attempt(session, UUID(key))
    return None if found and rules.is_late(found.thing, now=timezone.now()) else found


KEY = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
FORMS = (
    Form(
        address=re.compile(rf"/([a-z-]+)/attempt/{KEY}/([0-9]{{1,3}})/answer/\Z"),
        view=attempts.answer,
        status=200,
        answers_data=True,
        find=_find_item,
        act=attempts.save,
    ),
    Form(
        address=re.compile(rf"/([a-z-]+)/attempt/{KEY}/submit/\Z"),
        view=attempts.submit,
        status=302,
        answers_data=False,
        find=_find_attempt,
        act=attempts.hand_in,
    ),
)


class ExpressMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self.csrf = CsrfViewMiddleware(get_response)
        self.sessions = SessionMiddleware(get_response)
        self.session_mark = f"{settings.SESSION_COOKIE_NAME}="
        self.codes = {code for code, _name in settings.LANGUAGES}
        self.lesson_headers: Kept = Kept(SHELLS_KEPT)
        self.shells: Kept = Kept(SHELLS_KEPT)
        self.parts: Kept = Kept(PARTS_KEPT)
        self.known_forms: dict[tuple, tuple[list, ResolverMatch]] = {}

    def __call__(self, request):
        cookies = request.META.get("HTTP_COOKIE", "")
        if getattr(request, "is_dummy", False):  # an editor's preview
            return self.get_response(request)
        if self.session_mark not in cookies or "messages=" in cookies or not self.comes_as_expected(request):
            return self.get_response(request)
        if request.method == "POST":
            for kind in FORMS:
                if found := kind.address.match(request.path_info):
                    response = self.form(request, kind, *found.groups())
                    return response or self.learn_form(request, self.get_response(request), kind, found[1])
        elif request.method == "GET" and not request.META["QUERY_STRING"]:
            return self.lesson(request) or self.learn(request, self.get_response(request))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """A shell is rendered for somebody who is signed in, and for nobody in particular."""
        if hasattr(request, "shell"):
            request.user = request._cached_user = SignedInSomebody()

    @staticmethod
    def comes_as_expected(request) -> bool:
        return request.is_secure() or not settings.SECURE_SSL_REDIRECT

    def note_life(self, request, response) -> None:
        """Write a sign of life into the session when one is due, and its cookie anew, as the session middleware does."""
        see(request)
        if request.session.modified:
            self.sessions.process_response(request, response)

    # --- A lesson ---------------------------------------------------------------------------------------------------

    def lesson(self, request):
        """Return the lesson page for the learner of this request; None when it has to come the ordinary way."""
        place = self.place(request)
        if place not in self.lesson_headers or settings.CSRF_COOKIE_NAME not in request.COOKIES:
            return None
        session = session_values(request)
        owner = owner_of(session) if session else None
        shell = self.fresh_shell(request, place) if owner else None
        if shell is None:
            return None
        learner = express.find_learner(session, owner, shell.course_key)
        presence = presence_of(session, learner.session) if learner and not learner.has_powers else None
        user = presence.confirm(learner.user) if presence else None
        if user is None:
            return None
        self.csrf.process_request(request)
        if "CSRF_COOKIE_NEEDS_UPDATE" in request.META:  # the cookie was no good
            return None
        request.user, request.session, request.LANGUAGE_CODE = user, presence.session, shell.language
        with translation.override(shell.language):
            parts = self.learner_parts(request, shell, learner)
        response = HttpResponse(self.filled(shell, parts, masked(request.META["CSRF_COOKIE"])))
        for name, value in self.lesson_headers.get(place, ()):
            response.headers[name] = value
        self.note_life(request, response)
        # The headers were kept from whoever came first, perhaps a reader without a form; this page may hold one.
        holds_form = TOKEN_MARK in parts.bar + parts.next
        response.headers["Referrer-Policy"] = "same-origin" if holds_form else settings.SECURE_REFERRER_POLICY
        return response

    @staticmethod
    def place(request) -> tuple:
        return request.META.get("HTTP_HOST"), request.scheme, request.path_info

    def learn(self, request, response):
        """Remember that a lesson stands at this address, with the headers a signed-in learner gets it with."""
        if getattr(request, "lesson_opened", False) and response.status_code == 200:
            user = getattr(request, "user", None)
            if user is not None and user.is_authenticated:
                kept = [pair for pair in response.items() if pair[0] not in OF_ONE_PAGE]
                self.lesson_headers.put(self.place(request), kept)
        return response

    def fresh_shell(self, request, place: tuple) -> Shell | None:
        now_stamp = stamp.current()
        shell = self.shells.get(place)
        if shell is not None and shell.is_fresh(now_stamp):
            return shell
        environ = {name: value for name, value in request.META.items() if name != "HTTP_COOKIE"}
        bare = WSGIRequest(environ)
        bare.shell = shell = Shell()
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        if not shell.keep(self.get_response(bare), now_stamp=now_stamp, language=language):
            self.lesson_headers.pop(place, None)
            return None
        self.shells.put(place, shell)
        return shell

    def learner_parts(self, request, shell: Shell, learner) -> Parts:
        """Note that the lesson was opened; return the learner's parts, from memory when nothing they show has changed."""
        if learner.enrolment is not None:
            express.open_lesson(learner, shell.lesson_key, language=shell.language, now=timezone.now())
        key = learner.enrolment and learner.enrolment.pk, shell.lesson_key, shell.language
        parts, shown = self.parts.get(key), learner.shown
        if parts and parts.stamp == shell.stamp and parts.shown == shown:
            return parts
        recall(request, learner, shell.course_key)
        facts = lesson_facts(request, shell.course_key, shell.lesson_key) | {"csrf_token": TOKEN_MARK}
        bar, following = (get_template(f"records/parts/learner_{part}.html").render(facts) for part in ("bar", "next"))
        parts = Parts(shell.stamp, shown, bar, following)
        self.parts.put(key, parts)
        return parts

    @staticmethod
    def filled(shell: Shell, parts: Parts, token: str) -> bytes:
        before, between, after = shell.pieces
        bar = parts.bar.replace(TOKEN_MARK, token).encode()
        following = parts.next.replace(TOKEN_MARK, token).encode()
        return b"".join((before, bar, between, following, after))

    # --- An answer, and handing in -----------------------------------------------------------------------------------

    def form(self, request, kind: Form, code: str, *named: str):
        """Do what the form asks and return the answer; None when it has to go the ordinary way."""
        known = self.known_forms.get(self.form_place(request, kind, code))
        if known is None or (kind.answers_data and not wants_json(request)):
            return None
        session = session_values(request)
        found = kind.find(session, *named) if session else None
        presence = presence_of(session, found.session) if found else None
        user = presence.confirm(found.user) if presence else None
        if user is None:
            return None
        self.csrf.process_request(request)
        if self.csrf.process_view(request, kind.view, (), {}) is not None:
            return None
        request.user, request.session, request.LANGUAGE_CODE = user, presence.session, code
        headers, request.resolver_match = known
        see(request)
        if request.session.modified:
            request.write_beside = request.session.save
        with translation.override(code):
            response = kind.act(request, found.thing)
        for name, value in headers:
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        self.note_life(request, response)
        return response

    def learn_form(self, request, response, kind: Form, code: str):
        """Keep the headers of an answer that came the ordinary way for those that come after."""
        if response.status_code == kind.status and code in self.codes:
            kept = [pair for pair in response.items() if pair[0] not in OF_ONE_FORM]
            self.known_forms[self.form_place(request, kind, code)] = kept, request.resolver_match
        return response

    @staticmethod
    def form_place(request, kind: Form, code: str) -> tuple:
        return kind, code, request.scheme, request.META.get("HTTP_HOST")
