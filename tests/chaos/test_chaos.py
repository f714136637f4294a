"""Two lives on the real system with killed processes and faults; `make chaos` lives more of them."""

import os
import subprocess
import sys

import pytest

from local.catalogue import ROOT

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("journey")]

SEEDS = (1, 2)
"""The second life ends in erasure, the first does not."""


@pytest.mark.parametrize("seed", SEEDS)
def test_promises_are_kept_whatever_is_killed(seed: int) -> None:
    """Whatever fails and dies, once that is over every promise holds, in the store and in the mailbox."""
    command = [sys.executable, "-m", "tests.chaos", "--seed", str(seed), "--lives", "1", "--rounds", "8"]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "functions"}, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert "SIGKILL" in ended.stdout
