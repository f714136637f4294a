"""Previews what publishing a workshop would do: who is mailed, what is erased, and what ends."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from msgspec import Struct, ValidationError
from msgspec.structs import replace

from werkplaats.domain.changes import change_between, combine_changes, concerns, reminder_due
from werkplaats.domain.differences import Difference, differences
from werkplaats.domain.questions import possible_answers
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.holds import ends_at
from werkplaats.domain.survey.waves import Phase, phase
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.publish import CapacityBelowHeld

_TONIGHT = timedelta(days=1)
"""Within this time `erase_personal_data`, which runs every night, has run once."""

SignUpPhase = Literal["early", "open", "closed"]


Everybody = Callable[[], Sequence[Registration]]
"""Reads all registrations, once. A change of texts or of the number of seats needs none of them."""


class LostAnswers(Struct, frozen=True):
    """`count` answers to `question` (its id) that pages will no longer show.

    The question is removed, or if `option` (a value) is given, that option of it.
    """

    question: str
    option: str | None
    count: int


class Preview(Struct, frozen=True, kw_only=True):
    """What publishing `workshop` would do.

    - `changes`: false if it is already published exactly like this. Then all other fields have their defaults.
    - `before`: the published workshop. None if there is none, or if it is `unreadable` by this version of the program.
    - `seen`: to be passed to `publish_workshop`, which refuses if somebody else has published since this preview.
    - `held`: the number of seats that are confirmed or offered.
    - `differences`: the fields that would change.
    - `people`: how many people's data would be erased in the next night.
    - `answers`: how many answers would be erased in the next night, by question id.
    - `mailed`: how many participants would get a mail about changed days, hours or place.
    - `reminder`: the reminder that would be sent at once, such as '7 days', and is not due at present.
    - `waves`: the titles of the waves of the survey that would be open at once and are not at present.
    - `lost`: answers that would no longer be shown.
    - `sign_up`: the phase of signing up before and after, if it changes.
    - `offers_cut_short`: how many offers would end earlier than their mail says.
    - `closed_waves`: the titles of the waves that can be answered at present and could not be any more.
    - `without_access`: addresses that would lose access to the desk.
    - `promoted`: how many people would come off the waitlist at once.
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
    lost: tuple[LostAnswers, ...] = ()
    sign_up: tuple[SignUpPhase, SignUpPhase] | None = None
    offers_cut_short: int = 0
    closed_waves: tuple[str, ...] = ()
    without_access: tuple[str, ...] = ()
    promoted: int = 0

    @property
    def practice_differs(self) -> bool:
        """Whether it would be refused, because one of the two is a practice workshop and the other is not."""
        return self.before is not None and self.before.practice is not self.workshop.practice

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
    if before is not None:
        workshop = replace(workshop, called_off=before.called_off)
    if before == workshop and ledger.capacity == workshop.capacity:
        return Preview(workshop=workshop, changes=False)
    everybody = cache(lambda: store.seats.all_of(workshop.id))
    reminder = reminder_due(workshop, now)
    return Preview(
        workshop=workshop,
        before=before,
        unreadable=unreadable,
        seen=ledger.published,
        held=ledger.held,
        differences=differences(before, workshop) if before else (),
        people=_count_people(workshop, everybody, now + _TONIGHT),
        answers=_count_answers(workshop, everybody, now + _TONIGHT),
        mailed=_count_mailed(store, before, workshop, everybody, now) if before else 0,
        reminder=reminder[0] if reminder and before and reminder != reminder_due(before, now) else None,
        waves=tuple(_open_only_in(workshop, before, now)),
        lost=tuple(_lost_answers(before, workshop, everybody)) if before else (),
        sign_up=_sign_up(before, workshop, now) if before else None,
        offers_cut_short=_count_cut_short(before, workshop, everybody) if before else 0,
        closed_waves=tuple(_open_only_in(before, workshop, now)) if before else (),
        without_access=_without_access(before, workshop) if before else (),
        promoted=min(ledger.waitlisted, max(0, workshop.capacity - ledger.held)) if workshop.gives_seats(now) else 0,
    )


def _count_people(workshop: Workshop, everybody: Everybody, at: datetime) -> int:
    if at < workshop.erase_registrations_at():
        return 0
    return sum(one.person is not None for one in everybody())


def _count_answers(workshop: Workshop, everybody: Everybody, at: datetime) -> dict[str, int]:
    if at >= workshop.erase_registrations_at():
        return {}
    counts = {id: sum(id in one.answers for one in everybody()) for id in workshop.questions_to_erase(at)}
    return {id: count for id, count in counts.items() if count}


def _count_mailed(store: Store, before: Workshop, after: Workshop, everybody: Everybody, now: datetime) -> int:
    """How many people would be mailed about the change.

    Changes that have not been announced yet are combined with this one. So if it undoes them, nobody is mailed.
    """
    change = change_between(before, after, 0, now)
    if change is None:
        return 0
    unannounced = [one for one in store.changes.unannounced() if one.workshop == after.id]
    change = combine_changes([*unannounced, change])
    return sum(concerns(change, one) for one in everybody()) if change else 0


def _open_only_in(one: Workshop, other: Workshop | None, now: datetime) -> Iterable[str]:
    """The titles of the waves that are open in `one` and not in `other`."""
    for wave in one.waves:
        if phase(one, wave, now) is Phase.OPEN and not (other and _is_open(other, wave.id, now)):
            yield wave.title


def _is_open(workshop: Workshop, wave_id: str, now: datetime) -> bool:
    wave = workshop.wave(wave_id)
    return wave is not None and phase(workshop, wave, now) is Phase.OPEN


def _lost_answers(before: Workshop, after: Workshop, everybody: Everybody) -> Iterable[LostAnswers]:
    stayed = {question.id: question for question in after.questions}
    for question in before.questions:
        there = stayed.get(question.id)
        left = possible_answers(there) if there else ()
        gone = [answer for answer in possible_answers(question) if answer not in left]
        if there and not gone:
            continue
        given = [one.answers[question.id] for one in everybody() if question.id in one.answers]
        if there is None:
            if given:
                yield LostAnswers(question.id, None, len(given))
            continue
        for answer in gone:
            if chosen := sum(answer in one if isinstance(one, list) else answer == one for one in given):
                yield LostAnswers(question.id, str(answer), chosen)


def _sign_up(before: Workshop, after: Workshop, now: datetime) -> tuple[SignUpPhase, SignUpPhase] | None:
    was, becomes = before.sign_up_phase(now), after.sign_up_phase(now)
    return None if was == becomes else (was, becomes)


def _count_cut_short(before: Workshop, after: Workshop, everybody: Everybody) -> int:
    """How many offers end earlier by `after`, because it begins earlier."""
    if after.begins_at == before.begins_at:
        return 0
    offered = [one for one in everybody() if one.state is State.OFFERED]
    return sum(ends_at(before, one) != ends_at(after, one) for one in offered)


def _without_access(before: Workshop, after: Workshop) -> tuple[str, ...]:
    left = {one.email.casefold() for one in after.organisers}
    return tuple(one.email for one in before.organisers if one.email.casefold() not in left)
