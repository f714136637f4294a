"""The Firestore emulator as a child process."""

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from local import prerequisites
from local.emulator import DATABASE, Emulator
from local.testing import running_emulator


def get(host: str, document: str, **headers: str) -> int:
    request = urllib.request.Request(f"http://{host}/v1/{DATABASE}/documents/{document}", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            json.load(answer)
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.long
def test_data_is_there_again_after_a_save(tmp_path: Path) -> None:
    """Saved data is loaded at the next start, and each save replaces the one before completely."""

    async def run(*create: str) -> list[int]:
        async with Emulator(
            prerequisites=prerequisites.find(), log=tmp_path / "emulator.log", keep_in=tmp_path
        ) as emulator:
            for id in create:
                await emulator.create("things", id)
                await emulator.save()
            owner = {"Authorization": "Bearer owner"}
            return [await asyncio.to_thread(get, emulator.host, f"things/{one}", **owner) for one in ("a", "b")]

    assert asyncio.run(run("a", "b")) == [200, 200]
    assert asyncio.run(run()) == [200, 200]


def test_emulator_for_tests_applies_the_rules_and_is_gone_afterwards() -> None:
    """Without credentials nothing can be read, and after the block the emulator has ended."""
    with running_emulator() as host:
        assert get(host, "things/a") == 403
        assert get(host, "things/a", Authorization="Bearer owner") == 404
    with pytest.raises(urllib.error.URLError):
        get(host, "things/a")
