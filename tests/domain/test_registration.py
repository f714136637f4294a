"""Which states of a registration are live, and which earlier registration was made with the same form."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, person
from werkplaats.domain.registration import LIVE, Registration, State, sent_before

FIRST = Registration(
    id="r1",
    workshop="proef",
    person=person(1),
    answers={},
    mailbox="m1",
    identity="i1",
    state=State.CONFIRMED,
    sequence=1,
    state_version=1,
    signed_up_at=NOW,
    state_since=NOW,
)
SAME_MOMENT = replace(FIRST, id="r2", sequence=2)
LATER = replace(FIRST, id="r3", sequence=3, signed_up_at=NOW + timedelta(minutes=1))
REJOINED = replace(FIRST, id="r4", sequence=9)
"""Signed up at the same time as FIRST and joined again since, so it has a higher sequence number."""


@pytest.mark.parametrize("state", list(State))
def test_a_live_registration_holds_or_waits_for_a_seat(state: State) -> None:
    """Confirmed, waitlisted and offered are the live states; all others have ended."""
    assert state.live is (state in LIVE)
    assert state.live is (state in (State.CONFIRMED, State.WAITLISTED, State.OFFERED))


def test_a_person_is_called_by_given_and_family_name() -> None:
    """A person's name is the given name followed by the family name."""
    assert person(1).name == "Naam1 Achter"


def test_the_registration_made_just_before_with_the_same_form_is_found() -> None:
    """The registration just before is found by time of sign-up, and by sequence if the times are equal."""
    made = [LATER, REJOINED, FIRST, SAME_MOMENT]
    assert sent_before(FIRST, made) is None
    assert sent_before(SAME_MOMENT, made) == FIRST
    assert sent_before(REJOINED, made) == SAME_MOMENT
    assert sent_before(LATER, made) == REJOINED
    assert sent_before(LATER, []) is None
    assert sent_before(LATER, [LATER]) is None
