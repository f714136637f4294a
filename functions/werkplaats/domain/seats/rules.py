"""Decides commands about seats: which rule decides which command, and what is checked before that.

`decide` gets everything that was read and returns a Plan of what to write. Nothing here reads from or writes to the
store. A plan may be written only if the ledger has not changed since it was read. The store ensures that
(docs/decisions/0001).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeAlias, assert_never

from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.absence import has_said_absent, say_absent
from werkplaats.domain.seats.adding import add_person
from werkplaats.domain.seats.commands import (
    Accept,
    AddPerson,
    AskAddress,
    CallOff,
    Cancel,
    Change,
    ChangeDetails,
    ChooseLanguage,
    Click,
    Command,
    CompleteList,
    Confirm,
    Correct,
    Decline,
    Done,
    DropWish,
    EraseAnswers,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    GrantWish,
    MakeReal,
    OfferSeat,
    OfOne,
    Outcome,
    Promote,
    Publish,
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
    SayAbsent,
    SayReachable,
    SendAgain,
    SetLabels,
    SignUp,
    TellFolded,
    Undelivered,
    Unsubscribe,
    WriteNote,
)
from werkplaats.domain.seats.confirming import confirm, has_confirmed
from werkplaats.domain.seats.correcting import correct, is_correct
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.erasing import erase_answers, erase_person
from werkplaats.domain.seats.leaving import cancel, has_cancelled, unsubscribe
from werkplaats.domain.seats.ledger import Plan, Seating
from werkplaats.domain.seats.links import request_link
from werkplaats.domain.seats.moving import ask_address, drop_wish, grant_wish, is_asked_for, is_dropped
from werkplaats.domain.seats.noting import has_labels, has_note, set_labels, write_note
from werkplaats.domain.seats.organising import call_off, complete_list, give_seat, has_seat, make_real, publish
from werkplaats.domain.seats.own_details import are_changed, change_details
from werkplaats.domain.seats.priority import give_priority, has_offer, has_priority, offer_seat
from werkplaats.domain.seats.sending_again import send_again, was_sent_again
from werkplaats.domain.seats.signing_up import has_rejoined, rejoin, sign_up
from werkplaats.domain.seats.speaking import choose_language, has_chosen
from werkplaats.domain.seats.telling import tell_folded
from werkplaats.domain.seats.undelivered import has_said_reachable, say_reachable, undelivered
from werkplaats.domain.seats.waitlist import accept, decline, expire, has_accepted, has_declined, promote

_Rule: TypeAlias = Callable[[Registration, Draft], Outcome]
"""Decides a command about an existing registration, and changes the draft accordingly."""

_Already: TypeAlias = Callable[[Registration, Draft], bool]
"""Whether a click has already taken effect on a registration."""


def decide(seating: Seating, commands: tuple[Command, ...], now: datetime) -> Plan:
    """Decide `commands` at `now` (UTC), one after the other. Each is decided on what the earlier ones have changed."""
    draft = Draft(seating, now)
    outcomes = tuple(_apply(command, draft) for command in commands)
    return draft.plan(outcomes)


def _apply(command: Command, draft: Draft) -> Outcome:
    """The table of rules. mypy reports an error if a command is missing here."""
    match command:
        case SignUp():
            return sign_up(command, draft)
        case AddPerson():
            return add_person(command, draft)
        case RequestLink():
            return request_link(command, draft)
        case Promote():
            return promote(draft)
        case TellFolded():
            return tell_folded(draft)
        case Publish():
            return publish(command, draft)
        case CallOff():
            return call_off(command, draft)
        case MakeReal():
            return make_real(command, draft)
        case CompleteList():
            return complete_list(command, draft)
        case ErasePerson():
            practised, by, seen, at_once = command.who_practised, command.by, command.seen, command.at_once
            rule = partial(erase_person, who_practised=practised, by=by, seen=seen, at_once=at_once)
            return _if_known(command, draft, rule)
        case EraseAnswers():
            return _if_known(command, draft, partial(erase_answers, questions=command.questions))
        case Unsubscribe():
            return _if_not_erased(command, draft, unsubscribe)
        case Undelivered():
            return _if_it_goes_on(command, draft, partial(undelivered, command=command))
        case SayReachable():
            return _if_still_meant(command, draft, has_said_reachable, say_reachable)
        case Expire():
            return _if_it_goes_on(command, draft, expire)
        case Cancel():
            return _if_still_meant(command, draft, has_cancelled, partial(cancel, command=command))
        case Accept():
            return _if_still_meant(command, draft, has_accepted, accept)
        case Decline():
            return _if_still_meant(command, draft, has_declined, decline)
        case Confirm():
            return _if_still_meant(command, draft, has_confirmed, confirm)
        case SayAbsent():
            return _if_still_meant(command, draft, has_said_absent, say_absent)
        case ChooseLanguage():
            chosen = partial(choose_language, command)
            return _if_still_meant(command, draft, lambda one, _: has_chosen(command, one), chosen)
        case Rejoin():
            return _if_still_meant(command, draft, has_rejoined, rejoin)
        case GiveSeat():
            return _if_still_meant(command, draft, has_seat, partial(give_seat, by=command.by))
        case ChangeDetails():
            return _if_as_shown(command, draft, partial(are_changed, command), partial(change_details, command))
        case AskAddress():
            return _if_as_shown(command, draft, partial(is_asked_for, command), partial(ask_address, command))
        case DropWish():
            return _if_as_shown(command, draft, partial(is_dropped, command), partial(drop_wish, command))
        case GrantWish():
            return _if_not_erased(command, draft, partial(grant_wish, command))
        case Correct():
            return _if_as_shown(command, draft, partial(is_correct, command), partial(correct, command))
        case SendAgain():
            return _if_as_shown(command, draft, partial(was_sent_again, command), partial(send_again, command))
        case WriteNote():
            return _if_as_shown(command, draft, partial(has_note, command), partial(write_note, command))
        case SetLabels():
            return _if_as_shown(command, draft, partial(has_labels, command), partial(set_labels, command))
        case OfferSeat():
            return _if_still_meant(command, draft, has_offer, partial(offer_seat, by=command.by))
        case GivePriority():
            return _if_still_meant(command, draft, has_priority, partial(give_priority, command=command))
        case _:
            assert_never(command)


def _if_known(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides if the registration exists."""
    found = _known(command, draft)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_not_erased(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides if the registration exists and its personal data has not been erased."""
    found = _not_erased(command, draft)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_it_goes_on(command: OfOne, draft: Draft, rule: _Rule) -> Outcome:
    """What `rule` decides if the registration exists and is not erased, and the workshop has not been called off."""
    found = _not_erased(command, draft)
    if isinstance(found, Registration) and draft.workshop.called_off is not None:
        return Refused(Refusal.CALLED_OFF, found)
    return found if isinstance(found, Refused) else rule(found, draft)


def _if_still_meant(command: Click, draft: Draft, already: _Already, rule: _Rule) -> Outcome:
    """What `rule` decides if the registration exists, is not erased, and has not changed since the page was shown.

    It is refused if the workshop has been called off.

    If the click has taken effect `already`, the outcome is Done, whatever the page showed. So a repeated click
    succeeds.
    """
    found = _not_erased(command, draft)
    if isinstance(found, Refused):
        return found
    if already(found, draft):
        return Done(found)
    if draft.workshop.called_off is None and not found.is_still_meant(command.seen):
        return Refused(Refusal.CHANGED, found)
    return _if_it_goes_on(command, draft, rule)


def _if_as_shown(command: Change, draft: Draft, already: Callable[[Registration], bool], rule: _Rule) -> Outcome:
    """What `rule` decides if the registration exists, is not erased, and is exactly as the page showed it.

    If it has changed since, the command is refused, unless what it asks for is `already` so: a repeated click succeeds.
    """
    found = _not_erased(command, draft)
    if isinstance(found, Refused):
        return found
    if command.seen in (None, found.shown_version):
        return rule(found, draft)
    return Done(found) if already(found) else Refused(Refusal.CHANGED, found)


def _known(command: OfOne, draft: Draft) -> Registration | Refused:
    return draft.registrations.get(command.registration) or Refused(Refusal.UNKNOWN)


def _not_erased(command: OfOne, draft: Draft) -> Registration | Refused:
    found = _known(command, draft)
    if isinstance(found, Registration) and found.person is None:
        return Refused(Refusal.ERASED, found)
    return found
