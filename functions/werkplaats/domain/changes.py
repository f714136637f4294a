"""What participants are told when their workshop changes, and what reminds them of it."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.mail.about import AboutChange, AboutReminder
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.workshop import Location, Workshop
from werkplaats.domain.workshop_parts import Hours


class Particulars(Struct, frozen=True, kw_only=True):
    """What people have in their diaries. `days`: the hours of each day, or nothing if they are not known."""

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
    """Something that matters became something else with the ledger's `version`. `announced`: the mails exist."""

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
    """What of the particulars is another in `after`; None if nothing is, or the workshop is over or called off."""
    old, new = Particulars.of(before), Particulars.of(after)
    if old == new or after.called_off is not None or now >= max(before.ends_at, after.ends_at):
        return None
    return Change(id=f"{after.id}.{version}", workshop=after.id, version=version, at=now, before=old, after=new)


def summed_up(changes: Sequence[Change]) -> Change | None:
    """What `changes` of one workshop, in order and none of them told yet, come to; None if to nothing at all."""
    first, last = changes[0], changes[-1]
    return None if first.before == last.after else replace(last, before=first.before)


def still_true(change: Change, workshop: Workshop) -> Change | None:
    """What of `change` is still so in `workshop`, which may have changed again since; None if nothing is."""
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
    """Other days concern everybody who was in already; other hours or another place those with a seat or an offer."""
    joined_at = registration.joined_at or registration.signed_up_at
    if registration.person is None or not registration.state.live or joined_at > change.at:
        return False
    return change.of_days or registration.state is not State.WAITLISTED


def announcements(change: Change, registrations: tuple[Registration, ...], now: datetime) -> tuple[Mail, ...]:
    """A mail for each of `registrations` that `change` concerns."""
    return tuple(
        queue(Kind.CHANGED, AboutChange(registration.id, change.version, change.id), change.workshop, now)
        for registration in registrations
        if concerns(change, registration)
    )


def reminder_due(workshop: Workshop, now: datetime) -> tuple[str, datetime] | None:
    """The latest reminder before the start that is due at `now`, and since when (UTC), if there is one."""
    if workshop.has_begun(now) or workshop.called_off is not None:
        return None
    due = zip(workshop.reminders, workshop.reminders_at(), strict=True)
    past = [(reminder, at) for reminder, at in due if at <= now]
    return past[-1] if past else None


def reminders(
    workshop: Workshop,
    reminder: str,
    since: datetime,
    registrations: tuple[Registration, ...],
    version: int,
    now: datetime,
) -> tuple[Mail, ...]:
    """`reminder` to everyone who had a seat when it fell due: who got one since has just been told everything."""
    name = reminder.replace(" ", "")
    return tuple(
        queue(Kind.REMINDER, AboutReminder(registration.id, version, name, workshop.first_day), workshop.id, now)
        for registration in registrations
        if registration.state is State.CONFIRMED
        and registration.person is not None
        and registration.state_since <= since
    )
