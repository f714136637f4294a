"""How many examples the fuzz tests try, and from which seed. This is the one place that says so.

`make test` tries the same ones every time, so that it does not fail by chance on an unrelated change. `make test-long`
tries new ones, and prints the seed. `FUZZ=100000 FUZZ_SEED=7 .venv/bin/python -m pytest -m long tests/fuzz -s` tries as
many as you like.
"""

import os
import random
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

FEW = 500
"""In `make test`, by all fuzz tests together."""

MANY = int(os.environ.get("FUZZ", 10_000))
"""In `make test-long`."""

SEED = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(1 << 32)))

amounts = pytest.mark.parametrize(
    "amount", [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.long)]
)
"""Runs a test with few examples, and in the long run with many."""

Case = TypeVar("Case")


def explore(amount: int, share: float, cases: SearchStrategy[Case], check: Callable[[Case], None]) -> None:
    """Call `check` with `share` (0 to 1) of `amount` examples of `cases`, and make the first that fails as small as
    possible."""
    few = amount == FEW

    @settings(
        max_examples=max(1, round(amount * share)),
        derandomize=few,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        print_blob=False,
        verbosity=Verbosity.normal,
    )
    @given(cases)
    def run(case: Case) -> None:
        check(case)

    if few:
        run()
        return
    print(f"FUZZ_SEED={SEED}")
    seed(SEED)(run)()
