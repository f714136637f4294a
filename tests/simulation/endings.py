"""The end of a simulated life: faults end, everything settles, and nothing is left behind."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.simulation.faults import NO_FAULTS
from tests.simulation.processes import Process
from tests.simulation.promises import hold
from tests.simulation.seat_promises import waits_for_address
from tests.simulation.turns import no_turns
from tests.simulation.world import World
from werkplaats.domain.checking.findings import Finding
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import Deed, Progress
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.folding import digest_is_due
from werkplaats.domain.seats.ledger import Folding, Ledger
from werkplaats.store.wire import Delete
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.check import check_store
from werkplaats.workflows.messages import change_message

if TYPE_CHECKING:
    from tests.simulation.people import People

_A_DAY = 25 * 3_600.0
"""In seconds: long enough for each schedule that runs daily, also on the day on which summer time ends."""

SETTLES_WITHIN = timedelta(minutes=45)
"""How long after its `due_at` a mail may take to settle once faults have ended."""


def settle(world: World) -> None:
    """Let faults end, and everything settle. Each mail settles within 45 minutes after it was due.

    Whatever organisers are told of together is told as soon.
    """
    world.finish()
    world.faults = NO_FAULTS
    world.tell("faults end")
    _go_on_with_messages(world)
    ended_at = world.now()
    _deliver_all(world)
    limits: dict[str, tuple[bool, datetime]] = {}
    for _ in range(400):
        unsettled = _unsettled(world)
        folded = [one for ledger in world.watch.ledgers.values() for one in _to_be_told(ledger, world.now())]
        if not unsettled and not folded and world.now() > ended_at + timedelta(minutes=25):
            break
        for one in folded:
            due = max(one.due_at, ended_at)
            hold(world.now() <= due + SETTLES_WITHIN, "what is folded is told in time", one)
        for mail in unsettled:
            assert mail.due_at is not None
            known = limits.get(mail.id)
            if known is None or (mail.put_off and not known[0]):
                due = max(mail.due_at, ended_at)
                limits[mail.id] = (mail.put_off, due + SETTLES_WITHIN)
            hold(world.now() <= limits[mail.id][1], "each mail settles in time", (mail.id, mail.state, mail.due_at))
        _wait_for_the_next(world, unsettled)
    hold(not _unsettled(world), "each mail settles in time", [mail.id for mail in _unsettled(world)])


def _go_on_with_messages(world: World) -> None:
    """Whatever organisers paused goes on: while it is paused its mails wait, for as long as they like."""

    def go_on(process: Process) -> None:
        for id in sorted(world.watch.messages):
            found = process.store.messages.get(id)
            workshop = process.store.workshops.get(found.message.workshop) if found else None
            if found is not None and workshop is not None and found.message.state is Progress.PAUSED:
                change_message(process.store, workshop, id, Deed.RESUME, by="", now=process.now(), seen=None)

    world.begin("organiser: goes on with messages", world.process("organiser"), go_on)
    world.finish()


def _deliver_all(world: World) -> None:
    while world.air:
        next_at = min(event.at for event in world.air)
        while next_at - world.turns.time > 1:
            world.let_pass(min(next_at - world.turns.time, 300))  # in steps, so that each run of a schedule takes place
        world.pass_time(max(0.0, next_at - world.turns.time))
        world.deliver(1000)
        world.finish()


def _wait_for_the_next(world: World, unsettled: list[Mail]) -> None:
    """Five minutes, or much longer if nothing is due before."""
    dues = [mail.due_at for mail in unsettled if mail.due_at is not None]
    wait = min(((due - world.now()).total_seconds() for due in dues), default=0.0)
    if wait > 3_600:
        world.let_pass(wait - 1)
    world.let_pass(300)
    _deliver_all(world)


def _to_be_told(ledger: Ledger, now: datetime) -> list[Folding]:
    """What `ledger` has to tell organisers of: everything that is folded, and a digest once its morning has come."""
    digest = ledger.digest if digest_is_due(ledger, now) else None
    return [one for one in (ledger.folding, digest) if one is not None]


def _unsettled(world: World) -> list[Mail]:
    return [mail for mail in world.watch.mails.values() if not mail.state.final]


def check_the_end(people: "People") -> None:
    world = people.world
    with no_turns(world.turns):
        _nothing_is_left_behind(world)
        _everybody_is_told(world)
        world.watch.notices.check_the_end(world.watch.workshops.values(), world.now())
        _answers_are_stored(people)
        _mails_went_out(world)
    _answers_go_in_time(world)
    with no_turns(world.turns):
        _everything_fits(world)
    _nothing_personal_stays(world)
    with no_turns(world.turns):
        _everything_fits(world)


def _everything_fits(world: World) -> None:
    """As `make check-store` sees it, once each schedule has run without faults.

    Until then it is right that something has long been undone: a schedule may have failed for weeks.
    """
    found = check_store(world.store, world.now())
    findings = [one for one in found if not _is_too_late(world, one)]
    hold(not findings, "everything in the store fits together", findings)


def _is_too_late(world: World, finding: Finding) -> bool:
    """Whether it is of a schedule that failed on all days of a workshop which is over: no schedule does it any more."""
    if finding.kind != "registration.not_placed":
        return False
    of = world.watch.registrations[finding.where.removeprefix("registration ")].workshop
    return world.now() >= world.watch.workshops[of].ends_at


def _nothing_is_left_behind(world: World) -> None:
    now, watch = world.now(), world.watch
    left = backlog(world.store, now)
    hold(left.empty, "nothing is left behind", left.describe())
    for workshop in watch.workshops.values():
        overdue = world.store.seats.overdue_offers(workshop, now - timedelta(minutes=15))
        hold(not overdue or workshop.called_off is not None, "offers end in time", overdue)
        lost = [one.id for one in watch.of(workshop.id) if one.state is State.OFFERED and _came_back(world, one)]
        hold(not lost or workshop.called_off is not None, "an offer that did not arrive moves on", lost)
        held = [one for one in watch.of(workshop.id) if waits_for_address(one) and one.held_until is not None]
        kept = [one for one in held if min(one.held_until or now, workshop.begins_at) < now - timedelta(minutes=15)]
        over = workshop.called_off is not None or now >= workshop.ends_at
        hold(not kept or over, "a hold that is over ends in time", kept)


def _everybody_is_told(world: World) -> None:
    """Of calling off."""
    for workshop in world.watch.workshops.values():
        for one in world.watch.of(workshop.id):
            if workshop.called_off is not None and one.state.live and one.person is not None:
                told = f"{one.id}-called_off-{workshop.called_off.version}" in world.watch.mails
                hold(told, "everybody is told of calling off", one.id)


def _answers_go_in_time(world: World) -> None:
    """A day without faults later, no answer is left that should be gone by now."""
    world.let_pass(_A_DAY)
    _deliver_all(world)
    for workshop in world.watch.workshops.values():
        gone = set(workshop.questions_to_erase(world.now() - timedelta(days=2)))
        left = [one.id for one in world.watch.of(workshop.id) if gone & set(one.answers)]
        hold(not left, "answers are erased in time", (left, gone))
        old = world.now() - timedelta(days=3)
        wishes = [one.id for one in world.watch.of(workshop.id) if one.address_wish and one.address_wish.at < old]
        hold(not wishes, "an address that nobody confirmed is erased", wishes)


def _answers_are_stored(people: "People") -> None:
    for id, command in people.stored.items():
        stored = people.world.watch.registrations.get(id)
        hold(stored is not None, "a sign-up that was answered is stored", id)
        assert stored is not None
        persons = [one.person for _, one in people.world.watch.history[id]]
        hold(persons[0] in (command.person, None), "a sign-up that was answered is stored", id)


def _mails_went_out(world: World) -> None:
    """A mail that is said to be sent was taken, and whatever was taken is said to be sent, if that can be known."""
    for mail in world.watch.mails.values():
        taken = world.provider.taken.get(mail.id, [])
        if mail.state is Delivery.SENT:
            hold(taken, "a mail that is sent was taken by the provider", mail.id)
        else:
            hold(mail.reason, "a mail that is not sent says why", mail.id)
            hold(all(one.in_doubt or one.by.error for one in taken), "a mail that was taken is sent", mail.id)


def _nothing_personal_stays(world: World) -> None:
    """Time passes until everything personal must be gone; then nothing that a person typed is found anywhere."""
    last = max(workshop.erase_registrations_at() for workshop in world.watch.workshops.values())
    seconds = (last - world.now()).total_seconds()
    world.let_pass(max(0.0, seconds) + 1)
    for _ in range(2):  # a mailbox is kept for a day after the last person behind it was erased
        world.let_pass(_A_DAY)
        _deliver_all(world)
    gone = [
        found.path
        for found in world.documents()
        if isinstance(at := found.fields.get("expire_at"), datetime) and at <= world.now()
    ]
    if gone:
        world.database.commit([Delete(path) for path in gone])
    everything = repr(world.documents())
    for piece in ("Achter", "Voor", "Geheim", "p6@", "5550199", "mailbox-", "person-"):
        if piece in everything:
            [where, *_] = [found.path for found in world.documents() if piece in repr(found)]
            hold(False, "nothing personal stays", (where, piece))
    left = [path for name in ("invitations", "sealed_answers", "attendance") for path in world.paths(name)]
    hold(not left, "nothing personal stays", left)
    for id, one in world.watch.registrations.items():
        hold(one.person is None and one.state not in (State.CONFIRMED, State.OFFERED), "erased people hold nothing", id)


def _came_back(world: World, one: Registration) -> bool:
    """Whether it is recorded that the mail of the present offer can never be delivered."""
    found = world.store.outbox.get(f"{one.id}-offered-{one.state_version}")
    return found is not None and found.mail.delivered in ("bounce", "dropped")
