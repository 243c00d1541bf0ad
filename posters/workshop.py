"""Make the kits that wait: one process for the whole site, called by `posters.doorbell`, that ends when nothing waits.

`run` takes up to `RUNNING_MOST` kits of different people and makes a sheet of each in turn, so that a small kit never waits
for a large one. Stages of a row: waiting → making → made, failed, or waiting again after a mishap; after `TRIES_MOST` tries
it is parked as failed. What a crash interrupts is in the state "making", and the next run takes it up. Each run also looks
for numbers that changed, and tells people of outdated sheets (`posters.upkeep`).
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from kernel import languages
from kernel.paper import FontsMissing
from posters import kits, press, sheets, upkeep
from posters.choice import Choice, NotPossible, Resolved, Shelf, resolve
from posters.doorbell import turn
from posters.models import Kit, KitPurpose, KitSheet, KitState, Poster, RowState, Sheet
from posters.press import Made, SheetFailed

log = logging.getLogger("posters.workshop")

RUNNING_MOST = 2  # kits at the same time (SAFEGUARDS §3); of one person only one
TRIES_MOST = 3
BLOCK = 8  # rows marked as begun at once
SAVE_ROWS, SAVE_SECONDS = 40, 0.7  # what is made is written down after so many rows or so long, whichever comes first
LOOK_SECONDS = 0.5  # between looks for a second kit while one is in work


def run(*, clock: Callable[[], datetime] = timezone.now) -> int:
    """Make everything that waits and return the number of rows finished; 0 at once when another process is at it.

    After the lock is given back the queue is looked at once more: an order that came in between saw the lock taken and
    started nothing.
    """
    count = 0
    while True:
        with turn() as mine:
            if not mine:
                return count
            upkeep.look(clock())
            count += _run(clock)
            upkeep.notify(clock())
        if not Kit.objects.filter(state=KitState.WAITING).exists():
            return count


def _run(clock: Callable[[], datetime]) -> int:
    take_up()
    active, count, looked = deque(), 0, 0.0
    while True:
        while len(active) < RUNNING_MOST and (not active or time.monotonic() - looked > LOOK_SECONDS):
            kit = claim({one.made_by_id for one, _rows in active}, now=clock())
            if kit is None:
                looked = time.monotonic()
                break
            active.append((kit, work(kit, clock)))
        if not active:
            return count
        kit, rows = active.popleft()
        try:
            count += next(rows)
        except StopIteration:
            finish(kit, now=clock())
        else:
            active.append((kit, rows))


def take_up() -> None:
    """Put back what a run left that died: nobody else holds the lock, so nobody else is at it."""
    with transaction.atomic():
        left = Kit.objects.filter(state=KitState.WORKING)
        KitSheet.objects.filter(kit__in=left, state=RowState.MAKING).update(state=RowState.WAITING)
        left.update(state=KitState.WAITING)


def claim(busy: set, *, now: datetime) -> Kit | None:
    """Take the next kit whose owner has none in work: first those that mend the wall, then by age."""
    waiting = list(Kit.objects.filter(state=KitState.WAITING).order_by("made_at", "pk").select_related("made_by"))
    waiting.sort(key=lambda kit: kit.purpose != KitPurpose.RENEWAL)
    for kit in waiting:
        if kit.made_by_id in busy:
            continue
        begun = kit.started_at or now
        if Kit.objects.filter(pk=kit.pk, state=KitState.WAITING).update(state=KitState.WORKING, started_at=begun):
            kit.state, kit.started_at = KitState.WORKING, begun
            return kit
    return None


def finish(kit: Kit, *, now: datetime) -> None:
    """Close a kit whose rows are all done; one that was cancelled meanwhile stays cancelled."""
    made = kit.places.filter(state=RowState.MADE).exists()
    Kit.objects.filter(pk=kit.pk, state=KitState.WORKING).update(
        state=KitState.DONE if made else KitState.FAILED, finished_at=now
    )


def work(kit: Kit, clock: Callable[[], datetime]) -> Iterator[int]:
    """Make the rows of a kit; yields how many were finished each time others may have a turn.

    Rows that were begun before without success come last and alone, so that one that breaks the process takes no others with it.
    """
    language = getattr(kit.made_by, "language", "") or settings.LANGUAGE_CODE
    rows = list(kit.places.filter(state=RowState.WAITING).order_by("tries", "position"))
    for row in rows:
        if row.tries >= TRIES_MOST:
            fail(row, gettext("This sheet was begun three times and never came to an end. It was set aside."), language)
    groups = [[row for row in rows if row.tries == 0]]
    groups += [[row] for row in rows if 0 < row.tries < TRIES_MOST]
    while groups:
        batch = Batch(kit, groups.pop(0), clock, language)
        yield from batch.make()
        if batch.is_cancelled:
            return
        groups += [[row] for row in batch.again]


def fail(row: KitSheet, problem: str, language: str) -> None:
    with translation.override(language):
        row.state, row.problem = RowState.FAILED, str(problem)
    KitSheet.objects.filter(pk=row.pk, state=RowState.WAITING).update(state=row.state, problem=row.problem)


class Batch:
    """Some rows of one kit on their way through the presses. `again` are those that a mishap sent back."""

    def __init__(self, kit: Kit, rows: list[KitSheet], clock: Callable[[], datetime], language: str):
        self.kit, self.rows, self.clock, self.language = kit, rows, clock, language
        self.again: list[KitSheet] = []
        self.is_cancelled = False
        self._shelf = Shelf()
        self._sent: deque[tuple[KitSheet, Resolved]] = deque()
        self._done: list[tuple[KitSheet, Resolved | None, Made | None]] = []
        self._saved = time.monotonic()

    def make(self) -> Iterator[int]:
        if not self.rows:
            return
        try:
            for made in press.make_many(self._specs(), cancelled=lambda: self.is_cancelled):
                row, resolved = self._sent.popleft()
                if isinstance(made, SheetFailed):
                    self._mishap(row, made)
                else:
                    self._done.append((row, resolved, made))
                yield self._save()
        except FontsMissing:
            log.exception("Kit %s cannot be made.", self.kit.pk)
            self._give_up(
                lambda: gettext("The fonts of the posters are not installed on this site. Tell its operator.")
            )
        except Exception:  # one kit never takes the others with it; the log holds what happened
            log.exception("Kit %s was interrupted.", self.kit.pk)
            self._give_up(lambda: gettext("Something went wrong on this site. Its log says what; try again later."))
        yield self._save(at_once=True)

    def _specs(self):
        """Yield the specs of the rows; those with none fail here. Rows are marked as begun a few at a time."""
        now = self.clock()
        block = 1 if len(self.rows) == 1 else BLOCK
        for begin in range(0, len(self.rows), block):
            rows = self.rows[begin : begin + block]
            if not self._begin(rows):
                return
            for row in rows:
                with translation.override(self.language):
                    try:
                        resolved = resolve(Choice.read(row.choice), now=now, shelf=self._shelf)
                    except NotPossible as problem:
                        self._fail(row, str(problem))
                        continue
                    except (TypeError, ValueError, KeyError, AttributeError):
                        log.exception("Row %s of kit %s holds no choice.", row.position, self.kit.pk)
                        self._fail(row, gettext("What was chosen here cannot be read."))
                        continue
                self._sent.append((row, resolved))
                yield resolved.spec

    def _begin(self, rows: list[KitSheet]) -> bool:
        """Mark rows as begun, unless the kit was cancelled or deleted."""
        with transaction.atomic():
            if not Kit.objects.filter(pk=self.kit.pk, state=KitState.WORKING).exists():
                self.is_cancelled = True
                return False
            for row in rows:
                row.tries += 1
                row.state = RowState.MAKING
            for tries in {row.tries for row in rows}:
                KitSheet.objects.filter(pk__in=[row.pk for row in rows if row.tries == tries]).update(
                    state=RowState.MAKING, tries=tries
                )
        return True

    def _fail(self, row: KitSheet, problem: str) -> None:
        row.state, row.problem = RowState.FAILED, problem
        self._done.append((row, None, None))

    def _mishap(self, row: KitSheet, failure: SheetFailed) -> None:
        """A text or the check refused for good; anything else may succeed on another try."""
        with translation.override(self.language):
            if not failure.report and row.tries < TRIES_MOST:
                log.warning("Row %s of kit %s: %s", row.position, self.kit.pk, failure)
                row.state = RowState.WAITING
                self.again.append(row)
                self._done.append((row, None, None))
            else:
                self._fail(row, in_words(failure))

    def _give_up(self, problem: Callable[[], str]) -> None:
        """Fail what has not come to an end, after something that no further try of now would mend."""
        with translation.override(self.language):
            done = {row.pk for row, _resolved, _made in self._done}
            for row in self.rows:
                if row.pk not in done and row.state in {RowState.WAITING, RowState.MAKING}:
                    self._fail(row, problem())
        self._sent.clear()

    def _save(self, *, at_once: bool = False) -> int:
        """Write down what is done, when it is time; return how many rows came to an end."""
        late = time.monotonic() - self._saved >= SAVE_SECONDS
        if not self._done or not (at_once or late or len(self._done) >= SAVE_ROWS):
            return 0
        done, self._done, self._saved = self._done, [], time.monotonic()
        with transaction.atomic():
            state = Kit.objects.select_for_update().filter(pk=self.kit.pk).values_list("state", flat=True).first()
            if state is None:  # deleted meanwhile
                self.is_cancelled = True
                return 0
            self._remember(done)
            KitSheet.objects.bulk_update(
                [row for row, _resolved, _made in done], ["state", "problem", "sheet", "name"], batch_size=200
            )
            if state != KitState.WORKING:
                self.is_cancelled = True
                ids = [row.pk for row, _resolved, _made in done]
                KitSheet.objects.filter(pk__in=ids, state=RowState.WAITING).update(state=RowState.CANCELLED)
        return sum(row.state != RowState.WAITING for row, _resolved, _made in done)

    def _remember(self, done) -> None:
        known = Sheet.objects.select_related("replaced_by").in_bulk(
            [made.key for _row, _resolved, made in done if made], field_name="key"
        )
        for row, resolved, made in done:
            if made is None:
                continue
            try:
                sheet = sheets.remember(made, resolved, known=known.get(made.key))
            except NotPossible as problem:
                row.state, row.problem = RowState.FAILED, str(problem)
                continue
            row.state, row.problem, row.sheet = RowState.MADE, "", sheet
            row.name = kits.file_name(resolved.choice, made.code, made.kind)
            if row.replaces_id and row.replaces_id != sheet.pk:
                Sheet.objects.filter(pk=row.replaces_id).update(replaced_by=sheet)
                Poster.objects.filter(sheet=row.replaces_id).update(sheet=sheet)


def in_words(failure: SheetFailed) -> str:
    """Why a sheet could not be made, for a coordinator."""
    if failure.too_long:
        return " ".join(
            ngettext(
                "%(role)s in %(language)s is too long: cut %(count)d character.",
                "%(role)s in %(language)s is too long: cut %(count)d characters.",
                one["cut"],
            )
            % {
                "role": one["role"].capitalize(),
                "language": languages.english_name(one["language"]),
                "count": one["cut"],
            }
            for one in failure.too_long
        )
    if failure.report.get("findings"):
        found = "; ".join(f"{one['check']}: {one['detail']}" for one in failure.report["findings"][:5])
        return gettext("The finished sheet did not pass its check and was not kept. %(found)s") % {"found": found}
    if failure.report:
        return gettext("The sheet could not be laid out: %(problem)s") % {"problem": failure}
    return gettext("The sheet could not be made in three tries: %(problem)s") % {"problem": failure}
