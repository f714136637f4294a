"""What a change is called, and what it says, on the page before publishing."""

import pytest

from tests.words import DUTCH
from werkplaats.web.organisers.comparing import Differing, differing


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("organisers.vera.de.boer@wijk.example.org", "Mensen ‘vera.de.boer@wijk.example.org’"),
        ("organisers.vera@example.org.role", "Mensen ‘vera@example.org’, Rol"),
    ],
)
def test_an_organiser_is_called_by_the_whole_address(path: str, name: str) -> None:
    """The dots in an address do not make the name of a field of it."""
    assert differing(DUTCH, path, None, "assistant").name == name


def test_the_times_of_a_day_are_shown_from_begin_to_end() -> None:
    """A day that only ends later looks different from what it was."""
    before, after = ([{"begins": "09:30", "ends": ends}] for ends in ("17:00", "18:00"))
    assert differing(DUTCH, "days", before, after) == Differing("Tijden", "09:30–17:00", "09:30–18:00")
