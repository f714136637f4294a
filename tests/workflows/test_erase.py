"""What goes by itself besides registrations: opened answers after their own time, and what other servers wrote."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from tests.answering import answered
from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Event
from werkplaats.domain.kept import RESULTS_KEPT
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import ConflictError, Store
from werkplaats.store.outbox import Outbox
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.mark_attendance import mark_attendance

WORKSHOP = workshop(capacity=40)
SECOND = timedelta(seconds=1)


def test_opened_answers_outlive_registrations_until_their_own_time_is_over(store: Store) -> None:
    """Results stay when people are erased, and are deleted five years after the last day with their questions."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    people = [f"r{number}" for number in range(1, 8)]
    queue.do_all("proef", [sign_up(number) for number in range(1, 8)])
    answered(store, WORKSHOP, WORKSHOP.waves[0], people, [{"cijfer": 4, "beter": "Meer koffie."}] * 7)
    erase_personal_data(store, queue, WORKSHOP.erase_registrations_at())
    over = WORKSHOP.ends_at + RESULTS_KEPT
    assert timedelta(hours=-1) <= WORKSHOP.erase_results_at() - over <= timedelta(hours=1), (
        "summer time may lie between"
    )
    erase_personal_data(store, queue, WORKSHOP.erase_results_at() - SECOND)
    assert len(store.surveys.opened("proef", "evaluatie")) == 7
    assert len(store.surveys.versions("proef", "evaluatie")) == 1
    erase_personal_data(store, queue, WORKSHOP.erase_results_at())
    assert store.surveys.opened("proef", "evaluatie") == ()
    assert store.surveys.versions("proef", "evaluatie") == ()


def test_what_the_journal_says_about_a_person_goes_with_the_person(store: Store) -> None:
    """It stays for two years, but why a mail came back and who was there is emptied when registrations are erased."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))
    record_mail_events(store, [MailEvent("r1-confirmed-1", Event.BOUNCE, "550 Naam Achter has left")], NOW)
    one = store.seats.registration("r1")
    assert one is not None
    mark_attendance(store, one, WORKSHOP.first_day, Mark.ABSENT, NOW, by="een@example.org")
    erase_personal_data(store, queue, WORKSHOP.erase_registrations_at() - SECOND)
    assert details(store)["mail_bounced"] == "550 Naam Achter has left"
    assert details(store)["marked"] == f"{WORKSHOP.first_day.isoformat()} absent"
    erase_personal_data(store, queue, WORKSHOP.erase_registrations_at())
    assert (details(store)["mail_bounced"], details(store)["marked"]) == ("", "")
    assert details(store)["signed_up"] == "confirmed", "what the program itself said stays"


def test_what_comes_in_after_the_people_were_erased_goes_too(store: Store) -> None:
    """A mail can come back days later, and a mark of attendance may have been on its way. The next night takes them."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))
    night = WORKSHOP.erase_registrations_at()
    for _ in range(3):  # until nothing is left to do
        erase_personal_data(store, queue, night)
    record_mail_events(store, [MailEvent("r1-confirmed-1", Event.BOUNCE, "550 Naam Achter has left")], night)
    store.attendance.mark("proef", "r1", WORKSHOP.first_day, Mark.PRESENT, night)
    erase_personal_data(store, queue, night + timedelta(days=1))
    assert details(store)["mail_bounced"] == ""
    assert store.attendance.of("proef") == {}


@pytest.mark.parametrize("conflicts", [4, 5])
def test_a_mail_that_changes_at_the_same_moment_does_not_put_the_night_off(
    store: Store, monkeypatch: pytest.MonkeyPatch, conflicts: int
) -> None:
    """A simulated life (seed 120 of then) kept its people for a day longer: an event of the provider came meanwhile."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))
    left, original = [True] * conflicts, type(store.outbox).erase_texts

    def conflicting(outbox: Outbox, workshop: str) -> None:
        if left:
            left.pop()
            raise ConflictError("changed")
        original(outbox, workshop)

    monkeypatch.setattr(Outbox, "erase_texts", conflicting)
    with pytest.raises(SomeFailedError) if conflicts == 5 else nullcontext():
        erase_personal_data(store, queue, WORKSHOP.erase_registrations_at())
    registration = store.seats.registration("r1")
    assert registration is not None
    assert (registration.person is None) is (conflicts < 5)


def details(store: Store) -> dict[str, str]:
    """The detail of the entries in the journal, by their kind."""
    entries = database(store).collection("workshops/proef/journal").get()
    return {one.get("kind"): one.get("detail") for one in entries}
