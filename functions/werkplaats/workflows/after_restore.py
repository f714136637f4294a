"""Makes a restored backup fit for use, before anybody reaches it: docs/runbooks/restore.md calls this.

A backup knows nothing of what happened after it was taken. People have been erased since, mails have been sent, offers
have come to their end. So, while no function uses the database yet:

    1. Each ledger gets numbers that were never used, so that no new mail or entry has the id of one that was lost.
    2. Everybody signs in again at the desk, because sessions that were ended since would be good again.
    3. What was erased since is erased once more.
    4. Whatever was due before the loss is queued, and held back if it was sent before the loss.
    5. Offers that have lapsed are ended, and free seats go to the waitlist. These mails are new, and are sent.

Nothing is sent here: the schedules do that once they run again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.delivery import skip
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Command, EraseAnswers, ErasePerson
from werkplaats.domain.times import into_working_hours
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.mail.notify import notify_of_lost_entries
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.surroundings import Clock
from werkplaats.workflows.survey.invite import send_surveys

LIFT = 100_000
"""How much versions and numbers go up. That is more than any workshop uses in the time that a restore goes back."""

HELD_BACK = "restored from a backup: it was, or may have been, sent after that was taken"

_TOLD_ONCE = frozenset({Kind.CONFIRMED, Kind.OFFER_EXPIRED})
"""Mails of step 5 that say the same as one that was lost. An offer is another one, with an end of its own."""


class Erased(Struct, frozen=True):
    """A line of the list: `registration` of `workshop` (ids), or only its answers to `questions` (ids)."""

    workshop: str
    registration: str
    questions: tuple[str, ...] = ()


class Returned(Struct, frozen=True, kw_only=True):
    """What was done.

    - `erased`: how many registrations were erased again, or had answers erased.
    - `ended`: how many offers had lapsed.
    - `held_back`: the ids of the mails that will not be sent, because they were, or may have been, already.
    - `waiting`: how many mails will be sent.
    """

    erased: int
    ended: int
    held_back: tuple[str, ...]
    waiting: int


def after_restore(
    store: Store,
    queue: SeatQueue,
    clock: Clock,
    *,
    erased: Iterable[Erased],
    sent: Collection[str] | None,
) -> Returned:
    """Take the steps above. `erased` is the list of erasures; those on the list of `store` itself are added to it.

    `sent` are the ids of all mails that were sent after the backup was taken, or may have been. With them exactly these
    are held back. None means that this is not known: then everything is held back that was due before the loss, so some
    mails that were never sent will not be. With `sent` all of this can be done again after a crash; without it a second
    time would hold back the new mails as well, so begin with the import again.

    Raises StoreError, SeatsBusyError or SomeFailedError.
    """
    now = clock.now()
    for id in store.inspection.workshops():
        _lift(store, id)
    store.signing_in.forget_all()
    again = _erase_again(store, queue, erased)
    again += erase_personal_data(store, queue, now)
    _queue_what_was_due(store, clock, now)
    held_back = [mail.id for mail in _unsettled(store) if sent is None or mail.id in sent]
    _hold_back(store, held_back, now)
    ended = expire_offers(store, queue, now)
    new = [mail for mail in _unsettled(store) if mail.created_at >= now]
    repeated = [mail.id for mail in new if _says_the_same(store, mail, sent)]
    _hold_back(store, repeated, now)
    waiting = sum(1 for _ in _unsettled(store))
    done = Returned(erased=again, ended=ended, held_back=(*held_back, *repeated), waiting=waiting)
    log.event("store.restored", erased=again, ended=ended, held_back=len(done.held_back), waiting=waiting)
    return done


def _lift(store: Store, workshop: str) -> None:
    inspected = store.inspection.ledger(workshop)
    if inspected is not None:
        ledger, guard = inspected
        lifted = replace(ledger, version=ledger.version + LIFT, next_sequence=ledger.next_sequence + LIFT)
        store.inspection.replace_ledger(lifted, guard)


def _erase_again(store: Store, queue: SeatQueue, listed: Iterable[Erased]) -> int:
    """Erase what is on the list and there again. Returns how many registrations that were."""
    by_workshop: dict[str, dict[tuple[str, tuple[str, ...]], None]] = defaultdict(dict)
    here = (Erased(one.workshop, one.registration, one.questions) for one in store.erasures.all())
    for one in (*listed, *here):
        by_workshop[one.workshop][one.registration, one.questions] = None
    total = 0
    for workshop, erasures in by_workshop.items():
        if store.seats.ledger(workshop) is None:
            continue
        commands: list[Command] = []
        for id, questions in erasures:
            registration = store.seats.registration(id)
            if registration is None or registration.workshop != workshop:
                continue
            if not questions:
                store.erasures.forget_traces(id)
            if _is_back(registration, questions):
                commands.append(EraseAnswers(id, questions) if questions else ErasePerson(id))
        queue.do_all(workshop, commands)
        total += len(commands)
    return total


def _is_back(registration: Registration, questions: tuple[str, ...]) -> bool:
    if not questions:
        return registration.person is not None
    return any(question in registration.answers for question in questions)


def _queue_what_was_due(store: Store, clock: Clock, now: datetime) -> None:
    """Queue the mails that schedules would queue now or later because the backup does not know that they did so."""
    while store.journal.count_without_notice(now - timedelta(minutes=2)):
        if notify_of_lost_entries(store, now, clock) == 0:
            break
    send_reminders(store, now)
    send_surveys(store, _last_working_moment(now))


def _last_working_moment(now: datetime) -> datetime:
    """`now` (UTC), or if that is at night or at the weekend, the end of the working day before.

    Reminders of surveys that fell due until then have been sent, and would be sent again on the next working day.
    """
    moment = now
    while into_working_hours(moment) != moment:
        moment -= timedelta(minutes=15)
    return moment


def _unsettled(store: Store) -> list[Mail]:
    return list(store.outbox.unsettled())


def _says_the_same(store: Store, mail: Mail, sent: Collection[str] | None) -> bool:
    """Whether `mail`, made by this restore, tells a person what a mail that was lost has told them already."""
    if mail.kind not in _TOLD_ONCE:
        return False
    if sent is None:
        return mail.kind is Kind.OFFER_EXPIRED
    told = [id for id in sent if id.startswith(f"{mail.registration}-{mail.kind.value}-")]
    return any(store.outbox.get(id) is None for id in told)


def _hold_back(store: Store, ids: Iterable[str], now: datetime) -> None:
    """Settle the mails `ids` as skipped. They are doubtful: an event of the provider may still tell."""
    for id in ids:
        guarded = store.outbox.get(id)
        if guarded is None or guarded.mail.state.final:
            continue
        try:
            store.outbox.update(replace(skip(guarded.mail, HELD_BACK, now), doubtful=True), guarded.guard)
        except ConflictError as error:
            raise AssertionError("no function may use the database yet") from error
