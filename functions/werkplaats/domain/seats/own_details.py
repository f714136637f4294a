"""What people change themselves about their registration: name, particulars and answers. moving.py has the address.

Name and particulars can be changed until the workshop is over, answers until it begins, or until an earlier day that
the question names. After that the pages show what there is, and whom to call.
"""

from datetime import datetime

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.questions import AnyQuestion, Consent
from werkplaats.domain.registration import Answers, Registration
from werkplaats.domain.seats.commands import ChangeDetails, Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.correcting import same_person, what_changed
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.times import end_of
from werkplaats.domain.workshop import Workshop


def why_closed(workshop: Workshop, registration: Registration, now: datetime) -> Refusal | None:
    """Why the person can change nothing about `registration` at `now` (UTC), or None if they can."""
    if workshop.called_off is not None:
        return Refusal.CALLED_OFF
    if now >= workshop.ends_at:
        return Refusal.OVER
    if registration.is_unconfirmed:
        return Refusal.UNCONFIRMED
    return None if registration.state.live else Refusal.ENDED


def shown_questions(workshop: Workshop, now: datetime) -> tuple[AnyQuestion, ...]:
    """The questions whose answers are shown at `now` (UTC): those whose answers were not erased.

    What somebody had to agree to is not among them: taking part without it is not possible.
    """
    return tuple(
        question
        for question in workshop.questions
        if question.id not in workshop.questions_to_erase(now)
        and not (isinstance(question, Consent) and question.required)
    )


def changeable_questions(workshop: Workshop, now: datetime) -> tuple[AnyQuestion, ...]:
    """The questions whose answers the person can change at `now` (UTC).

    A question on which another one depends can be changed only as long as the other can: another answer would make an
    answer superfluous, or one necessary, that cannot be changed any more.
    """
    if workshop.has_begun(now):
        return ()
    fixed: set[str] = set()
    for question in reversed(workshop.questions):
        until = question.changeable_until
        if question.id in fixed or (until is not None and now >= end_of(until)):
            fixed.add(question.id)
            if question.only_if is not None:
                fixed.add(question.only_if.question)
    return tuple(question for question in shown_questions(workshop, now) if question.id not in fixed)


def change_details(command: ChangeDetails, registration: Registration, draft: Draft) -> Outcome:
    """Replace the name, the particulars and those answers that can be changed.

    It is refused if another live registration is of exactly that person, or if another answer is one that cannot be
    changed any more. Organisers are told of changed answers only if the question asks for that.
    """
    before, now = registration.person, draft.now
    if (closed := why_closed(draft.workshop, registration, now)) is not None:
        return Refused(closed, registration)
    if before is None or are_changed(command, registration):
        return Done(registration)
    if command.person.email != before.email:
        return Refused(Refusal.CHANGED, registration)
    changed = changed_answers(registration.answers, command.answers)
    if not changed <= {question.id for question in changeable_questions(draft.workshop, now)}:
        return Refused(Refusal.ANSWERS_FIXED, registration)
    if (same := same_person(registration, draft, registration.mailbox, command.identity)) is not None:
        return same
    words = what_changed(before, registration, command.person, command.answers)
    after = replace(registration, person=command.person, answers=command.answers, identity=command.identity)
    after = draft.correct(registration, after)
    draft.note(Happened.CORRECTED, registration.id, " ".join(words))
    if told := [question.id for question in draft.workshop.questions if question.tell and question.id in changed]:
        draft.note(Happened.DETAILS_CHANGED, registration.id, " ".join(told))
    return Done(after)


def are_changed(command: ChangeDetails, registration: Registration) -> bool:
    """Whether `registration` is as `command` wants it."""
    return (registration.person, registration.answers) == (command.person, command.answers)


def changed_answers(before: Answers, after: Answers) -> set[str]:
    """The ids of the questions that have another answer in `after`, or one where there was none, or none any more."""
    return {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}
