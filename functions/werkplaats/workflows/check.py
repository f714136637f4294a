"""Checks that everything in the store fits together, and makes a ledger anew from its registrations. Reads only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from werkplaats.domain.access import folded
from werkplaats.domain.checking.desk import check_published, check_session, check_sign_ins
from werkplaats.domain.checking.findings import BY_HAND, REBUILD, Finding, WorkshopRecords
from werkplaats.domain.checking.mail import check_mail
from werkplaats.domain.checking.seats import check_seats, rebuilt
from werkplaats.domain.checking.surveys import check_surveys
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.security.sessions import address_hash
from werkplaats.store import Store
from werkplaats.store.inspection import Inspected
from werkplaats.store.wire import Revision

_READINGS = 4
"""How many times a workshop is read to see it without a change meanwhile."""

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

    - `makers`: who may make workshops (ORGANISERS). None leaves out whether people who sign in are known.
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
    """What must be readable before the ledger of `workshop` can be made anew, and is not: such as 'registration abc'."""
    records = store.inspection.workshop(workshop).records
    registrations = (f"registration {id}" for id in sorted(records.unread_registrations))
    return (*registrations, *(f"revision {id} of {workshop}" for id in sorted(records.unread_revisions)))


def rebuild(store: Store, plan: Rebuild) -> None:
    """Write what was planned, in one commit.

    Raises ConflictError, and writes nothing, if the ledger has changed since the plan was made, or OutcomeUnknownError.
    """
    store.inspection.replace_ledger(plan.after, plan.guard)


def _findings(
    store: Store,
    now: datetime,
    makers: Sequence[str] | None,
    deletes: bool,
    progress: Callable[[str], None],
) -> Iterator[Finding]:
    workshops = store.inspection.workshops()
    versions: dict[str, int] = {}
    known = None if makers is None else {folded(maker) for maker in makers}
    for id in workshops:
        progress(id)
        inspected = store.inspection.workshop(id)
        found = _twice(store, inspected, now)
        yield from found
        if (ledger := inspected.records.ledger) is not None:
            versions[id] = ledger.version
        if known is not None and (workshop := inspected.records.workshop) is not None:
            known |= {folded(one.email) for one in workshop.organisers}
        yield from _logo(store, inspected.records)
        if deletes:
            records = inspected.records
            yield from _expired(f"mails of {id}", (one.expire_at for one in records.mails.values()), now)
            yield from _expired(f"mailboxes of {id}", (one.expire_at for one in records.mailboxes.values()), now)
            yield from _expired(f"erased of {id}", (one.expire_at for one in records.erasures.values()), now)
    if deletes:
        asked = (one.expire_at for _, one in store.inspection.sign_ins() if one is not None)
        yield from _expired("sign_ins", asked, now)
        begun = (one.expire_at for _, one in store.inspection.sessions() if one is not None)
        yield from _expired("sessions", begun, now)
    yield from _strays(store, workshops)
    yield from _desk(store, known, now)
    yield from _chores(store, workshops, versions)


def _twice(store: Store, inspected: Inspected, now: datetime) -> Iterator[Finding]:
    """What does not fit in a workshop, now and when it is read again."""
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
    yield from check_surveys(records, now)


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


def _strays(store: Store, workshops: list[str]) -> Iterator[Finding]:
    for path in store.inspection.of_no_workshop(workshops):
        yield Finding(path, "stray", "is of a workshop that is not there", BY_HAND)
    for collection in store.inspection.unknown_collections(workshops):
        yield Finding(f"collection {collection}", "collection", "is known to no code", BY_HAND)


def _desk(store: Store, known: set[str] | None, now: datetime) -> Iterator[Finding]:
    gone = "Delete the document: whoever it was signs in again."
    for id, sign_ins in store.inspection.sign_ins():
        if sign_ins is None:
            yield Finding(f"sign-ins {id}", "unreadable", "cannot be read", gone)
        else:
            yield from check_sign_ins(id, sign_ins, address_hash(sign_ins.email), known, now)
    for id, session in store.inspection.sessions():
        if session is None:
            yield Finding(f"session {id}", "unreadable", "cannot be read", gone)
        else:
            yield from check_session(id, session, address_hash(session.email), known, now)


def _chores(store: Store, workshops: list[str], versions: dict[str, int]) -> Iterator[Finding]:
    """What is remembered of chores that are done must be about a workshop, and not about a version to come."""
    for id, mark in store.inspection.chores():
        where, workshop = f"chore {id}", [*id.split("."), ""][1]
        if mark is None:
            yield Finding(where, "unreadable", "cannot be read", "Delete the document: the chore is then done again.")
        elif workshop not in workshops:
            yield Finding(where, "chore.workshop", "is of a workshop that is not there", "Delete the document.")
        elif workshop in versions and mark.version > versions[workshop]:
            says = f"was done at version {mark.version}, and the ledger is of {versions[workshop]}"
            yield Finding(where, "chore.version", says, REBUILD.format(workshop=workshop))
