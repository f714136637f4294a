"""Who is reminded of what and when, and who is told that they got no seat."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.changes import make_reminders
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.reminding import may_remind, not_placed, offer_reminder_due, tells_not_placed
from werkplaats.domain.seats.commands import Cancel, ErasePerson, Promote
from werkplaats.domain.workshop import CalledOff

WORKSHOP = workshop()
MADE = datetime(2027, 3, 3, 13, 0, tzinfo=UTC)
"""14:00 on a Wednesday in Amsterdam, long before the workshop begins."""


def offer(hours: int, made: datetime = MADE) -> Registration:
    """A registration with an offer that was made then and stands for so many `hours`."""
    world = World(WORKSHOP, made)
    world.do(sign_up(1))
    one = world.registrations["r1"]
    return replace(one, state=State.OFFERED, held_until=made + timedelta(hours=hours))


def reminded(one: Registration) -> list[str]:
    """The quarters, in Amsterdam, in which `one` would be reminded: the first and the last."""
    times = [one.state_since + timedelta(minutes=15 * number) for number in range(4 * 24 * 4)]
    due = [at + timedelta(hours=1) for at in times if offer_reminder_due(WORKSHOP, one, at)]
    return [f"{at:%d %H:%M}" for at in due[:1] + due[-1:]]


def test_an_offer_is_reminded_of_half_way_and_by_day() -> None:
    """Not on the day on which it was made, not at night, and not in the last two hours."""
    assert reminded(offer(48)) == ["04 14:00", "05 12:00"]
    assert reminded(offer(24)) == ["04 08:00", "04 12:00"]
    assert reminded(offer(72)) == ["05 08:00", "06 12:00"]


def test_at_night_it_waits_for_the_morning() -> None:
    assert not offer_reminder_due(WORKSHOP, offer(30), datetime(2027, 3, 4, 6, 59, tzinfo=UTC))
    assert offer_reminder_due(WORKSHOP, offer(30), datetime(2027, 3, 4, 7, 0, tzinfo=UTC))
    assert not offer_reminder_due(WORKSHOP, offer(60), datetime(2027, 3, 4, 19, 0, tzinfo=UTC))


def test_a_short_offer_is_not_reminded_of() -> None:
    assert reminded(offer(19)) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.OFFERED])
def test_nobody_without_an_offer_is_reminded(state: State) -> None:
    assert reminded(replace(offer(48), state=state)) == []


def test_an_offer_of_what_was_called_off_is_not_reminded_of() -> None:
    off = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="Ziek", version=2))
    assert offer_reminder_due(WORKSHOP, offer(48), MADE + timedelta(hours=24))
    assert not offer_reminder_due(off, offer(48), MADE + timedelta(hours=24))


def test_people_are_reminded_once_a_day() -> None:
    """A day is one in Amsterdam, where it is one o'clock when it is midnight in UTC."""
    evening = datetime(2027, 3, 3, 22, 59, tzinfo=UTC)
    assert may_remind(None, evening)
    assert not may_remind(datetime(2027, 3, 3, 7, 0, tzinfo=UTC), evening)
    assert may_remind(evening, evening + timedelta(minutes=1))


def test_who_got_a_seat_today_is_not_reminded_of_the_workshop_today() -> None:
    """They have just been told everything, and may have been reminded of their offer this morning."""
    world = World(WORKSHOP, MADE)
    world.do(sign_up(1))
    [seat] = world.registrations.values()
    later = MADE + timedelta(hours=4)
    assert make_reminders(WORKSHOP, "7 days", later, (seat,), 1, later) == ()
    tomorrow = MADE + timedelta(days=1)
    assert [mail.kind for mail in make_reminders(WORKSHOP, "7 days", tomorrow, (seat,), 1, tomorrow)] == [Kind.REMINDER]


def test_who_still_waits_when_it_begins_is_told_by_day() -> None:
    """From eight in the morning of the first day, and no more once the last day is over."""
    begins = WORKSHOP.begins_at
    assert not tells_not_placed(WORKSHOP, begins - timedelta(hours=10))
    assert not tells_not_placed(WORKSHOP, begins)
    assert not tells_not_placed(WORKSHOP, begins + timedelta(hours=7, minutes=59))
    assert tells_not_placed(WORKSHOP, begins + timedelta(hours=8))
    assert not tells_not_placed(WORKSHOP, begins + timedelta(hours=20))
    assert not tells_not_placed(WORKSHOP, WORKSHOP.ends_at + timedelta(hours=8))
    off = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="Ziek", version=2))
    assert not tells_not_placed(off, begins + timedelta(hours=8))


def test_only_who_waits_is_told_and_each_once(world: World) -> None:
    """Whoever has a seat, an offer, or has left is not told; the mail has the same id however often it is made."""
    world.do(sign_up(5), sign_up(6))
    world.do(Cancel("r1"))
    world.do(Promote())
    world.do(ErasePerson("r5"))
    assert world.state("r3") is State.OFFERED
    people = world.registrations.values()
    ids = [[mail.id for mail in not_placed(WORKSHOP, people, version, NOW)] for version in (3, 4)]
    day = WORKSHOP.first_day.isoformat()
    assert ids[0] == ids[1] == [f"r4-not_placed-start-{day}", f"r6-not_placed-start-{day}"]


@pytest.fixture
def world() -> World:
    """Two seats, held by r1 and r2, and a waitlist of r3 and r4."""
    world = World(WORKSHOP)
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world
