"""Holds each commit of a simulated life against the promises, from what the database and the provider have.

A promise that does not hold raises BrokenPromiseError, which no code of the program catches.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.simulation.processes import NEWER_FIELD, Process
from tests.simulation.turns import Activity, DiedError
from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.mail.kinds import KINDS, ForParticipant, Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import Command, GiveSeat, Outcome
from werkplaats.domain.seats.ledger import Ledger, Seating
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.survey.waves import SMALLEST_LOT
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.message import Message
from werkplaats.store import codec
from werkplaats.store.wire import Found, Put, Write

if TYPE_CHECKING:
    from tests.simulation.world import World

MAIL_OF = {
    State.CONFIRMED: Kind.CONFIRMED,
    State.WAITLISTED: Kind.WAITLISTED,
    State.OFFERED: Kind.OFFERED,
    State.EXPIRED: Kind.OFFER_EXPIRED,
    State.CANCELLED: Kind.CANCELLED,
    State.DECLINED: Kind.CANCELLED,
}
"""The mail that tells of each state. It must be written together with the state, and be true when it is sent."""

TRUE_IN: dict[Kind, frozenset[State]] = {}
for _state, _kind in MAIL_OF.items():
    TRUE_IN[_kind] = TRUE_IN.get(_kind, frozenset()) | {_state}
TRUE_IN[Kind.REMINDER] = frozenset({State.CONFIRMED})
TRUE_IN[Kind.CHANGED] = TRUE_IN[Kind.CALLED_OFF] = frozenset({State.CONFIRMED, State.WAITLISTED, State.OFFERED})


class BrokenPromiseError(BaseException):
    """A promise did not hold. `promise` is its name, for finding a shorter life that breaks the same one."""

    def __init__(self, promise: str, how: str) -> None:
        super().__init__(f"{promise}: {how}")
        self.promise = promise


def hold(holds: object, promise: str, how: object = "") -> None:
    if not holds:
        raise BrokenPromiseError(promise, str(how))


class Watch:
    """What the database has had, as far as the promises need it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.tick = 0
        self.registrations: dict[str, Registration] = {}
        self.history: dict[str, list[tuple[int, Registration]]] = {}
        self.mailboxes: dict[str, Mailbox] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.workshops: dict[str, Workshop] = {}
        self.used_forms: dict[str, set[str]] = {}
        self.mails: dict[str, Mail] = {}
        self._decided: dict[int, tuple[Command, list[Outcome]]] = {}
        self.effects: set[str] = set()
        """The names of the commands that have changed something."""

    # Commits

    def committed(
        self,
        writes: Sequence[Write],
        before: dict[str, Found],
        after: dict[str, Found],
        cause: Activity | None,
        process: Process,
    ) -> None:
        self.tick += 1
        hold(len(writes) <= 500, "a commit is small", len(writes))
        if not process.newer:
            self._keeps_newer_fields(writes, before, after)
        by_collection: dict[str, list[str]] = {}
        for write in writes:
            by_collection.setdefault(write.path.rpartition("/")[0].rpartition("/")[2], []).append(write.path)
        for path in by_collection.get("mails", ()):
            if path in after:
                mail = codec.read(after[path], Mail)
                self.mails[mail.id] = mail
        if "sealed_answers" in by_collection or "answers" in by_collection:
            _lots(before, after, by_collection)
        if "ledgers" in by_collection:
            for path in by_collection["ledgers"]:
                self._ledger(path, before, after, by_collection, cause)
        else:
            hold("registrations" not in by_collection, "registrations change with their ledger", writes)
            hold("mailboxes" not in by_collection, "mailboxes change with their ledger", writes)

    def _keeps_newer_fields(self, writes: Sequence[Write], before: dict[str, Found], after: dict[str, Found]) -> None:
        for write in writes:
            there = before.get(write.path)
            if there is not None and NEWER_FIELD in there.fields and isinstance(write, Put):
                kept = NEWER_FIELD in after[write.path].fields
                hold(kept, "what a newer version wrote is kept", write.path)

    def _ledger(
        self,
        path: str,
        before: dict[str, Found],
        after: dict[str, Found],
        by_collection: dict[str, list[str]],
        cause: Activity | None,
    ) -> None:
        ledger = codec.read(after[path], Ledger)
        known = self.ledgers.get(ledger.id)
        hold(known is None or ledger.version == known.version + 1, "versions follow each other", ledger)
        expected = self._decide_again(ledger.id, cause) if known is not None else None
        moved: list[tuple[Registration | None, Registration]] = []
        for one in by_collection.get("registrations", ()):
            hold(one in after, "registrations are kept", one)
            registration = codec.read(after[one], Registration)
            moved.append((self.registrations.get(registration.id), registration))
            self.registrations[registration.id] = registration
            self.history.setdefault(registration.id, []).append((self.tick, registration))
        for one in by_collection.get("mailboxes", ()):
            id = one.rpartition("/")[2]
            self.mailboxes.pop(id, None)
            if one in after:
                self.mailboxes[id] = codec.read(after[one], Mailbox)
        for one in by_collection.get("workshops", ()):
            self.workshops[ledger.id] = codec.read_leniently(after[one], Workshop)
        for one in by_collection.get("journal", ()):
            id = one.rpartition("/")[2]
            if id.startswith(first_entry_of("")):
                self.used_forms.setdefault(ledger.id, set()).add(id.removeprefix(first_entry_of("")))
        self.ledgers[ledger.id] = ledger
        if expected is not None:
            self._is_explained(expected, ledger, moved, by_collection)
        commands: tuple[Command, ...] = cause.notes["commands"][1] if cause and "commands" in cause.notes else ()
        self._counts(ledger)
        self._order(ledger, moved, commands)
        self._mails(moved, by_collection)
        self._mailboxes(ledger.id)

    def _decide_again(self, workshop: str, cause: Activity | None) -> Any:
        """What the rules decide about the same commands on everything that the database has."""
        assert cause is not None
        hold("commands" in cause.notes, "a ledger is changed by commands", cause.name)
        of, commands = cause.notes["commands"]
        hold(of == workshop, "commands are about the workshop whose ledger they change", (of, workshop))
        registrations = {id: one for id, one in self.registrations.items() if one.workshop == workshop}
        waiting = sorted(
            (one for one in registrations.values() if one.state is State.WAITLISTED), key=lambda one: one.sequence
        )
        seating = Seating(
            workshop=self.workshops[workshop],
            ledger=self.ledgers[workshop],
            registrations=registrations,
            mailboxes={id: one for id, one in self.mailboxes.items() if one.workshop == workshop},
            used_forms=frozenset(self.used_forms.get(workshop, ())),
            waiting=tuple(one.id for one in waiting),
        )
        self.effects.update(type(command).__name__ for command in commands)
        plan = decide(seating, commands, cause.notes["now"])
        for command, outcome in zip(commands, plan.outcomes, strict=True):
            self._decided.setdefault(id(command), (command, []))[1].append(outcome)
        return plan

    def _is_explained(
        self,
        expected: Any,
        ledger: Ledger,
        moved: list[tuple[Registration | None, Registration]],
        by_collection: dict[str, list[str]],
    ) -> None:
        """The commit is what the rules decide if its commands come just now, after all earlier ones."""
        promise = "one order of the commands explains the ledger"
        hold(expected.ledger == ledger, promise, (expected.ledger, ledger))
        hold({one.id: one for one in expected.registrations} == {one.id: one for _, one in moved}, promise, moved)
        mails = {path.rpartition("/")[2] for path in by_collection.get("mails", ())}
        hold({one.id for one in expected.mails} == mails, promise, mails)
        entries = {path.rpartition("/")[2] for path in by_collection.get("journal", ())}
        hold({one.id for one in expected.journal} == entries, promise, entries)

    def _counts(self, ledger: Ledger) -> None:
        states = [one.state for one in self.registrations.values() if one.workshop == ledger.id]
        sequences = [one.sequence for one in self.registrations.values() if one.workshop == ledger.id]
        held = states.count(State.CONFIRMED) + states.count(State.OFFERED)
        hold(held <= ledger.capacity, "never more seats than there are", ledger)
        counted = (states.count(State.CONFIRMED), states.count(State.OFFERED), states.count(State.WAITLISTED))
        hold(counted == (ledger.confirmed, ledger.offered, ledger.waitlisted), "the ledger counts right", ledger)
        hold(len(set(sequences)) == len(sequences), "each has a number of its own", sequences)
        hold(all(one < ledger.next_sequence for one in sequences), "numbers go up", sequences)

    def _order(
        self, ledger: Ledger, moved: list[tuple[Registration | None, Registration]], commands: Sequence[Command]
    ) -> None:
        """Whoever gets a seat or an offer was first on the waitlist, unless an organiser gave it out of turn."""
        out_of_turn = {command.registration for command in commands if isinstance(command, GiveSeat)}
        given = [
            after.sequence
            for before, after in moved
            if before is not None
            and before.state is State.WAITLISTED
            and after.state in (State.CONFIRMED, State.OFFERED)
            and after.id not in out_of_turn
        ]
        waiting = [
            one.sequence
            for one in self.registrations.values()
            if one.workshop == ledger.id and one.state is State.WAITLISTED
        ]
        hold(not given or not waiting or max(given) < min(waiting), "first come, first served", (given, waiting))

    def _mails(
        self, moved: list[tuple[Registration | None, Registration]], by_collection: dict[str, list[str]]
    ) -> None:
        """Each new state is told by a mail of the same commit."""
        written = by_collection.get("mails", ())
        for before, after in moved:
            changed = before is None or (before.state, before.state_version) != (after.state, after.state_version)
            if changed and after.person is not None:
                mail = f"mails/{after.id}-{MAIL_OF[after.state].value}-{after.state_version}"
                hold(mail in written, "each new state is told", (mail, written))

    def _mailboxes(self, workshop: str) -> None:
        live = [
            one
            for one in self.registrations.values()
            if one.workshop == workshop and one.state.live and one.person is not None
        ]
        behind: dict[str, dict[str, str]] = {}
        for one in live:
            of = behind.setdefault(one.mailbox, {})
            hold(one.identity not in of, "a person has one live registration", one)
            of[one.identity] = one.id
        for mailbox in self.mailboxes.values():
            if mailbox.workshop == workshop:
                wanted = behind.pop(mailbox.id, {})
                hold(mailbox.registrations == wanted, "a mailbox has its live registrations", mailbox)
        hold(not behind, "a mailbox has its live registrations", behind)

    # Sends and answers

    def sending(self, message: Message, by: Activity) -> None:
        """A mail is sent once, and is true."""
        earlier = self._world.provider.taken.get(message.mail_id, [])
        doubt = all(one.in_doubt or isinstance(one.by.error, DiedError) for one in earlier)
        hold(doubt, "a mail goes out once", message.mail_id)
        mail = self.mails[message.mail_id]
        if isinstance(KINDS[mail.kind], ForParticipant) and mail.kind in TRUE_IN and mail.registration is not None:
            since = by.notes.get("tick", 0)
            states = self._states_since(mail.registration, since)
            hold(states & TRUE_IN[mail.kind], "a mail is true when it is sent", (message.mail_id, states))

    def _states_since(self, registration: str, tick: int) -> set[State]:
        """The states that a registration has had from `tick` on."""
        states = set[State]()
        for at, one in reversed(self.history[registration]):
            states.add(one.state)
            if at <= tick:
                break
        return states

    def answered(self, activity: Activity, command: Command, outcome: Outcome) -> None:
        """The answer to `command` is what it came to in its place among the others.

        If it changed nothing, what it says of a registration was so at some moment between the request and the answer.
        """
        registration: Registration | None = getattr(outcome, "registration", None)
        if outcome in self._decided.pop(id(command), (command, []))[1] or registration is None:
            return
        since = activity.notes.get("tick", 0)
        had: list[Registration] = []
        for at, one in reversed(self.history.get(registration.id, [])):
            had.append(one)
            if at <= since:
                break
        hold(registration in had, "an answer tells what is stored", (command, outcome))

    def ended(self, activity: Activity) -> None:
        error = activity.error
        if isinstance(error, BrokenPromiseError):
            raise error
        expected = error is None or isinstance(error, (DiedError, *self._world.expected))
        if not expected:
            raise BrokenPromiseError("no unexpected error", f"{activity.name}: {error!r}") from error

    def logged(self, text: str) -> None:
        """No personal data is in the log, and no error that the program did not foresee."""
        hold("@" not in text, "no personal data in logs", text)
        if '"ERROR"' in text:
            for line in text.splitlines():
                error = json.loads(line).get("error")
                names = {one.__name__ for one in _with_subclasses(self._world.expected)}
                hold(error is None or error in names, "no unexpected error", line)


def _with_subclasses(classes: Sequence[type]) -> list[type]:
    return [one for each in classes for one in (each, *_with_subclasses(each.__subclasses__()))]


def _lots(before: dict[str, Found], after: dict[str, Found], by_collection: dict[str, list[str]]) -> None:
    """Answers are opened together with at least four others, and nothing else happens in that commit."""
    opened = [path for path in by_collection.get("answers", ()) if path in after]
    if not opened:
        return
    sealed = [path for path in by_collection.get("sealed_answers", ()) if path in before and path not in after]
    hold(len(opened) == len(sealed) >= SMALLEST_LOT, "answers are opened in lots", (opened, sealed))
    hold(set(by_collection) == {"answers", "sealed_answers"}, "answers are opened in lots", by_collection)
