"""`make simulate SEED=… LIVES=…`: live lives from a seed on, and tell the shortest story of the first that fails."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import batched

from tests.simulation.lives import STEPS, Life, live, shorten

AT_ONCE = 20
"""How many lives a process lives before it reports."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first life; the next has the next number")
    parser.add_argument("--lives", type=int, default=100)
    parser.add_argument("--steps", help="live only these steps of one life, such as 3,5,8-12, and tell what happens")
    parser.add_argument(
        "--first", action="store_true", help="print only the seed of the first life that fails, and why"
    )
    options = parser.parse_args(arguments)
    if options.first:
        return _first(range(options.seed, options.seed + options.lives))
    if options.steps:
        return _replay(options.seed, _numbers(options.steps))
    return _many(options.seed, options.lives)


def _many(seed: int, lives: int) -> int:
    began, done, turns, steps = time.monotonic(), 0, 0, 0
    counts = Counter[str]()
    for life in lived(range(seed, seed + lives)):
        done, turns, steps = done + 1, turns + life.turns, steps + len(life.numbers)
        counts += life.counts
        if life.broken is not None:
            print(f"\nThe life of seed {life.seed} fails. Looking for a shorter story of it …", flush=True)
            tell(shorten(life))
            return 1
        if sys.stderr.isatty():
            print(f"\r{done} of {lives} lives", end="", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    print(f"\n{done} lives, {steps} steps, {turns} turns in {seconds:.0f} s: {done / seconds:.1f} lives a second")
    for what, count in sorted(counts.items()):
        print(f"  {what:45} {count:9}")
    return 0


def _first(seeds: range) -> int:
    for seed in seeds:
        broken = live(seed).broken
        if broken is not None:
            print(seed, broken.promise)
            return 1
    return 0


def lived(seeds: range, processes: int | None = None) -> Iterator[Life]:
    """The lives of `seeds`, lived by several processes, in the order in which they end."""
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        for some in pool.map(_live_all, batched(seeds, AT_ONCE, strict=False)):
            yield from some


def _live_all(seeds: tuple[int, ...]) -> list[Life]:
    return [live(seed) for seed in seeds]


def tell(life: Life) -> None:
    """Print the story of a life, and how to live it again."""
    print("\n".join(life.story))
    print(f"\n{life.broken}\n\nAgain: {command_for(life)}")


def command_for(life: Life) -> str:
    return f"make simulate SEED={life.seed} STEPS={_written(life.numbers)}"


def _replay(seed: int, steps: list[int]) -> int:
    life = live(seed, steps, tell=True)
    print("\n".join(life.story))
    print(f"\n{life.broken or 'All promises hold.'}")
    return 0 if life.broken is None else 1


def _numbers(written: str) -> list[int]:
    """`written` such as 3,5,8-12 as a list; all steps if it is 'all'."""
    if written == "all":
        return list(range(STEPS))
    numbers = list[int]()
    for part in written.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _written(numbers: Sequence[int]) -> str:
    parts: list[tuple[int, int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


if __name__ == "__main__":
    sys.exit(main())
