"""docs/states.md is what the rules say, and nobody has forgotten a command or a state in it."""

from typing import get_args

from tools.states import CALLED, DOCUMENT, PLACES, document, moves
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    AskAddress,
    CallOff,
    ChangeDetails,
    ChooseLanguage,
    Command,
    CompleteList,
    DropWish,
    EraseAnswers,
    MakeReal,
    Promote,
    Publish,
    SayAbsent,
    SendAgain,
    SetLabels,
    TellFolded,
    Unsubscribe,
    WriteNote,
)

MOVE_NOBODY = {
    AskAddress,
    CallOff,
    ChangeDetails,
    ChooseLanguage,
    CompleteList,
    DropWish,
    EraseAnswers,
    MakeReal,
    Publish,
    SayAbsent,
    SendAgain,
    SetLabels,
    TellFolded,
    Unsubscribe,
    WriteNote,
}
"""The commands that change no state and no hold."""


def test_the_document_has_the_picture() -> None:
    """`python -m tools.states` brings it up to date."""
    assert DOCUMENT.read_text() == document()


def test_every_command_is_in_the_picture() -> None:
    assert set(CALLED) | MOVE_NOBODY == set(get_args(Command))
    assert not set(CALLED) & MOVE_NOBODY


def test_every_state_is_come_into_and_left() -> None:
    """Nobody is stuck anywhere; from every state that has ended there is a way back."""
    assert {place.state for place in PLACES} == set(State)
    assert {one.before for one in moves()} >= {place.id for place in PLACES}
    ended = {place.id for place in PLACES if not place.state.live}
    assert {one.before for one in moves() if one.what == "joins again"} >= ended


def test_who_is_passed_over_is_never_promoted() -> None:
    """The schedule moves only those who really wait; an organiser can give a seat, which vouches for the address."""
    promoted = {one.before for one in moves() if one.what == CALLED[Promote][1]}
    assert promoted == {"waitlisted"}
    confirmed = [one.what for one in moves() if (one.before, one.after) == ("held", "confirmed")]
    assert "confirms the address" in confirmed
