"""Say what publishing a workshop comes to, before anybody does so: whom it mails, what is erased or ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, ValidationError
from msgspec.structs import replace

from werkplaats.domain.changes import change_between, concerns, reminder_due, summed_up
from werkplaats.domain.differences import Difference, differences
from werkplaats.domain.questions import possible_answers
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.offers import ends_at
from werkplaats.domain.survey.waves import Phase, phase
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.publish import CapacityBelowHeld

_TONIGHT = timedelta(days=1)
"""The nightly erasure runs within this."""

SignUpPhase = Literal["early", "open", "closed"]


class LostAnswers(Struct, frozen=True):
    """`count` answers to `question` (its id) that pages will show no more.

    Of a question that is gone, or with `option` (its value) the answers that chose one that is gone.
    """

    question: str
    option: str | None
    count: int


class Preview(Struct, frozen=True, kw_only=True):
    """What publishing `workshop` would come to.

    `before` is what is published; None if nothing is, or if it is `unreadable` and so replaced whole. `seen` is the
    version of it that was looked at. `held` seats are somebody's. `changes`: there is anything to publish.

    `people` lose all their data in the night that follows, and of `answers` (by question) so many are erased; `mailed`
    participants get a mail about other days or hours, or another place. `reminder` goes out at once, and the `waves` of
    the survey do, which would not have done so yet.

    `lost` are answers that are shown no more; `sign_up` is what signing up was and becomes, where that is another;
    `offers_cut_short` are offers that end earlier than their mail says; `closed_waves` are surveys (titles) that can
    be answered now and no more then; `without_access` are addresses that lose their way in; and so many people as
    `promoted` come off the waitlist at once.
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
        """Whether it would be refused because one of the two practises and the other does not."""
        return self.before is not None and self.before.practice is not self.workshop.practice

    @property
    def refused(self) -> CapacityBelowHeld | None:
        """Why it would be refused, as far as is known now."""
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
    if before is not None:
        workshop = replace(workshop, called_off=before.called_off)
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
        waves=tuple(_open_only_in(workshop, before, now)),
        lost=tuple(_lost_answers(before, workshop, registrations)) if before else (),
        sign_up=_sign_up(before, workshop, now) if before else None,
        offers_cut_short=_count_cut_short(before, workshop, registrations) if before else 0,
        closed_waves=tuple(_open_only_in(before, workshop, now)) if before else (),
        without_access=_without_access(before, workshop) if before else (),
        promoted=min(ledger.waitlisted, max(0, workshop.capacity - ledger.held)) if workshop.gives_seats(now) else 0,
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
    """With changes that nobody was mailed of yet it is the sum of all that counts: a mistake put right is no news."""
    change = change_between(before, after, 0, now)
    if change is None:
        return 0
    untold = [one for one in store.changes.unannounced() if one.workshop == after.id]
    change = summed_up([*untold, change])
    return sum(concerns(change, one) for one in registrations) if change else 0


def _open_only_in(one: Workshop, other: Workshop | None, now: datetime) -> Iterable[str]:
    """The titles of the waves that can be answered by `one`, and not by `other`."""
    for wave in one.waves:
        if phase(one, wave, now) is Phase.OPEN and not (other and _is_open(other, wave.id, now)):
            yield wave.title


def _is_open(workshop: Workshop, wave_id: str, now: datetime) -> bool:
    wave = workshop.wave(wave_id)
    return wave is not None and phase(workshop, wave, now) is Phase.OPEN


def _lost_answers(before: Workshop, after: Workshop, registrations: Sequence[Registration]) -> Iterable[LostAnswers]:
    stayed = {question.id: question for question in after.questions}
    for question in before.questions:
        given = [one.answers[question.id] for one in registrations if question.id in one.answers]
        if question.id not in stayed:
            if given:
                yield LostAnswers(question.id, None, len(given))
            continue
        left = possible_answers(stayed[question.id])
        for answer in possible_answers(question):
            chosen = sum(answer in one if isinstance(one, list) else answer == one for one in given)
            if answer not in left and chosen:
                yield LostAnswers(question.id, str(answer), chosen)


def _sign_up(before: Workshop, after: Workshop, now: datetime) -> tuple[SignUpPhase, SignUpPhase] | None:
    was, becomes = before.sign_up_phase(now), after.sign_up_phase(now)
    return None if was == becomes else (was, becomes)


def _count_cut_short(before: Workshop, after: Workshop, registrations: Sequence[Registration]) -> int:
    """How many offers end earlier by `after`, because it begins earlier."""
    offered = [one for one in registrations if one.state is State.OFFERED]
    return sum(ends_at(before, one) != ends_at(after, one) for one in offered)


def _without_access(before: Workshop, after: Workshop) -> tuple[str, ...]:
    left = {one.email.casefold() for one in after.organisers}
    return tuple(one.email for one in before.organisers if one.email.casefold() not in left)
