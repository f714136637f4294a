"""Saying, while the workshop runs, that one cannot come: the state stays, and the days left are marked absent."""

from datetime import date, datetime

from msgspec.structs import replace

from werkplaats.domain.attendance import Mark, days_of
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.times import day_of
from werkplaats.domain.workshop import Workshop


def say_absent(registration: Registration, draft: Draft) -> Outcome:
    """Mark `registration` absent for today and the days after it, and tell organisers.

    A day for which an organiser has marked the person present stays so: they were there. It is refused to whoever has
    no seat, before the first day, when people cancel instead, and once the last day is over.
    """
    if registration.state is not State.CONFIRMED:
        return Refused(Refusal.NO_SEAT, registration)
    if not draft.workshop.has_begun(draft.now):
        return Refused(Refusal.NOT_BEGUN, registration)
    if draft.now >= draft.workshop.ends_at:
        return Refused(Refusal.OVER, registration)
    today = day_of(draft.now)
    marks = draft.marks.get(registration.id, {})
    left = [day for day in days_left(draft.workshop, draft.now) if marks.get(day.isoformat()) is not Mark.PRESENT]
    registration = replace(registration, absent_from=today, details_version=draft.version)
    draft.keep(registration)
    draft.mark_absent(registration.id, left)
    draft.note(Happened.SAID_ABSENT, registration.id, today.isoformat())
    return Done(registration)


def has_said_absent(registration: Registration, draft: Draft) -> bool:
    return is_said_absent(draft.workshop, registration)


def is_said_absent(workshop: Workshop, registration: Registration) -> bool:
    """Whether the person said so on one of the days of `workshop`. If these were put off since, it says nothing."""
    said = registration.absent_from
    return (
        registration.state is State.CONFIRMED and said is not None and workshop.first_day <= said <= workshop.last_day
    )


def days_left(workshop: Workshop, now: datetime) -> tuple[date, ...]:
    """The days of `workshop` that are not over at `now` (UTC)."""
    return tuple(day for day in days_of(workshop) if day >= day_of(now))
