"""What differs between two versions of a workshop, by the names that its file uses."""

from datetime import date

from tests.samples import WRITTEN, workshop
from werkplaats.domain.differences import Difference, differences


def test_nothing_differs_from_itself() -> None:
    """A field that stayed the same is not listed."""
    assert differences(workshop(), workshop()) == ()


def test_fields_are_told_by_their_path() -> None:
    """Days are given as days, and of a field with parts only the part that changed is listed."""
    moved = workshop(last_day=date(2027, 9, 1), location=WRITTEN["location"] | {"city": "Zeist"})
    assert differences(workshop(), moved) == (
        Difference("last_day", date(2027, 8, 31), date(2027, 9, 1)),
        Difference("location.city", "Doorn", "Zeist"),
    )


def test_questions_are_told_apart_by_their_id() -> None:
    """A question that moved is the same one in another place; one that is new or gone is listed as a whole."""
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
    """The path names the item that differs by what its author wrote, and not by its number in the list."""
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
    """Two organisers may have one address, which an earlier version of the program allowed."""
    twice = (WRITTEN["organisers"][0],) * 2
    [difference] = differences(workshop(organisers=twice), workshop())
    assert (difference.path, difference.before) == ("organisers", ({**twice[0], "role": "organiser"},) * 2)
