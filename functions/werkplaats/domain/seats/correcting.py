"""Correcting who somebody is: the name, the address, and what they filled in."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutOldAddress
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Answers, Person, Registration
from werkplaats.domain.seats.commands import Correct, Done, Outcome, SamePerson
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.undelivered import let_wait_again


def correct(command: Correct, registration: Registration, draft: Draft) -> Outcome:
    """Replace the person and the answers of `registration`.

    If it is live, it is refused if another live registration is of exactly that person. With another address, all links
    to the registration that were mailed so far stop working; a new one is mailed there, and the old address gets word.
    """
    before = registration.person
    if before is None or is_correct(command, registration):
        return Done(registration)
    same = same_person(registration, draft, command.mailbox, command.identity)
    if registration.state.live and same is not None:
        return same
    moved = not is_same_address(before.email, command.person.email)
    corrected = replace(
        registration,
        wish_granted=0 if moved else registration.wish_granted,
        person=command.person,
        answers=command.answers,
        mailbox=command.mailbox,
        address=command.address,
        identity=command.identity,
    )
    corrected = move(registration, corrected, draft) if moved else draft.correct(registration, corrected)
    changed = " ".join(what_changed(before, registration, command.person, command.answers))
    draft.note(Happened.CORRECTED, registration.id, changed, command.by)
    return Done(corrected)


def same_person(registration: Registration, draft: Draft, mailbox: str, identity: str) -> SamePerson | None:
    """The other live registration of `mailbox` that is of exactly the person `identity`; None if there is none."""
    other = draft.mailbox(mailbox).registrations.get(identity)
    return None if other in (None, registration.id) else SamePerson(other or "")


def is_same_address(one: str, other: str) -> bool:
    """Whether both are the same address. Case makes no difference."""
    return one.casefold() == other.casefold()


def move(registration: Registration, moved: Registration, draft: Draft) -> Registration:
    """Replace `registration` by `moved`, which has another address. Returns it as it is then.

    The links that were mailed so far stop working. A new one is mailed to the new address, the old address gets word.
    An address that the person asked for earlier is forgotten, and whoever was passed over because mail did not arrive
    waits again.
    """
    generation = registration.link_generation + 1
    moved = replace(moved, link_generation=generation, address_wish=None)
    moved = draft.correct(registration, moved)
    draft.mail(Kind.NEW_ADDRESS, moved)
    if registration.person is not None:
        draft.queue(Kind.OLD_ADDRESS, AboutOldAddress(registration.id, draft.version, registration.person.email))
    return let_wait_again(moved, draft) if moved.paused is not None else moved


def is_correct(command: Correct, registration: Registration) -> bool:
    """Whether `registration` is as `command` wants it."""
    return (registration.person, registration.answers) == (command.person, command.answers)


CORRECTABLE = ("name", "address", "particulars", "answers")
"""The words by which the journal says what was corrected. It never says from what, or into what."""


def what_changed(before: Person, registration: Registration, after: Person, answers: Answers) -> list[str]:
    """Which of CORRECTABLE are others in `after` and `answers` than in `before` and `registration`."""
    changed = {
        "name": before.name != after.name,
        "address": before.email != after.email,
        "particulars": (before.organisation, before.job_title, before.phone)
        != (after.organisation, after.job_title, after.phone),
        "answers": registration.answers != answers,
    }
    return [word for word in CORRECTABLE if changed[word]]
