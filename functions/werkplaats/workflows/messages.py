"""Sends what organisers write to a group of people: the message is stored, and its mails are queued page by page.

Each page is one commit, which also stores how far the queueing has got and fails if somebody else has changed the
message since it was read. So a crash at any moment loses nothing and repeats nothing. The entry in the journal that
tells of the message starts the queueing, by its event; the schedule `retry_mail` carries on whatever is left.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.attendance import counts_unmarked
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.kept import MAILS_KEPT, SIGN_IN_MAILS_KEPT
from werkplaats.domain.mail.about import AboutMessage, AboutTest
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.messages import (
    OVERLAP,
    Audience,
    Circle,
    Deed,
    GroupMessage,
    Progress,
    change,
    end_of_queue,
    is_recipient,
    may_hold_back,
    size_of,
)
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.store.messages import GuardedMessage
from werkplaats.store.outbox import MailChange
from werkplaats.workflows.failures import isolate_failures

PAGE = 200
"""How many people are looked at for one commit."""

PAGES_OF_EVENT = 20
"""How many pages one event queues. The schedule does the rest, so that the event's function ends in time."""

MOST_COUNTED = 300
"""How many people are read at most to say how many a message is for, where no count tells it."""

_STATES: dict[Circle, State] = {
    Circle.SEAT: State.CONFIRMED,
    Circle.WAITLIST: State.WAITLISTED,
    Circle.OFFERED: State.OFFERED,
}
"""By which state the database finds the people of a group. Of the others all registrations are looked at."""

_ENTRY = "message-"


class Size(Struct, frozen=True):
    """How many people a message is for. If it is not `exact`, it is for at least so many."""

    people: int
    exact: bool = True


class Sent(Struct, frozen=True):
    """The message goes out, or went out already by an earlier request with the same form."""

    message: GroupMessage


class ToNobody(Struct, frozen=True):
    """There is nobody in the group, so nothing was stored."""


class Stale(Struct, frozen=True):
    """Somebody else changed the message since the page was shown, or it cannot be done any more. It is as it was."""

    message: GroupMessage


def entry_of(message: str) -> str:
    """The id of the entry in the journal that tells of `message` (an id)."""
    return f"{_ENTRY}{message}"


def message_of(entry: str) -> str:
    """The id of the message that `entry` (an id) tells of."""
    return entry.removeprefix(_ENTRY)


def count_recipients(store: Store, workshop: Workshop, audience: Audience) -> Size | None:
    """How many people a message to `audience` would go to now. None if nobody may know.

    At most MOST_COUNTED people are read for it.
    """
    if audience.secret:
        return None
    if not workshop.practice:
        ledger = store.seats.ledger(workshop.id)
        counted = size_of(audience, ledger) if ledger else 0
        if counted is not None:
            return Size(counted)
    trial = _trial(workshop, audience, unmarked_too=_counts_unmarked(store, workshop, audience))
    people, cursor = store.messages.people(workshop.id, _STATES.get(audience.group), "", MOST_COUNTED)
    return Size(len(_recipients(store, trial, workshop, people)), exact=not cursor)


def send_message(store: Store, workshop: Workshop, message: GroupMessage) -> Sent | ToNobody:
    """Store `message`, which then goes out. Its id follows from the form, so sending the form twice is one message.

    Raises StoreError.
    """
    if (there := store.messages.get(message.id)) is not None:
        return Sent(there.message)
    audience = message.audience
    if audience.secret:
        if not store.messages.unanswered(workshop.id, audience.wave, "", 1)[0]:
            return ToNobody()
    else:
        size = count_recipients(store, workshop, audience)
        if size is not None and size.exact:
            if size.people == 0:
                return ToNobody()
            message = replace(message, expected=size.people)
    message = replace(message, unmarked_too=_counts_unmarked(store, workshop, audience))
    ledger = store.seats.ledger(workshop.id)
    entry = Entry(
        id=entry_of(message.id),
        workshop=workshop.id,
        kind=Happened.MESSAGE_SENT,
        at=message.at,
        version=ledger.version if ledger else 0,
        by=message.by,
        expire_at=message.at + MAILS_KEPT,
    )
    try:
        store.messages.begin(message, entry)
    except ConflictError:
        there = store.messages.get(message.id)
        if there is None:
            raise
        return Sent(there.message)
    log.event("message.begun", workshop=workshop.id, group_message=message.id)
    return Sent(message)


def send_test(store: Store, workshop: Workshop, message: GroupMessage) -> None:
    """Send `message` to its writer alone, once for each id. Raises StoreError."""
    test = replace(
        message,
        state=Progress.TEST,
        expire_at=message.at + SIGN_IN_MAILS_KEPT,
        queued=1,
        complete=True,
        expected=1,
    )
    mail = queue(Kind.ORGANISER_MESSAGE_TEST, AboutTest(test.id, test.by), workshop.id, test.at)
    try:
        store.messages.begin_test(test, replace(mail, expire_at=test.expire_at))
    except ConflictError:
        if store.messages.get(test.id) is None:
            raise
    log.event("message.tested", workshop=workshop.id, group_message=test.id)


def change_message(
    store: Store, workshop: Workshop, id: str, deed: Deed, *, by: str, now: datetime, seen: int | None
) -> GroupMessage | Stale | None:
    """Pause a message, make it go on, or stop it. `seen` is the revision that the page showed, None if it is not known.

    Returns the message afterwards, Stale if it was refused, and None if there is no such message in `workshop`.
    The queueing may be writing it at the same moment; then it is tried again. Raises StoreError.
    """
    for _ in range(5):
        guarded = store.messages.get(id)
        if guarded is None or guarded.message.workshop != workshop.id or guarded.message.state is Progress.TEST:
            return None
        message = guarded.message
        allowed = may_hold_back(message, None if message.audience.secret else unsent(store, message))
        if (seen is not None and seen != message.revision) or deed not in allowed:
            return Stale(message)
        changed = change(message, deed, by, now)
        try:
            store.messages.update(GuardedMessage(changed, guarded.guard))
        except ConflictError:
            continue
        log.event("message.changed", workshop=workshop.id, group_message=id, deed=deed.value)
        return changed
    raise ConflictError("the message is being queued at this moment")


def unsent(store: Store, message: GroupMessage) -> int:
    """How many mails of `message` have been queued and are still to be sent, or may be."""
    counts = store.messages.counts(message.id)
    return max(0, message.queued - counts.sent - counts.failed - counts.skipped)


def queue_messages(store: Store, now: datetime, go_on: Callable[[], bool]) -> int:
    """Carry on with all messages under way, as long as `go_on` says so. Returns how many mails were queued.

    If it fails for one, the others are done all the same, and SomeFailedError is raised at the end.
    """
    total = 0
    with isolate_failures("message.not_queued") as isolated:
        for id in store.messages.to_carry_on():
            if not go_on():
                break
            with isolated(group_message=id):
                total += queue_message(store, id, now, go_on=go_on)
    return total


def queue_message(
    store: Store,
    id: str,
    now: datetime,
    *,
    pages: int = PAGES_OF_EVENT,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Queue the mails of the message `id`, up to `pages` pages of people. Returns how many mails were queued.

    Nothing is done if it is paused, stopped or done. If somebody else is queueing it, that is left to them.
    """
    total = 0
    workshop: Workshop | None = None
    for _ in range(pages):
        guarded = store.messages.get(id)
        if guarded is None or guarded.message.state not in (Progress.SENDING, Progress.FOLLOWING) or not go_on():
            break
        message = guarded.message
        workshop = workshop or store.workshops.get(message.workshop)
        if workshop is None:
            break
        following = message.state is Progress.FOLLOWING
        step = _follow(store, message, workshop, now) if following else _page(store, message, workshop, now)
        if step is None:
            break
        try:
            store.messages.update(GuardedMessage(step.message, guarded.guard), step.mails, step.woken)
        except ConflictError:
            log.event("message.queued_elsewhere", group_message=id)
            break
        total += len(step.mails)
        if following and not step.more:
            break
    if total:
        log.event("message.queued", group_message=id, mails=total)
    return total


class _Step(Struct, frozen=True):
    """What one commit writes: the message as it is then, new mails, and mails that wait no longer."""

    message: GroupMessage
    mails: list[Mail]
    woken: list[MailChange]
    more: bool = False


def _page(store: Store, message: GroupMessage, workshop: Workshop, now: datetime) -> _Step:
    """The next page of people."""
    audience = message.audience
    if audience.secret:
        invited, cursor = store.messages.unanswered(workshop.id, audience.wave, message.cursor, PAGE)
        found = store.seats.registrations(one.registration for one in invited)
        unanswered = {one.registration: one for one in invited}
        to = [one for one in found.values() if is_recipient(message, workshop, one, invitation=unanswered[one.id])]
    else:
        people, cursor = store.messages.people(workshop.id, _STATES.get(audience.group), message.cursor, PAGE)
        to = _recipients(store, message, workshop, people)
    only_wakes = message.complete and not message.later
    mails, woken = _mails_for(store, message, to, now)
    mails = [] if only_wakes else mails
    there = replace(message, queued=message.queued + len(mails), cursor=cursor)
    return _Step(there if cursor else end_of_queue(there, workshop, now), mails, woken)


def _follow(store: Store, message: GroupMessage, workshop: Workshop, now: datetime) -> _Step | None:
    """Those who joined the group since it was last looked at, or the end of the message. None if there is nothing."""
    if now >= workshop.ends_at:
        return _Step(replace(message, state=Progress.DONE), [], [])
    ledger = store.seats.ledger(workshop.id)
    if ledger is None or ledger.version == message.version:
        return None
    since = (message.followed or message.at) - OVERLAP
    joined, next_since, cursor = store.messages.joined_since(workshop.id, since, message.cursor, PAGE)
    mails, woken = _mails_for(store, message, _recipients(store, message, workshop, joined), now)
    followed = replace(message, queued=message.queued + len(mails))
    if next_since is not None:
        return _Step(replace(followed, followed=next_since + OVERLAP, cursor=cursor), mails, woken, more=True)
    # Whoever joined while earlier pages were read may be among those: then the end of them is looked at once more.
    seen = ledger.version if not message.cursor else message.version
    return _Step(replace(followed, followed=now, version=seen, cursor=""), mails, woken)


def _recipients(
    store: Store, message: GroupMessage, workshop: Workshop, people: Iterable[Registration]
) -> list[Registration]:
    everybody = list(people)
    came = message.audience.group is Circle.ATTENDED
    marks = store.messages.marks(one.id for one in everybody) if came and everybody else {}
    return [one for one in everybody if is_recipient(message, workshop, one, marks.get(one.id))]


def _mails_for(
    store: Store, message: GroupMessage, to: list[Registration], now: datetime
) -> tuple[list[Mail], list[MailChange]]:
    """A mail for each of `to` who has none of `message` yet, and those that wait because of a pause, made due."""
    kind = Kind.SURVEY_MESSAGE if message.audience.secret else Kind.MESSAGE
    mails = {one.id: queue(kind, AboutMessage(one.id, message.id), message.workshop, now) for one in to}
    there = store.outbox.get_all(mail.id for mail in mails.values()) if mails else {}
    new = [mail for mail in mails.values() if mail.id not in there]
    woken = [
        MailChange(replace(one.mail, due_at=now, put_off=False), one.guard)
        for one in there.values()
        if one.mail.put_off and one.mail.due_at is not None and one.mail.due_at > now
    ]
    return new, woken


def _counts_unmarked(store: Store, workshop: Workshop, audience: Audience) -> bool:
    """Whether those without a mark count as having come now. It is not looked up where `audience` does not ask it."""
    if audience.group is not Circle.ATTENDED:
        return True
    ledger = store.seats.ledger(workshop.id)
    complete = ledger is not None and ledger.list_complete
    anybody = complete and store.messages.is_anybody_present(workshop.id, MOST_COUNTED)
    return counts_unmarked(complete=complete, anybody_present=anybody)


def _trial(workshop: Workshop, audience: Audience, *, unmarked_too: bool) -> GroupMessage:
    """A message that is never stored, to find out whom one to `audience` would be for."""
    parts = [audience.group.value, audience.wave or audience.question, audience.option]
    now = workshop.begins_at
    return GroupMessage(
        id="",
        workshop=workshop.id,
        by="",
        at=now,
        to=".".join(part for part in parts if part),
        subject="",
        text="",
        unmarked_too=unmarked_too,
        expire_at=now,
    )
