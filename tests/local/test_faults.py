"""Which faults can be asked for with POST /_local/faults."""

from typing import Any

import pytest

from local.faults import Faults, SendGridFaults, parse


def test_contracts_example_is_understood() -> None:
    """The contract's example is read: chances as given, and delays converted from milliseconds to seconds."""
    asked = {
        "duplicate": 0.2,
        "delay_ms": [5, 50],
        "drop_first": 1,
        "sendgrid": {"429": 0.1, "500": 0.2, "lost_answer": 0.3, "bounce": 0.4},
    }
    assert parse(asked) == Faults(
        duplicate=0.2,
        delay=(0.005, 0.05),
        drop_first=1.0,
        sendgrid=SendGridFaults(too_many=0.1, broken=0.2, lost_answer=0.3, bounce=0.4),
    )


def test_empty_request_ends_all_faults() -> None:
    """An empty request ends all faults, because each request replaces the one before."""
    assert parse({}) == Faults()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (5, "Verwacht"),
        ({"duplicates": 1}, "Onbekend: duplicates"),
        ({"duplicate": 1.1}, "duplicate"),
        ({"duplicate": True}, "duplicate"),
        ({"delay_ms": 5}, "delay_ms"),
        ({"delay_ms": [5, 1]}, "delay_ms"),
        ({"drop_first": "1"}, "drop_first"),
        ({"hold": 1}, "hold"),
        ({"sendgrid": {"404": 1}}, "Onbekend: 404"),
        ({"sendgrid": {"500": -1}}, "500"),
    ],
)
def test_mistake_is_told(asked: Any, said: str) -> None:
    """A request that cannot be understood is refused with the field and what was expected."""
    with pytest.raises(ValueError, match=said):
        parse(asked)
