"""What people change about their registration themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.samples import World, person, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.questions import AnyQuestion
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import (
    AskAddress,
    CallOff,
    Cancel,
    ChangeDetails,
    Confirm,
    Correct,
    Done,
    ErasePerson,
    Refusal,
    SamePerson,
)
from werkplaats.domain.seats.own_details import changeable_questions, changed_answers, shown_questions
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.times import end_of
from werkplaats.domain.workshop import Workshop

LOCKED = date(2027, 8, 15)
QUESTIONS: list[dict[str, Any]] = [
    {"kind": "long_text", "id": "opgave", "label": "Wat is je opgave?", "required": True},
    {
        "kind": "one_of",
        "id": "bed",
        "label": "Blijf je slapen?",
        "options": [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}],
        "tell": True,
    },
    {
        "kind": "short_text",
        "id": "dieetwensen",
        "label": "Dieetwensen",
        "changeable_until": LOCKED,
        "erase_after": "14 days",
        "only_if": {"question": "bed", "is": ["ja"]},
    },
    {"kind": "consent", "id": "akkoord", "label": "Akkoord", "required": True},
    {"kind": "consent", "id": "foto", "label": "Mag je op de foto?"},
]
ANSWERS = {"opgave": "iets", "bed": "ja", "dieetwensen": "Geheim", "akkoord": True, "foto": True}


@pytest.fixture
def world() -> World:
    """Person 1 and 2 have the seats, 3 waits."""
    world = World(workshop(questions=QUESTIONS))
    for number in (1, 2, 3):
        world.do(replace(sign_up(number, mailbox="m" if number < 3 else None), answers=ANSWERS))
    return world


def change(one: Registration, **changes: Any) -> ChangeDetails:
    """What the page of `one` sends if nothing is changed but `changes`; those of the person by their names."""
    assert one.person is not None
    of_person = {name: changes.pop(name) for name in tuple(changes) if hasattr(one.person, name)}
    command = ChangeDetails(
        registration=one.id,
        seen=one.shown_version,
        person=replace(one.person, **of_person),
        answers=one.answers,
        identity=f"{one.identity}-new" if of_person else one.identity,
    )
    return replace(command, **changes)


def happened(world: World) -> list[tuple[str, str, str]]:
    """What the journal says of the last commit: what, its detail, and by whom."""
    entries = [one for one in world.journal.values() if one.version == world.ledger.version]
    return [(one.kind.value, one.detail, one.by) for one in entries]


def test_name_and_answers_are_replaced_and_everything_else_stays(world: World) -> None:
    """The seat, its number and the links stay; nobody is mailed; the mailbox knows the registration by the new name."""
    before, mails = world.registrations["r1"], len(world.mails)
    answers = ANSWERS | {"opgave": "iets anders"}
    outcome = world.do(change(before, given_name="Ander", phone="06 12345678", answers=answers))
    after = world.registrations["r1"]
    assert outcome == Done(after)
    assert after.person == replace(person(1), given_name="Ander", phone="06 12345678")
    assert after.answers == answers
    assert after.details_version == world.ledger.version
    same = ("state", "sequence", "state_version", "mailbox", "address", "link_generation", "email")
    assert [getattr(after, name, "") for name in same] == [getattr(before, name, "") for name in same]
    assert world.mailboxes["m"].registrations == {"i1-new": "r1", "i2": "r2"}
    assert after.search != before.search, "the desk finds the new name"
    assert len(world.mails) == mails
    assert happened(world) == [("corrected", "name particulars answers", "")]


def test_organisers_are_told_only_of_what_the_question_asks(world: World) -> None:
    """The journal has the ids of those questions, and never an answer. It is told as others are."""
    one = world.registrations["r1"]
    command = change(one, answers=ANSWERS | {"opgave": "Geheim", "bed": "nee"})
    plan = decide(world.seating(), (command,), world.now)
    told = {entry.kind: (entry.detail, entry.notified) for entry in plan.journal}
    assert told == {Happened.CORRECTED: ("answers", True), Happened.DETAILS_CHANGED: ("bed", False)}
    assert "Geheim" not in repr(plan.journal)
    world.apply(plan)
    world.do(change(world.registrations["r1"], answers=ANSWERS | {"bed": "nee"}))
    assert happened(world) == [("corrected", "answers", "")], "the other one is silent"


def test_many_changes_are_folded(world: World) -> None:
    for number in range(8):
        answers = ANSWERS | {"bed": "ja" if number % 2 else "nee"}
        world.do(change(world.registrations["r1"], answers=answers))
    assert world.ledger.folding is not None
    assert world.ledger.folding.counts["details_changed"] >= 1


def test_what_is_as_it_was_changes_nothing(world: World) -> None:
    version = world.ledger.version
    assert world.do(change(world.registrations["r1"])) == Done(world.registrations["r1"])
    assert world.ledger.version == version


@pytest.mark.parametrize("seen", [-1, 0, 99])
def test_what_was_not_seen_is_not_changed(world: World, seen: int) -> None:
    """A change on top of another one is refused; the same change once more succeeds without a change."""
    first = change(world.registrations["r1"], given_name="Ander")
    world.do(first)
    after = world.registrations["r1"]
    assert why(world.do(change(after, family_name="Nieuw", seen=seen))) is Refusal.CHANGED
    assert world.do(replace(first, seen=seen)) == Done(after)
    assert world.registrations["r1"] == after


def test_a_correction_at_the_desk_comes_first(world: World) -> None:
    """The page was made before it: nothing is changed. Nor is the address put back by a form that has the old one."""
    old = change(world.registrations["r1"], given_name="Ander")
    corrected = Correct(
        registration="r1",
        person=person(9),
        answers=ANSWERS,
        mailbox="m9",
        address="m9",
        identity="i9",
        by="een@example.org",
    )
    world.do(corrected)
    assert why(world.do(old)) is Refusal.CHANGED
    assert why(world.do(replace(old, seen=None))) is Refusal.CHANGED
    assert world.registrations["r1"].person == person(9)


def test_nobody_becomes_somebody_else_who_signed_up(world: World) -> None:
    """Two of one address cannot get the same name. Somebody who left is in nobody's way."""
    command = replace(change(world.registrations["r1"], given_name="Naam2"), identity="i2")
    assert world.do(command) == SamePerson("r2")
    assert world.registrations["r1"].person == person(1)
    world.do(Cancel("r2"))
    assert isinstance(world.do(replace(command, seen=None)), Done)
    assert world.mailboxes["m"].registrations == {"i2": "r1"}


def test_only_live_registrations_are_changed(world: World) -> None:
    world.do(Cancel("r1"))
    assert why(world.do(change(world.registrations["r1"], given_name="Ander"))) is Refusal.ENDED
    waits = world.registrations["r3"]
    assert isinstance(world.do(change(waits, given_name="Ander")), Done)
    command = change(world.registrations["r3"], given_name="Nog anders")
    world.do(ErasePerson("r3"))
    assert why(world.do(command)) is Refusal.ERASED
    command = change(world.registrations["r2"], given_name="Ander")
    world.do(CallOff("De begeleider is ziek."))
    assert why(world.do(command)) is Refusal.CALLED_OFF


def test_the_name_can_be_changed_until_the_end_and_answers_until_the_start(world: World) -> None:
    world.now = world.workshop.begins_at
    one = world.registrations["r1"]
    assert why(world.do(change(one, answers=ANSWERS | {"opgave": "x"}))) is Refusal.ANSWERS_FIXED
    assert isinstance(world.do(change(one, given_name="Ander")), Done)
    world.now = world.workshop.ends_at - timedelta(seconds=1)
    assert isinstance(world.do(change(world.registrations["r1"], given_name="Later")), Done)
    world.now = world.workshop.ends_at
    assert why(world.do(change(world.registrations["r1"], given_name="Te laat"))) is Refusal.OVER


def test_an_answer_is_fixed_after_its_last_day(world: World) -> None:
    """On that day itself it can still be changed, and to its end in Amsterdam."""
    world.now = end_of(LOCKED) - timedelta(seconds=1)
    assert isinstance(world.do(change(world.registrations["r1"], answers=ANSWERS | {"dieetwensen": "vis"})), Done)
    world.now = end_of(LOCKED)
    one, other = world.registrations["r1"], {"dieetwensen": "vlees", "opgave": "nieuw"}
    assert why(world.do(change(one, answers=one.answers | other))) is Refusal.ANSWERS_FIXED
    assert world.registrations["r1"] == one, "nothing of it is changed"
    dropped = {id: answer for id, answer in one.answers.items() if id != "dieetwensen"}
    assert why(world.do(change(one, answers=dropped))) is Refusal.ANSWERS_FIXED
    assert isinstance(world.do(change(one, answers=one.answers | {"opgave": "nieuw"})), Done)


def ids(questions: tuple[AnyQuestion, ...]) -> list[str]:
    return [question.id for question in questions]


def test_a_question_on_which_a_fixed_one_depends_is_fixed_too() -> None:
    one = workshop(questions=QUESTIONS)
    assert ids(changeable_questions(one, end_of(LOCKED) - timedelta(seconds=1))) == [
        "opgave", "bed", "dieetwensen", "foto",
    ]  # fmt: skip
    assert ids(changeable_questions(one, end_of(LOCKED))) == ["opgave", "foto"]


def test_an_erased_answer_is_neither_shown_nor_asked() -> None:
    """Not even if the days were put off to after that."""
    one = workshop(questions=[QUESTIONS[0], QUESTIONS[2] | {"only_if": None}])
    erased = end_of(one.last_day + timedelta(days=14))
    assert ids(shown_questions(one, erased - timedelta(seconds=1))) == ["opgave", "dieetwensen"]
    assert ids(shown_questions(one, erased)) == ["opgave"]
    assert changeable_questions(one, erased) == ()


@st.composite
def _questions(draw: Any) -> Workshop:
    """A workshop with questions that depend on each other in every way, some of them fixed from some day on."""
    written: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        options = [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}]
        one = {"kind": "one_of", "id": f"q-{number}", "label": "Vraag", "options": options}
        if number and draw(st.booleans()):
            one["only_if"] = {"question": f"q-{draw(st.integers(0, number - 1))}", "is": ["ja"]}
        if draw(st.booleans()):
            one["changeable_until"] = date(2027, 8, draw(st.integers(1, 28)))
        written.append(one)
    return workshop(questions=written)


@given(_questions(), st.integers(0, 40))
def test_fixed_questions_stay_fixed_and_hold_what_they_depend_on(one: Workshop, days: int) -> None:
    """With time only fewer can be changed, each no longer than it says, and none whose answer a fixed one needs."""
    now = datetime(2027, 7, 31, 12, tzinfo=UTC) + timedelta(days=days)
    can, later = (set(ids(changeable_questions(one, at))) for at in (now, now + timedelta(days=3)))
    assert later <= can
    for question in one.questions:
        if question.id in can:
            assert now < one.begins_at
            assert question.changeable_until is None or now < end_of(question.changeable_until)
        elif question.only_if is not None and now < one.begins_at:
            assert question.only_if.question not in can


@given(
    st.dictionaries(st.sampled_from("abc"), st.text(max_size=2)),
    st.dictionaries(st.sampled_from("abc"), st.text(max_size=2)),
)
def test_changed_answers_are_those_that_differ(before: dict[str, str], after: dict[str, str]) -> None:
    changed = changed_answers(dict(before), dict(after))
    assert changed == changed_answers(dict(after), dict(before))
    assert {**before, **{id: after[id] for id in changed if id in after}}.items() >= after.items()
    assert (changed == set()) == (before == after)


def test_a_survey_version_is_as_it_was_before_there_were_these_fields() -> None:
    """Answers to surveys that were given before are still answers to the same questions."""
    from werkplaats.domain.survey.waves import version_id

    one = workshop()
    assert version_id(one, one.waves[0]) == VERSION_BEFORE
    wider = replace(one.waves[0], questions=tuple(replace(q, tell=True) for q in one.waves[0].questions))
    assert version_id(one, wider) == VERSION_BEFORE
    assert msgspec.json.encode(one.waves[0].questions) != msgspec.json.encode(wider.questions)


VERSION_BEFORE = "c4cab0025b0828439bac"


def test_nothing_is_changed_before_the_address_is_confirmed() -> None:
    """Whoever signed somebody else up must not go on with that, nor have other addresses mailed."""
    world = World(workshop(confirm_address="always"))
    world.do(sign_up(1))
    other = replace(person(1), organisation="Gemeente")
    change = ChangeDetails(registration="r1", person=other, answers={"opgave": "iets"}, identity="i1")
    assert why(world.do(change)) is Refusal.UNCONFIRMED
    assert why(world.do(AskAddress(registration="r1", email="ander@example.org"))) is Refusal.UNCONFIRMED
    world.do(Confirm("r1"))
    assert isinstance(world.do(change), Done)
