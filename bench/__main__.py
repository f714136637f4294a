"""`make bench`: measures sign-ups per second and prints a table.

The exit code is 1 if more seats were given out than there are, or if a sign-up was lost or stored twice. It does not
depend on how fast it was.
"""

import os
import secrets
import sys
import time

from google.cloud import firestore

from bench import bare, processes, report, rows, workshops
from bench.bare import Rate
from bench.cell import Cell, Measured, measure
from bench.machine import busy_with_others
from bench.server import serving
from local.prerequisites import MissingPrerequisiteError
from local.testing import PROJECT, running_emulator
from werkplaats.machine import utc_now
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

PROCESSES = (1,)
"""Several processes are measured beside one, in turn (bench/processes.py)."""

AT_ONCE = (1, 8, 32, 64)
SIGN_UPS = {1: 120, 8: 400, 32: 600, 64: 600}
"""By the number of visitors at once: how many sign-ups are measured."""

CREATES = {1: 200, 8: 400, 32: 500, 64: 500}
"""By the number of threads: how many documents are created. Measured before the sign-ups and again after them."""

GROUPED = 500
"""How many sign-ups are committed in groups without HTTP; also measured before and after."""

WARM_UP = 6000
"""How many documents are created before anything is measured, together with a third as many sign-ups in groups."""

UNDISTURBED = 0.1
"""The largest part of the machine's processors that other programs may use; if it is more, the results are too low."""

CAVEATS = """\
Emulator, functions and load share this machine's {processors} processors; the load itself took {load:.0%} of one.
A sign-up writes four documents and the ledger, a bare create one small document. Bare rates were measured before and
after the sign-ups and taken together. No event triggers were registered."""


def main() -> int:
    began = time.monotonic()
    others = [busy_with_others()]
    try:
        with running_emulator() as emulator:
            os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
            problems = _run(emulator)
    except MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    others.append(busy_with_others())
    print(f"\nOther things kept the machine busy for {' and '.join(map(_share, others))}, before and after.")
    if max(share or 0.0 for share in others) > UNDISTURBED:
        print("That is too much: rates are too low, and ratios uncertain. Measure again when it is quiet.")
    print(f"Took {time.monotonic() - began:.0f} seconds.")
    return 1 if problems else 0


def _run(emulator: str) -> list[str]:
    """Measure and print everything; returns a line for everything that was oversold, lost or doubled."""
    client, store = firestore.Client(project=PROJECT), Store(FirestoreWire(PROJECT, "(default)"))
    _say("warming up: the emulator's first commits are several times slower than its later ones")
    bare.creates(client, "warming-up", WARM_UP, 16)
    _groups(store, "as warm-up", WARM_UP // 3)
    creates, groups = _creates(client, "before"), _groups(store, "before")
    measured = _sign_ups(emulator, store)
    after = _creates(client, "after")
    creates = {threads: rate + after[threads] for threads, rate in creates.items()}
    groups += _groups(store, "after")
    print(f"\n{report.table(measured, creates, groups)}\n\n{report.targets(measured, creates)}\n")
    beside, wrong = processes.measured(emulator, store)
    print(f"{rows.table(beside)}\n")
    print(CAVEATS.format(processors=os.cpu_count(), load=report.load_share(measured)))
    problems = [f"{one.cell.name}: {problem}" for one in measured for problem in one.problems] + wrong
    print("\nNothing was oversold, lost or doubled." if not problems else "\nWRONG:\n" + "\n".join(problems))
    return problems


def _creates(client: firestore.Client, when: str) -> dict[int, Rate]:
    rates = {}
    for threads in AT_ONCE:
        rates[threads] = bare.creates(client, f"bench-{when}-{threads}", CREATES[threads], threads)
        _say(f"bare create by {threads} threads, {when}: {rates[threads].per_second:.0f} a second")
    return rates


def _groups(store: Store, when: str, count: int = GROUPED) -> Rate:
    workshop = workshops.published(store, f"groups-{when.replace(' ', '-')}", workshops.PLENTY, utc_now())
    rate = bare.group_commits(store, workshop.id, count)
    _say(f"groups of {bare.GROUP}, {when}: {rate.per_second:.0f} a second")
    return rate


def _sign_ups(emulator: str, store: Store) -> list[Measured]:
    settings = {"SIGNING_KEYS": secrets.token_hex(32), "IDENTITY_KEY": secrets.token_hex(32)}
    measured = []
    for number in PROCESSES:
        with serving(settings, processes=number, emulator=emulator, project=PROJECT) as server:
            for capacity in (workshops.PLENTY, workshops.FEW):
                for at_once in AT_ONCE:
                    cell = Cell(
                        processes=number,
                        capacity=capacity,
                        at_once=at_once,
                        sign_ups=SIGN_UPS[at_once],
                        warm_up=max(30, 3 * at_once),
                    )
                    one = measure(cell, server, store, settings)
                    measured.append(one)
                    wrong = f", {len(one.problems)} WRONG" if one.problems else ""
                    _say(f"sign-ups, {cell.name}: {one.per_second:.0f} a second{wrong}")
    return measured


def _share(share: float | None) -> str:
    return "an unknown part" if share is None else f"{share:.0%}"


def _say(progress: str) -> None:
    print(f"  {progress}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
