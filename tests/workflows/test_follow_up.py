"""Before and after the workshop: reminders, mails about changes, invitations to waves, and unsubscribing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, WRITTEN, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.surroundings import STILL
from werkplaats.domain.attendance import Mark
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Cancel, CompleteList, GiveSeat, Rejoin, Unsubscribe
from werkplaats.domain.survey.waves import invitation_id
from werkplaats.domain.times import AMSTERDAM
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.invite import send_surveys

EVALUATION = WRITTEN["waves"][0] | {"to": "attended", "reminders": ["5 days", "14 days"]}
WAITED = EVALUATION | {"id": "gewacht", "to": "waitlisted", "reminders": []}
WORKSHOP = workshop(capacity=3, reminders=["7 days", "1 day"], practical="Neem iets mee.", waves=[EVALUATION, WAITED])
OPENS = WORKSHOP.wave_opens_at(WORKSHOP.waves[0])


def amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def queue(store: Store, clock: list[datetime]) -> SeatQueue:
    """A queue after r1, r2 and r3 got seats, and r4 a place on the waitlist."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: clock[0])
    queue.do_all("proef", [sign_up(number) for number in range(1, 5)])
    return queue


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


@pytest.fixture
def postman(store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid) -> Postman:
    """A postman, after all mails about signing up have been sent."""
    postman = Postman(store, sendgrid.client, Links(("k" * 32,), "https://werkplaats.example.org"), STILL)
    retry_mail(postman, NOW + timedelta(minutes=5))
    sendgrid.taken.clear()
    return postman


def queued(store: Store, kind: Kind) -> list[str]:
    """The registrations for which a mail of `kind` is queued."""
    mails = store.outbox.due(NOW + timedelta(days=900))
    return sorted(mail.registration or "" for mail in mails if mail.kind is kind)


def ics(body: dict[str, object]) -> Calendar:
    import base64

    return Calendar.from_ical(base64.b64decode(body["attachments"][0]["content"]))  # type: ignore[index]


def test_reminders_go_once_to_those_with_a_seat(store: Store, queue: SeatQueue, clock: list[datetime]) -> None:
    """Each reminder is sent once, to those who had a seat when it fell due."""
    assert send_reminders(store, amsterdam("2027-08-21T23:59")) == 0
    clock[0] = amsterdam("2027-08-22T07:00")
    queue.do("proef", Cancel("r3"))
    queue.do("proef", GiveSeat("r4"))
    assert send_reminders(store, amsterdam("2027-08-22T09:00")) == 2
    assert send_reminders(store, amsterdam("2027-08-22T09:15")) == 0
    assert queued(store, Kind.REMINDER) == ["r1", "r2"]
    assert send_reminders(store, amsterdam("2027-08-28T09:00")) == 3
    assert send_reminders(store, amsterdam("2027-08-29T09:00")) == 0


def test_a_system_that_was_down_sends_only_the_last_reminder(store: Store, queue: SeatQueue) -> None:
    """If several reminders are due, only the latest is sent."""
    assert send_reminders(store, amsterdam("2027-08-28T09:00")) == 3


def test_a_reminder_brings_what_is_practical(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """A reminder has the practical text and the calendar file of the same event."""
    now = amsterdam("2027-08-22T09:00")
    send_reminders(postman.store, now)
    retry_mail(postman, now + timedelta(minutes=5))
    assert len(sendgrid.taken) == 3
    body = sendgrid.taken[0]
    assert "Neem iets mee." in body["content"][0]["value"]
    assert ics(body).events[0]["UID"] == "r1@werkplaats.example.org"


def test_a_change_is_told_to_whom_it_concerns(postman: Postman, store: Store, sendgrid: ScriptedSendGrid) -> None:
    """A change of place is mailed to those with a seat, a change of days to everybody, and the event is replaced."""
    moved = replace(WORKSHOP, location=replace(WORKSHOP.location, street="Kerkplein 1"))
    publish_workshop(store, moved, NOW)
    assert send_reminders(store, NOW) == 3
    assert queued(store, Kind.CHANGED) == ["r1", "r2", "r3"]
    assert send_reminders(store, NOW) == 0
    retry_mail(postman, NOW + timedelta(minutes=5))
    text = sendgrid.taken[0]["content"][0]["value"]
    assert "Postweg 9" in text
    assert "Kerkplein 1" in text
    assert "Andere dagen" not in sendgrid.taken[0]["subject"]
    first = ics(sendgrid.taken[0]).events[0]
    later = replace(moved, first_day=moved.first_day - timedelta(days=7), last_day=moved.last_day - timedelta(days=7))
    publish_workshop(store, later, NOW)
    assert send_reminders(store, NOW) == 4
    sendgrid.taken.clear()
    retry_mail(postman, NOW + timedelta(minutes=5))
    bodies = {body["personalizations"][0]["to"][0]["email"]: body for body in sendgrid.taken}
    second = ics(bodies["p1@example.org"]).events[0]
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == later.first_day
    assert "attachments" not in bodies["p4@example.org"], "people on the waitlist have no event to replace"


def test_what_has_changed_again_since_is_not_told(
    postman: Postman, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid, clock: list[datetime]
) -> None:
    """A delayed mail tells only what still holds, and people who signed up after a change are not mailed."""
    week, street = timedelta(days=7), replace(WORKSHOP.location, street="Kerkplein 1")
    moved = replace(WORKSHOP, first_day=WORKSHOP.first_day - week, last_day=WORKSHOP.last_day - week, location=street)
    publish_workshop(store, moved, NOW + timedelta(minutes=10))
    clock[0] = NOW + timedelta(minutes=11)
    queue.do("proef", sign_up(5))
    assert send_reminders(store, NOW + timedelta(minutes=12)) == 4, "not r5"
    again = replace(moved, first_day=moved.first_day - week, last_day=moved.last_day - week)
    publish_workshop(store, again, NOW + timedelta(minutes=13))
    send_reminders(store, NOW + timedelta(minutes=14))
    retry_mail(postman, NOW + timedelta(minutes=20))
    mine = [body for body in sendgrid.taken if body["personalizations"][0]["to"][0]["email"] == "p1@example.org"]
    assert [body["subject"].split(":")[0] for body in mine] == ["Een andere locatie", "Andere dagen"]
    assert all("22 t/m 24 augustus" not in body["content"][0]["value"].split("maar")[-1] for body in mine)
    assert {str(ics(body).events[0]["DTSTART"].dt) for body in mine} == {again.first_day.isoformat()}


def test_a_mistake_put_right_before_anybody_was_told_is_told_to_nobody(
    postman: Postman, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    """Changes that have not been announced are combined, and if they undo each other nobody is mailed."""
    week = timedelta(days=7)
    wrong = replace(WORKSHOP, first_day=WORKSHOP.first_day - week, last_day=WORKSHOP.last_day - week)
    publish_workshop(store, wrong, NOW)
    publish_workshop(store, WORKSHOP, NOW)
    assert send_reminders(store, NOW) == 0
    assert store.changes.unannounced() == ()
    moved = replace(wrong, location=replace(WORKSHOP.location, street="Kerkplein 1"))
    publish_workshop(store, wrong, NOW)
    publish_workshop(store, moved, NOW)
    assert send_reminders(store, NOW) == 4
    retry_mail(postman, NOW + timedelta(minutes=5))
    assert {body["subject"].split(":")[0] for body in sendgrid.taken} == {"Andere dagen en een andere locatie"}


def test_who_joins_again_after_a_change_is_not_told_of_it(
    store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    """Somebody who rejoins after a change is not mailed about it, because the page already showed it."""
    queue.do("proef", Cancel("r4"))
    week = timedelta(days=7)
    moved = replace(WORKSHOP, first_day=WORKSHOP.first_day - week, last_day=WORKSHOP.last_day - week)
    publish_workshop(store, moved, NOW + timedelta(minutes=1))
    clock[0] = NOW + timedelta(minutes=2)
    queue.do("proef", Rejoin("r4"))
    send_reminders(store, NOW + timedelta(minutes=3))
    assert queued(store, Kind.CHANGED) == ["r1", "r2", "r3"]


@pytest.mark.parametrize(
    "changes",
    [{"title": "Anders"}, {"capacity": 9}, {"description": "Anders."}, {"practical": "Neem niets mee."}],
)
def test_what_does_not_matter_is_not_mailed(store: Store, queue: SeatQueue, changes: dict[str, object]) -> None:
    """Changes of other fields than the days and the place are not mailed."""
    publish_workshop(store, replace(WORKSHOP, **changes), NOW)
    assert send_reminders(store, NOW) == 0


def test_cancelling_takes_the_event_out_of_the_calendar(
    postman: Postman, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    """Who had a seat gets a calendar file that cancels the event; who was on the waitlist gets none."""
    queue.do("proef", Cancel("r1"))
    queue.do("proef", Cancel("r4"))
    retry_mail(postman, NOW + timedelta(minutes=5))
    bodies = {body["personalizations"][0]["to"][0]["email"]: body for body in sendgrid.taken}
    cancelled = ics(bodies["p1@example.org"])
    assert cancelled["METHOD"] == "CANCEL"
    assert cancelled.events[0]["STATUS"] == "CANCELLED"
    assert cancelled.events[0]["SEQUENCE"] > 1
    assert "attachments" not in bodies["p4@example.org"]


def test_a_reminder_that_was_held_up_waits_for_the_day(
    postman: Postman, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    """A delayed survey reminder is not sent at night or at the weekend, but on Monday morning."""
    send_surveys(store, amsterdam("2027-09-01T08:15"))
    retry_mail(postman, amsterdam("2027-09-01T09:00"))
    friday = amsterdam("2027-09-10T19:15")
    assert send_surveys(store, friday) == 3
    sendgrid.taken.clear()
    sendgrid.answers += [500] * 3
    retry_mail(postman, friday + timedelta(minutes=3))
    assert len(sendgrid.taken) == 3
    sendgrid.taken.clear()
    for moment in ("2027-09-10T20:30", "2027-09-11T12:00", "2027-09-12T12:00", "2027-09-13T07:59"):
        retry_mail(postman, amsterdam(moment))
        assert sendgrid.taken == []
    assert store.outbox.oldest_waiting() is None, "mails put off on purpose raise no alert"
    retry_mail(postman, amsterdam("2027-09-13T08:00"))
    assert len(sendgrid.taken) == 3


def test_a_wave_for_those_who_came_asks_those_who_came(store: Store, queue: SeatQueue, clock: list[datetime]) -> None:
    """If the list is complete, those marked as present on any day are invited, also if marked after others were."""
    clock[0] = WORKSHOP.begins_at
    queue.do("proef", CompleteList(complete=True))
    store.attendance.mark("proef", "r1", WORKSHOP.first_day, Mark.PRESENT, OPENS - timedelta(days=2))
    store.attendance.mark("proef", "r2", WORKSHOP.first_day, Mark.ABSENT, OPENS - timedelta(days=2))
    send_surveys(store, OPENS + timedelta(hours=9))
    assert queued(store, Kind.SURVEY_INVITATION) == ["r1", "r4"], "r4 is on the waitlist, which has a wave of its own"
    assert send_surveys(store, OPENS + timedelta(hours=10)) == 0
    store.attendance.mark("proef", "r2", WORKSHOP.last_day, Mark.PRESENT, OPENS + timedelta(hours=11))
    assert send_surveys(store, OPENS + timedelta(hours=12)) == 1


def test_a_half_kept_list_drops_nobody_from_the_survey(store: Store, queue: SeatQueue, clock: list[datetime]) -> None:
    """Whoever has a seat and no mark is asked too, and those are asked at once if a complete list is opened again."""
    clock[0] = WORKSHOP.begins_at
    store.attendance.mark("proef", "r1", WORKSHOP.first_day, Mark.PRESENT, OPENS - timedelta(days=2))
    store.attendance.mark("proef", "r2", WORKSHOP.first_day, Mark.ABSENT, OPENS - timedelta(days=2))
    queue.do("proef", CompleteList(complete=True))
    send_surveys(store, OPENS + timedelta(hours=9))
    assert queued(store, Kind.SURVEY_INVITATION) == ["r1", "r4"]
    queue.do("proef", CompleteList(complete=False))
    send_surveys(store, OPENS + timedelta(hours=10))
    assert queued(store, Kind.SURVEY_INVITATION) == ["r1", "r3", "r4"]


def test_where_nobody_was_marked_all_with_a_seat_are_asked(store: Store, queue: SeatQueue) -> None:
    """If nobody was marked as present, everybody with a seat is invited, except those marked as absent."""
    store.attendance.mark("proef", "r3", WORKSHOP.first_day, Mark.ABSENT, OPENS - timedelta(days=2))
    send_surveys(store, OPENS + timedelta(hours=9))
    assert queued(store, Kind.SURVEY_INVITATION) == ["r1", "r2", "r4"]


def answered(store: Store, registration: str) -> None:
    database(store).collection("invitations").document(invitation_id("proef", "evaluatie", registration)).update(
        {"answered": True}
    )


def test_reminders_go_to_those_who_have_not_answered_by_day_on_weekdays(store: Store, queue: SeatQueue) -> None:
    """People who have not answered get each survey reminder once, on weekdays by day."""
    send_surveys(store, amsterdam("2027-09-01T08:15"))
    answered(store, "r1")
    counts = {
        moment: send_surveys(store, amsterdam(moment))
        for moment in (
            "2027-09-05T12:15",  # Sunday, and not due yet
            "2027-09-06T07:59",
            "2027-09-06T20:00",
            "2027-09-07T08:15",
            "2027-09-07T09:15",
            "2027-09-15T08:15",
            "2027-09-16T08:15",
            "2027-09-29T08:15",
        )
    }
    assert counts == dict.fromkeys(counts, 0) | {"2027-09-07T08:15": 2, "2027-09-15T08:15": 2}
    assert queued(store, Kind.SURVEY_REMINDER) == ["r2", "r2", "r3", "r3"]


def test_a_reminder_due_at_the_weekend_waits_for_monday(store: Store, queue: SeatQueue) -> None:
    """A survey reminder that falls due on a Saturday is sent on Monday."""
    waves = [EVALUATION | {"reminders": ["3 days"]}]
    publish_workshop(store, workshop(capacity=3, waves=waves), NOW)
    send_surveys(store, amsterdam("2027-09-01T08:15"))
    assert send_surveys(store, amsterdam("2027-09-04T10:15")) == 0
    assert send_surveys(store, amsterdam("2027-09-06T08:15")) == 3


def test_who_unsubscribed_gets_no_surveys_and_all_else(
    postman: Postman, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    """Who has unsubscribed gets no survey mails, not even queued ones, but still gets mails about the seat."""
    queue.do("proef", Unsubscribe("r1"))
    now = amsterdam("2027-09-01T08:15")
    send_surveys(store, now)
    assert queued(store, Kind.SURVEY_INVITATION) == ["r2", "r3", "r4"]
    queue.do("proef", Unsubscribe("r2"))
    retry_mail(postman, now + timedelta(minutes=5))
    assert [body["personalizations"][0]["to"][0]["email"] for body in sendgrid.taken] == [
        "p3@example.org",
        "p4@example.org",
    ]
    headers = sendgrid.taken[0]["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<https://werkplaats.example.org/uitschrijven/")
    queue.do("proef", Cancel("r1"))
    assert queued(store, Kind.CANCELLED) == ["r1"]
