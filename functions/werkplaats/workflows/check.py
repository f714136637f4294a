"""Checks that everything in the store fits together, and makes a ledger anew from its registrations. Reads only."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from werkplaats.domain.access import folded
from werkplaats.domain.checking.desk import check_published, check_session, check_sign_ins
from werkplaats.domain.checking.findings import BY_HAND, REBUILD, Finding, WorkshopRecords
from werkplaats.domain.checking.folded import check_folded
from werkplaats.domain.checking.mail import check_mail
from werkplaats.domain.checking.messages import check_messages
from werkplaats.domain.checking.seats import check_seats, rebuilt
from werkplaats.domain.checking.surveys import check_surveys
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import Session, SignIns
from werkplaats.security.sessions import address_hash
from werkplaats.store import Store
from werkplaats.store.inspection import Inspected
from werkplaats.store.wire import Revision

_READINGS = 4
"""How many times more a workshop is read to see it without a change of its seats meanwhile."""

DELETED_WITHIN = timedelta(days=7)
"""How long after its `expire_at` a document may still be there. Firestore says that it takes about a day."""


class Rebuild(Struct, frozen=True):
    """What making a ledger anew would do. `before` is None if there is none, or if it cannot be read."""

    before: Ledger | None
    after: Ledger
    guard: Revision | None


def check_store(
    store: Store,
    now: datetime,
    *,
    makers: Sequence[str] | None = None,
    deletes: bool = False,
    progress: Callable[[str], None] = lambda workshop: None,
) -> tuple[Finding, ...]:
    """Everything that does not fit in `store` at `now` (UTC), in order; nothing is written.

    Nothing that is merely under way is a finding, so it can be called at any time. Records that are written without the
    ledger may be seen half: a workshop with findings is read a second time, and only what is found both times counts.

    - `makers`: who may make workshops (ORGANISERS). None leaves out whether people who ask to sign in are known.
    - `deletes`: whether the database deletes documents by itself after their `expire_at`. The emulator does not.
    - `progress` is called with the id of each workshop before it is read.

    Raises StoreUnavailableError or RefusedError.
    """
    return tuple(sorted(set(_findings(store, now, makers, deletes, progress))))


def plan_rebuild(store: Store, workshop: str) -> Rebuild | None:
    """How the ledger of `workshop` (its id) would be made anew.

    None if the workshop is gone or cannot be read, or if some of what is counted cannot: `uncounted` says what.
    """
    inspected = store.inspection.workshop(workshop)
    after = rebuilt(inspected.records)
    return None if after is None else Rebuild(inspected.records.ledger, after, inspected.guard)


def uncounted(store: Store, workshop: str) -> tuple[str, ...]:
    """What must be readable before the ledger of `workshop` can be made anew, and is not.

    Each is told as 'registration abc' or 'revision 0000000004 of abc'.
    """
    records = store.inspection.workshop(workshop).records
    registrations = (f"registration {id}" for id in sorted(records.unread_registrations))
    return (*registrations, *(f"revision {id} of {workshop}" for id in sorted(records.unread_revisions)))


def rebuild(store: Store, plan: Rebuild) -> None:
    """Write what was planned, in one commit. Then write the words by which its people are found, where they lack.

    Raises ConflictError, and writes nothing, if the ledger has changed since the plan was made, or OutcomeUnknownError.
    """
    store.inspection.replace_ledger(plan.after, plan.guard)
    store.people.keep_searchable(plan.after.id)


def _findings(
    store: Store,
    now: datetime,
    makers: Sequence[str] | None,
    deletes: bool,
    progress: Callable[[str], None],
) -> Iterator[Finding]:
    known = None if makers is None else {folded(maker) for maker in makers}
    for id in store.inspection.workshops():
        progress(id)
        inspected = store.inspection.workshop(id)
        found = _twice(store, inspected, now)
        yield from found
        if known is not None and (workshop := inspected.records.workshop) is not None:
            known |= {folded(one.email) for one in workshop.organisers}
        yield from _logo(store, inspected.records)
        if deletes:
            records = inspected.records
            yield from _expired(f"mails of {id}", (one.expire_at for one in records.mails.values()), now)
            yield from _expired(f"mailboxes of {id}", (one.expire_at for one in records.mailboxes.values()), now)
            yield from _expired(f"messages of {id}", (one.expire_at for one in records.messages.values()), now)
            yield from _expired(f"erased of {id}", (one.expire_at for one in records.erasures.values()), now)
    sign_ins, sessions = dict(store.inspection.sign_ins()), dict(store.inspection.sessions())
    if deletes:
        yield from _expired("sign_ins", (one.expire_at for one in sign_ins.values() if one is not None), now)
        yield from _expired("sessions", (one.expire_at for one in sessions.values() if one is not None), now)
    yield from _desk(sign_ins, sessions, known, now)
    yield from _strays(store)
    yield from _chores(store)


def _twice(store: Store, inspected: Inspected, now: datetime) -> Iterator[Finding]:
    """What does not fit in a workshop, and does not fit either when it is read once more.

    `inspected` is the first reading. As long as somebody changed the seats during a reading, the workshop is read
    again, up to _READINGS times; if none was whole, the last one is taken as it is, with records from two moments.
    Only if something is found in it, a further reading follows. That one may itself be from two moments, so it proves
    nothing alone: what is found must be in both, word for word. Whatever was merely being written the first time is in
    order by then, and whatever is being written the second time was not found the first time.
    """
    for _ in range(_READINGS):
        if inspected.whole:
            break
        inspected = store.inspection.workshop(inspected.records.id)
    found = set(_of_workshop(inspected, now))
    if found:
        found &= set(_of_workshop(store.inspection.workshop(inspected.records.id), now))
    yield from found


def _of_workshop(inspected: Inspected, now: datetime) -> Iterator[Finding]:
    records = inspected.records
    for path in inspected.unreadable:
        remedy = "If a newer version of the program wrote it, check with that one. Otherwise: " + BY_HAND
        if path == f"ledgers/{records.id}":
            remedy = REBUILD.format(workshop=records.id)
        yield Finding(path, "unreadable", "cannot be read", remedy)
    yield from check_published(records)
    yield from check_seats(records, now)
    yield from check_mail(records, now)
    yield from check_folded(records, now)
    yield from check_surveys(records, now)
    yield from check_messages(records, now)


def _expired(which: str, ends: Iterable[datetime | None], now: datetime) -> Iterator[Finding]:
    """Whether documents are still there whose time to live was over long ago. `ends` are the ends of all of them."""
    count = sum(end is not None and end < now - DELETED_WITHIN for end in ends)
    if count:
        says = f"{count} documents should have been deleted more than {DELETED_WITHIN.days} days ago"
        yield Finding(f"collection {which}", "expired", says, "See whether its time to live is switched on.")


def _logo(store: Store, records: WorkshopRecords) -> Iterator[Finding]:
    logo = records.workshop.organisation.logo if records.workshop else ""
    if logo and store.logos.get(logo) is None:
        yield Finding(f"workshop {records.id}", "workshop.logo", "has a logo that is gone", "Upload it again.")


def _strays(store: Store) -> Iterator[Finding]:
    """Documents of workshops that are not there, and collections that no code knows.

    A workshop may be published while this runs. So a document counts only if, after it was found, its workshop is still
    not listed: a workshop is always written before anything that is of it.
    """
    workshops = store.inspection.workshops()
    strays = set(store.inspection.of_no_workshop(workshops))
    if strays:
        workshops = store.inspection.workshops()
        strays &= set(store.inspection.of_no_workshop(workshops))
    for path in strays:
        yield Finding(path, "stray", "is of a workshop that is not there", BY_HAND)
    for collection in store.inspection.unknown_collections(workshops):
        yield Finding(f"collection {collection}", "collection", "is known to no code", BY_HAND)


def _desk(
    sign_ins: Mapping[str, SignIns | None],
    sessions: Mapping[str, Session | None],
    known: set[str] | None,
    now: datetime,
) -> Iterator[Finding]:
    gone = "Delete the document: whoever it was signs in again."
    for id, asked in sign_ins.items():
        if asked is None:
            yield Finding(f"sign-ins {id}", "unreadable", "cannot be read", gone)
        else:
            yield from check_sign_ins(id, asked, address_hash(asked.email), known, now)
    for id, session in sessions.items():
        if session is None:
            yield Finding(f"session {id}", "unreadable", "cannot be read", gone)
        else:
            yield from check_session(id, session, address_hash(session.email))


def _chores(store: Store) -> Iterator[Finding]:
    """What is remembered of chores that are done must be about a workshop, and not about a version to come.

    The chores are read first: the workshops and versions that they name were there before them, also if somebody
    changes the seats while this runs.
    """
    chores = dict(store.inspection.chores())
    workshops = {id: store.inspection.version(id) for id in store.inspection.workshops()}
    for id, mark in chores.items():
        where, workshop = f"chore {id}", [*id.split("."), ""][1]
        if mark is None:
            yield Finding(where, "unreadable", "cannot be read", "Delete the document: the chore is then done again.")
        elif workshop not in workshops:
            yield Finding(where, "chore.workshop", "is of a workshop that is not there", "Delete the document.")
        elif (version := workshops[workshop]) is not None and mark.version > version:
            says = f"was done at version {mark.version}, and the ledger is of {version}"
            yield Finding(where, "chore.version", says, REBUILD.format(workshop=workshop))
