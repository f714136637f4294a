"""Another address for a registration, which the person asks for and somebody at that address confirms.

Asking stores the wish, mails a link to the wished address, and word to the present one. Only a click on the button
behind that link moves the registration. Nobody learns by asking whether the wished address has signed up too.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutWish
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import AddressWish, Registration
from werkplaats.domain.seats.commands import (
    AskAddress,
    Done,
    DropWish,
    GrantWish,
    Outcome,
    Refusal,
    Refused,
)
from werkplaats.domain.seats.correcting import is_same_address, move, same_person
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.own_details import why_closed
from werkplaats.domain.seats.signing_up import MOST_PER_ADDRESS

WISHES_A_DAY = 3
"""How often one registration can ask for another address in 24 hours. Each time, a stranger may get a mail."""


def ask_address(command: AskAddress, registration: Registration, draft: Draft) -> Outcome:
    """Keep the address that the person asks for, instead of an earlier wish, and mail both addresses."""
    person, now = registration.person, draft.now
    if (closed := why_closed(draft.workshop, registration, now)) is not None:
        return Refused(closed, registration)
    if person is None or is_same_address(person.email, command.email):
        return Done(registration)
    today = tuple(at for at in registration.address_wishes if at > now - timedelta(days=1))
    if len(today) >= WISHES_A_DAY:
        return Refused(Refusal.SENT_TOO_OFTEN, registration)
    wish = AddressWish(email=command.email, at=now, version=draft.version)
    registration = replace(registration, address_wish=wish, address_wishes=(*today, now), details_version=draft.version)
    draft.keep(registration)
    draft.queue(Kind.ADDRESS_WISH, AboutWish(registration.id, draft.version))
    draft.mail(Kind.ADDRESS_ASKED, registration)
    draft.note(Happened.ADDRESS_ASKED, registration.id, "")
    return Done(registration)


def is_asked_for(command: AskAddress, registration: Registration) -> bool:
    """Whether exactly this address has been asked for, and not confirmed yet."""
    wish = registration.address_wish
    return wish is not None and wish.email == command.email


def drop_wish(command: DropWish, registration: Registration, draft: Draft) -> Outcome:
    """Forget the address that was asked for."""
    wish = registration.address_wish
    if wish is None or (command.only_if_over and not is_over(wish, draft.now)):
        return Done(registration)
    registration = replace(registration, address_wish=None, details_version=draft.version)
    if command.only_if_over:
        registration = replace(registration, address_wishes=())
    return Done(draft.keep(registration))


def is_dropped(command: DropWish, registration: Registration) -> bool:
    return registration.address_wish is None


def grant_wish(command: GrantWish, registration: Registration, draft: Draft) -> Outcome:
    """Move `registration` to the address that was asked for, as somebody there confirms.

    It is refused with CHANGED if `command` was made of another person than `registration` has by now, and if that
    address has a registration of exactly this person, or too many.
    """
    if registration.wish_granted == command.wish:
        return Done(registration)
    wish, before = registration.address_wish, registration.person
    if wish is None or before is None or wish.version != command.wish or is_over(wish, draft.now):
        return Refused(Refusal.WISH_OVER, registration)
    if (closed := why_closed(draft.workshop, registration, draft.now)) is not None:
        return Refused(closed, registration)
    if command.person != replace(before, email=wish.email):
        return Refused(Refusal.CHANGED, registration)
    if (same := same_person(registration, draft, command.mailbox, command.identity)) is not None:
        return same
    if len(draft.live_with(draft.mailbox(command.mailbox), command.address)) >= MOST_PER_ADDRESS:
        return Refused(Refusal.MAILBOX_FULL, registration)
    moved = replace(
        registration,
        person=command.person,
        mailbox=command.mailbox,
        address=command.address,
        identity=command.identity,
        wish_granted=command.wish,
    )
    moved = move(registration, moved, draft)
    draft.note(Happened.CORRECTED, registration.id, "address")
    return Done(moved)


def is_over(wish: AddressWish, now: datetime) -> bool:
    """Whether it is too late at `now` (UTC) to confirm `wish`."""
    return now >= wish.ends_at
