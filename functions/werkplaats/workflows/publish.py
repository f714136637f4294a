"""Put a workshop's file into the store, its capacity into the ledger; and say beforehand what that comes to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, ValidationError

from werkplaats.domain.changes import change_between, concerns, reminder_due, summed_up
from werkplaats.domain.differences import Difference, differences
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import BelowHeld, Publish, Refused, Replaced
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Phase, phase
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.workflows.seats.commit import StoreAwayError, UnknownWorkshopError
from werkplaats.workflows.seats.queue import SeatQueue

_ATTEMPTS = 5
"""Tries to create a workshop that is not there, which only fails if somebody else just did or the answer is lost."""

_TONIGHT = timedelta(days=1)
"""The nightly erasure runs within this."""


class Change(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Published(Struct, frozen=True):
    change: Change


class CapacityBelowHeld(Struct, frozen=True):
    """Refused: `held` seats are somebody's already, `excess` more than the new capacity."""

    capacity: int
    held: int

    @property
    def excess(self) -> int:
        return self.held - self.capacity


class ChangedMeanwhile(Struct, frozen=True):
    """Refused: somebody else has published the workshop since it was looked at."""


def publish_workshop(
    store: Store, queue: SeatQueue, workshop: Workshop, seen: int | None = None
) -> Published | CapacityBelowHeld | ChangedMeanwhile:
    """Publish `workshop`, whole or not at all, in one commit with its ledger.

    A seat that is somebody's is never taken away: less capacity than that is refused. More capacity changes the
    ledger, which promotes the waitlist. `seen`, of a preview, refuses to replace what that did not show.

    Raises StoreAwayError if Firestore does not answer, SeatsBusyError if others keep changing the workshop's seats.
    """
    for _ in range(_ATTEMPTS):
        try:
            outcome = queue.do(workshop.id, Publish(workshop, seen))
        except UnknownWorkshopError:
            try:
                store.workshops.create(workshop, Ledger(id=workshop.id, capacity=workshop.capacity))
            except (ConflictError, OutcomeUnknownError):
                continue
            return Published(Change.CREATED)
        match outcome:
            case Replaced(changed):
                return Published(Change.UPDATED if changed else Change.UNCHANGED)
            case BelowHeld(held):
                return CapacityBelowHeld(workshop.capacity, held)
            case Refused():
                return ChangedMeanwhile()
            case _:
                raise AssertionError(f"publishing ends in {outcome}")
    raise StoreAwayError(workshop.id)


class Preview(Struct, frozen=True, kw_only=True):
    """What publishing `workshop` would come to.

    `before` is what is published; None if nothing is, or if it is `unreadable` and so replaced whole. `seen` is the
    version of it that was looked at. `held` seats are somebody's. `changes`: there is anything to publish.

    `people` lose all their data in the night that follows, and of `answers` (by question) so many are erased; `told`
    participants get a mail about other days or another place. `reminder` goes out at once, and the `waves` of the
    survey do, which would not have done so yet.
    """

    workshop: Workshop
    changes: bool = True
    before: Workshop | None = None
    unreadable: bool = False
    seen: int | None = None
    held: int = 0
    differences: tuple[Difference, ...] = ()
    people: int = 0
    answers: dict[str, int] = {}
    told: int = 0
    reminder: str | None = None
    waves: tuple[str, ...] = ()

    @property
    def refused(self) -> CapacityBelowHeld | None:
        """Why it would be refused, as far as can be told now."""
        too_small = self.workshop.capacity < self.held
        return CapacityBelowHeld(self.workshop.capacity, self.held) if too_small else None


def preview(store: Store, workshop: Workshop, now: datetime) -> Preview:
    """What publishing `workshop` at `now` (UTC) would come to. Nothing is written. Raises StoreUnavailableError."""
    ledger = store.seats.ledger(workshop.id)
    if ledger is None:
        return Preview(workshop=workshop)
    try:
        before, unreadable = store.workshops.get(workshop.id), False
    except ValidationError:
        before, unreadable = None, True
    if before == workshop and ledger.capacity == workshop.capacity:
        return Preview(workshop=workshop, changes=False)
    registrations = store.seats.all_of(workshop.id)
    reminder = reminder_due(workshop, now)
    return Preview(
        workshop=workshop,
        before=before,
        unreadable=unreadable,
        seen=ledger.published,
        held=ledger.held,
        differences=differences(before, workshop) if before else (),
        people=_count_people(workshop, registrations, now + _TONIGHT),
        answers=_count_answers(workshop, registrations, now + _TONIGHT),
        told=_count_told(store, before, workshop, registrations, now) if before else 0,
        reminder=reminder[0] if reminder and before and reminder != reminder_due(before, now) else None,
        waves=tuple(
            wave.title
            for wave in workshop.waves
            if phase(workshop, wave, now) is Phase.OPEN and not (before and _is_open(before, wave.id, now))
        ),
    )


def _count_people(workshop: Workshop, registrations: Sequence[Registration], at: datetime) -> int:
    if at < workshop.erase_registrations_at():
        return 0
    return sum(one.person is not None for one in registrations)


def _count_answers(workshop: Workshop, registrations: Sequence[Registration], at: datetime) -> dict[str, int]:
    if at >= workshop.erase_registrations_at():
        return {}
    counts = {id: sum(id in one.answers for one in registrations) for id in workshop.questions_to_erase(at)}
    return {id: count for id, count in counts.items() if count}


def _count_told(
    store: Store, before: Workshop, after: Workshop, registrations: Sequence[Registration], now: datetime
) -> int:
    """With changes that nobody was told of yet it is the sum of all that counts: a mistake put right is no news."""
    change = change_between(before, after, 0, now)
    if change is None:
        return 0
    untold = [one for one in store.changes.unannounced() if one.workshop == after.id]
    change = summed_up([*untold, change])
    return sum(concerns(change, one) for one in registrations) if change else 0


def _is_open(workshop: Workshop, wave_id: str, now: datetime) -> bool:
    wave = workshop.wave(wave_id)
    return wave is not None and phase(workshop, wave, now) is Phase.OPEN
