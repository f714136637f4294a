"""After the journeys of each file, what they have left in the store must fit together."""

from collections.abc import Iterator

import pytest
import requests

from tests.journeys.visitor import Visitor


@pytest.fixture(autouse=True, scope="module")
def everything_fits(request: pytest.FixtureRequest) -> Iterator[None]:
    """What `make check-store` finds once everything has settled makes the last journey of the file fail.

    Each file has a fixture `url`, the address of its running system.
    """
    url: str = request.getfixturevalue("url")
    yield
    visitor = Visitor(url)
    visitor.faults()
    visitor.settle()
    checked = requests.get(f"{url}/_local/check", timeout=60)
    assert checked.status_code == 200, "\n".join(checked.json()["findings"])
