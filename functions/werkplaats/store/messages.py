"""Messages of organisers: messages/{id}. A page of their mails is queued in one commit with how far that has got."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import Counts, GroupMessage, Progress
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.survey.waves import Invitation
from werkplaats.store import codec, paths
from werkplaats.store.outbox import MailChange, create_mail
from werkplaats.store.wire import Found, Query, Revision, Where, Wire, Write

MOST_LISTED = 200
"""How many messages of a workshop are listed."""

_MOST_AT_ONCE = 20
"""How many messages one run of the schedule looks at."""


class GuardedMessage(Struct, frozen=True):
    """A message, and the revision that it had when it was read."""

    message: GroupMessage
    guard: Revision


class Messages:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, id: str) -> GuardedMessage | None:
        path = paths.of(paths.MESSAGES, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedMessage(codec.read(found, GroupMessage), found.revision)

    def of(self, workshop: str) -> tuple[GroupMessage, ...]:
        """The messages of `workshop`, the newest first, without tests. One that cannot be read is left out."""
        states = tuple(state.value for state in Progress if state is not Progress.TEST)
        where = (Where("workshop", "==", workshop), Where("state", "in", states))
        found = self._wire.query(Query(collection=paths.MESSAGES, where=where, limit=MOST_LISTED))
        messages = codec.readable(found, GroupMessage)
        return tuple(sorted(messages, key=lambda message: (message.at, message.id), reverse=True))

    def to_carry_on(self) -> tuple[str, ...]:
        """The ids of messages of all workshops whose mails may have to be queued."""
        states = (Progress.SENDING.value, Progress.FOLLOWING.value)
        where = (Where("state", "in", states),)
        query = Query(collection=paths.MESSAGES, where=where, limit=_MOST_AT_ONCE, only=())
        return tuple(found.id for found in self._wire.query(query))

    def count_sending(self) -> int:
        """How many messages have not been queued for everybody."""
        where = (Where("state", "==", Progress.SENDING.value),)
        return self._wire.count(Query(collection=paths.MESSAGES, where=where))

    def counts(self, message: str) -> Counts:
        """What has become of the mails of `message` (its id)."""

        def number(state: Delivery) -> int:
            where = (Where("about.message", "==", message), Where("state", "==", state.value))
            return self._wire.count(Query(collection=paths.MAILS, where=where))

        return Counts(sent=number(Delivery.SENT), failed=number(Delivery.FAILED), skipped=number(Delivery.SKIPPED))

    def begin(self, message: GroupMessage, entry: Entry) -> None:
        """Store `message` and its `entry` in the journal. Raises ConflictError if there is a message with its id."""
        path = paths.entry(entry.workshop, entry.id)
        self._wire.commit([_create(message), codec.create(path, entry)])

    def begin_test(self, message: GroupMessage, mail: Mail) -> None:
        """Store `message`, a test, and queue its only `mail`. Raises ConflictError if that was done before."""
        self._wire.commit([_create(message), create_mail(mail)])

    def update(
        self,
        guarded: GuardedMessage,
        mails: Sequence[Mail] = (),
        woken: Sequence[MailChange] = (),
    ) -> GuardedMessage:
        """Store a changed message, if the stored one still has the revision `guard`, and queue `mails` with it.

        `woken` are changes of mails that were queued before. All is one commit. Raises ConflictError.
        """
        message = guarded.message
        writes: list[Write] = [codec.update(paths.of(paths.MESSAGES, message.id), message, guarded.guard)]
        writes += [create_mail(mail) for mail in mails]
        writes += [codec.update(paths.of(paths.MAILS, one.mail.id), one.mail, one.guard) for one in woken]
        return GuardedMessage(message, self._wire.commit(writes)[0])

    def people(self, workshop: str, state: State | None, after: str, at_most: int) -> tuple[list[Registration], str]:
        """The first registrations of `workshop`, in `state` if it is given, whose ids follow `after`.

        Also the cursor behind them, "" if there are no more. One that cannot be read is left out.
        """
        also = () if state is None else (Where("state", "==", state.value),)
        query = _page(paths.REGISTRATIONS, (Where("workshop", "==", workshop), *also), after, at_most)
        found = self._wire.query(query)
        return list(codec.readable(found, Registration)), _cursor(found, at_most)

    def joined_since(
        self, workshop: str, since: datetime, after: str, at_most: int
    ) -> tuple[list[Registration], datetime | None, str]:
        """Registrations of `workshop` whose state began at `since` (UTC) or later, the earliest first.

        If `after` is not "", those whose state began just at `since` count only if their id follows it. Also the
        `since` and `after` of the next page: None and "" if there are no more. One that cannot be read is left out.
        """
        query = Query(
            collection=paths.REGISTRATIONS,
            where=(Where("workshop", "==", workshop), Where("state_since", ">=", since)),
            order_by="state_since",
            after=Found(paths.of(paths.REGISTRATIONS, after), {"state_since": since}, Revision(0)) if after else None,
            limit=at_most,
        )
        found = self._wire.query(query)
        cursor = _cursor(found, at_most)
        last = found[-1].fields["state_since"] if cursor else None
        return list(codec.readable(found, Registration)), last if isinstance(last, datetime) else None, cursor

    def unanswered(self, workshop: str, wave: str, after: str, at_most: int) -> tuple[list[Invitation], str]:
        """The first unanswered invitations to `wave` whose ids follow `after`, and the cursor behind them."""
        where = (Where("workshop", "==", workshop), Where("wave", "==", wave), Where("answered", "==", False))
        found = self._wire.query(_page(paths.INVITATIONS, where, after, at_most))
        return list(codec.readable(found, Invitation)), _cursor(found, at_most)

    def marks(self, registrations: Iterable[str]) -> dict[str, dict[str, Mark]]:
        """The marks of attendance of `registrations` (ids), by id, in one round trip."""
        found = self._wire.get(paths.of(paths.ATTENDANCE, id) for id in registrations)
        return {record.id: record.days for record in codec.readable(found.values(), Attendance)}

    def is_anybody_present(self, workshop: str, at_most: int) -> bool:
        """Whether anybody is marked present among the first `at_most` people of `workshop` with marks."""
        where = (Where("workshop", "==", workshop),)
        found = self._wire.query(Query(collection=paths.ATTENDANCE, where=where, limit=at_most))
        return any(Mark.PRESENT in record.days.values() for record in codec.readable(found, Attendance))


def _create(message: GroupMessage) -> Write:
    return codec.create(paths.of(paths.MESSAGES, message.id), message)


def _page(collection: str, where: tuple[Where, ...], after: str, at_most: int) -> Query:
    last = Found(paths.of(collection, after), {}, Revision(0)) if after else None
    return Query(collection=collection, where=where, after=last, limit=at_most)


def _cursor(found: Sequence[Found], at_most: int) -> str:
    return found[-1].id if len(found) == at_most else ""
