"""Mails about changes of a workshop's days or place, and the reminders before the workshop."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.mail.about import AboutChange, AboutReminder
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.times import day_of
from werkplaats.domain.workshop import Location, Workshop
from werkplaats.domain.workshop_parts import Hours


class Particulars(Struct, frozen=True, kw_only=True):
    """The facts that people note in their diaries. Participants are mailed when one of them changes.

    `days` has the hours of each day. It is empty if they are not known.
    """

    first_day: date
    last_day: date
    location: Location
    days: tuple[Hours, ...] = ()

    @classmethod
    def of(cls, workshop: Workshop) -> "Particulars":
        return cls(
            first_day=workshop.first_day,
            last_day=workshop.last_day,
            location=workshop.location,
            days=workshop.days,
        )


class Change(Struct, frozen=True, kw_only=True):
    """A published change of the workshop's particulars.

    `version` is the ledger's version of the commit that published it, and `at` (UTC) is when that was. `announced` is
    true once the mails about it have been queued.
    """

    id: str
    workshop: str
    version: int
    at: datetime
    before: Particulars
    after: Particulars
    announced: bool = False

    @property
    def of_days(self) -> bool:
        return (self.before.first_day, self.before.last_day) != (self.after.first_day, self.after.last_day)

    @property
    def of_hours(self) -> bool:
        return self.before.days != self.after.days

    @property
    def of_place(self) -> bool:
        return self.before.location != self.after.location


def change_between(before: Workshop, after: Workshop, version: int, now: datetime) -> Change | None:
    """The change of particulars from `before` to `after`, or None if there is nothing to tell.

    There is nothing to tell if the particulars are the same, if both versions of the workshop have ended by `now`
    (UTC), or if it has been called off. `version` is the ledger's version of the commit that publishes `after`.
    """
    old, new = Particulars.of(before), Particulars.of(after)
    if old == new or after.called_off is not None or now >= max(before.ends_at, after.ends_at):
        return None
    return Change(id=f"{after.id}.{version}", workshop=after.id, version=version, at=now, before=old, after=new)


def combine_changes(changes: Sequence[Change]) -> Change | None:
    """One change that stands for all of `changes`, or None if the last one undoes all the others.

    `changes` are of one workshop, oldest first, and none of them has been announced.
    """
    first, last = changes[0], changes[-1]
    return None if first.before == last.after else replace(last, before=first.before)


def drop_outdated(change: Change, workshop: Workshop) -> Change | None:
    """`change` without the parts that no longer hold, or None if no part holds.

    `workshop` is as published now. It may have changed again after `change`; a later mail tells of that.
    """
    now = Particulars.of(workshop)
    before = now
    if (change.after.first_day, change.after.last_day) == (now.first_day, now.last_day):
        before = replace(before, first_day=change.before.first_day, last_day=change.before.last_day)
    if change.after.days == now.days:
        before = replace(before, days=change.before.days)
    if change.after.location == now.location:
        before = replace(before, location=change.before.location)
    return None if before == now else replace(change, before=before, after=now)


def concerns(change: Change, registration: Registration) -> bool:
    """Whether the person of `registration` should be told about `change`.

    A change of days concerns everybody who had signed up before it, including the waitlist. A change of hours or of
    place concerns only those with a seat or an offer. Nobody is told as long as the address is not confirmed: it may be
    that of somebody who knows nothing of it. The mail that they get on confirming it says what is so by then.
    """
    if registration.is_unconfirmed:
        return False
    joined_at = registration.joined_at or registration.signed_up_at
    if registration.person is None or not registration.state.live or joined_at > change.at:
        return False
    return change.of_days or registration.state is not State.WAITLISTED


def announce_change(change: Change, registrations: tuple[Registration, ...], now: datetime) -> tuple[Mail, ...]:
    """A mail about `change` for each of `registrations` that it concerns, queued at `now` (UTC)."""
    return tuple(
        queue(Kind.CHANGED, AboutChange(registration.id, change.version, change.id), change.workshop, now)
        for registration in registrations
        if concerns(change, registration)
    )


def reminder_due(workshop: Workshop, now: datetime) -> tuple[str, datetime] | None:
    """The latest of the workshop's reminders that is due at `now` (UTC), and the time since when it is due (UTC).

    None if no reminder is due yet, or if the workshop has begun or has been called off.
    """
    if workshop.has_begun(now) or workshop.called_off is not None:
        return None
    due = zip(workshop.reminders, workshop.reminders_at(), strict=True)
    past = [(reminder, at) for reminder, at in due if at <= now]
    return past[-1] if past else None


def make_reminders(
    workshop: Workshop,
    reminder: str,
    since: datetime,
    registrations: tuple[Registration, ...],
    version: int,
    now: datetime,
) -> tuple[Mail, ...]:
    """A mail with `reminder` for everyone who had a seat at `since` (UTC), when the reminder fell due.

    Whoever got a seat later, or today, is left out: their confirmation mail has just told them the same, and they may
    have been reminded of an offer today. `version` is the ledger's version at `now` (UTC).
    """
    name = reminder.replace(" ", "")
    return tuple(
        queue(Kind.REMINDER, AboutReminder(registration.id, version, name, workshop.first_day), workshop.id, now)
        for registration in registrations
        if registration.state is State.CONFIRMED
        and not registration.is_unconfirmed
        and registration.person is not None
        and registration.state_since <= since
        and day_of(registration.state_since) < day_of(now)
    )
