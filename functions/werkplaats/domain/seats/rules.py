"""How commands about seats are decided: which rule decides which command, and what is looked at before it.

`decide` takes everything as it was read and returns a Plan of what to write; nothing here reads or writes.
A plan is valid only against the very ledger it was decided on, which the store guards (docs/decisions/0001).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeAlias, assert_never

from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import (
    Accept,
    CallOff,
    Cancel,
    Click,
    Command,
    Decline,
    Done,
    EraseAnswers,
    ErasePerson,
    Expire,
    GiveSeat,
    MakeReal,
    OfOne,
    Outcome,
    Promote,
    Publish,
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.erasing import erase_answers, erase_person
from werkplaats.domain.seats.leaving import cancel, has_cancelled, unsubscribe
from werkplaats.domain.seats.ledger import Plan, Seating
from werkplaats.domain.seats.links import request_link
from werkplaats.domain.seats.organising import call_off, give_seat, has_seat, make_real, publish
from werkplaats.domain.seats.signing_up import has_rejoined, rejoin, sign_up
from werkplaats.domain.seats.waitlist import accept, decline, expire, has_accepted, has_declined, promote

_Rule: TypeAlias = Callable[[Registration, Draft], Outcome]
"""Decides a command about a registration that is there, and changes the draft accordingly."""

_Already: TypeAlias = Callable[[Registration, Draft], bool]
"""Tells whether a registration is already what a click would make of it."""


def decide(seating: Seating, commands: tuple[Command, ...], now: datetime) -> Plan:
    """Decide `commands` one after the other, each on what the ones before it left, at `now` (UTC)."""
    draft = Draft(seating, now)
    outcomes = tuple(_apply(command, draft) for command in commands)
    return draft.plan(outcomes)


def _apply(command: Command, draft: Draft) -> Outcome:
    """The table of rules. mypy refuses it while a command has no row."""
    match command:
        case SignUp():
            return sign_up(command, draft)
        case RequestLink():
            return request_link(command, draft)
        case Promote():
            return promote(draft)
        case Publish():
            return publish(command, draft)
        case CallOff():
            return call_off(command, draft)
        case MakeReal():
            return make_real(command, draft)
        case ErasePerson():
            return _if_known(command, draft, partial(erase_person, who_practised=command.who_practised))
        case EraseAnswers():
            return _if_known(command, draft, partial(erase_answers, questions=command.questions))
        case Unsubscribe():
            return _if_not_erased(command, draft, unsubscribe)
        case Expire():
            return _if_it_goes_on(command, draft, expire)
        case Cancel():
            return _if_still_meant(command, draft, has_cancelled, partial(cancel, by_organiser=command.by_organiser))
        case Accept():
            return _if_still_meant(command, draft, has_accepted, accept)
        case Decline():
            return _if_still_meant(command, draft, has_declined, decline)
        case Rejoin():
            return _if_still_meant(command, draft, has_rejoined, rejoin)
        case GiveSeat():
            return _if_still_meant(command, draft, has_seat, give_seat)
        case _:
            assert_never(command)


def _if_known(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides, if there is a registration as `command` names it."""
    found = _known(command, draft)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_not_erased(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides, if that registration also still says who signed up."""
    found = _not_erased(command, draft)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_it_goes_on(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides, if the workshop also is not called off: after that, registrations stay as they are."""
    found = _not_erased(command, draft)
    if isinstance(found, Registration) and draft.workshop.called_off is not None:
        return Refused(Refusal.CALLED_OFF, found)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_still_meant(command: Click, draft: Draft, already: _Already, rule: _Rule) -> Outcome:
    """What `rule` decides, if the workshop goes on, and that registration is as the page showed it where one clicked.

    A click that has taken effect `already` is a quiet success, whatever was shown.
    """
    found = _not_erased(command, draft)
    if isinstance(found, Refused):
        return found
    if already(found, draft):
        return Done(found)
    if draft.workshop.called_off is None and command.seen not in (None, found.state_version):
        return Refused(Refusal.CHANGED, found)
    return _if_it_goes_on(command, draft, rule)


def _known(command: OfOne, draft: Draft) -> Registration | Refused:
    return draft.registrations.get(command.registration) or Refused(Refusal.UNKNOWN)


def _not_erased(command: OfOne, draft: Draft) -> Registration | Refused:
    found = _known(command, draft)
    if isinstance(found, Registration) and found.person is None:
        return Refused(Refusal.ERASED, found)
    return found
