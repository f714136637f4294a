"""The survey after the workshop: who is asked and reminded, and in which lots answers are opened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, World, sign_up, workshop
from werkplaats.domain.mail.about import AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import ErasePerson, Unsubscribe
from werkplaats.domain.survey.waves import (
    ASKED_JUST_NOW,
    LARGEST_LOT,
    SMALLEST_LOT,
    Invitation,
    Phase,
    SurveyVersion,
    invitation_id,
    invite,
    lot_sizes,
    phase,
    remind,
    survey_reminder_due,
    version_id,
    version_of,
)

WORKSHOP = workshop(waves=[WRITTEN["waves"][0] | {"reminders": ["7 days", "14 days"]}])
WAVE = WORKSHOP.waves[0]
OPENS = datetime(2027, 8, 31, 22, tzinfo=UTC)
"""Midnight in Amsterdam at the start of Wednesday 1 September, one day after the last day."""
CLOSES = datetime(2027, 9, 30, 22, tzinfo=UTC)
INVITED = datetime(2027, 9, 1, 7, tzinfo=UTC)
FIRST_REMINDER = datetime(2027, 9, 8, 6, tzinfo=UTC)
"""08:00 in Amsterdam, on the Wednesday on which the first reminder is due."""
SECOND_REMINDER = FIRST_REMINDER + timedelta(days=7)


def registrations(world: World) -> tuple[Registration, ...]:
    return tuple(world.registrations.values())


def invitation(**changes: object) -> Invitation:
    """The invitation of r1 to the wave, just sent and not answered, with `changes` to its fields."""
    asked = Invitation(
        id="proef.evaluatie.r1", workshop="proef", wave="evaluatie", registration="r1", invited_at=INVITED
    )
    return replace(asked, **changes)


# Lots


@pytest.mark.parametrize(
    ("sealed", "closed", "lots"),
    [
        (0, True, ()),
        (4, True, ()),
        (5, True, (5,)),
        (99, True, (99,)),
        (100, True, (100,)),
        (104, True, (104,)),
        (105, True, (100, 5)),
        (204, True, (100, 104)),
        (205, True, (100, 100, 5)),
        (4, False, ()),
        (9, False, ()),
        (10, False, (5,)),
        (109, False, (104,)),
        (110, False, (100, 5)),
    ],
)
def test_answers_are_opened_in_lots_of_five_and_more(sealed: int, closed: bool, lots: tuple[int, ...]) -> None:
    """Fewer than five left over join the lot before, and while a wave is open, five answers stay sealed."""
    assert lot_sizes(sealed, closed) == lots


@given(st.integers(0, 1200), st.booleans())
def test_no_lot_is_too_small_and_no_answer_is_lost(sealed: int, closed: bool) -> None:
    """Every lot has at least five answers and fits into one commit, and no answer is lost."""
    lots = lot_sizes(sealed, closed)
    assert all(SMALLEST_LOT <= lot < LARGEST_LOT + SMALLEST_LOT for lot in lots)
    left = sealed - sum(lots)
    if closed:
        assert left == (sealed if sealed < SMALLEST_LOT else 0)
    elif lots:
        assert left == SMALLEST_LOT


# Phases and versions


def test_a_wave_is_open_from_its_first_moment_until_just_before_its_last() -> None:
    """A wave is open from its opening moment to just before its closing moment, both at midnight in Amsterdam."""
    instant = timedelta(microseconds=1)
    assert phase(WORKSHOP, WAVE, OPENS - instant) is Phase.EARLY
    assert phase(WORKSHOP, WAVE, OPENS) is Phase.OPEN
    assert phase(WORKSHOP, WAVE, CLOSES - instant) is Phase.OPEN
    assert phase(WORKSHOP, WAVE, CLOSES) is Phase.CLOSED


def test_a_version_keeps_the_questions_as_they_were() -> None:
    """A version keeps the questions that were answered, and when it was first used."""
    assert version_of(WORKSHOP, WAVE, NOW) == SurveyVersion(
        id=version_id(WORKSHOP, WAVE),
        workshop="proef",
        wave="evaluatie",
        title="Evaluatie",
        questions=WAVE.questions,
        first_used_at=NOW,
    )


def test_questions_with_another_word_are_another_version() -> None:
    """A version's id depends on the questions, the wave's id and the workshop's id only."""
    first, *others = WAVE.questions
    ids = [
        version_id(WORKSHOP, WAVE),
        version_id(WORKSHOP, replace(WAVE, questions=(replace(first, label="Hoe nuttig?"), *others))),
        version_id(WORKSHOP, replace(WAVE, id="later")),
        version_id(replace(WORKSHOP, id="ander"), WAVE),
    ]
    assert len(set(ids)) == len(ids)
    assert {len(id) for id in ids} == {20}
    assert version_id(WORKSHOP, replace(WAVE, title="Terugblik")) == ids[0]


def test_the_version_of_the_sample_stays_the_same_in_a_new_release() -> None:
    """The id of the sample's version never changes, because stored answers refer to it."""
    assert version_id(WORKSHOP, WAVE) == "c4cab0025b0828439bac"


# Invitations


def test_everybody_is_asked_once_and_by_mail() -> None:
    """Each person gets one invitation and one mail, with ids that follow from person and wave."""
    world = World(WORKSHOP)
    world.do(sign_up(1), sign_up(2))
    asked = invite(WORKSHOP, WAVE, registrations(world), INVITED)
    assert [one for one, _ in asked] == [
        invitation(),
        invitation(id="proef.evaluatie.r2", registration="r2"),
    ]
    assert [mail for _, mail in asked] == [
        queue(Kind.SURVEY_INVITATION, AboutWave(id, "evaluatie"), "proef", INVITED) for id in ("r1", "r2")
    ]
    assert asked[0][0].id == invitation_id("proef", "evaluatie", "r1")


def test_nobody_is_asked_who_was_erased_or_wants_no_surveys() -> None:
    """People who were erased or unsubscribed are not invited, and others are."""
    world = World(WORKSHOP)
    world.do(sign_up(1), sign_up(2), sign_up(3))
    world.do(ErasePerson("r1"), Unsubscribe("r2"))
    assert [one.registration for one, _ in invite(WORKSHOP, WAVE, registrations(world), INVITED)] == ["r3"]


@pytest.mark.parametrize("now", [OPENS - timedelta(seconds=1), CLOSES])
def test_nobody_is_asked_before_a_wave_opens_or_after_it_has_closed(now: datetime) -> None:
    """Nobody is invited before the wave opens or after it has closed."""
    world = World(WORKSHOP)
    world.do(sign_up(1))
    assert invite(WORKSHOP, WAVE, registrations(world), now) == ()


# Reminders


@pytest.mark.parametrize(
    ("now", "number"),
    [
        (INVITED, 0),
        (FIRST_REMINDER - timedelta(minutes=15), 0),  # due at midnight, but 07:45 is too early for mail
        (FIRST_REMINDER, 1),
        (FIRST_REMINDER + timedelta(hours=13), 0),  # in the evening
        (FIRST_REMINDER + timedelta(days=3), 0),  # on Saturday
        (FIRST_REMINDER + timedelta(days=5), 1),  # on Monday, when the system was down until then
        (SECOND_REMINDER, 2),  # only the second, if both are due
        (CLOSES - timedelta(hours=3), 0),  # in the evening
        (CLOSES + timedelta(hours=10), 0),  # a Friday morning, but too late to answer
    ],
)
def test_a_reminder_is_sent_by_day_on_weekdays_while_the_wave_is_open(now: datetime, number: int) -> None:
    """Reminders are due by day on weekdays while the wave is open; if both are due, only the second is sent."""
    assert survey_reminder_due(WORKSHOP, WAVE, now) == number


def test_a_reminder_counts_itself_and_is_mailed() -> None:
    """A reminder's number is stored with the invitation, and is part of what the mail is about."""
    reminded, mail = remind(invitation(), 1, FIRST_REMINDER) or (None, None)
    assert reminded == invitation(reminded=1)
    assert mail == queue(Kind.SURVEY_REMINDER, AboutWave("r1", "evaluatie", 1), "proef", FIRST_REMINDER)


def test_somebody_who_has_answered_is_not_reminded() -> None:
    """Somebody who has answered gets no reminder."""
    answered = invitation(answered=True, answered_on=date(2027, 9, 2))
    assert remind(answered, 1, FIRST_REMINDER) is None
    assert remind(answered, 2, SECOND_REMINDER) is None


def test_a_run_that_crashed_and_starts_again_reminds_nobody_twice() -> None:
    """Nobody gets a reminder that they had already, or an earlier one, so a run can be repeated."""
    reminded, _ = remind(invitation(), 1, FIRST_REMINDER) or (None, None)
    assert reminded is not None
    assert remind(reminded, 1, FIRST_REMINDER) is None
    assert remind(invitation(reminded=2), 1, SECOND_REMINDER) is None
    assert remind(reminded, 2, SECOND_REMINDER) is not None


def test_somebody_who_was_asked_just_now_is_not_reminded() -> None:
    """Somebody who was invited less than two days ago gets no reminder."""
    late = FIRST_REMINDER - ASKED_JUST_NOW
    assert timedelta(days=2) == ASKED_JUST_NOW
    assert remind(invitation(invited_at=late + timedelta(microseconds=1)), 1, FIRST_REMINDER) is None
    assert remind(invitation(invited_at=late), 1, FIRST_REMINDER) is not None
