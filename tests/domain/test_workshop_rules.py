"""The rules that a workshop must keep to be published."""

from datetime import date
from typing import Any

import pytest

from tests.samples import WRITTEN, workshop
from werkplaats.domain.workshop_rules import mistakes

WAVE = WRITTEN["waves"][0]
CHOICE = {"kind": "one_of", "id": "keuze", "label": "Keuze"}
PRIVACY = WRITTEN["privacy"]
ERASE = "privacy.erase_registrations_after"
SAME = [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]


def paths(**changes: Any) -> list[str]:
    return [mistake.path for mistake in mistakes(workshop(**changes))]


def test_a_workshop_that_breaks_no_rule_can_be_published() -> None:
    """The sample workshop breaks no rule."""
    assert mistakes(workshop()) == ()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"first_day": date(2027, 9, 1)}, "last_day"),
        ({"sign_up": {"opens": date(2027, 8, 2), "closes": date(2027, 8, 1)}}, "sign_up.closes"),
        ({"sign_up": {"opens": date(2027, 1, 1), "closes": date(2027, 8, 29)}}, "sign_up.closes"),
        ({"organisers": [WRITTEN["organisers"][0]] * 2}, "organisers"),
        ({"last_day": date(9999, 12, 31)}, "last_day"),
        ({"first_day": date(1, 1, 3)}, "first_day"),
        ({"sign_up": {"opens": date(1999, 12, 31), "closes": date(2027, 8, 1)}}, "sign_up.opens"),
        ({"sign_up": {"opens": date(2027, 1, 1), "closes": date(2201, 1, 1)}}, "sign_up.closes"),
        ({"reminders": ["1 day", "7 days"]}, "reminders"),
        ({"reminders": ["7 days", "7 days"]}, "reminders"),
        ({"reminders": ["1 week"]}, "reminders.0"),
        ({"promotion": {"within": "soon"}}, "promotion.within"),
        ({"privacy": PRIVACY | {"erase_registrations_after": "24 hours"}}, ERASE),
        ({"privacy": PRIVACY | {"erase_registrations_after": "29 days"}}, ERASE),
        ({"questions": [WRITTEN["questions"][0]] * 2}, "questions"),
        ({"questions": [CHOICE | {"options": SAME}]}, "questions"),
        ({"questions": [WRITTEN["questions"][0] | {"erase_after": "1 hour"}]}, "questions.0.erase_after"),
        (
            {"questions": [WRITTEN["questions"][0] | {"changeable_until": date(2027, 8, 29)}]},
            "questions.0.changeable_until",
        ),
        (
            {"questions": [WRITTEN["questions"][0] | {"changeable_until": date(1, 1, 1)}]},
            "questions.0.changeable_until",
        ),
        (
            {"waves": [WRITTEN["waves"][0] | {"questions": [WRITTEN["questions"][0] | {"tell": True}]}]},
            "waves.0.questions.0.tell",
        ),
        ({"waves": [WAVE, WAVE]}, "waves"),
        ({"waves": [WAVE | {"open_for": "2 hours"}]}, "waves.0.open_for"),
        ({"waves": [WAVE | {"after": "later"}]}, "waves.0.after"),
        ({"waves": [WAVE | {"reminders": ["2 hours"]}]}, "waves.0.reminders.0"),
        ({"waves": [WAVE | {"reminders": ["9 days", "7 days"]}]}, "waves.0.reminders"),
        ({"waves": [WAVE | {"reminders": ["30 days"]}]}, "waves.0.reminders"),
        ({"waves": [WAVE | {"questions": [WAVE["questions"][0]] * 2}]}, "waves.0.questions"),
    ],
)  # fmt: skip
def test_each_broken_rule_is_told_at_its_field(changes: dict[str, Any], path: str) -> None:
    """Each broken rule is reported with the path of its field in the file."""
    assert path in paths(**changes)


def test_all_broken_rules_are_told_at_once() -> None:
    """All broken rules are reported at once, so that a file can be corrected in one go."""
    found = paths(
        organisers=[WRITTEN["organisers"][0]] * 2, questions=[WRITTEN["questions"][0]] * 2, reminders=["1 hour"]
    )
    assert found == ["organisers", "questions", "reminders"]


def test_the_bounds_themselves_are_allowed() -> None:
    """Sign-up may close the day before the start, and data may be erased on the day the last wave closes."""
    assert paths(sign_up={"opens": date(2027, 8, 28), "closes": date(2027, 8, 28)}) == []
    assert paths(privacy=PRIVACY | {"erase_registrations_after": "30 days"}) == []
    assert paths(last_day=date(2027, 8, 29)) == []
