"""Erasing personal data."""

from msgspec.structs import replace

from werkplaats.domain.journal import ASKED_BY_PARTICIPANT, Happened
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft


def erase_person(
    registration: Registration,
    draft: Draft,
    *,
    who_practised: bool,
    by: str,
    seen: int | None = None,
    at_once: bool = False,
) -> Outcome:
    """Erase all personal data of `registration`. `by` is the address of the organiser who decided it, or "".

    It is refused if something about the registration has changed since the version `seen`, unless that is None.

    If it is live it is cancelled first. Otherwise a seat would be held for, or offered to, somebody who is not known.
    """
    if who_practised and not draft.workshop.practice:
        return Refused(Refusal.PRACTICE, registration)
    if registration.person is None:
        return Done(registration)
    if seen not in (None, registration.shown_version):
        return Refused(Refusal.CHANGED, registration)
    if registration.state.live:
        registration = draft.move(registration, State.CANCELLED)
    registration = replace(
        registration,
        person=None,
        answers={},
        mailbox="",
        identity="",
        address="",
        form="",
        link_requests=(),
        remarks=(),
        labels=(),
        via="",
        absent_from=None,
        address_wish=None,
        address_wishes=(),
    )
    registration = draft.keep(registration)
    draft.list_as_erased(registration, at_once=at_once)
    draft.note(Happened.ERASED, registration.id, ASKED_BY_PARTICIPANT if at_once and not by else "", by)
    return Done(registration)


def erase_answers(registration: Registration, draft: Draft, *, questions: tuple[str, ...]) -> Outcome:
    """Erase the answers of `registration` to `questions` (ids)."""
    answers = {id: answer for id, answer in registration.answers.items() if id not in questions}
    if len(answers) < len(registration.answers):
        registration = replace(registration, answers=answers)
        draft.keep(registration)
        draft.list_as_erased(registration, questions)
    return Done(registration)
