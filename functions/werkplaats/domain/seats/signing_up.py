"""Signing up, and rejoining after a registration has ended."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State, sent_before
from werkplaats.domain.seats.commands import Done, KnownPerson, NewPerson, Outcome, Refusal, Refused, SignUp
from werkplaats.domain.seats.confirming import hold_to_confirm, must_confirm
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.links import mail_link
from werkplaats.domain.seats.waitlist import end_hold, hold_has_lapsed
from werkplaats.domain.workshop import Workshop

MOST_PER_ADDRESS = 5
"""The most live registrations with one address.

A secretary can sign up colleagues, but a script cannot fill a workshop with one address.
"""

MOST_NEW_A_DAY = 5
"""The most new sign-ups for one mailbox in 24 hours.

Sign-ups that have ended since count too, because each sign-up sends a mail to the mailbox.
"""

MOST_REJOINS = 3
"""How many times one registration can rejoin. Each time sends a mail to the person and one to every organiser."""


def sign_up(command: SignUp, draft: Draft) -> Outcome:
    """Give the person a seat or a place on the waitlist.

    Somebody who has already signed up is mailed the link instead.
    """
    existing = draft.registrations.get(command.registration)
    if existing is not None:
        # Whoever sends the form again has it from an address that is not the person's any more, and may be a stranger.
        return Refused(Refusal.LINK_REPLACED) if existing.link_generation else joined_by_form(existing, draft)
    mailbox = draft.mailbox(command.mailbox)
    known = mailbox.registrations.get(command.identity)
    if known is not None:
        mail_link(draft.registrations[known], draft, command.registration)
        return KnownPerson()
    if draft.workshop.called_off is not None:
        return Refused(Refusal.CALLED_OFF)
    if draft.workshop.sign_up_phase(draft.now) != "open":
        return Refused(Refusal.SIGN_UP_NOT_OPEN)
    if len(draft.live_with(mailbox, command.address)) >= MOST_PER_ADDRESS:
        return Refused(Refusal.MAILBOX_FULL)
    today = tuple(at for at in mailbox.sign_ups if at > draft.now - timedelta(days=1))
    if len(today) >= MOST_NEW_A_DAY:
        return Refused(Refusal.TOO_MANY_TODAY)
    if _waitlist_is_full(draft):
        return Refused(Refusal.WAITLIST_FULL)
    draft.keep_mailbox(replace(mailbox, sign_ups=(*today, draft.now)))
    fresh = new_registration(command, draft, via=command.via)
    if must_confirm(draft, command.person.email, suspicious=command.suspicious):
        fresh = hold_to_confirm(fresh, draft)
    return joined_by_form(_admit(fresh, draft, Happened.SIGNED_UP), draft)


def rejoin(registration: Registration, draft: Draft) -> Outcome:
    """Let the person of an ended `registration` join again, last in order. A hold that is over is ended first.

    Nobody has to confirm the address for that: the link to the page was mailed to it, or it did not have to be.
    """
    if hold_has_lapsed(registration, draft):
        registration = end_hold(registration, draft)
    if registration.state.live:
        return Refused(Refusal.STILL_IN, registration)
    if draft.workshop.sign_up_phase(draft.now) != "open":
        return Refused(Refusal.SIGN_UP_NOT_OPEN, registration)
    mailbox = draft.mailbox(registration.mailbox)
    if registration.identity in mailbox.registrations:
        return Refused(Refusal.SIGNED_UP_ANEW, registration)
    if registration.times_joined > MOST_REJOINS:
        return Refused(Refusal.REJOINED_TOO_OFTEN, registration)
    if len(draft.live_with(mailbox, registration.address)) >= MOST_PER_ADDRESS:
        return Refused(Refusal.MAILBOX_FULL, registration)
    if _waitlist_is_full(draft):
        return Refused(Refusal.WAITLIST_FULL, registration)
    again = replace(registration, times_joined=registration.times_joined + 1, held_until=None, held_for=None)
    return Done(_admit(again, draft, Happened.REJOINED))


def has_rejoined(registration: Registration, draft: Draft) -> bool:
    """Whether `registration` has rejoined already and is still live."""
    live = registration.state.live and not hold_has_lapsed(registration, draft)
    return live and registration.times_joined > 1


def may_rejoin(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the page of an ended `registration` should show the button to rejoin at `now` (UTC)."""
    return workshop.sign_up_phase(now) == "open" and registration.times_joined <= MOST_REJOINS


def new_registration(command: NewPerson, draft: Draft, *, via: str = "") -> Registration:
    """The registration that `command` asks for. `Draft.join` then gives it its sequence number and state.

    `via` is explained at Registration.
    """
    return Registration(
        id=command.registration,
        workshop=draft.workshop.id,
        person=command.person,
        answers=command.answers,
        mailbox=command.mailbox,
        identity=command.identity,
        address=command.address,
        form=command.form,
        state=State.WAITLISTED,
        sequence=0,
        state_version=draft.version,
        signed_up_at=draft.now,
        state_since=draft.now,
        language=command.language,
        via=via,
    )


def joined_by_form(registration: Registration, draft: Draft) -> Done:
    """The answer to the form by which `registration` joined, now or earlier."""
    same_form = draft.made_with(registration.form) if registration.form else []
    return Done(registration, form_used_before=sent_before(registration, same_form) is not None)


def _waitlist_is_full(draft: Draft) -> bool:
    """Whether somebody who joins now would be waitlisted, and the waitlist has as many as the workshop wants."""
    at_most, ledger = draft.workshop.waitlist.at_most, draft.ledger
    return at_most is not None and ledger.is_full and ledger.waitlisted >= at_most


def _admit(registration: Registration, draft: Draft, happened: Happened) -> Registration:
    """Give `registration` a seat if one is free and nobody is on the waitlist, else the last place on the waitlist."""
    state, kind = (State.WAITLISTED, Kind.WAITLISTED) if draft.ledger.is_full else (State.CONFIRMED, Kind.CONFIRMED)
    registration = draft.join(registration, state)
    draft.mail_and_note(Kind.CONFIRM_ADDRESS if registration.is_unconfirmed else kind, registration, happened)
    return registration
