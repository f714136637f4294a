"""A new workshop that is copied from an earlier one."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.made import workshops
from tests.samples import NOW, workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.copying import copied, next_first_day, proposed_id
from werkplaats.domain.questions import ID_PATTERN
from werkplaats.domain.workshop import CalledOff, Organiser, SignUpWindow, Workshop
from werkplaats.domain.workshop_rules import mistakes

ME = Organiser(name="Ik", email="ik@example.org")


def copy(one: Workshop, first_day: date) -> Workshop:
    return copied(one, id="volgende", title="Nieuw", first_day=first_day, organiser=ME)


def test_days_move_and_texts_stay() -> None:
    """A copy has the same texts, later days on the same weekdays, is practice, and has one organiser."""
    new = copy(WORKSHOP, next_first_day(WORKSHOP, date(2027, 9, 1)))
    assert (new.first_day, new.last_day) == (date(2028, 8, 27), date(2028, 8, 29))
    assert new.sign_up == SignUpWindow(opens=date(2027, 9, 30), closes=date(2028, 7, 30))
    assert (new.description, new.waves) == (WORKSHOP.description, WORKSHOP.waves)
    moved = {date(2027, 8, 15): date(2028, 8, 13), None: None}
    assert new.questions == tuple(
        replace(one, changeable_until=moved[one.changeable_until]) for one in WORKSHOP.questions
    )
    assert (new.id, new.title, new.organisers, new.practice) == ("volgende", "Nieuw", (ME,), True)


def test_what_became_of_the_earlier_one_is_not_taken_over() -> None:
    """A copy is not called off, and its sign-up is not closed by hand, even if the original's was."""
    off = replace(
        workshop(),
        called_off=CalledOff(at=NOW, reason="x", version=1),
        sign_up=replace(workshop().sign_up, by_hand="closed"),
    )
    new = copy(off, date(2028, 8, 27))
    assert (new.called_off, new.sign_up.by_hand) == (None, None)


@settings(deadline=None)
@given(workshops(), st.integers(-1_000, 1_000))
def test_a_copy_keeps_the_rules_and_the_weekdays_of_sign_up(made: Workshop, days: int) -> None:
    """Whatever its first day, a copy breaks no rule, and sign-up opens and closes on the same weekdays."""
    new = copy(made, made.first_day + timedelta(days=days))
    assert mistakes(new) == ()
    assert new.last_day - new.first_day == made.last_day - made.first_day
    assert new.sign_up.opens.weekday() == made.sign_up.opens.weekday()
    assert new.sign_up.closes.weekday() == made.sign_up.closes.weekday()
    assert new.sign_up.closes < new.first_day


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_next_first_day_lies_ahead_on_the_same_weekday(today: date) -> None:
    """The proposed day is the earliest one after today that is a multiple of 52 weeks later."""
    proposed = next_first_day(WORKSHOP, today)
    assert proposed.weekday() == WORKSHOP.first_day.weekday()
    assert proposed > today
    assert proposed > WORKSHOP.first_day
    assert proposed - timedelta(weeks=52) <= max(today, WORKSHOP.first_day)


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Werken aan wijkontwikkeling", (), "werken-aan-wijkontwikkeling-2028"),
        ("Werken aan wijkontwikkeling", ("werken-aan-wijkontwikkeling-2028",), "werken-aan-wijkontwikkeling-2028-2"),
        ("  Énergie & buurt!  ", (), "energie-buurt-2028"),
        ("10 jaar later", (), "w-10-jaar-later-2028"),
        ("…", (), "w-2028"),
        ("a" * 300, (), "a" * 55 + "-2028"),
    ],
)
def test_an_id_says_what_and_when(title: str, taken: tuple[str, ...], expected: str) -> None:
    """The proposed id has the title and the year, and differs from ids that are taken."""
    assert proposed_id(title, date(2028, 8, 27), taken) == expected


@given(st.text(max_size=80), st.integers(0, 3))
def test_an_id_can_be_made_of_any_title(title: str, times: int) -> None:
    """Every title gives a valid id, and using a title again gives another id."""
    taken: list[str] = []
    for _ in range(times + 1):
        id = proposed_id(title, date(2028, 8, 27), taken)
        assert re.fullmatch(ID_PATTERN, id)
        assert len(id) <= 60
        taken.append(id)
    assert len(set(taken)) == len(taken)
