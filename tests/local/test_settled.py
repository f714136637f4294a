"""What the look for something left to do leaves behind itself."""

import asyncio
from typing import Any, cast

from local.settled import Settling


class SlowEmulator:
    """Emulator and relay in one: the event of a marker arrives only after the shortest wait is over."""

    received = 0

    def __init__(self) -> None:
        self.documents = set[str]()
        self._markers = dict[str, asyncio.Future[None]]()

    def expect_marker(self, id: str) -> asyncio.Future[None]:
        self._markers[id] = asyncio.get_running_loop().create_future()
        return self._markers[id]

    async def create(self, collection: str, id: str) -> None:
        self.documents.add(id)
        asyncio.get_running_loop().call_later(2.2, self._markers[id].set_result, None)

    async def delete(self, collection: str, id: str) -> None:
        self.documents.remove(id)


async def _nothing() -> str:
    return ""


def test_no_marker_stays_in_the_store_if_the_time_is_over_meanwhile() -> None:
    """`make check-store`, and /_local/check, would call it a document that no code knows."""

    async def look() -> None:
        slow = cast(Any, SlowEmulator())
        settled = await Settling(emulator=slow, relay=slow, left=[], backlog=_nothing).wait(0)
        assert settled.left
        assert slow.documents
        await asyncio.sleep(0.5)
        assert not slow.documents

    asyncio.run(look())
