"""Makes a restored backup fit for use, before anybody reaches it: docs/runbooks/restore.md calls this.

A backup knows nothing of what happened after it was taken. People have been erased since, mails have been sent, offers
have come to their end. So, while no function uses the database yet:

    1. Each ledger gets numbers that were never used, so that no new mail or entry has the id of one that was lost.
    2. Everybody signs in again at the desk, because sessions that were ended since would be good again.
    3. What was erased since is erased once more.
    4. Whatever was due before the loss is queued, and held back if it was sent before the loss.
    5. Messages of organisers that were going out are stopped: who got them since the backup is not known.
    6. Offers that have lapsed are ended, and free seats go to the waitlist. These mails are new, and are sent.

Nothing is sent here: the schedules do that once they run again. If one document cannot be read, or one thing cannot be
done, all the rest is, and what was not done is reported.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.delivery import skip
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, to_keep
from werkplaats.domain.messages import Deed, change
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import EraseAnswers, ErasePerson
from werkplaats.domain.times import into_working_hours
from werkplaats.store import Store, StoreUnavailableError
from werkplaats.store.messages import GuardedMessage
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.erase_at_once import forget_traces
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.notify import notify_of_lost_entries
from werkplaats.workflows.mail.tell import tell_what_is_folded
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.commit import StoreAwayError
from werkplaats.workflows.seats.expire import expire_offers, remind_of_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.surroundings import Clock
from werkplaats.workflows.survey.invite import send_surveys

LIFT = 100_000
"""How much versions and numbers go up. That is more than any workshop uses in the time that a restore goes back."""

HELD_BACK = "restored from a backup: it was, or may have been, sent after that was taken"

_TOLD_ONCE = frozenset({Kind.CONFIRMED, Kind.OFFER_EXPIRED})
"""Mails of step 6 that say the same as one that was lost. An offer is another one, with an end of its own."""

_OF_A_SEAT = frozenset({*_TOLD_ONCE, Kind.WAITLISTED, Kind.OFFERED, Kind.CANCELLED})
"""Mails that tell a person what has become of their place. The newest of them is what the person takes to be true."""


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
    - `undone`: what could not be done, such as "registration r1"; () if everything was.
    """

    erased: int
    ended: int
    held_back: tuple[str, ...]
    waiting: int
    undone: tuple[str, ...]


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

    Raises StoreError or SeatsBusyError if the database does not answer or refuses everything.
    """
    now = clock.now()
    attempts = _Attempts()
    for id in store.inspection.workshops():
        with attempts.to(f"workshop {id}"):
            _lift(store, id)
            store.workshops.get(id)  # the steps below pass over one that cannot be read, so it is reported here
    store.signing_in.forget_all()
    again = _erase_again(store, queue, erased, attempts)
    with attempts.to("erase_personal_data"):
        again += erase_personal_data(store, queue, now)
    _stop_messages(store, now, attempts)
    _queue_what_was_due(store, queue, clock, now, attempts)
    known = [mail for mail in store.outbox.unsettled() if sent is None or mail.id in sent]
    held_back = _hold_back(store, known, now, attempts)
    ended = 0
    with attempts.to("expire_offers"):
        ended = expire_offers(store, queue, now)
    # With `sent`, what an earlier attempt at this restore queued is looked at again. Without it, nothing older is left.
    repeated = []
    for mail in list(store.outbox.unsettled()):
        with attempts.to(f"mail {mail.id}"):
            if _says_the_same(store, mail, sent):
                repeated.append(mail)
    held_back += _hold_back(store, repeated, now, attempts)
    waiting = _make_due(store, now, attempts)
    done = Returned(
        erased=again, ended=ended, held_back=tuple(held_back), waiting=waiting, undone=tuple(attempts.failed)
    )
    log.event(
        "store.restored",
        erased=again,
        ended=ended,
        held_back=len(done.held_back),
        waiting=waiting,
        undone=len(done.undone),
    )
    return done


class _Attempts:
    """Lets a step go on when one thing fails. `failed` has what was not done, in order, as the keys."""

    def __init__(self) -> None:
        self.failed: dict[str, None] = {}

    @contextmanager
    def to(self, what: str) -> Iterator[None]:
        """A block that does `what`. If it fails that is logged and remembered, unless the database does not answer."""
        try:
            yield
        except (StoreUnavailableError, StoreAwayError):
            raise
        except SomeFailedError as error:
            self.failed |= dict.fromkeys(error.things)
        except Exception as error:
            self.failed[what] = None
            log.crash("store.not_restored", error, what=what)


def _lift(store: Store, workshop: str) -> None:
    inspected = store.inspection.ledger(workshop)
    if inspected is not None:
        ledger, guard = inspected
        lifted = replace(ledger, version=ledger.version + LIFT, next_sequence=ledger.next_sequence + LIFT)
        store.inspection.replace_ledger(lifted, guard)


def _erase_again(store: Store, queue: SeatQueue, listed: Iterable[Erased], attempts: _Attempts) -> int:
    """Erase what is on the list and there again. Returns how many registrations that were."""
    by_workshop: dict[str, dict[tuple[str, tuple[str, ...]], None]] = defaultdict(dict)
    here = (Erased(one.workshop, one.registration, one.questions) for one in store.erasures.all())
    for one in (*listed, *here):
        by_workshop[one.workshop][one.registration, one.questions] = None
    total = 0
    for workshop, erasures in by_workshop.items():
        for id, questions in erasures:
            # Each is a commit of its own, so that one that cannot be read does not hold up the others.
            with attempts.to(f"registration {id}"):
                registration = store.seats.registration(id)
                if registration is None or registration.workshop != workshop:
                    continue
                if not questions:
                    forget_traces(store, workshop, id)
                if _is_back(registration, questions):
                    queue.do(workshop, EraseAnswers(id, questions) if questions else ErasePerson(id))
                    total += 1
    return total


def _is_back(registration: Registration, questions: tuple[str, ...]) -> bool:
    if not questions:
        return registration.person is not None
    return any(question in registration.answers for question in questions)


def _stop_messages(store: Store, now: datetime, attempts: _Attempts) -> None:
    """Stop each message that was under way, before anything can carry it on. Its mails that wait are not sent either.

    A message that had gone out whole before the backup is not touched. Organisers see that theirs was stopped.
    """
    for id in store.inspection.workshops():
        with attempts.to(f"messages of {id}"):
            for message in store.messages.of(id):
                if message.under_way and (guarded := store.messages.get(message.id)) is not None:
                    stopped = change(guarded.message, Deed.STOP, "", now)
                    store.messages.update(GuardedMessage(stopped, guarded.guard))


def _queue_what_was_due(store: Store, queue: SeatQueue, clock: Clock, now: datetime, attempts: _Attempts) -> None:
    """Queue each mail that had fallen due between the backup and the loss: notices, reminders and surveys.

    The backup does not know that these were queued then, so the schedules would queue them again in the coming days. By
    then nothing would hold them back. Here they are queued before that is decided.
    """
    before = now - timedelta(minutes=2)
    left, earlier = store.journal.count_without_notice(before), 0
    while left and left != earlier:
        with attempts.to("notices"):
            notify_of_lost_entries(store, queue, now, clock)
        earlier, left = left, store.journal.count_without_notice(before)
    with attempts.to("folded notices"):
        tell_what_is_folded(store, queue, now)
    with attempts.to("send_reminders"):
        send_reminders(store, now)
    with attempts.to("reminders of offers"):
        remind_of_offers(store, now)
    with attempts.to("send_surveys"):
        send_surveys(store, _last_working_moment(now))


def _last_working_moment(now: datetime) -> datetime:
    """`now` (UTC), or if that is at night or at the weekend, the end of the working day before.

    Reminders of surveys that fell due until then have been sent, and would be sent again on the next working day.
    """
    moment = now
    while into_working_hours(moment) != moment:
        moment -= timedelta(minutes=15)
    return moment


def _says_the_same(store: Store, mail: Mail, sent: Collection[str] | None) -> bool:
    """Whether the last thing that a person was told before the loss is what `mail` will tell them.

    The last step gives seats and ends offers. Some of that had been done before the loss as well, and the person got a
    mail about it, which is in `sent` but not in the backup. They need not be told again. But if they were told
    something else after that, for instance that they cancelled, `mail` is news: without it they would have a seat and
    not know of it. If `sent` is None, the end of an offer counts as told, and a seat does not.
    """
    if mail.kind not in _TOLD_ONCE:
        return False
    if sent is None:
        return mail.kind is Kind.OFFER_EXPIRED
    told = [about for id in sent if (about := _of_seat(id, mail.registration)) and store.outbox.get(id) is None]
    return bool(told) and max(told)[1] == mail.kind.value


def _of_seat(id: str, registration: str | None) -> tuple[int, str] | None:
    """The version and the kind in `id`, if that is the id of a mail about the place of `registration` (an id)."""
    about, _, version = id.rpartition("-")
    about, _, kind = about.rpartition("-")
    return (int(version), kind) if about == registration and kind in _OF_A_SEAT and version.isdecimal() else None


def _hold_back(store: Store, mails: Iterable[Mail], now: datetime, attempts: _Attempts) -> list[str]:
    """Settle `mails` as skipped, and return their ids. They are doubtful: an event of the provider may still tell."""
    held_back = []
    for mail in mails:
        with attempts.to(f"mail {mail.id}"):
            guarded = store.outbox.get(mail.id)
            if guarded is not None and not guarded.mail.state.final:
                store.outbox.update(to_keep(replace(skip(guarded.mail, HELD_BACK, now), doubtful=True)), guarded.guard)
                held_back.append(mail.id)
    return held_back


def _make_due(store: Store, now: datetime, attempts: _Attempts) -> int:
    """Make the mails that are left and were due before `now` due now: they are not late. Returns how many are left."""
    left = list(store.outbox.unsettled())
    for mail in left:
        if mail.due_at is not None and mail.due_at >= now:
            continue
        with attempts.to(f"mail {mail.id}"):
            guarded = store.outbox.get(mail.id)
            if guarded is not None:
                store.outbox.update(replace(guarded.mail, due_at=now), guarded.guard)
    return len(left)
