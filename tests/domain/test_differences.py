"""The differences between two versions of a workshop, by the paths of its file."""

from datetime import date

from tests.samples import WRITTEN, workshop
from werkplaats.domain.differences import Difference, differences


def test_nothing_differs_from_itself() -> None:
    """Equal workshops have no differences."""
    assert differences(workshop(), workshop()) == ()


def test_fields_are_told_by_their_path() -> None:
    """Only the part of a field that changed is listed, by its path, and days are dates."""
    moved = workshop(last_day=date(2027, 9, 1), location=WRITTEN["location"] | {"city": "Zeist"})
    assert differences(workshop(), moved) == (
        Difference("last_day", date(2027, 8, 31), date(2027, 9, 1)),
        Difference("location.city", "Doorn", "Zeist"),
    )


def test_questions_are_told_apart_by_their_id() -> None:
    """A question that moved is listed under the new order, and a question that was removed is listed whole."""
    first, second = WRITTEN["questions"]
    turned = workshop(questions=[second, first])
    assert differences(workshop(), turned) == (
        Difference("questions, in this order", ["opgave", "dieetwensen"], ["dieetwensen", "opgave"]),
    )
    [gone] = differences(workshop(), workshop(questions=[first]))
    assert (gone.path, gone.before["label"], gone.after) == ("questions.dieetwensen", "Dieetwensen", None)
    [help] = differences(workshop(), workshop(questions=[first | {"help": "Kort."}, second]))
    assert help == Difference("questions.opgave.help", "", "Kort.")


def test_options_are_told_apart_by_value_and_organisers_by_address() -> None:
    """The path names a list's item by its value or address, and not by its number."""
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    choice = {"kind": "one_of", "id": "keuze", "label": "Keuze", "options": options}
    renamed = choice | {"options": [options[0], options[1] | {"label": "Bee"}]}
    assert differences(workshop(questions=[choice]), workshop(questions=[renamed])) == (
        Difference("questions.keuze.options.b.label", "B", "Bee"),
    )
    one, two = WRITTEN["organisers"]
    assert differences(workshop(), workshop(organisers=[one, two | {"name": "Twee de Boer"}])) == (
        Difference("organisers.twee@example.org.name", "Twee", "Twee de Boer"),
    )


def test_a_list_whose_items_cannot_be_told_apart_is_told_whole() -> None:
    """If two organisers have one address, which was allowed once, the whole list is one difference."""
    twice = (WRITTEN["organisers"][0],) * 2
    [difference] = differences(workshop(organisers=twice), workshop())
    assert (difference.path, difference.before) == (
        "organisers",
        ({**twice[0], "role": "organiser", "notices": "bundled"},) * 2,
    )
