"""`python -m bench.processes`: what several processes of `signup` do together, compared with one, in one run.

The numbers of processes are measured in turn, several times, so that what else the machine does is spread over all of
them. A ratio is the median of the ratios within each round.
"""

import os
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from google.cloud import firestore

from bench import bare, workshops
from bench.cell import Cell, Measured, measure
from bench.machine import processor_seconds
from bench.report import SHARE_OF_CREATES
from bench.rows import Row, table
from bench.server import Server, serving
from local.prerequisites import MissingPrerequisiteError
from local.testing import PROJECT, running_emulator
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

PROCESSES = (1, 2, 4)
AT_ONCE = (8, 32, 64)
ROUNDS = 3
SIGN_UPS = {8: 150, 32: 300, 64: 300}
"""By the number of visitors at once: how many sign-ups are measured in each round, for each number of processes."""

AS_FAST_AS_ONE = 0.9
"""Goal: sign-ups per second of several processes, divided by those of one."""

SLOWEST = 5.0
"""Goal: the time within which 99 of 100 sign-ups are answered is at most this many times that of half of them."""

_BUSY = 32
_CREATES = 400
_WARM_UP = 1500


@dataclass(frozen=True)
class Burst:
    """What one number of processes did in one round. `processor` is the seconds of processor time that they took.

    `processor` is None if the machine does not tell.
    """

    measured: Measured
    processor: float | None

    @property
    def per_second(self) -> float:
        return self.measured.per_second

    def percentile(self, percent: int) -> float:
        """The seconds within which `percent` of a hundred sign-ups were answered."""
        ordered = sorted(answer.seconds for answer in self.measured.answered)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0

    @property
    def milliseconds_each(self) -> float | None:
        """Milliseconds of processor time of `signup` for each sign-up, those before the measurement included."""
        cell = self.measured.cell
        return None if self.processor is None else 1000 * self.processor / (cell.sign_ups + cell.warm_up)


Bursts = Mapping[tuple[int, int], Sequence[Burst]]
"""By the number of processes and of visitors at once: a burst for each round."""


def measured(emulator: str, store: Store) -> tuple[list[Row], list[str]]:
    """The rows of this part, and a line for everything that was oversold, lost or doubled."""
    client = firestore.Client(project=PROJECT)
    settings = {
        "SIGNING_KEYS": secrets.token_hex(32),
        "IDENTITY_KEY": secrets.token_hex(32),
        "PUBLIC_URL": "http://x.example.org",
    }
    bursts, creates = defaultdict[tuple[int, int], list[Burst]](list), list[float]()
    with ExitStack() as stack:
        servers = {
            processes: stack.enter_context(serving(settings, processes=processes, emulator=emulator, project=PROJECT))
            for processes in PROCESSES
        }
        for number in range(ROUNDS):
            creates.append(bare.creates(client, f"beside-{number}", _CREATES, _BUSY).per_second)
            for at_once in AT_ONCE:
                for processes in PROCESSES if number % 2 else reversed(PROCESSES):
                    burst = _burst(servers[processes], store, settings, processes, at_once, number)
                    bursts[processes, at_once].append(burst)
    problems = [
        f"{one.measured.cell.name}: {problem}"
        for several in bursts.values()
        for one in several
        for problem in one.measured.problems
    ]
    return rows_of(bursts, creates), problems


def rows_of(bursts: Bursts, creates: Sequence[float]) -> list[Row]:
    """The rows about `bursts` and about bare creates per second; each round has one of both."""
    return [*_form(bursts, creates), *_together(bursts), *_evenness(bursts), *_processor(bursts)]


def _burst(
    server: Server, store: Store, settings: Mapping[str, str], processes: int, at_once: int, number: int
) -> Burst:
    cell = Cell(
        processes=processes,
        capacity=workshops.FEW,
        at_once=at_once,
        sign_ups=SIGN_UPS[at_once],
        warm_up=max(30, at_once),
        round=number + 1,
    )
    before = processor_seconds(server.pid)
    one = measure(cell, server, store, settings)
    after = processor_seconds(server.pid)
    return Burst(one, None if before is None or after is None else after - before)


def _form(bursts: Bursts, creates: Sequence[float]) -> Iterator[Row]:
    rates = [burst.per_second for burst in bursts[1, _BUSY]]
    yield Row(
        part="form",
        name=f"sign-ups, 1 process, {_BUSY} at once, beside bare creates",
        value=median(rates),
        unit="a second",
        floor=median(creates),
        floor_name=f"bare create at {_BUSY}",
        ratio=median(rate / floor for rate, floor in zip(rates, creates, strict=True)),
        at_least=SHARE_OF_CREATES,
    )


def _together(bursts: Bursts) -> Iterator[Row]:
    for (processes, at_once), several in bursts.items():
        alone = bursts[1, at_once]
        yield Row(
            part="processes",
            name=f"sign-ups, {_of(processes)}, {at_once} at once",
            value=median(burst.per_second for burst in several),
            unit="a second",
            floor=median(burst.per_second for burst in alone),
            floor_name="one process",
            ratio=_ratio([one.per_second for one in several], [one.per_second for one in alone]),
            at_least=AS_FAST_AS_ONE if processes > 1 else None,
        )


def _evenness(bursts: Bursts) -> Iterator[Row]:
    for (processes, at_once), several in bursts.items():
        yield Row(
            part="processes",
            name=f"99 of 100 within, {_of(processes)}, {at_once} at once",
            value=1000 * median(burst.percentile(99) for burst in several),
            unit="ms",
            floor=1000 * median(burst.percentile(50) for burst in several),
            floor_name="50 of 100",
            ratio=_ratio([one.percentile(99) for one in several], [one.percentile(50) for one in several]),
            at_most=SLOWEST,
        )


def _processor(bursts: Bursts) -> Iterator[Row]:
    """For information: if several processes do more work for each sign-up, they have less of the machine left."""
    for (processes, at_once), several in bursts.items():
        each = [one.milliseconds_each for one in several]
        alone = [one.milliseconds_each for one in bursts[1, at_once]]
        if any(one is None for one in (*each, *alone)):
            continue
        yield Row(
            part="processes",
            name=f"processor time, {_of(processes)}, {at_once} at once",
            value=median(filter(None, each)),
            unit="ms a sign-up",
            floor=median(filter(None, alone)),
            floor_name="one process",
            ratio=_ratio([one or 0.0 for one in each], [one or 1.0 for one in alone]),
        )


def _ratio(values: Sequence[float], floors: Sequence[float]) -> float:
    return median(value / floor if floor else 0.0 for value, floor in zip(values, floors, strict=True))


def _of(processes: int) -> str:
    return f"{processes} process{'es' if processes > 1 else ''}"


def main() -> int:
    try:
        with running_emulator() as emulator:
            os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
            bare.creates(firestore.Client(project=PROJECT), "warming-up", _WARM_UP, 16)
            rows, problems = measured(emulator, Store(FirestoreWire(PROJECT, "(default)")))
    except MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(rows))
    print("\nNothing was oversold, lost or doubled." if not problems else "\nWRONG:\n" + "\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
