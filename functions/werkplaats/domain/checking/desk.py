"""Holds drafts and revisions against the published workshop, and sign-ins and sessions against their own rules."""

from collections.abc import Collection, Iterator
from datetime import datetime

from werkplaats.domain.access import folded
from werkplaats.domain.checking.findings import BY_HAND, REBUILD, Finding, WorkshopRecords
from werkplaats.domain.kept import SESSION_LONGEST
from werkplaats.domain.signing_in import Session, SignIns

_PUBLISH_MORE = "Publish a change of it, at the desk or by make publish: that makes a new revision."


def check_published(records: WorkshopRecords) -> Iterator[Finding]:
    """What does not fit between a workshop, its ledger, its revisions and its draft."""
    where, workshop, ledger = f"workshop {records.id}", records.workshop, records.ledger
    if ledger is None and records.id not in records.unreadable:
        yield Finding(where, "workshop.ledger", "has no ledger", REBUILD.format(workshop=records.id))
    if workshop is None and records.id not in records.unreadable:
        yield Finding(f"ledger {records.id}", "ledger.workshop", "is of a workshop that is gone", BY_HAND)
    if workshop is not None and workshop.id != records.id:
        yield Finding(where, "workshop.id", "has another id in it", BY_HAND)
    numbers = [one.number for one in records.revisions.values()]
    for id, one in records.revisions.items():
        if id != f"{one.number:010d}":
            yield Finding(f"revision {id} of {records.id}", "revision.id", "has another number in it", BY_HAND)
    newest = max(numbers, default=-1)
    if records.unread_revisions:
        pass  # which one is the newest is not known
    elif ledger is not None and newest != ledger.published:
        says = f"was published at {ledger.published}, and its newest revision is {newest if numbers else 'none'}"
        remedy = REBUILD.format(workshop=records.id) if newest > ledger.published else _PUBLISH_MORE
        yield Finding(where, "workshop.revision", says, remedy)
    elif workshop is not None and records.newest is not None and records.newest != workshop:
        says = "is not what its newest revision says"
        yield Finding(where, "workshop.differs", says, "Publish it again, at the desk or by make publish.")
    if (draft := records.draft) is not None:
        if draft.workshop != records.id:
            yield Finding(f"draft {records.id}", "draft.id", "has another workshop in it", BY_HAND)
        if draft.base not in numbers and f"{draft.base:010d}" not in records.unreadable:
            says = f"was made from revision {draft.base}, which is gone"
            yield Finding(f"draft {records.id}", "draft.base", says, "Save it at the desk, which asks what to keep.")


def check_sign_ins(
    id: str, one: SignIns, right_id: str, known: Collection[str] | None, now: datetime
) -> Iterator[Finding]:
    """What does not fit at `now` (UTC) in `one`: all requests to sign in with one address, stored under `id`.

    - `right_id`: the hash of the address that is in `one`. It must be the id, by which the document is found.
    - `known`: the addresses, folded, of everybody who may sign in. A request of somebody else that can still be used
      would let them in. None if that is not to be checked.

    If somebody asked who works on no workshop, there is no address in it; then only the id is checked.
    """
    where = f"sign-ins {id}"
    if one.id != id or (one.email and right_id != id):
        yield Finding(where, "sign_ins.id", "are of another address than their id says", "Delete the document.")
    good = any(request.is_good(now) for request in one.requests)
    if good and one.email and known is not None and folded(one.email) not in known:
        yield Finding(where, "sign_ins.unknown", "let somebody in who works on no workshop", "Delete the document.")


def check_session(id: str, one: Session, right_address: str) -> Iterator[Finding]:
    """What does not fit in the session `one`, which is stored under `id`.

    `right_address` is the hash of the address that is in it. That somebody works on no workshop any more is no finding:
    the session then lets nobody in, and ends by itself.
    """
    where = f"session {id}"
    if one.id != id or one.address != right_address:
        yield Finding(where, "session.id", "is of another address than its hash says", "Delete the document.")
    if one.expire_at > one.began_at + SESSION_LONGEST or not one.began_at <= one.seen_at:
        yield Finding(where, "session.times", "lasts longer than a session may", "Delete the document.")
