"""Correcting who somebody is: the name, the address, and what they filled in."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutOldAddress
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Person, Registration
from werkplaats.domain.seats.commands import Correct, Done, Outcome, SamePerson
from werkplaats.domain.seats.draft import Draft


def correct(command: Correct, registration: Registration, draft: Draft) -> Outcome:
    """Replace the person and the answers of `registration`.

    If it is live, it is refused if another live registration is of exactly that person. With another address, all links
    to the registration that were mailed so far stop working; a new one is mailed there, and the old address gets word.
    """
    before = registration.person
    if before is None or is_correct(command, registration):
        return Done(registration)
    other = draft.mailbox(command.mailbox).registrations.get(command.identity)
    if registration.state.live and other not in (None, registration.id):
        return SamePerson(other or "")
    moved = before.email.casefold() != command.person.email.casefold()
    corrected = draft.correct(
        registration,
        replace(
            registration,
            person=command.person,
            answers=command.answers,
            mailbox=command.mailbox,
            address=command.address,
            identity=command.identity,
            link_generation=registration.link_generation + 1 if moved else registration.link_generation,
        ),
    )
    if moved:
        draft.mail(Kind.NEW_ADDRESS, corrected)
        draft.queue(Kind.OLD_ADDRESS, AboutOldAddress(registration.id, draft.version, before.email))
    draft.note(Happened.CORRECTED, registration.id, " ".join(_what_changed(before, registration, command)), command.by)
    return Done(corrected)


def is_correct(command: Correct, registration: Registration) -> bool:
    """Whether `registration` is as `command` wants it."""
    return (registration.person, registration.answers) == (command.person, command.answers)


CORRECTABLE = ("name", "address", "particulars", "answers")
"""The words by which the journal says what was corrected. It never says from what, or into what."""


def _what_changed(before: Person, registration: Registration, command: Correct) -> list[str]:
    after = command.person
    changed = {
        "name": before.name != after.name,
        "address": before.email != after.email,
        "particulars": (before.organisation, before.job_title, before.phone)
        != (after.organisation, after.job_title, after.phone),
        "answers": registration.answers != command.answers,
    }
    return [word for word in CORRECTABLE if changed[word]]
