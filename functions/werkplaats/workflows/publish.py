"""Publishes a workshop, and previews what publishing it would do."""

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
"""How many times publishing is tried.

It is tried again only if somebody else creates the same workshop at the same moment, or if the answer is lost.
"""

_TONIGHT = timedelta(days=1)
"""Within this time `erase_personal_data`, which runs every night, has run once."""


class Effect(StrEnum):
    """What publishing did to the stored workshop."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Published(Struct, frozen=True):
    """The workshop is published."""

    effect: Effect


class CapacityBelowHeld(Struct, frozen=True):
    """Refused: `held` seats are confirmed or offered, which is `excess` more than the new capacity."""

    capacity: int
    held: int

    @property
    def excess(self) -> int:
        return self.held - self.capacity


class ChangedMeanwhile(Struct, frozen=True):
    """Refused: somebody else has published the workshop since its preview was made."""


def publish_workshop(
    store: Store, queue: SeatQueue, workshop: Workshop, seen: int | None = None
) -> Published | CapacityBelowHeld | ChangedMeanwhile:
    """Publish `workshop` in one commit with its ledger.

    A capacity below the number of seats held is refused, so that nobody loses a seat. A higher capacity changes the
    ledger, and that event promotes people from the waitlist. If `seen`, from a preview, is given, publishing is refused
    if somebody else has published since that preview.

    Raises StoreAwayError if Firestore does not answer, and SeatsBusyError if other processes keep changing the
    workshop's seats.
    """
    for _ in range(_ATTEMPTS):
        try:
            outcome = queue.do(workshop.id, Publish(workshop, seen))
        except UnknownWorkshopError:
            try:
                store.workshops.create(workshop, Ledger(id=workshop.id, capacity=workshop.capacity))
            except (ConflictError, OutcomeUnknownError):
                continue
            return Published(Effect.CREATED)
        match outcome:
            case Replaced(changed):
                return Published(Effect.UPDATED if changed else Effect.UNCHANGED)
            case BelowHeld(held):
                return CapacityBelowHeld(workshop.capacity, held)
            case Refused():
                return ChangedMeanwhile()
            case _:
                raise AssertionError(f"unexpected outcome of publishing: {outcome}")
    raise StoreAwayError(workshop.id)


class Preview(Struct, frozen=True, kw_only=True):
    """What publishing `workshop` would do.

    - `changes`: false if it is already published exactly like this. Then all other fields have their defaults.
    - `before`: the published workshop. None if there is none, or if it is `unreadable` by this version of the program.
    - `seen`: to be passed to `publish_workshop`, which refuses if somebody else has published since this preview.
    - `held`: the number of seats that are confirmed or offered.
    - `differences`: the fields that would change.
    - `people`: how many people's data would be erased in the next night.
    - `answers`: how many answers would be erased in the next night, by question id.
    - `mailed`: how many participants would get a mail about changed days or place.
    - `reminder`: the reminder that would be sent at once, such as '7 days', and is not due at present.
    - `waves`: the titles of the waves of the survey that would be open at once and are not at present.
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
    mailed: int = 0
    reminder: str | None = None
    waves: tuple[str, ...] = ()

    @property
    def refused(self) -> CapacityBelowHeld | None:
        """Why publishing would be refused now, or None."""
        too_small = self.workshop.capacity < self.held
        return CapacityBelowHeld(self.workshop.capacity, self.held) if too_small else None


def preview(store: Store, workshop: Workshop, now: datetime) -> Preview:
    """What publishing `workshop` at `now` (UTC) would do. Nothing is written. Raises StoreUnavailableError."""
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
        mailed=_count_mailed(store, before, workshop, registrations, now) if before else 0,
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


def _count_mailed(
    store: Store, before: Workshop, after: Workshop, registrations: Sequence[Registration], now: datetime
) -> int:
    """How many people would be mailed about the change.

    Changes that have not been announced yet are combined with this one. So if it undoes them, nobody is mailed.
    """
    change = change_between(before, after, 0, now)
    if change is None:
        return 0
    unannounced = [one for one in store.changes.unannounced() if one.workshop == after.id]
    change = summed_up([*unannounced, change])
    return sum(concerns(change, one) for one in registrations) if change else 0


def _is_open(workshop: Workshop, wave_id: str, now: datetime) -> bool:
    wave = workshop.wave(wave_id)
    return wave is not None and phase(workshop, wave, now) is Phase.OPEN
