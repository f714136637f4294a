"""What of a workshop is another: as its file has it, so that whoever wrote it recognises it."""

from datetime import date

from tests.samples import WRITTEN, workshop
from werkplaats.domain.differences import Difference, differences


def test_nothing_differs_from_itself() -> None:
    """No field is told that stayed the same."""
    assert differences(workshop(), workshop()) == ()


def test_fields_are_told_by_their_path() -> None:
    """Days as days, and what has parts by the part that changed."""
    moved = workshop(last_day=date(2027, 9, 1), location=WRITTEN["location"] | {"city": "Zeist"})
    assert differences(workshop(), moved) == (
        Difference("last_day", date(2027, 8, 31), date(2027, 9, 1)),
        Difference("location.city", "Doorn", "Zeist"),
    )


def test_questions_are_told_apart_by_their_id() -> None:
    """One that moved is the same question in another place; one that is new or gone is told whole."""
    first, second = WRITTEN["questions"]
    turned = workshop(questions=[second, first])
    assert differences(workshop(), turned) == (
        Difference("questions, in this order", ["opgave", "dieetwensen"], ["dieetwensen", "opgave"]),
    )
    [gone] = differences(workshop(), workshop(questions=[first]))
    assert (gone.path, gone.before["label"], gone.after) == ("questions.dieetwensen", "Dieetwensen", None)
    [help] = differences(workshop(), workshop(questions=[first | {"help": "Kort."}, second]))
    assert help == Difference("questions.opgave.help", "", "Kort.")


def test_a_list_whose_items_cannot_be_told_apart_is_told_whole() -> None:
    """Two organisers with one address, which an earlier version allowed."""
    twice = (WRITTEN["organisers"][0],) * 2
    [difference] = differences(workshop(organisers=twice), workshop())
    assert (difference.path, difference.before) == ("organisers", ({**twice[0], "role": "organiser"},) * 2)
