"""When people are reminded of an offer, told that they got no seat, and how often anybody is reminded of anything."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from werkplaats.domain.mail.about import AboutReminder, AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.times import AMSTERDAM, OFFICE_CLOSES, OFFICE_OPENS, day_of
from werkplaats.domain.workshop import Workshop

REMINDERS = frozenset({Kind.REMINDER, Kind.OFFER_REMINDER, Kind.SURVEY_REMINDER})
"""The kinds of mail of which at most one a day is queued for a person: they tell nothing new."""

SHORTEST_OFFER = timedelta(hours=20)
"""Nobody is reminded of an offer that stands for less."""

LEAST_LEFT = timedelta(hours=2)
"""Nobody is reminded of an offer that ends sooner than this: they could hardly read it in time."""


def may_remind(last: datetime | None, now: datetime) -> bool:
    """Whether people may be reminded at `now` (UTC), if they were the `last` time then (UTC; None for never)."""
    return last is None or day_of(last) != day_of(now)


def offer_reminder_due(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the person should be reminded at `now` (UTC) of the offer that they have not answered yet.

    That is from half-way on, by day, and not on the day on which it was made: then they have just been told.
    """
    ends, made = holds.ends_at(workshop, registration), registration.state_since
    if registration.state is not State.OFFERED or registration.person is None or ends is None:
        return False
    if workshop.called_off is not None or ends - made < SHORTEST_OFFER or ends - now < LEAST_LEFT:
        return False
    return now >= made + (ends - made) / 2 and day_of(now) > day_of(made) and is_by_day(now)


def offer_reminder(registration: Registration, now: datetime) -> Mail:
    """The mail for that, queued at `now` (UTC). There is one for each offer."""
    about = AboutSeat(registration.id, registration.state_version)
    return queue(Kind.OFFER_REMINDER, about, registration.workshop, now)


def tells_not_placed(workshop: Workshop, now: datetime) -> bool:
    """Whether those who still wait are told at `now` (UTC) that it did not work out: by day, once it has begun."""
    return workshop.called_off is None and workshop.begins_at <= now < workshop.ends_at and is_by_day(now)


def not_placed_from(workshop: Workshop) -> datetime:
    """The first moment (UTC) at which `tells_not_placed` is true, unless the workshop is called off."""
    return datetime.combine(workshop.first_day, OFFICE_OPENS, AMSTERDAM).astimezone(UTC)


def not_placed(
    workshop: Workshop, registrations: Iterable[Registration], version: int, now: datetime
) -> tuple[Mail, ...]:
    """The mail for each of `registrations` that waited when the workshop began, queued at `now` (UTC).

    Whose offer ended by the beginning is told so by another mail, and so is whoever never confirmed the address: they
    were passed over, and did not wait. `version` is the ledger's version at `now`.
    """
    return tuple(
        queue(Kind.NOT_PLACED, AboutReminder(one.id, version, "start", workshop.first_day), workshop.id, now)
        for one in registrations
        if one.state is State.WAITLISTED and one.person is not None and not one.is_unconfirmed
    )


def is_by_day(now: datetime) -> bool:
    """Whether `now` (UTC) is from 08:00 until 20:00 in Amsterdam."""
    return OFFICE_OPENS <= now.astimezone(AMSTERDAM).time() < OFFICE_CLOSES
