"""What the promises are checked on: everything in the store, the provider's mailbox, the logs, and the life's story."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from local.testing import PROJECT
from tests.chaos.story import Story
from tests.journeys.visitor import WORKSHOP
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store, codec, paths
from werkplaats.store.wire import Query


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """`mailbox` is /_local/mail.json. `now` is the system's clock, at which everything was read.

    `documents` are all documents of the database as text, by path, and `logs` what each function has logged; both are
    empty unless they were asked for.
    """

    story: Story
    now: datetime
    workshop: Workshop
    ledger: Ledger
    registrations: tuple[Registration, ...]
    journal: tuple[Entry, ...]
    mails: tuple[Mail, ...]
    mailbox: list[dict[str, Any]]
    documents: dict[str, str] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)


def gather(store: Store, story: Story, now: datetime, mailbox: list[dict[str, Any]], logs: Path) -> Evidence:
    """Read everything. Nothing may be under way, so that all of it belongs together."""
    workshop, ledger = store.workshops.get(WORKSHOP), store.seats.ledger(WORKSHOP)
    assert workshop is not None
    assert ledger is not None
    entries = store.wire.query(Query(collection=paths.journal(WORKSHOP)))
    mails = store.wire.query(Query(collection=paths.MAILS))
    return Evidence(
        story=story,
        now=now,
        workshop=workshop,
        ledger=ledger,
        registrations=store.seats.all_of(WORKSHOP),
        journal=tuple(sorted((codec.read(one, Entry) for one in entries), key=lambda entry: (entry.version, entry.id))),
        mails=tuple(codec.read(one, Mail) for one in mails),
        mailbox=mailbox,
        documents=dict(_documents()),
        logs={path.name: path.read_text(errors="replace") for path in logs.glob("*.log") if path.stem != "emulator"},
    )


def _documents() -> Iterator[tuple[str, str]]:
    """Every document of the database, whatever collection it is in, with all it holds as text."""
    client = firestore.Client(project=PROJECT, credentials=AnonymousCredentials())
    try:
        collections = list(client.collections())
        while collections:
            for reference in collections.pop().list_documents():
                found = reference.get()
                yield reference.path, f"{reference.path} {found.to_dict() if found.exists else ''}"
                collections += reference.collections()
    finally:
        client.close()
