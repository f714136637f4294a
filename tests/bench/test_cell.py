"""One small row of the benchmark, with the served function, the emulator, the load and the check."""

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from bench import bare, report, workshops
from bench.cell import Cell, measure
from bench.server import serving
from werkplaats.machine import utc_now
from werkplaats.store import Store

SETTINGS = {"SIGNING_KEYS": "s" * 32, "IDENTITY_KEY": "i" * 32, "PUBLIC_URL": "http://localhost"}


@pytest.fixture
def client(emulator: str, project: str) -> firestore.Client:
    return firestore.Client(project=project, credentials=AnonymousCredentials())


def test_everyone_in_a_cell_is_signed_up(emulator: str, project: str, store: Store) -> None:
    """Twenty sign-ups by four visitors at once are all answered and stored, and make a row of the table."""
    cell = Cell(processes=1, capacity=24, at_once=4, sign_ups=20, warm_up=4)
    with serving(SETTINGS, processes=1, emulator=emulator, project=project) as server:
        measured = measure(cell, server, store, SETTINGS)
    assert measured.problems == ()
    assert [answer.status for answer in measured.burst.answers] == [303] * 20
    assert store.seats.ledger("bench-24-seats-1-by-4").confirmed == 20
    creates = {32: bare.Rate(100, 1.0, (0.01,))}
    row = report.table([measured], creates, creates[32]).splitlines()[2]
    assert row.startswith("| sign-up, 24 seats | 1 | 4 | 20 | ")


def test_the_bare_rates_count_what_was_written(client: firestore.Client, store: Store) -> None:
    """The bare measurements write as many documents and registrations as were asked for."""
    assert bare.creates(client, "things", 12, 3).count == len(client.collection("things").get()) == 12
    workshops.published(store, "groep", 100, utc_now())
    rate = bare.group_commits(store, "groep", 60)
    assert (rate.count, len(rate.latencies)) == (60, 2)
    ledger = store.seats.ledger("groep")
    assert (ledger.confirmed, ledger.version) == (60, 2)
