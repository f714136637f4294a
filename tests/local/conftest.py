"""The emulator, whose events go to the relay that a test starts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import prerequisites
from local.emulator import Emulator
from local.relay import MARKERS
from local.testing import free_port


@pytest.fixture(scope="session")
def relay_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def loop_for_emulator() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def emulator_address(
    relay_port: int, loop_for_emulator: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """host:port of an emulator with two triggers: `take`, for each new document things/{thing}, and that of markers."""
    emulator = Emulator(
        prerequisites=prerequisites.find(),
        log=Path(tmp_path_factory.mktemp("emulator")) / "emulator.log",
        events_to=f"127.0.0.1:{relay_port}",
    )
    loop_for_emulator.run(emulator.__aenter__())
    try:
        loop_for_emulator.run(emulator.register_trigger("take", event="created", document="things/{thing}"))
        loop_for_emulator.run(emulator.register_trigger(MARKERS, event="created", document=f"{MARKERS}/{{marker}}"))
        yield emulator.host
    finally:
        loop_for_emulator.run(emulator.stop())
