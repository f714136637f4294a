"""What must be true of seats after each commit.

The rules are written here once more, in another way than in `werkplaats.domain.seats`, so that a mistake there is
found.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tests.simulation.promises import hold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import FIRST_PRIORITY, PASSED_OVER, Hold, Mailbox, Registration, State
from werkplaats.domain.seats.commands import (
    Accept,
    AddPerson,
    AskAddress,
    CallOff,
    Cancel,
    ChangeDetails,
    Command,
    Confirm,
    Correct,
    Decline,
    DropWish,
    GivePriority,
    GiveSeat,
    GrantWish,
    MakeReal,
    OfferSeat,
    Publish,
    Rejoin,
    RequestLink,
    SayReachable,
    SendAgain,
    SetLabels,
    SignUp,
    Undelivered,
    WriteNote,
)
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop

_CLOCKS_DIFFER = timedelta(seconds=3)
"""More than two clocks can be apart."""

HELD = (State.CONFIRMED, State.OFFERED)

MAIL_OF = {
    State.CONFIRMED: Kind.CONFIRMED,
    State.WAITLISTED: Kind.WAITLISTED,
    State.OFFERED: Kind.OFFERED,
    State.EXPIRED: Kind.OFFER_EXPIRED,
    State.CANCELLED: Kind.CANCELLED,
    State.DECLINED: Kind.CANCELLED,
}
"""The mail that tells of each state, if the address does not have to be confirmed."""


def mail_of(one: Registration) -> Kind:
    """The mail that tells of the state of `one`."""
    if waits_for_address(one):
        return Kind.CONFIRM_ADDRESS
    if one.state is State.EXPIRED and one.held_for is Hold.CONFIRM:
        return Kind.NOT_CONFIRMED
    return MAIL_OF[one.state]


def waits_for_address(one: Registration) -> bool:
    """Whether something is held for `one` until the address is confirmed."""
    return one.state.live and one.held_for is Hold.CONFIRM and one.held_until is not None


class Move(Struct, frozen=True):
    """A registration that a commit has written: `before` it, None if it is new, and `after` it."""

    before: Registration | None
    after: Registration

    @property
    def changed(self) -> bool:
        """Whether its state is another, or the same again."""
        return self.before is None or (self.before.state, self.before.state_version) != (
            self.after.state,
            self.after.state_version,
        )


class Change(Struct, frozen=True, kw_only=True):
    """One commit of a ledger: what it did, by which commands, and what there is now.

    `registrations` and `mailboxes` are all of the workshop. `decided_at` is in UTC. `mails` and `journal` are the ids
    of those that were written.
    """

    commands: tuple[Command, ...]
    decided_at: datetime
    known: Ledger | None
    ledger: Ledger
    workshop_before: Workshop | None
    workshop: Workshop
    moves: tuple[Move, ...]
    registrations: tuple[Registration, ...]
    mailboxes: tuple[Mailbox, ...]
    mails: frozenset[str]
    journal: frozenset[str]


def check(change: Change) -> None:
    _counts(change)
    _order(change)
    _numbers(change)
    _mails(change)
    _mailboxes(change)
    _limits(change)
    _offers(change)
    _confirmations(change)
    _busy(change)
    _corrections(change)
    if len(change.commands) == 1:
        _was_meant(change, change.commands[0])
    if change.workshop_before is not None:
        _marks_of_the_workshop(change, change.workshop_before)


def _counts(change: Change) -> None:
    ledger = change.ledger
    states = [one.state for one in change.registrations]
    sequences = [_number(one) for one in change.registrations]
    unconfirmed = [one for one in change.registrations if waits_for_address(one)]
    passed = [one.id for one in change.registrations if one.state is State.WAITLISTED and _is_passed_over(one)]
    counts = (ledger.unconfirmed, ledger.passed_over)
    hold(counts == (len(unconfirmed), len(passed)), "the ledger counts who is held and passed over", (counts, passed))
    last = [one.id for one in change.registrations if one.sequence > PASSED_OVER // 2]
    hold(last == passed, "whoever is passed over comes last, and nobody else does", (last, passed))
    held = states.count(State.CONFIRMED) + states.count(State.OFFERED)
    hold(held <= ledger.capacity, "never more seats than there are", ledger)
    counted = (states.count(State.CONFIRMED), states.count(State.OFFERED), states.count(State.WAITLISTED))
    hold(counted == (ledger.confirmed, ledger.offered, ledger.waitlisted), "the ledger counts right", ledger)
    hold(len(set(sequences)) == len(sequences), "each has a number of its own", sequences)
    hold(all(one < ledger.next_sequence for one in sequences), "numbers go up", sequences)
    hold(change.known is None or ledger.version == change.known.version + 1, "versions follow each other", ledger)
    hold(ledger.capacity == change.workshop.capacity, "the ledger has the workshop's capacity", ledger)


def _order(change: Change) -> None:
    """Whoever gets a seat or an offer was first in line, unless an organiser gave it out of turn.

    Whoever got priority in the same commit may have got it after the others had their seats, and whoever was passed
    over before it may have come back after that.
    """
    out_of_turn = _out_of_turn(change)
    moved_up = {one.registration for one in change.commands if isinstance(one, GivePriority)}
    given = [move.after for move in change.moves if move.changed and move.after.id not in out_of_turn]
    given = [one for one in given if one.state in HELD and not _held_before(one, change.moves)]
    late = {one.registration for one in change.commands if isinstance(one, Confirm | GivePriority)}
    late |= {move.after.id for move in change.moves if _comes_back(move, change)}
    waiting = [
        one.sequence
        for one in change.registrations
        if one.state is State.WAITLISTED and one.id not in moved_up | late and not _is_passed_over(one)
    ]
    sequences = [one.sequence for one in given]
    hold(not given or not waiting or max(sequences) < min(waiting), "first come, first served", (given, waiting))
    ended = change.decided_at >= change.workshop.begins_at or change.workshop.called_off is not None
    promoted = [one for one in given if not _joined_now(one, change.moves)]
    before = {move.after.id: move.before for move in change.moves if move.before is not None}
    over = [one.id for one in promoted if one.id not in late and _is_passed_over(before[one.id])]
    hold(not over, "nobody gets a seat who is passed over", over)
    hold(not ended or not promoted, "no seat is given when it has begun or was called off", promoted)


def _comes_back(move: Move, change: Change) -> bool:
    """Whether somebody who was passed over, because mail did not arrive, is passed over no longer by this commit."""
    asked = any(isinstance(one, Correct | GrantWish | RequestLink | SayReachable) for one in change.commands)
    return asked and move.before is not None and move.before.paused is not None and move.after.paused is None


def _is_passed_over(one: Registration) -> bool:
    return one.state is State.WAITLISTED and (waits_for_address(one) or one.paused is not None)


def _number(one: Registration) -> int:
    return one.sequence - PASSED_OVER if one.sequence > PASSED_OVER // 2 else one.sequence


def _out_of_turn(change: Change) -> set[str]:
    """Those to whom an organiser gave or offered a seat in this commit."""
    return {one.registration for one in change.commands if isinstance(one, GiveSeat | OfferSeat | AddPerson)}


def _numbers(change: Change) -> None:
    """Nobody's number changes but by joining or by priority, and no number of priority is given out a second time."""
    had = change.known.priorities if change.known else 0
    asked = {one.registration for one in change.commands if isinstance(one, GivePriority)}
    new = [
        move.after
        for move in change.moves
        if _number(move.after) < 0 and (move.before is None or _number(move.before) != _number(move.after))
    ]
    hold({one.id for one in new} <= asked, "priority is given by an organiser", new)
    numbers = [_number(one) - FIRST_PRIORITY for one in new]
    hold(all(had <= one < change.ledger.priorities for one in numbers), "priority has a new number", numbers)
    for move in change.moves:
        if move.before is not None and _number(move.after) > 0 and not _joined_now(move.after, change.moves):
            hold(_number(move.before) == _number(move.after), "whoever does not join anew keeps the number", move)


def _held_before(one: Registration, moves: Iterable[Move]) -> bool:
    return any(move.before is not None and move.after is one and move.before.state in HELD for move in moves)


def _joined_now(one: Registration, moves: Iterable[Move]) -> bool:
    """Not by getting priority, which gives another number too."""
    return any(move.after is one and (move.before is None or move.before.joined_at != one.joined_at) for move in moves)


def _mails(change: Change) -> None:
    """Each new state is told by a mail of the same commit, and to organisers by an entry."""
    for move in change.moves:
        if move.changed and move.after.unmailed:
            wanted = [one for one in change.commands if isinstance(one, Cancel | AddPerson) and not one.mailed]
            lost = [one for one in change.commands if isinstance(one, Undelivered)]  # no mail reaches them
            unmailed = {one.registration for one in (*wanted, *lost)}
            hold(move.after.id in unmailed, "no mail is left out unasked", move.after.id)
        elif move.changed and move.after.person is not None:
            mail = f"{move.after.id}-{mail_of(move.after).value}-{move.after.state_version}"
            hold(mail in change.mails, "each new state is told", (mail, change.mails))
            hold(change.journal, "each new state is in the journal", move.after.id)


def _mailboxes(change: Change) -> None:
    behind: dict[str, dict[str, str]] = {}
    for one in change.registrations:
        if one.state.live and one.person is not None:
            of = behind.setdefault(one.mailbox, {})
            hold(one.identity not in of, "a person has one live registration", one)
            of[one.identity] = one.id
    for mailbox in change.mailboxes:
        wanted = behind.pop(mailbox.id, {})
        hold(mailbox.registrations == wanted, "a mailbox has its live registrations", mailbox)
    hold(not behind, "a mailbox has its live registrations", behind)


def _limits(change: Change) -> None:
    # Whoever was corrected to another address did not sign up with it.
    here = [one for one in change.registrations if not one.link_generation]
    out_of_turn = _out_of_turn(change)
    moved_up = {one.registration for one in change.commands if isinstance(one, GivePriority)}
    for move in change.moves:
        one = move.after
        hold(one.times_joined <= 4, "nobody joins more than four times", one)
        if _joined_now(one, change.moves) and one.state.live and one.id not in out_of_turn | moved_up:
            live = [other for other in here if other.mailbox == one.mailbox and other.state.live]
            live = [other for other in live if other is one or other.id not in out_of_turn]
            hold(len(live) <= 5, "nobody signs up a sixth with one address", one)
        if move.before is None and one.person is not None and _by_themselves(one):
            day_ago = one.signed_up_at - timedelta(days=1)
            theirs = [other for other in here if _by_themselves(other) and other.mailbox == one.mailbox]
            today = [other for other in theirs if day_ago < other.signed_up_at <= one.signed_up_at]
            hold(len(today) <= 5, "a mailbox signs up five times a day", one)
        recent = [asked for asked in one.link_requests if asked.at > change.decided_at - timedelta(hours=1)]
        hold(len(recent) <= 3, "a link is mailed three times an hour", one)


def _offers(change: Change) -> None:
    """An offer is accepted in time, and ends no earlier than it was said to."""
    out_of_turn = _out_of_turn(change)
    for move in change.moves:
        before, after = move.before, move.after
        if before is None or before.state is not State.OFFERED or before.held_until is None:
            continue
        ends_at = min(before.held_until, change.workshop.begins_at)
        joined_again = after.times_joined > before.times_joined  # a click on the page that says that the offer is over
        if after.state is State.CONFIRMED and after.id not in out_of_turn and not joined_again:
            hold(change.decided_at < ends_at, "an offer is accepted in time", after)
        if after.state is State.EXPIRED:
            hold(change.decided_at >= ends_at, "an offer stands as long as was said", after)


def _confirmations(change: Change) -> None:
    """Who has to confirm holds what they got for as long as was said, and no longer; a hold ends when it is over."""
    vouched = {one.registration for one in change.commands if isinstance(one, GiveSeat)}
    asked = {one.registration for one in change.commands if isinstance(one, Confirm)}
    for move in change.moves:
        before, after = move.before, move.after
        if waits_for_address(after) and (before is None or not waits_for_address(before)):
            ends = after.held_until
            assert ends is not None
            longest = min(timedelta(hours=24), (change.workshop.begins_at - change.decided_at) / 4)
            # What would end at night ends the next morning.
            hold(ends > change.decided_at, "there is time to confirm", after)
            hold(
                ends <= change.decided_at + longest + timedelta(hours=13),
                "a hold ends in a day or a night later",
                after,
            )
            hold(ends <= change.workshop.begins_at, "a hold ends before the start", after)
            hold(before is None, "only who signs up has to confirm", move)
            continue
        if before is None or not waits_for_address(before) or before.held_until is None:
            continue
        ends_at = min(before.held_until, change.workshop.begins_at)
        if after.state is State.EXPIRED:
            hold(change.decided_at >= ends_at, "a hold stands as long as was said", after)
        elif after.times_joined > before.times_joined:
            continue  # the hold was over, or they left it, and they joined again in the same commit
        elif after.state.live and not waits_for_address(after):
            hold(after.id in asked | vouched, "nobody else confirms an address", after)
            in_time = change.decided_at < ends_at or after.id in vouched
            hold(in_time, "an address is confirmed in time", after)
            if after.id not in vouched:
                hold(after.state is before.state, "confirming gives what was held", move)
                moved_up = any(
                    isinstance(one, GivePriority) and one.registration == after.id for one in change.commands
                )
                hold(moved_up or _number(after) == _number(before), "confirming keeps the number", move)


def _by_themselves(one: Registration) -> bool:
    """Whether the person signed up: the forms by which organisers add people have ids of their own in this world."""
    return bool(one.form) and not one.form.startswith(f"{one.workshop}-a")


def _busy(change: Change) -> None:
    """Who has to confirm follows from the sign-ups: more than max(5, a quarter of the seats) in ten minutes.

    It is checked where one person signs up in a commit by itself.
    """
    new = [move.after for move in change.moves if move.before is None and _by_themselves(move.after)]
    if len(change.commands) != 1 or len(new) != 1:
        return
    [one], [command] = new, change.commands
    assert isinstance(command, SignUp)
    assert one.person is not None
    at = change.decided_at
    mailed = change.workshop.may_be_mailed(one.person.email) and at < change.workshop.begins_at
    wanted = change.workshop.confirm_address
    if wanted == "busy" and not command.suspicious and mailed:
        if not waits_for_address(one):
            since = at - timedelta(minutes=10) + _CLOCKS_DIFFER
            there = [other for other in change.registrations if _by_themselves(other) and other.signed_up_at > since]
            usual = max(5, change.ledger.capacity // 4)
            hold(len(there) <= usual, "who signs up when it is busy has to confirm", (len(there), usual))
        else:
            # Whoever was erased has no form any more, and whoever was added never had one. The fewest are five.
            came = sorted(other.signed_up_at for other in change.registrations)
            ends = [then for then in came if then > at - timedelta(hours=1) - _CLOCKS_DIFFER]
            busy = [then for then in ends if _came_within_ten_minutes(came, then) > 5]
            hold(busy, "nobody has to confirm when it has been calm for an hour", ends)
    must = mailed and (command.suspicious or wanted == "always")
    if must or wanted == "never" or not mailed:
        hold(waits_for_address(one) is must, "who signs up confirms as the workshop says", (one, wanted))


def _came_within_ten_minutes(came: Sequence[datetime], until: datetime) -> int:
    longest = timedelta(minutes=10) + _CLOCKS_DIFFER
    return sum(until - longest < one <= until + _CLOCKS_DIFFER for one in came)


def _corrections(change: Change) -> None:
    """Only a correction changes a living person or the links, and whoever has another address is told at both."""
    corrects = Correct | ChangeDetails | GrantWish
    corrected = {command.registration for command in change.commands if isinstance(command, corrects)}
    for move in change.moves:
        before, after = move.before, move.after
        if before is None or after.person is None:
            continue
        known = after.person == before.person and after.link_generation == before.link_generation
        hold(known or after.id in corrected, "only a correction changes who somebody is", (before, after))
        hold(after.details_version >= before.details_version, "versions go up", after)
        raised = after.link_generation - before.link_generation
        hold(raised >= 0, "older links never come back", after)
        if after.address != before.address:
            hold(raised > 0, "links to an older address stop working", after)
        if raised:
            told = {f"{after.id}-{kind}-{change.ledger.version}" for kind in ("new_address", "old_address")}
            hold(told <= change.mails, "both addresses are told of a correction", change.mails)


def _was_meant(change: Change, command: Command) -> None:
    """A click on a page that is out of date, and publishing on top of another version, change nothing."""
    clicked = isinstance(command, Accept | Cancel | Confirm | Decline | Rejoin | GiveSeat | OfferSeat)
    if clicked and command.seen is not None:
        for move in change.moves:
            if move.before is not None and move.after.id == command.registration and move.changed:
                seen = (move.before.state_version, move.before.shown_version)
                meant = command.seen in seen or _lapsed(move, change)
                hold(meant, "a click on an old page changes nothing", (command, move))
    changes = Correct | SendAgain | SetLabels | WriteNote | ChangeDetails | AskAddress | DropWish
    if isinstance(command, changes) and command.seen is not None:
        for move in change.moves:
            if move.before is not None and move.after.id == command.registration:
                hold(move.before.shown_version == command.seen, "nothing is changed over what was not seen", command)
    if isinstance(command, AddPerson):
        old = [move for move in change.moves if move.before is not None]
        hold(not old, "adding somebody twice changes nothing", old)
    if isinstance(command, Publish) and command.seen is not None and change.known is not None:
        hold(change.known.published == command.seen, "nobody publishes over what they have not seen", command)
    if isinstance(command, SignUp) and change.moves:
        new = [move.after for move in change.moves if move.before is None]
        open_until = datetime.combine(change.workshop.sign_up.closes + timedelta(days=1), datetime.min.time())
        late = change.decided_at.replace(tzinfo=None) > open_until
        hold(not new or not late, "nobody signs up after the closing day", command)


def _lapsed(move: Move, change: Change) -> bool:
    before = move.before
    held = before is not None and (before.state is State.OFFERED or waits_for_address(before))
    return held and move.after.state is not State.CONFIRMED


def _marks_of_the_workshop(change: Change, before: Workshop) -> None:
    after = change.workshop
    hold(after.called_off == before.called_off or before.called_off is None, "what is called off stays so", after.id)
    calls_off = any(isinstance(command, CallOff) for command in change.commands)
    hold(calls_off or after.called_off == before.called_off, "only calling off calls off", after.id)
    made_real = any(isinstance(command, MakeReal) for command in change.commands)
    hold(after.practice == before.practice or made_real, "practice ends only when it is said to", after.id)
    if before.practice and not after.practice:
        ended = next(at for at, command in enumerate(change.commands) if isinstance(command, MakeReal))
        later = {one.registration for one in change.commands[ended:] if isinstance(one, SignUp | AddPerson)}
        live = [one.id for one in change.registrations if one.state.live and one.id not in later]
        hold(not live, "practice ends when nobody is left in it", live)


def waiting_in_order(registrations: Iterable[Registration]) -> Sequence[str]:
    waiting = [one for one in registrations if one.state is State.WAITLISTED]
    return [one.id for one in sorted(waiting, key=lambda one: one.sequence)]
