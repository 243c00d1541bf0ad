"""Ordering kits, making them outside the request, and what happens when something goes wrong on the way."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role, sync_groups
from posters import doorbell, jobs, kits, store, workshop
from posters.models import CampaignWords, Kit, KitSheet, KitState, RowState, Sheet
from posters.press import SheetFailed
from tests.factories.accounts import member, person, unit
from tests.factories.hotlines import make_hotline
from tests.factories.kits import LANGUAGES, LETTER, order, states, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(words):
    return make_hotline(code="us-help", toll_free=True, confidential=True)


@pytest.fixture
def coordinator(db):
    sync_groups()
    return member(unit(), Role.COORDINATOR, name="Cora", email="cora@agency.example")


# --- Ordering ---


def test_an_order_writes_rows_and_makes_nothing(coordinator, line):
    kit = order(coordinator)
    assert kit.state == KitState.WAITING and states(kit) == ["waiting", "waiting"]
    assert jobs.choices_of(kit) == [replace(LETTER, languages=(code,)) for code in ("en", "es")]
    assert not Sheet.objects.exists()


def test_doubles_count_once_and_a_kit_without_title_gets_one(coordinator):
    kit = jobs.order_kit(coordinator, [LETTER, LETTER], "  ", timezone.now())
    assert kit.places.count() == 1 and kit.name.startswith("1 sheet, 1 language")


def test_an_empty_and_a_too_large_order_are_refused(coordinator):
    with pytest.raises(jobs.NothingWanted):
        jobs.order_kit(coordinator, [], "Nothing", timezone.now())
    many = [replace(LETTER, issued_by=f"Office {number}") for number in range(kits.SHEETS_MOST + 1)]
    with pytest.raises(jobs.TooManySheets, match="2,000|2000"):
        jobs.order_kit(coordinator, many, "All", timezone.now())
    assert not Kit.objects.exists()
    assert jobs.order_kit(coordinator, many[:-1], "All", timezone.now()).places.count() == kits.SHEETS_MOST


def test_a_double_click_makes_one_kit(coordinator, line, fake_press):
    first = order(coordinator)
    assert order(coordinator) == first
    assert order(person()) != first
    workshop.run()
    assert order(coordinator) != first


def test_the_queue_is_bounded(coordinator, settings):
    settings.KITS_WAITING_MOST = 2
    order(coordinator, "en")
    order(coordinator, "es")
    with pytest.raises(jobs.QueueFull):
        order(person(), "fr")
    assert Kit.objects.count() == 2


def test_a_person_orders_so_many_kits_within_an_hour(coordinator, settings):
    settings.KITS_PER_HOUR = 1
    now = timezone.now()
    order(coordinator, "en", now=now)
    with pytest.raises(jobs.TooManyOrders):
        order(coordinator, "es", now=now + timedelta(minutes=59))
    assert order(person(), "es", now=now)
    assert order(coordinator, "es", now=now + timedelta(minutes=61))


# --- Making ---


def test_a_kit_is_made_with_its_files_and_sheets(coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    assert workshop.run() == 2
    kit.refresh_from_db()
    assert kit.state == KitState.DONE and kit.started_at and kit.finished_at
    rows = list(kit.places.select_related("sheet"))
    assert [row.state for row in rows] == ["made", "made"]
    assert [row.sheet.languages for row in rows] == ["en", "es"]
    assert rows[0].name == f"en/wall-letter-{rows[0].sheet}.pdf"
    assert list(rows[0].sheet.hotlines.all()) == [line]


def test_what_cannot_be_made_fails_in_words_and_the_rest_goes_on(coordinator, line, fake_press):
    CampaignWords.objects.filter(language="es").delete()
    kit = order(coordinator, "es", "en")
    fake_press.act = lambda spec: (
        SheetFailed(
            "A text is too long for its place.",
            {
                "problem": "too long",
                "metrics": {"problems": [{"language": "fr", "role": "headline", "cut": 12, "limit": 30}]},
            },
        )
        if spec.tongues[0].language == "fr"
        else None
    )
    french = order(person(), "fr")
    workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.DONE and states(kit) == ["failed", "made"]
    assert kit.places.first().problem == "This campaign has no words in “es” yet."
    french.refresh_from_db()
    assert french.state == KitState.FAILED
    assert french.places.get().problem == "Headline in French is too long: cut 12 characters."
    assert french.places.get().tries == 1  # a text that is too long is too long on every try


def test_the_reason_is_in_the_language_of_who_ordered(coordinator, fake_press, line):
    coordinator.language = "ar-xb"
    coordinator.save()
    CampaignWords.objects.filter(language="es").delete()
    kit = order(coordinator, "es")
    workshop.run()
    assert kit.places.get().problem


def test_a_mishap_is_tried_three_times_and_then_parked(coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    fake_press.act = lambda spec: (
        SheetFailed("The printing process ended (-9).", {}) if spec.tongues[0].language == "en" else None
    )
    workshop.run()
    row = kit.places.first()
    assert (row.state, row.tries) == ("failed", workshop.TRIES_MOST)
    assert "three tries" in row.problem
    assert [spec.tongues[0].language for spec in fake_press.made] == ["en", "es", "en", "en"]
    assert kit.places.last().state == RowState.MADE


def test_a_mishap_that_passes_costs_nothing(coordinator, line, fake_press):
    mishaps = iter([SheetFailed("Too many papers are waiting to be made.", {})])
    fake_press.act = lambda spec: next(mishaps, None)
    kit = order(coordinator, "en")
    workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.DONE and states(kit) == ["made"]


class PowerCut(BaseException):
    """The process dies: nothing after it runs."""


def test_a_crash_in_the_middle_loses_nothing_and_makes_the_rest(coordinator, line, fake_press, monkeypatch):
    monkeypatch.setattr(workshop, "SAVE_ROWS", 1)
    kit = order(coordinator, "en", "es", "fr")

    def cut(spec):
        if spec.tongues[0].language == "es":
            raise PowerCut

    fake_press.act = cut
    with pytest.raises(PowerCut):
        workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.WORKING and states(kit) == ["made", "making", "making"]
    fake_press.act = lambda spec: None
    assert workshop.run() == 2
    kit.refresh_from_db()
    assert kit.state == KitState.DONE and states(kit) == ["made"] * 3
    assert list(kit.places.values_list("tries", flat=True)) == [1, 2, 2]


def test_a_sheet_that_kills_its_maker_is_parked_and_takes_no_other_with_it(coordinator, line, fake_press):
    kit = order(coordinator, "en", "es", "fr")

    def kill(spec):
        if spec.tongues[0].language == "es":
            raise PowerCut

    fake_press.act = kill
    for _try in range(workshop.TRIES_MOST):
        with pytest.raises(PowerCut):
            workshop.run()
    workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.DONE
    assert states(kit) == ["made", "failed", "made"]
    assert "set aside" in kit.places.get(position=2).problem


def test_a_fault_of_one_kit_leaves_the_next_alone(coordinator, line, fake_press):
    broken, good = order(coordinator, "en"), order(person(), "es")

    def fault(spec):
        if spec.tongues[0].language == "en":
            raise RuntimeError("the press fell over")

    fake_press.act = fault
    workshop.run()
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == (KitState.FAILED, KitState.DONE)
    assert "Something went wrong" in broken.places.get().problem


def test_a_choice_nobody_can_read_fails_alone(coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    kit.places.filter(position=1).update(choice={"languages": 7})
    workshop.run()
    assert states(kit) == ["failed", "made"]


def test_cancelling_before_and_in_the_middle(coordinator, line, fake_press, monkeypatch):
    monkeypatch.setattr(workshop, "SAVE_ROWS", 1)
    monkeypatch.setattr(workshop, "BLOCK", 1)
    early = order(coordinator, "en")
    assert jobs.cancel(early, now=timezone.now()) and states(early) == ["cancelled"]
    kit = order(coordinator, "en", "es", "fr", "de")

    def stop(spec):
        if spec.tongues[0].language == "es":
            jobs.cancel(kit, now=timezone.now())

    fake_press.act = stop
    workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.CANCELLED
    assert states(kit) == ["made", "made", "cancelled", "cancelled"]
    assert not jobs.cancel(kit, now=timezone.now())


def test_retry_makes_what_failed_and_what_was_cancelled(coordinator, line, fake_press):
    words = CampaignWords.objects.get(language="es", campaign__code="dont-be-fooled")
    CampaignWords.objects.filter(pk=words.pk).delete()
    kit = order(coordinator, "en", "es")
    workshop.run()
    assert states(kit) == ["made", "failed"]
    words.save(force_insert=True)
    assert jobs.retry(kit, now=timezone.now()) == 1
    assert jobs.retry(kit, now=timezone.now()) == 0  # it waits already
    fake_press.made.clear()
    workshop.run()
    kit.refresh_from_db()
    assert kit.state == KitState.DONE and states(kit) == ["made", "made"]
    assert len(fake_press.made) == 1
    assert jobs.retry(kit, now=timezone.now()) == 0


def test_one_person_has_one_kit_in_work_and_the_site_two(coordinator, line, fake_press):
    others = [person(), person()]
    mine = [order(coordinator, "en", "es"), order(coordinator, "fr")]
    theirs = [order(other, "de", "pl") for other in others]
    seen = []
    fake_press.act = lambda spec: seen.append(
        set(Kit.objects.filter(state=KitState.WORKING).values_list("pk", flat=True))
    )
    workshop.run()
    assert max(map(len, seen)) == workshop.RUNNING_MOST
    assert not any({one.pk for one in mine} <= working for working in seen)
    assert set(Kit.objects.values_list("state", flat=True)) == {KitState.DONE}
    assert any(theirs[0].pk in working and mine[0].pk in working for working in seen)


def test_two_makers_at_once_are_one(coordinator, line, fake_press):
    kit = order(coordinator, "en")
    with doorbell.turn() as mine:
        assert mine and doorbell.is_running()
        assert workshop.run() == 0
    assert not doorbell.is_running()
    assert workshop.run() == 1
    kit.refresh_from_db()
    assert kit.state == KitState.DONE


def test_an_order_that_comes_while_the_last_one_ends_is_made_too(coordinator, line, fake_press, monkeypatch):
    order(coordinator, "en")
    original, late = workshop._run, []

    def run_and_order(clock):
        count = original(clock)
        if not late:
            late.append(order(coordinator, "es"))
        return count

    monkeypatch.setattr(workshop, "_run", run_and_order)
    assert workshop.run() == 2
    assert states(late[0]) == ["made"]


def test_a_kit_deleted_while_it_is_made_stops(coordinator, line, fake_press, monkeypatch):
    monkeypatch.setattr(workshop, "SAVE_ROWS", 1)
    kit = order(coordinator, "en", "es", "fr")
    fake_press.act = lambda spec: Kit.objects.filter(pk=kit.pk).delete()
    workshop.run()
    assert not Kit.objects.exists() and not KitSheet.objects.exists()


def test_a_withdrawn_sheet_is_not_given_out_again(coordinator, line, fake_press):
    order(coordinator, "en")
    workshop.run()
    Sheet.objects.update(withdrawn_at=timezone.now(), withdrawn_why="The picture was wrong")
    kit = order(coordinator, "en")
    workshop.run()
    assert states(kit) == ["failed"] and "The picture was wrong" in kit.places.get().problem


# --- Starting ---


def test_an_order_starts_a_maker_once_it_is_committed(
    coordinator, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.KITS_RUN_IN = "process"
    started = []
    monkeypatch.setattr(doorbell.subprocess, "Popen", lambda command, **more: started.append((command, more)))
    monkeypatch.setattr(doorbell, "_started", [None, 0.0])
    with django_capture_on_commit_callbacks(execute=True):
        order(coordinator)
        assert not started
    ((command, more),) = started
    assert "make_kits" in command and more["start_new_session"]
    with doorbell.turn():
        doorbell.wake()
    assert len(started) == 1


def test_a_site_with_task_workers_queues_a_task(
    coordinator, line, settings, fake_press, django_capture_on_commit_callbacks
):
    settings.KITS_RUN_IN = "worker"
    with django_capture_on_commit_callbacks(execute=True):
        kit = order(coordinator, "en")
    kit.refresh_from_db()  # the tests' task back end runs at once
    assert kit.state == KitState.DONE


# --- Pages ---


def test_the_page_shows_progress_and_then_the_download(client, coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    client.force_login(coordinator)
    page = client.get(url("kit", kit.pk)).content.decode()
    assert "The kit is waiting for its turn. 0 of 2 sheets are made." in page
    assert 'http-equiv="refresh"' in page and "Cancel" in page
    assert "Download" not in page
    workshop.run()
    page = client.get(url("kit", kit.pk)).content.decode()
    assert "The kit is ready. 2 of 2 sheets are made." in page
    assert "Download 2 sheets (zip)" in page and 'http-equiv="refresh"' not in page
    part = client.get(url("kit_progress", kit.pk)).content.decode()
    assert part.count("data-part=") == 3 and "<html" not in part


@pytest.mark.parametrize("name", ["kit", "kit_progress", "kit_zip", "kit_delete"])
def test_a_kit_exists_for_its_owner_and_administrators_only(client, coordinator, line, fake_press, name):
    kit = order(coordinator, "en")
    workshop.run()
    colleague = member(unit(), Role.COORDINATOR)
    administrator = member(unit(), Role.ADMINISTRATOR)
    assert client.get(url(name, kit.pk)).status_code == 302  # to sign in
    client.force_login(colleague)
    assert client.get(url(name, kit.pk)).status_code == 404
    assert client.get(url(name, kit.pk + 1)).status_code == 404
    for owner in (coordinator, administrator):
        client.force_login(owner)
        assert client.get(url(name, kit.pk)).status_code == 200


@pytest.mark.parametrize("name", ["kit_cancel", "kit_retry", "kit_repeat", "kit_reissue", "kit_delete"])
def test_nobody_else_acts_on_a_kit(client, coordinator, line, name):
    kit = order(coordinator, "en")
    client.force_login(member(unit(), Role.COORDINATOR))
    assert client.post(url(name, kit.pk)).status_code == 404
    kit.refresh_from_db()
    assert kit.state == KitState.WAITING and Kit.objects.count() == 1


def test_a_file_of_a_kit_is_opened_alone(client, coordinator, line, fake_press):
    kit = order(coordinator, "en")
    client.force_login(coordinator)
    assert client.get(url("kit_sheet", kit.pk, 1)).status_code == 404  # not made yet
    workshop.run()
    answer = client.get(url("kit_sheet", kit.pk, 1))
    assert b"".join(answer.streaming_content).startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"
    assert client.get(url("kit_sheet", kit.pk, 1), headers={"if-none-match": answer["ETag"]}).status_code == 304
    client.force_login(person())
    assert client.get(url("kit_sheet", kit.pk, 1)).status_code == 404


def zip_of(client, kit) -> zipfile.ZipFile:
    answer = client.get(url("kit_zip", kit.pk))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_zip_holds_sheets_manifest_list_and_instructions(client, coordinator, line, fake_press):
    kit = order(coordinator, "en", "ar", size="square")
    workshop.run()
    client.force_login(coordinator)
    bundle = zip_of(client, kit)
    assert bundle.testzip() is None
    names = [row.name for row in kit.places.all()]
    assert bundle.namelist() == [*names, "manifest.csv", "SHEETS.txt", "PRINTING.txt"]
    assert names[0].endswith(".png")
    assert not any(entry.flag_bits & 0x08 for entry in bundle.infolist())  # readable as it comes
    manifest = bundle.read("manifest.csv").decode("utf-8-sig").splitlines()
    assert len(manifest) == 3 and "us-help" in manifest[1]
    assert "Arabic" in bundle.read("SHEETS.txt").decode()
    assert zip_of(client, kit).fp.getvalue() == bundle.fp.getvalue()


def test_the_zip_says_what_is_missing(client, coordinator, line, fake_press):
    CampaignWords.objects.filter(language="es").delete()
    kit = order(coordinator, "en", "es")
    workshop.run()
    client.force_login(coordinator)
    assert "no words in “es”" in zip_of(client, kit).read("MISSING.txt").decode()


def test_files_the_store_lost_are_made_again(client, coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    workshop.run()
    store.place(kit.places.first().sheet.key, "pdf").unlink()
    client.force_login(coordinator)
    assert client.get(url("kit_zip", kit.pk)).url == url("kit", kit.pk)
    assert states(kit) == ["waiting", "made"]
    workshop.run()
    assert zip_of(client, kit).testzip() is None


def test_a_kit_ordered_again_asks_the_press_for_the_same_sheets(client, coordinator, line, fake_press):
    kit = order(coordinator, "en", "es")
    workshop.run()
    client.force_login(coordinator)
    answer = client.post(url("kit_repeat", kit.pk), follow=True)
    again = Kit.objects.exclude(pk=kit.pk).get()
    assert answer.redirect_chain[-1][0] == url("kit", again.pk)
    workshop.run()
    assert set(again.sheets.all()) == set(kit.sheets.all()) and Sheet.objects.count() == 2


def test_a_kit_whose_sheets_the_store_holds_is_ready_at_once(coordinator, line, fake_press, monkeypatch):
    monkeypatch.setattr("posters.stock.engine", lambda: "test")
    kit = order(coordinator, "en", "es")
    workshop.run()
    again = order(coordinator, "en", "es")
    assert again != kit and again.state == KitState.DONE and again.finished_at
    assert set(again.sheets.all()) == set(kit.sheets.all())
    assert [row.name for row in again.places.all()] == [row.name for row in kit.places.all()]
    more = order(coordinator, "en", "fr")
    assert more.state == KitState.WAITING and states(more) == ["made", "waiting"]
    fake_press.made.clear()
    workshop.run()
    assert len(fake_press.made) == 1
    store.place(kit.places.first().sheet.key, "pdf").unlink()
    Sheet.objects.filter(pk=kit.places.last().sheet.pk).update(withdrawn_at=timezone.now())
    assert states(order(coordinator, "en", "es")) == ["waiting", "waiting"]


def test_actions_of_the_page(client, coordinator, line, fake_press, settings):
    kit = order(coordinator, "en", "es")
    client.force_login(coordinator)
    assert "was cancelled" in client.post(url("kit_cancel", kit.pk), follow=True).content.decode()
    assert "finished before" in client.post(url("kit_cancel", kit.pk), follow=True).content.decode()
    assert "2 sheets are tried again" in client.post(url("kit_retry", kit.pk), follow=True).content.decode()
    workshop.run()
    assert "nothing to try again" in client.post(url("kit_retry", kit.pk), follow=True).content.decode()
    settings.KITS_PER_HOUR = 1
    assert "within an hour" in client.post(url("kit_repeat", kit.pk), follow=True).content.decode()
    assert "cannot be brought back" in client.get(url("kit_delete", kit.pk)).content.decode()
    assert Kit.objects.filter(pk=kit.pk).exists()
    assert "was deleted" in client.post(url("kit_delete", kit.pk), follow=True).content.decode()
    assert not Kit.objects.exists() and Sheet.objects.count() == 2


def test_the_history_is_searched_and_filtered(client, coordinator, line, fake_press):
    done = order(coordinator, "en")
    workshop.run()
    Kit.objects.filter(pk=done.pk).update(name="Clinics in spring")
    order(coordinator, "es")
    order(person(), "fr")
    client.force_login(coordinator)
    page = client.get(url("kits")).content.decode()
    assert "Clinics in spring" in page and "For the clinic" in page and page.count("usa-collection__item") == 2
    assert client.get(url("kits"), {"q": "SPRING"}).content.decode().count("usa-collection__item") == 1
    assert "For the clinic" in client.get(url("kits"), {"state": "waiting"}).content.decode()
    assert "No kit fits" in client.get(url("kits"), {"q": "\0zz", "state": "failed", "page": "x"}).content.decode()


def test_learners_find_no_kits(client):
    sync_groups()
    client.force_login(member(unit(), Role.LEARNER))
    assert client.get(url("kits")).status_code == 404


def test_lists_ask_the_database_as_often_for_many_as_for_few(
    client, coordinator, line, fake_press, django_assert_max_num_queries
):
    kit = order(coordinator, *LANGUAGES)
    workshop.run()
    order(coordinator, "en")
    client.force_login(coordinator)
    client.get(url("kits"))
    with django_assert_max_num_queries(16):
        client.get(url("kits"))
    with django_assert_max_num_queries(14):
        client.get(url("kit", kit.pk))


def test_a_large_kit_costs_few_queries_for_each_sheet(coordinator, line, fake_press, django_assert_max_num_queries):
    jobs.order_kit(
        coordinator,
        [replace(LETTER, languages=("en",), issued_by=f"Office {number}") for number in range(40)],
        "Offices",
        timezone.now(),
    )
    workshop.run()
    Kit.objects.all().delete()
    jobs.order_kit(
        coordinator,
        [replace(LETTER, languages=("en",), issued_by=f"Office {number}") for number in range(40)],
        "Offices",
        timezone.now(),
    )
    with django_assert_max_num_queries(60):  # known sheets: less than two for each
        workshop.run()


def test_what_is_kept_of_a_person_is_handed_out_and_erased(coordinator, line, fake_press):
    from posters.privacy import erase_posters, export_posters

    order(coordinator, "en", "es")
    other = order(person(), "en")
    workshop.run()
    kits_kept, reviews = export_posters(coordinator)
    assert [(row["name"], row["sheets"]) for row in kits_kept.rows] == [("For the clinic", 2)]
    CampaignWords.objects.filter(language="es").first().review(coordinator, on=timezone.localdate())
    assert len(export_posters(coordinator)[1].rows) == 1 and not reviews.rows
    erase_posters(coordinator)
    assert list(Kit.objects.all()) == [other] and Sheet.objects.count() == 2
