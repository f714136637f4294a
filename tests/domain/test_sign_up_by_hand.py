"""Sign-up that an organiser has opened or closed by hand."""

from datetime import timedelta

import pytest

from tests.samples import WRITTEN, World, sign_up, why, workshop
from werkplaats.domain.seats.commands import Done, Refusal
from werkplaats.domain.times import end_of, start_of
from werkplaats.domain.workshop import Workshop


def by_hand(how: str | None) -> Workshop:
    return workshop(sign_up=WRITTEN["sign_up"] | {"by_hand": how})


@pytest.mark.parametrize(
    ("how", "expected"), [(None, ["early", "open", "closed"]), ("open", ["open"] * 3), ("closed", ["closed"] * 3)]
)
def test_what_is_done_by_hand_goes_before_the_days(how: str | None, expected: list[str]) -> None:
    """Opening or closing by hand takes precedence before, during and after the days of sign-up."""
    one = by_hand(how)
    moments = (
        start_of(one.sign_up.opens) - timedelta(hours=1),
        start_of(one.sign_up.opens),
        end_of(one.sign_up.closes),
    )
    assert [one.sign_up_phase(moment) for moment in moments] == expected


def test_nobody_signs_up_once_it_has_begun() -> None:
    """Sign-up that was opened by hand is closed from the start of the workshop on."""
    one = by_hand("open")
    assert one.sign_up_phase(one.begins_at - timedelta(seconds=1)) == "open"
    assert one.sign_up_phase(one.begins_at) == "closed"


def test_the_rules_go_by_it() -> None:
    """A sign-up after the closing day is accepted if opened by hand, and one before it refused if closed by hand."""
    open, closed = World(by_hand("open")), World(by_hand("closed"))
    open.now = end_of(open.workshop.sign_up.closes)
    assert isinstance(open.do(sign_up(1)), Done)
    assert why(closed.do(sign_up(1))) is Refusal.SIGN_UP_NOT_OPEN
