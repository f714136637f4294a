"""Holds each commit, send, answer and log line of a simulated life against the promises.

It knows the commits themselves and what the provider was given, and nothing that the program says of them.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.simulation import mail_promises, seat_promises
from tests.simulation.notice_promises import Notices
from tests.simulation.own_promises import check_own_changes
from tests.simulation.processes import NEWER_FIELD, Process
from tests.simulation.promises import BrokenPromiseError, hold
from tests.simulation.seat_promises import Change, Move
from tests.simulation.turns import Activity, DiedError
from werkplaats.domain.attendance import Attendance, Days, Mark
from werkplaats.domain.journal import Entry, Happened, first_entry_of
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage, Progress
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import AddPerson, Command, Outcome, Refusal, Refused, SayAbsent, SignUp
from werkplaats.domain.seats.ledger import Ledger, Plan, Seating
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.message import Message
from werkplaats.store import codec, paths
from werkplaats.store.wire import Found, Put, Write

if TYPE_CHECKING:
    from tests.simulation.world import World

SMALLEST_LOT = 5
"""How many answers are opened together at least, as the privacy statement says."""


class Commit:
    """What a commit wrote, `before` and `after` it, by path; `by` are the paths by collection."""

    def __init__(self, writes: Sequence[Write], before: dict[str, Found], after: dict[str, Found]) -> None:
        self.writes, self.before, self.after = writes, before, after
        self.by: dict[str, list[str]] = {}
        for write in writes:
            self.by.setdefault(write.path.rpartition("/")[0].rpartition("/")[2], []).append(write.path)

    def there(self, collection: str) -> list[str]:
        """The paths of the documents of `collection` that it left behind."""
        return [path for path in self.by.get(collection, ()) if path in self.after]

    def ids(self, collection: str) -> frozenset[str]:
        return frozenset(path.rpartition("/")[2] for path in self.by.get(collection, ()))


class Watch:
    """What the database has had, as far as the promises need it. `tick` counts commits."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.tick = 0
        self.registrations: dict[str, Registration] = {}
        self.history: dict[str, list[tuple[int, Registration]]] = {}
        self.mailboxes: dict[str, Mailbox] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.workshops: dict[str, Workshop] = {}
        self._begins: dict[str, list[tuple[int, datetime]]] = {}
        """When each workshop began by what was published, with the tick from which it did."""
        self.mails: dict[str, Mail] = {}
        self.notices = Notices()
        self.reminded: dict[tuple[str, date], tuple[str, int, Activity | None]] = {}
        """The reminder that was queued for each person (a registration) on each day, with the tick and by whom."""
        self.messages: dict[str, str] = {}
        """For whom each message (its id) is."""
        self.stopped_at: dict[str, int] = {}
        self.called_off_at: dict[str, int] = {}
        self.answered_at: dict[str, int] = {}
        self.settled_at: dict[str, int] = {}
        """The ticks at which messages (ids) were stopped, workshops called off, invitations answered, mails settled."""
        self.written: set[str] = set()
        """The names of the collections that were written."""
        self.effects: set[str] = set()
        """The names of the commands that have changed something."""
        self._signed_in: set[str] = set()
        self._used_forms: dict[str, set[str]] = {}
        self._decided: dict[int, tuple[Command, list[Outcome]]] = {}
        """What the rules made of each command, by its `id()`. Two requests of a double click ask for the same one."""

    # Commits

    def committed(self, commit: Commit, cause: Activity | None, process: Process) -> None:
        self.tick += 1
        self.written.update(commit.by)
        hold(len(commit.writes) <= 500, "a commit is small", len(commit.writes))
        if not process.newer:
            _newer_fields_are_kept(commit)
        for path in commit.there("journal"):
            if path not in commit.before:
                self.notices.noted(codec.read(commit.after[path], Entry))
        for path in commit.there("mails"):
            mail = codec.read(commit.after[path], Mail)
            self.mails[mail.id] = mail
            if path not in commit.before:
                self.notices.queued(mail)
                self._world.count(f"queued: {mail.kind.value}")
                mail_promises.check_queued(self, mail, cause)
            if mail.state.final:
                self.settled_at.setdefault(mail.id, self.tick)
        self._messages(commit)
        self._survey(commit, cause)
        ledgers = commit.by.get("ledgers", ())
        for path in ledgers:
            self._ledger(codec.read(commit.after[path], Ledger), commit, cause)
        if ledgers:
            self._absences(commit, cause)
        else:
            hold("registrations" not in commit.by, "registrations change with their ledger", commit.by)
            hold("mailboxes" not in commit.by, "mailboxes change with their ledger", commit.by)
            self._chores(commit)

    def _ledger(self, ledger: Ledger, commit: Commit, cause: Activity | None) -> None:
        id = ledger.id
        known, workshop_before = self.ledgers.get(id), self.workshops.get(id)
        expected = self._decide_again(id, cause, commit) if known is not None else None
        moves = tuple(self._moves(commit))
        for path in commit.by.get("mailboxes", ()):
            self.mailboxes.pop(path.rpartition("/")[2], None)
            if path in commit.after:
                self.mailboxes[path.rpartition("/")[2]] = codec.read(commit.after[path], Mailbox)
        for path in commit.by.get("workshops", ()):
            self._workshop(codec.read_leniently(commit.after[path], Workshop))
        forms = [entry.removeprefix(_FIRST) for entry in commit.ids("journal") if entry.startswith(_FIRST)]
        self._used_forms.setdefault(id, set()).update(forms)
        self.ledgers[id] = ledger
        if expected is not None:
            _is_explained(expected, ledger, moves, commit)
        notes = cause.notes if cause is not None else {}
        change = Change(
            commands=notes["commands"][1] if known is not None else (),
            decided_at=notes.get("now", self._world.now()),
            known=known,
            ledger=ledger,
            workshop_before=workshop_before,
            workshop=self.workshops[id],
            moves=moves,
            registrations=self.of(id),
            mailboxes=tuple(one for one in self.mailboxes.values() if one.workshop == id),
            mails=commit.ids("mails"),
            journal=commit.ids("journal"),
        )
        seat_promises.check(change)
        check_own_changes(change)

    def of(self, workshop: str) -> tuple[Registration, ...]:
        return tuple(one for one in self.registrations.values() if one.workshop == workshop)

    def _moves(self, commit: Commit) -> list[Move]:
        moves = []
        for path in commit.by.get("registrations", ()):
            hold(path in commit.after, "registrations are kept", path)
            after = codec.read(commit.after[path], Registration)
            moves.append(Move(self.registrations.get(after.id), after))
            self.registrations[after.id] = after
            self.history.setdefault(after.id, []).append((self.tick, after))
        return moves

    def _workshop(self, workshop: Workshop) -> None:
        if workshop.called_off is not None:
            self.called_off_at.setdefault(workshop.id, self.tick)
        self.workshops[workshop.id] = workshop
        self._begins.setdefault(workshop.id, []).append((self.tick, workshop.begins_at))

    def _decide_again(self, workshop: str, cause: Activity | None, commit: Commit) -> Plan:
        """What the rules decide about the same commands on everything that the database has."""
        assert cause is not None
        hold("commands" in cause.notes, "a ledger is changed by commands", cause.name)
        of, commands = cause.notes["commands"]
        hold(of == workshop, "commands are about the workshop whose ledger they change", (of, workshop))
        registrations = self.of(workshop)
        seating = Seating(
            workshop=self.workshops[workshop],
            ledger=self.ledgers[workshop],
            registrations={one.id: one for one in registrations},
            mailboxes={one.id: one for one in self.mailboxes.values() if one.workshop == workshop},
            used_forms=frozenset(self._used_forms.get(workshop, ())),
            waiting=tuple(seat_promises.waiting_in_order(registrations)),
            marks=self._marks_before(commands, commit),
        )
        plan = decide(seating, commands, cause.notes["now"])
        self.effects.update(type(command).__name__ for command in commands)
        for command, outcome in zip(commands, plan.outcomes, strict=True):
            self._decided.setdefault(id(command), (command, []))[1].append(outcome)
        return plan

    def _marks_before(self, commands: Sequence[Command], commit: Commit) -> dict[str, Days]:
        """What the attendance list said of those who say that they cannot come, before `commit` wrote in it."""
        ids = {one.registration for one in commands if isinstance(one, SayAbsent)}
        written = commit.by.get(paths.ATTENDANCE, ())
        at = {id: paths.of(paths.ATTENDANCE, id) for id in ids}
        kept = self._world.database.peek(path for path in at.values() if path not in written)
        found = {id: kept.get(path) or commit.before.get(path) for id, path in at.items()}
        return {id: codec.read(one, Attendance).days for id, one in found.items() if one is not None}

    def _absences(self, commit: Commit, cause: Activity | None) -> None:
        """Whoever says that they cannot come is marked so for the days left, and nobody who was there is."""
        said = [codec.read(commit.after[path], Entry) for path in commit.there("journal")]
        said = [entry for entry in said if entry.kind is Happened.SAID_ABSENT]
        ids = {entry.registration for entry in said}
        hold(commit.ids(paths.ATTENDANCE) <= ids, "only who says so is marked absent", commit.by)
        for entry in said:
            assert entry.registration is not None
            one, workshop = self.registrations[entry.registration], self.workshops[entry.workshop]
            today = entry.at.astimezone(ZoneInfo("Europe/Amsterdam")).date()
            running = workshop.first_day <= today <= workshop.last_day and workshop.called_off is None
            hold(running and one.state is State.CONFIRMED, "only who has a seat is absent, on the days", (entry, one))
            path = paths.of(paths.ATTENDANCE, one.id)
            before, after = (
                codec.read_if_found(there.get(path), Attendance) for there in (commit.before, commit.after)
            )
            if after is None:  # nothing was written, because they are present on all days that are left
                continue
            had = before.days if before else {}
            for number in range((workshop.last_day - workshop.first_day).days + 1):
                day = workshop.first_day + timedelta(days=number)
                mark, was = after.days.get(day.isoformat()), had.get(day.isoformat())
                wanted = Mark.ABSENT if day >= today and was is not Mark.PRESENT else was
                hold(mark is wanted, "the days left are absent, and no other", (day, was, mark))

    def _messages(self, commit: Commit) -> None:
        """Once a message has been queued for everybody, all in its group who were there all the time have a mail."""
        for path in commit.there("messages"):
            before, after = commit.before.get(path), codec.read(commit.after[path], GroupMessage)
            self.messages[after.id] = after.to
            if after.state is Progress.STOPPED:
                self.stopped_at.setdefault(after.id, self.tick)
            if before is None or not after.complete or before.fields["complete"]:
                continue
            workshop = self.workshops[after.workshop]
            there = {"seat": State.CONFIRMED, "waitlist": State.WAITLISTED, "offered": State.OFFERED}.get(after.to)
            missing = [
                one.id
                for one in self.of(after.workshop)
                if one.state is there
                and not seat_promises.waits_for_address(one)
                and one.state_since < after.at - timedelta(minutes=10)
                and one.person is not None
                and workshop.may_be_mailed(one.person.email)
                and f"{one.id}-message-{after.id}" not in self.mails
            ]
            hold(not missing, "everybody in the group gets a message", missing)

    def _survey(self, commit: Commit, cause: Activity | None) -> None:
        """An invitation is answered once, by nobody with an older link.

        Answers are opened with at least four others, and with nothing else.
        """
        sealed, opened = commit.there("sealed_answers"), commit.there("answers")
        for path in commit.there("invitations"):
            before, after = commit.before.get(path), commit.after[path]
            if sealed:
                hold(before is not None and not before.fields["answered"], "nobody answers twice", path)
                assert cause is not None
                asked = self.before(str(after.fields["registration"]), cause.notes["tick"])
                older = asked is None or cause.notes["link"] < asked.link_generation
                hold(not older, "nobody answers by a link to an earlier address", (path, cause.notes))
                self.answered_at[after.id] = self.tick
        if opened:
            gone = [path for path in commit.by.get("sealed_answers", ()) if path in commit.before]
            hold(len(opened) == len(gone) >= SMALLEST_LOT, "answers are opened in lots", (opened, gone))
            hold(set(commit.by) == {"answers", "sealed_answers"}, "answers are opened in lots", commit.by)

    def _chores(self, commit: Commit) -> None:
        """A chore that is said to be done has been done for everybody."""
        for path in commit.there("chores"):
            chore, _, about = path.rpartition("/")[2].partition(".")
            workshop = self.workshops[about.partition(".")[0]]
            version = commit.after[path].fields["version"]
            assert isinstance(version, int)
            seated = [
                one
                for one in self.of(workshop.id)
                if one.state is State.CONFIRMED
                and one.state_version <= version
                and one.person is not None
                and not one.unsubscribed
                and not seat_promises.waits_for_address(one)
            ]
            if chore == "reminder" and workshop.called_off is None:
                _, length, first_day = about.split(".")
                due = datetime.fromisoformat(f"{first_day}T00:00Z") - timedelta(days=int(length.removesuffix("days")))
                missing = [
                    one.id
                    for one in seated
                    if one.state_since < due - timedelta(hours=3)
                    and f"{one.id}-reminder-{length}-{first_day}" not in self.mails
                ]
                hold(not missing, "everybody with a seat is reminded", missing)
            if chore == "not_placed":
                _, first_day = about.split(".")
                missing = [
                    one.id
                    for one in self.of(workshop.id)
                    if one.state is State.WAITLISTED
                    and not seat_promises.waits_for_address(one)
                    and one.state_version <= version
                    and one.person is not None
                    and f"{one.id}-not_placed-start-{first_day}" not in self.mails
                ]
                hold(not missing, "everybody who got no seat is told", missing)
            if chore == "invite" and workshop.waves[0].to == "seat":
                wave = about.partition(".")[2]
                missing = [one.id for one in seated if f"{one.id}-survey_invitation-{wave}" not in self.mails]
                hold(not missing, "everybody with a seat is asked", missing)
            if chore == "erase" and ".all" in about:
                left = [one.id for one in self.of(workshop.id) if one.person is not None]
                hold(not left, "everybody is erased when it is said so", left)

    # What was so at some time

    def before(self, registration: str, tick: int) -> Registration | None:
        """The registration as it was at `tick`."""
        return next((one for at, one in reversed(self.history[registration]) if at <= tick), None)

    def since(self, registration: str, tick: int) -> list[Registration]:
        """All that a registration has been from `tick` on."""
        had: list[Registration] = []
        for at, one in reversed(self.history.get(registration, [])):
            had.append(one)
            if at <= tick:
                break
        return had

    def states_since(self, registration: str, tick: int) -> set[State]:
        return {one.state for one in self.since(registration, tick)}

    def begins_since(self, workshop: str, tick: int) -> list[datetime]:
        """When `workshop` begins, by all that has been published from `tick` on."""
        begins: list[datetime] = []
        for at, one in reversed(self._begins[workshop]):
            begins.append(one)
            if at <= tick:
                break
        return begins

    # Sends, answers, errors, and the log

    def asked_to_send(self, message: Message) -> None:
        """A mail that was rejected is not tried again, unless whoever was told so could not record it."""
        told = self._world.provider.rejected.get(message.mail_id)
        hold(told is None or not told.ended or told.error is not None, "what was rejected is not tried again", message)

    def sending(self, message: Message, by: Activity) -> None:
        mail_promises.check_send(self._world, message.mail_id, by)
        mail_promises.check_links(self._world, message, by)

    def answered(self, activity: Activity, command: Command, outcome: Outcome) -> None:
        """The answer to `command` is what it came to in its place among the others.

        If it changed nothing, what it says of a registration was so at some moment between the request and the answer.
        """
        erased = isinstance(outcome, Refused) and outcome.why is Refusal.ERASED
        if isinstance(command, SignUp | AddPerson) and isinstance(outcome, Refused) and not erased:
            earlier = [one for at, one in self.history.get(command.registration, []) if at <= activity.notes["tick"]]
            replaced = any(one.link_generation for one in self.since(command.registration, activity.notes["tick"]))
            hold(not earlier or replaced, "a sign-up that is stored is not refused when it is repeated", command)
        registration: Registration | None = getattr(outcome, "registration", None)
        _, decided = self._decided.get(id(command), (command, []))
        if registration is None:
            return
        about = getattr(command, "registration", registration.id)
        if isinstance(command, AddPerson):
            had = self.since(registration.id, activity.notes["tick"])
            if any(one.identity == command.identity for one in had):
                about = registration.id  # the person was known, under another registration
        hold(registration.id == about, "everybody gets their own answer", (command, outcome))
        if outcome not in decided:
            had = self.since(registration.id, activity.notes["tick"])
            hold(registration in had, "an answer tells what is stored", (command, outcome))

    def signed_in(self, request: str) -> None:
        """A link to sign in with works once."""
        hold(request not in self._signed_in, "a link signs in once", request)
        self._signed_in.add(request)

    def ended(self, activity: Activity) -> None:
        error = activity.error
        if isinstance(error, BrokenPromiseError):
            raise error
        expected = error is None or isinstance(error, (DiedError, *self._world.expected))
        if not expected:
            raise BrokenPromiseError("no unexpected error", f"{activity.name}: {error!r}") from error

    def logged(self, text: str) -> None:
        """No personal data is in the log, and no error that the program did not foresee."""
        hold("@" not in text and "Achter" not in text, "no personal data in logs", text)
        if '"ERROR"' in text:
            names = {one.__name__ for one in _with_subclasses(self._world.expected)}
            for line in text.splitlines():
                error = json.loads(line).get("error")
                hold(error is None or error in names, "no unexpected error", line)


_FIRST = first_entry_of("")


def _is_explained(expected: Plan, ledger: Ledger, moves: Sequence[Move], commit: Commit) -> None:
    """The commit is what the rules decide if its commands come just now, after all earlier ones."""
    promise = "one order of the commands explains the ledger"
    decided = replace(expected.ledger, turns=ledger.turns) if expected.ledger else None  # no rule decides about turns
    hold(decided == ledger, promise, (decided, ledger))
    registrations = {move.after.id: move.after for move in moves}
    hold({one.id: one for one in expected.registrations} == registrations, promise, registrations)
    hold({one.id for one in expected.mails} == commit.ids("mails"), promise, commit.by)
    hold({one.id for one in expected.journal} == commit.ids("journal"), promise, commit.by)
    hold({one.id for one in expected.erasures} == commit.ids("erased"), promise, commit.by)


def _newer_fields_are_kept(commit: Commit) -> None:
    for write in commit.writes:
        there = commit.before.get(write.path)
        if there is not None and NEWER_FIELD in there.fields and isinstance(write, Put):
            kept = NEWER_FIELD in commit.after[write.path].fields
            hold(kept, "what a newer version wrote is kept", write.path)


def _with_subclasses(classes: Sequence[type]) -> list[type]:
    return [one for each in classes for one in (each, *_with_subclasses(each.__subclasses__()))]
