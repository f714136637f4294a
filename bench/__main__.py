"""`make bench`: measures sign-ups, mails, a rush, schedules and cold starts, and prints tables.

`make bench PARTS="mail cold" JSON=file` measures some of it and writes the figures to a file.

The exit code is 1 if more seats were given out than there are, or if a sign-up was lost or stored twice. It does not
depend on how fast it was.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from google.cloud import firestore

from bench import bare, cold, mail, processes, report, rows, rush, scans, workshops
from bench.bare import Rate
from bench.cell import Cell, Measured, measure
from bench.machine import busy_with_others
from bench.rows import Row
from bench.server import serving
from local.catalogue import ROOT
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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"what to measure: {', '.join(PARTS)}; all if none")
    parser.add_argument("--json", type=Path, help="the file to write the figures to, for `make bench-compare`")
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    began = time.monotonic()
    others = [busy_with_others()]
    try:
        figures, problems = _measured(options.parts or list(PARTS))
    except MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    others.append(busy_with_others())
    print(f"\n{rows.table(figures)}\n")
    print("Nothing was oversold, lost or doubled." if not problems else "WRONG:\n" + "\n".join(problems))
    print(f"\nOther things kept the machine busy for {' and '.join(map(_share, others))}, before and after.")
    busy = max(share or 0.0 for share in others)
    if busy > UNDISTURBED:
        print("That is too much: rates are too low, and ratios uncertain. Measure again when it is quiet.")
    print(f"Took {time.monotonic() - began:.0f} seconds.")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(_result(figures, busy))))
        print(f"The figures are in {options.json}.")
    return 1 if problems else 0


def _result(figures: list[Row], busy: float) -> rows.Result:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return rows.Result(
        commit=described.stdout.strip() or "unknown",
        at=utc_now().isoformat(timespec="seconds"),
        processors=os.cpu_count() or 1,
        busy=busy,
        rows=tuple(figures),
    )


def _measured(parts: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The figures of `parts`, and a line for everything that was oversold, lost or doubled."""
    figures: list[Row] = []
    problems: list[str] = []
    for part in parts:
        _say(f"{part}:")
        with running_emulator() as emulator:
            os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
            found, wrong = PARTS[part](emulator)
        figures += found
        problems += wrong
    return figures, problems


def _sign_up_part(emulator: str) -> tuple[list[Row], list[str]]:
    client, store = _warmed_up()
    creates, groups = _creates(client, "before"), _groups(store, "before")
    measured = _sign_ups(emulator, store)
    after = _creates(client, "after")
    creates = {threads: rate + after[threads] for threads, rate in creates.items()}
    groups += _groups(store, "after")
    print(f"\n{report.table(measured, creates, groups)}\n")
    print(CAVEATS.format(processors=os.cpu_count(), load=report.load_share(measured)))
    problems = [f"{one.cell.name}: {problem}" for one in measured for problem in one.problems]
    return report.rows(measured, creates), problems


def _warmed_up() -> tuple[firestore.Client, Store]:
    _say("warming up: the emulator's first commits are several times slower than its later ones")
    client, store = firestore.Client(project=PROJECT), Store(FirestoreWire(PROJECT, "(default)"))
    bare.creates(client, "warming-up", WARM_UP, 16)
    _groups(store, "as warm-up", WARM_UP // 3)
    return client, store


def _processes_part(emulator: str) -> tuple[list[Row], list[str]]:
    _, store = _warmed_up()
    return processes.measured(emulator, store)


PARTS: dict[str, Callable[[str], tuple[list[Row], list[str]]]] = {
    "sign-ups": _sign_up_part,
    "processes": _processes_part,
    "mail": lambda emulator: (mail.measure(emulator), []),
    "rush": lambda _: (rush.measure(), []),
    "scans": lambda _: (scans.measure(), []),
    "cold": lambda emulator: (cold.measure(emulator), []),
}
"""What is measured, each with an emulator of its own. A part that finds a sign-up missing says so by an exception."""


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
    settings = {
        "SIGNING_KEYS": secrets.token_hex(32),
        "IDENTITY_KEY": secrets.token_hex(32),
        "PUBLIC_URL": "http://x.example.org",
    }
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
