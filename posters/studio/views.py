"""The studio's pages. All that was chosen is in the address; the page shows it, the shown sheet and what to know about it."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hotlines import lookup, places
from hotlines.checks import approve_print
from hotlines.models import Channel, Hotline, Kind
from hotlines.views import known_countries
from kernel import languages
from kernel.models import Picture, record_event
from posters import gallery, pictures, press, rules, sheets
from posters.access import for_makers
from posters.art import DRAWINGS, drawing
from posters.choice import Choice, NotPossible, Shelf, languages_most, resolve
from posters.colours import PALETTES
from posters.designs import DESIGNS
from posters.engine import engine
from posters.jobs import OrderRefused, order_kit
from posters.models import Campaign, CampaignWords, CommonWords, Sheet
from posters.sizes import MM, SIZES
from posters.studio import notes, preview, state
from posters.studio.forms import KitForm, WeakNumberForm
from posters.studio.preview import Preview, Standing
from posters.words import LANGUAGES

ROWS_ON_A_PAGE = 30
LOGOS_MOST = 200
FOREVER = "private, max-age=31536000, immutable"


@dataclass
class Desk:
    """Everything one page of the studio shows, looked up once and only when asked for."""

    user: object
    state: state.State
    problems: list[str]
    now: object
    campaigns: list[Campaign]
    countries: set[str]

    @classmethod
    def of(cls, request, query: QueryDict) -> "Desk":
        campaigns = list(Campaign.objects.all())
        countries = known_countries()
        asked, problems = state.read(query, campaigns=[one.code for one in campaigns], countries=countries)
        desk = cls(request.user, asked, problems, timezone.now(), campaigns, countries)
        desk.settle_place()
        return desk

    def settle_place(self) -> None:
        """Leave out a region or number that does not belong to the country."""
        asked = self.state
        if asked.region and asked.region not in dict(state.regions_of(asked.country)):
            if asked.region.startswith(f"{asked.country}-") or "-" not in asked.region:
                self.problems.append(
                    gettext("There is no region “%(value)s” here.") % {"value": state.shortened(asked.region)}
                )
            self.state = replace(self.state, region="")
        if asked.hotline and asked.hotline not in {line.code for line in self.lines}:
            self.problems.append(
                gettext("The number chosen before does not belong to this place. The best one of the place is used.")
            )
            self.state = replace(self.state, hotline="")

    @cached_property
    def lines(self) -> list[Hotline]:
        """The numbers that a sheet for this place may show large, best first."""
        found = lookup.find(
            self.state.country, region=self.state.region, now=self.now,
            language=self.state.ordered[0] if self.state.languages else "", channels=(Channel.VOICE,),
            hotlines=self.shelf.hotlines(self.state.country),
        )  # fmt: skip
        return [one.hotline for one in found if one.hotline.number and one.hotline.kind != Kind.EMERGENCY]

    @cached_property
    def obstacles(self) -> list[tuple[str, str]]:
        return state.obstacles(self.state)

    @cached_property
    def choices(self) -> list[Choice]:
        return [] if self.obstacles else self.state.choices()

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf()

    @cached_property
    def weak_line(self) -> Hotline | None:
        """The number chosen, while it waits for a person's word."""
        line = next((one for one in self.lines if one.code == self.state.hotline), None)
        return line if line is not None and line.is_weak and not line.may_be_printed else None

    @cached_property
    def preview(self) -> Preview | None:
        """The shown sheet, made now if it is new; None while something has to be chosen first."""
        choice = None if self.obstacles else self.state.shown()
        if choice is None:
            return None
        if self.weak_line is not None:
            return Preview(
                Standing.WEAK,
                choice,
                gettext(
                    "The source of %(hotline)s is weak. Its number is printed only after a person has confirmed it."
                )
                % {"hotline": self.weak_line.name_en},
            )
        return preview.look(self.user, choice, now=self.now, shelf=self.shelf)

    @cached_property
    def notes(self) -> list[notes.Note]:
        """On the step where a kit is ordered about every sheet of it, elsewhere about the shown one."""
        if self.state.step == "make":
            return notes.gathered(self.every_group)
        if self.preview is None or self.preview.resolved is None:
            return []
        return notes.notes_on(self.preview.resolved, self.preview.report)

    @cached_property
    def every_group(self) -> list:
        """One resolved sheet for each group of languages: words and numbers are the same on all its sizes."""
        found = {}
        for choice in self.choices:
            if choice.languages not in found:
                try:
                    found[choice.languages] = resolve(choice, now=self.now, shelf=self.shelf)
                except NotPossible:
                    found[choice.languages] = None
        return [one for one in found.values() if one is not None]

    @property
    def is_warned(self) -> bool:
        return any(note.weight == "warning" for note in self.notes)

    @property
    def campaign(self) -> Campaign | None:
        return next((one for one in self.campaigns if one.code == self.state.campaign), None)

    @property
    def address(self) -> str:
        return f"{reverse('studio:studio')}?{self.state.query()}"

    def to(self, **changes) -> str:
        return f"{reverse('studio:studio')}?{self.state.query(**changes)}"


@for_makers
@require_safe
@never_cache
def studio(request):
    press.pool.warm()
    return answer(request, Desk.of(request, request.GET))


def answer(request, desk: Desk, *, weak_form=None, kit_form=None, status: int = 200):
    now = desk.state
    facts = {
        "desk": desk,
        "state": now,
        "steps": steps_of(desk),
        "step_label": state.STEPS[now.step],
        "kept": now.pairs(leave_out=fields_of(now.step)),
        "summary": summary(desk),
        "preview": desk.preview,
        "preview_name": label(desk.preview.choice) if desk.preview else "",
        "tabs": tabs(desk) if desk.preview else None,
        "zooms": [
            {"name": words, "url": desk.to(zoom=zoom), "is_here": zoom == now.zoom}
            for zoom, words in state.ZOOMS.items()
        ],
        "notes": desk.notes,
        "rules": rules_shown(desk),
        "faults": faults_of(desk),
        "may_offer": request.user.has_perm("posters.add_poster"),
        "state_query": now.query(),
        "weak_form": weak_form or weak_form_of(desk),
        **{name: make(desk) for name, make in PANELS[now.step].items()},
    }
    if now.step == "make":
        facts["kit_form"] = kit_form or KitForm(warned=desk.is_warned, initial={"title": title_of(desk)})
    picture = pictures_of(desk)
    response = render(request, "posters/studio.html", facts | picture, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def faults_of(desk: Desk) -> list[dict]:
    """The texts that do not fit, each with the address where it is edited."""
    if desk.preview is None or not desk.preview.faults:
        return []
    tables = {"campaign": desk.shelf.own(desk.campaign), "common": desk.shelf.common()}
    return [
        {
            "sentence": fault.sentence,
            "url": edit_address(desk.user, tables.get(fault.table, {}).get(fault.language)),
        }
        for fault in desk.preview.faults
    ]


def edit_address(user, words) -> str:
    """Where these words are edited, for those who may."""
    if words is None or not user.has_perm(f"posters.change_{words._meta.model_name}"):
        return ""
    return reverse(f"wagtailsnippets_posters_{words._meta.model_name}:edit", args=[words.pk])


def rules_shown(desk: Desk) -> dict:
    """The posting rules of the place, and how the shown sheet compares with the one that was chosen."""
    here = rules.for_place(desk.state.country, desk.state.region)
    others = [rule for rule in rules.every() if rule.country == desk.state.country and rule not in here]
    chosen = next((rule for rule in [*here, *others] if rule.id == desk.state.rule), None)
    found = desk.preview
    return {
        "here": here,
        "others": others,
        "chosen": chosen,
        "kept": desk.state.pairs(leave_out=["rule"]),
        "report": rules.report(found.resolved.spec, found.report["metrics"], chosen)
        if chosen and found is not None and found.is_ready
        else None,
    }


def weak_form_of(desk: Desk) -> WeakNumberForm | None:
    return WeakNumberForm(initial={"hotline": desk.weak_line.code}) if desk.weak_line else None


def fields_of(step: str) -> list[str]:
    """The names in the address that the fields of a step stand for."""
    return {
        "campaign": ["campaign"],
        "place": ["country", "region", "hotline"],
        "languages": ["language", "arrange", "first", "weight"],
        "sheets": ["sheet"],
        "options": ["saver", "press", "issued_by", "logo"],
        "make": [],
    }[step] + ["step", "page"]


def steps_of(desk: Desk) -> list[dict]:
    names = list(state.STEPS)
    here = names.index(desk.state.step)
    stuck = {step for step, _sentence in desk.obstacles}
    return [
        {
            "code": code,
            "name": state.STEPS[code],
            "url": desk.to(step=code, page=1),
            "standing": "current" if number == here else "complete" if number < here else "ahead",
            "is_stuck": code in stuck,
            "number": number + 1,
        }
        for number, code in enumerate(names)
    ]


def summary(desk: Desk) -> str:
    count = len(desk.choices)
    if not count:
        return ""
    asked = desk.state
    tongues = ngettext("%(count)d language", "%(count)d languages", len(asked.languages)) % {
        "count": len(asked.languages)
    }
    kinds = ngettext("%(count)d kind of sheet", "%(count)d kinds of sheets", len(asked.sheets)) % {
        "count": len(asked.sheets)
    }
    files = ngettext("%(count)d file", "%(count)d files", count) % {"count": count}
    return gettext("%(languages)s, %(kinds)s: %(files)s.") % {"languages": tongues, "kinds": kinds, "files": files}


def title_of(desk: Desk) -> str:
    place = state.place_named(desk.state.country, desk.state.region)
    return f"{desk.campaign}, {place}"[:160] if desk.campaign else ""


def label(choice: Choice) -> str:
    spoken = " + ".join(state.named(code) for code in choice.languages)
    return f"{spoken}: {DESIGNS[choice.design].label}, {SIZES[choice.size].label}"


def short_label(choice: Choice) -> str:
    """Design and size without its measures."""
    return f"{DESIGNS[choice.design].label}, {str(SIZES[choice.size].label).partition(' (')[0]}"


def tabs(desk: Desk) -> dict:
    """Links from the shown sheet to its neighbours: the same sheet in other languages, the same languages on other sheets."""
    here = desk.preview.choice
    of_sheet = [one for one in desk.choices if (one.design, one.size) == (here.design, here.size)]
    of_group = [one for one in desk.choices if one.languages == here.languages]
    order = [state.name_of(one) for one in desk.choices]
    place = order.index(state.name_of(here))

    def link(choice: Choice, words: str) -> dict:
        name = state.name_of(choice)
        return {"name": words, "url": desk.to(show=name), "is_here": choice == here}

    return {
        "languages": [link(one, " + ".join(state.named(code) for code in one.languages)) for one in of_sheet],
        "sheets": [link(one, short_label(one)) for one in of_group],
        "before": desk.to(show=order[place - 1]) if place else "",
        "after": desk.to(show=order[place + 1]) if place + 1 < len(order) else "",
        "place": place + 1,
        "count": len(order),
    }


def pictures_of(desk: Desk) -> dict:
    shown = desk.preview
    if shown is None or not shown.is_ready:
        return {}
    size = SIZES[shown.choice.size]
    spec = shown.resolved.spec
    only = spec.tongues[0].language if len(spec.tongues) == 1 else ""
    return {
        "picture": {
            "url": reverse("studio:preview", args=[shown.key, desk.state.zoom]),
            "words": pictures.words_on(spec),
            "tag": languages.tag(only) if only else "",
            "direction": languages.direction(only) if only else "",
            "width": round(size.width * 96 / 72),
            "height": round(size.height * 96 / 72),
            "is_wide": size.is_landscape,
            "has_marks": shown.choice.press,
        },
        "file_url": f"{reverse('studio:file')}?{desk.state.query(show=state.name_of(shown.choice))}",
    }


# --- What each step shows --------------------------------------------------------------------------------------------


def campaigns_shown(desk: Desk) -> list[dict]:
    headlines = dict(
        CampaignWords.objects.filter(language="en").values_list("campaign_id", "headline").order_by("campaign_id")
    )
    return [
        {
            "row": one,
            "headline": headlines.get(one.pk, "").replace("|", " "),
            "art": reverse("studio:art", args=[one.art]),
            "is_here": one.code == desk.state.campaign,
        }
        for one in desk.campaigns
    ]


def places_shown(desk: Desk) -> dict:
    return {
        "countries": places.sorted_by_name(desk.countries),
        "regions": state.regions_of(desk.state.country),
        "lines": [
            {
                "row": line,
                "is_here": line.code == desk.state.hotline,
                "is_due": line.is_due(desk.now.date()),
                "waits": line.is_weak and not line.may_be_printed,
                "takes_reports": line.kind == Kind.TIP_LINE,
            }
            for line in desk.lines
        ],
        "country": places.country_name(desk.state.country),
    }


def languages_shown(desk: Desk) -> dict:
    common = {row.language: row.is_draft for row in CommonWords.objects.only("language", "status")}
    own = {
        row.language: row.is_draft
        for row in CampaignWords.objects.filter(campaign__code=desk.state.campaign).only("language", "status")
    }
    rows = [
        state.language_label(code)
        | {
            "is_here": code in desk.state.languages,
            "has_words": code in common and code in own,
            "is_draft": common.get(code, False) or own.get(code, False),
        }
        for code in LANGUAGES
    ]
    weights = dict(desk.state.weights)
    return {
        "rows": rows,
        "arrangements": [
            {"code": code, "name": name, "hint": hint, "is_here": code == desk.state.arrange}
            for code, (name, hint) in state.ARRANGEMENTS.items()
        ],
        "chosen": [
            state.language_label(code) | {"weight": weights.get(code, 1), "is_first": code == desk.state.ordered[0]}
            for code in desk.state.languages
        ],
        "weights": [
            (weight, ngettext("%(count)d part", "%(count)d parts", weight) % {"count": weight})
            for weight in state.WEIGHTS
        ],
        "is_shared": desk.state.arrange != "each" and len(desk.state.languages) > 1,
    }


def designs_shown(desk: Desk) -> list[dict]:
    wanted = set(desk.state.sheets)
    return [
        {
            "design": design,
            "sizes": [
                {
                    "code": f"{design.code}.{size}",
                    "size": SIZES[size],
                    "is_here": (design.code, size) in wanted,
                    "most": languages_most(design.code, size),
                    "measure": measure(size),
                }
                for size in design.sizes
            ],
        }
        for design in DESIGNS.values()
    ]


def measure(code: str) -> str:
    size = SIZES[code]
    if size.pixels:
        return gettext("PNG, %(width)d × %(height)d pixels") % {"width": size.pixels[0], "height": size.pixels[1]}
    return gettext("PDF, %(width)d × %(height)d mm") % {
        "width": round(size.width / MM),
        "height": round(size.height / MM),
    }


def logos_shown(desk: Desk) -> list[dict]:
    found = list(Picture.objects.order_by("-created_at").values_list("pk", "title")[:LOGOS_MOST])
    if desk.state.logo and desk.state.logo not in dict(found):
        found += list(Picture.objects.filter(pk=desk.state.logo).values_list("pk", "title"))
    return [{"pk": pk, "title": title, "is_here": pk == desk.state.logo} for pk, title in found]


def rows_shown(desk: Desk):
    """One page of the list of sheets, each with number, code and what is known of its file."""
    page = Paginator(desk.choices, ROWS_ON_A_PAGE).get_page(desk.state.page)
    name = engine()
    known = [preview.known(choice, now=desk.now, name=name, shelf=desk.shelf) for choice in page.object_list]
    keys = [found.key for found in known if found.is_ready]
    withdrawn = set(Sheet.objects.withdrawn().filter(key__in=keys).values_list("key", flat=True))
    page.rows = [
        {
            "found": found,
            "label": label(choice),
            "languages": [state.language_label(code) for code in choice.languages],
            "sheet": f"{DESIGNS[choice.design].label}, {SIZES[choice.size].label}",
            "standing": ("error", gettext("Withdrawn")) if found.key in withdrawn else standing_of(found),
            "show": desk.to(show=state.name_of(choice)),
            "file": f"{reverse('studio:file')}?{desk.state.query(show=state.name_of(choice))}",
        }
        for choice, found in zip(page.object_list, known, strict=True)
    ]
    page.links = [
        {"number": number, "url": desk.to(page=number), "is_here": number == page.number}
        for number in page.paginator.page_range
    ]
    return page


def standing_of(found: Preview) -> tuple[str, str]:
    """(tone, words) for the list."""
    return {
        Standing.READY: ("success", gettext("Made and checked")),
        Standing.BUSY: ("", gettext("Not made yet")),
        Standing.TOO_LONG: ("error", gettext("Words too long")),
        Standing.REFUSED: ("error", gettext("Check failed")),
    }.get(found.standing, ("error", gettext("Not possible")))


PANELS = {
    "campaign": {"campaigns": campaigns_shown},
    "place": {"place": places_shown},
    "languages": {"tongues": languages_shown},
    "sheets": {"designs": designs_shown},
    "options": {"logos": logos_shown},
    "make": {"page_of_sheets": rows_shown},
}


# --- Files -------------------------------------------------------------------------------------------------------------


@for_makers
@require_safe
@never_cache
def file(request):
    """The shown sheet to keep. From here on it is a printed sheet: its code is known to the check page."""
    desk = Desk.of(request, request.GET)
    shown = desk.preview
    if shown is None or not shown.is_ready:
        return answer(request, desk, status=422)
    made = press.make(shown.resolved.spec)  # it lies in the store
    sheets.remember(made, shown.resolved)  # a withdrawn one was not shown as ready
    response = HttpResponse(made.body, content_type="image/png" if made.kind == "png" else "application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(shown)}"'
    return response


def file_name(shown: Preview) -> str:
    choice = shown.choice
    look = "".join(f"-{name}" for name, on in (("saver", choice.saver), ("press", choice.press)) if on)
    return (
        f"{choice.campaign}-{'+'.join(choice.languages)}-{choice.design}-{choice.size}{look}-{shown.code}.{shown.kind}"
    )


@for_makers
@require_safe
def preview_picture(request, key: str, name: str):
    """The picture of a sheet that was made: it never changes, so it is kept by the browser."""
    body = pictures.picture(key, name)
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="image/png")
    response["Cache-Control"] = FOREVER
    return response


@for_makers
@require_safe
def art(request, name: str):
    """The drawing of a campaign, small."""
    if name not in DRAWINGS:
        raise Http404
    response = HttpResponse(drawing(name, PALETTES[name])(320, 240, False, (0, 0, 0, 0)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


# --- What is asked by POST -----------------------------------------------------------------------------------------------


def kept_state(request) -> QueryDict:
    """The studio's address that a form carries along."""
    return QueryDict(request.POST.get("state", "")[:8000])


@for_makers
@require_POST
@never_cache
def confirm_number(request):
    """Record a person's word for the weak number they chose."""
    desk = Desk.of(request, kept_state(request))
    if not request.user.has_perm("hotlines.change_hotline"):
        raise Http404
    form = WeakNumberForm(request.POST)
    line = desk.weak_line
    if line is None:
        return redirect(desk.address)
    if not form.is_valid() or form.cleaned_data["hotline"] != line.code:
        return answer(request, desk, weak_form=form, status=422)
    approve_print(line, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, gettext("Your word for this number is recorded."))
    return redirect(desk.address)


@for_makers
@require_POST
@never_cache
def order(request):
    """Order the kit of everything that is chosen."""
    desk = Desk.of(request, kept_state(request))
    desk.state = replace(desk.state, step="make")
    form = KitForm(request.POST, warned=desk.is_warned)
    if desk.obstacles or desk.weak_line or not form.is_valid():
        return answer(request, desk, kit_form=form, status=422)
    try:
        kit = order_kit(request.user, desk.choices, form.cleaned_data["title"], desk.now)
    except OrderRefused as refusal:
        form.add_error(None, str(refusal))
        return answer(request, desk, kit_form=form, status=422)
    if desk.is_warned:
        warnings = [note.text for note in desk.notes if note.weight == "warning"]
        record_event(
            "posters.warnings read", actor=request.user, subject=f"kit:{kit.pk}", detail={"warnings": warnings[:40]}
        )
    return redirect("posters:kit", kit.pk)


@for_makers
@require_POST
@never_cache
def offer(request):
    """Write the shown sheet down as a poster that waits for approval."""
    if not request.user.has_perm("posters.add_poster"):
        raise Http404
    desk = Desk.of(request, kept_state(request))
    shown = desk.preview
    if shown is None or not shown.is_ready:
        return answer(request, desk, status=422)
    name = f"{desk.campaign}, {label(shown.choice)}"
    same = next((one for one in desk.campaign.posters.all() if Choice.read(one.choice) == shown.choice), None)
    poster = same or gallery.offer(name, shown.choice)
    if same is None:
        messages.success(request, gettext("The sheet waits for approval as a poster of the gallery."))
    else:
        messages.info(request, gettext("This sheet is a poster of the gallery already, or waits for approval."))
    if request.user.has_perm("posters.change_poster"):
        return redirect("poster_desk:poster", pk=poster.pk)
    return redirect(desk.address)
