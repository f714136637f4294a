"""Messages of organisers: who gets one, what can be done with it, and whether a mail of it is still sent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, person, workshop
from tests.shipped import REGISTRATION as SHIPPED
from werkplaats.domain.attendance import Mark
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.mail.about import AboutMessage, AboutTest
from werkplaats.domain.mail.decision import Facts, Later, Send, Skip, ToMessaged, ToWriter, decide
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.messages import (
    PAUSED_FOR,
    Audience,
    Circle,
    Deed,
    GroupMessage,
    Progress,
    audiences,
    change,
    deeds,
    end_of_queue,
    has_chosen,
    is_recipient,
    make_message,
    may_hold_back,
    parse_audience,
    size_of,
)
from werkplaats.domain.registration import LIVE, Hold, Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.domain.workshop import CalledOff, Workshop

NIGHTS = {
    "kind": "any_of",
    "id": "nachten",
    "label": "Welke nachten?",
    "options": [{"value": "za", "label": "Zaterdag"}, {"value": "zo", "label": "Zondag"}],
}
WORKSHOP = workshop(questions=[*WRITTEN["questions"], NIGHTS])
WAVE = WORKSHOP.waves[0]
ASKED = WORKSHOP.wave_opens_at(WAVE) + timedelta(hours=10)
LEDGER = Ledger(id="proef", capacity=9, confirmed=5, waitlisted=3, offered=1)
INVITATION = Invitation(
    id=invitation_id("proef", WAVE.id, "r1"), workshop="proef", wave=WAVE.id, registration="r1", invited_at=NOW
)
DAY = "2027-08-29"
NOT_ANSWERED = f"not_answered.{WAVE.id}"


def one(state: State = State.CONFIRMED, **changes: Any) -> Registration:
    """Registration r1 of the sample workshop, with a seat unless `state` says otherwise."""
    here = replace(SHIPPED, id="r1", workshop="proef", person=person(1), answers={}, state=state, unsubscribed=False)
    return replace(here, **changes)


def to(audience: str, **changes: Any) -> GroupMessage:
    made = make_message(
        id="m1", workshop=WORKSHOP, by="een@example.org", to=audience, subject="Laarzen", text="Neem mee.", now=NOW
    )
    return replace(made, **changes)


@dataclass(frozen=True)
class _States:
    to: str
    states: frozenset[State]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    "group",
    [
        _States("seat", frozenset({State.CONFIRMED})),
        _States("waitlist", frozenset({State.WAITLISTED})),
        _States("offered", frozenset({State.OFFERED})),
        _States("all", frozenset(LIVE)),
        _States("answer.nachten.za", frozenset(LIVE)),
        _States("attended", frozenset({State.CONFIRMED})),
        _States(NOT_ANSWERED, frozenset(State)),
    ],
    ids=lambda group: group.to,
)
def test_a_message_goes_to_the_states_of_its_group(group: _States, state: State) -> None:
    """Each group has people in certain states. Who was invited to a survey is, whatever became of the seat."""
    registration = one(state, answers={"nachten": ["za", "zo"]})
    assert is_recipient(to(group.to), WORKSHOP, registration, {}, INVITATION) is (state in group.states)


@pytest.mark.parametrize("circle", Circle)
def test_nobody_without_an_address_or_of_another_workshop_gets_it(circle: Circle) -> None:
    """A group never has people who were erased, or of another workshop; while it practises, only those in charge."""
    message = to({Circle.NOT_ANSWERED: NOT_ANSWERED, Circle.ANSWER: "answer.nachten.za"}.get(circle, circle.value))
    state = {Circle.WAITLIST: State.WAITLISTED, Circle.OFFERED: State.OFFERED}.get(circle, State.CONFIRMED)
    registration = one(state, answers={"nachten": ["za"]})

    def gets_it(registration: Registration, workshop: Workshop = WORKSHOP) -> bool:
        return is_recipient(message, workshop, registration, {DAY: Mark.PRESENT}, INVITATION)

    assert gets_it(registration)
    assert not gets_it(replace(registration, person=None))
    assert not gets_it(replace(registration, workshop="anders"))
    practising = replace(WORKSHOP, practice=True)
    assert not gets_it(registration, practising)
    assert gets_it(replace(registration, person=replace(person(1), email="Een@example.org")), practising)


@pytest.mark.parametrize("group", ["seat", "waitlist", "all", "answer.nachten.za", "attended"])
def test_nobody_gets_it_before_the_address_is_confirmed(group: str) -> None:
    """It may be the address of somebody who knows nothing of the workshop."""
    state = State.WAITLISTED if group == "waitlist" else State.CONFIRMED
    held = one(state, answers={"nachten": ["za"]}, held_for=Hold.CONFIRM, held_until=WORKSHOP.begins_at)
    assert not is_recipient(to(group), WORKSHOP, held)
    assert is_recipient(to(group), WORKSHOP, replace(held, held_until=None))


@pytest.mark.parametrize(
    ("state", "mark", "unmarked_too", "gets"),
    [
        (State.CONFIRMED, None, True, True),
        (State.CONFIRMED, None, False, False),
        (State.CONFIRMED, Mark.ABSENT, True, False),
        (State.CONFIRMED, Mark.PRESENT, False, True),
        (State.CANCELLED, Mark.PRESENT, False, True),
        (State.CANCELLED, None, True, False),
        (State.WAITLISTED, None, True, False),
    ],
)
def test_those_who_came_are_those_of_the_attendance_list(
    state: State, mark: Mark | None, unmarked_too: bool, gets: bool
) -> None:
    """Whoever was present; and whoever has a seat and no mark, unless the list was complete when it was sent."""
    days = {DAY: mark} if mark else None
    assert is_recipient(to("attended", unmarked_too=unmarked_too), WORKSHOP, one(state), days) is gets


def test_those_who_have_not_answered_were_invited_and_want_surveys() -> None:
    """Nobody who answered, was not invited, or unsubscribed from surveys."""
    message = to(NOT_ANSWERED)
    assert is_recipient(message, WORKSHOP, one(), invitation=INVITATION)
    assert not is_recipient(message, WORKSHOP, one(), invitation=replace(INVITATION, answered=True))
    assert not is_recipient(message, WORKSHOP, one(), invitation=None)
    assert not is_recipient(message, WORKSHOP, one(unsubscribed=True), invitation=INVITATION)


@pytest.mark.parametrize(
    ("answer", "option", "chosen"),
    [
        (None, "za", False),
        ("za", "za", True),
        ("za", "z", False),
        (["za", "zo"], "zo", True),
        ([], "zo", False),
        (4, "4", True),
        (True, "True", True),
    ],
)
def test_an_answer_is_an_option_or_has_it(answer: Any, option: str, chosen: bool) -> None:
    """Of one choice, several, a number or consent; a part of a value is no choice."""
    assert has_chosen(answer, option) is chosen


def test_every_audience_of_a_workshop_is_read_back() -> None:
    """Each text names one audience, which is the one it was made for."""
    texts = audiences(WORKSHOP)
    assert texts == (
        *("seat", "waitlist", "offered", "all", "attended"),
        NOT_ANSWERED,
        *("answer.nachten.za", "answer.nachten.zo"),
    )
    parsed = [parse_audience(text) for text in texts]
    assert parsed[0] == Audience(Circle.SEAT)
    assert parsed[5:] == [
        Audience(Circle.NOT_ANSWERED, wave=WAVE.id),
        Audience(Circle.ANSWER, question="nachten", option="za"),
        Audience(Circle.ANSWER, question="nachten", option="zo"),
    ]
    assert [one.secret for one in parsed if one] == [False] * 5 + [True] + [False] * 2
    assert [one.may_grow for one in parsed if one] == [True] * 4 + [False] * 2 + [True] * 2


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "iedereen", "Seat", " seat", "seat.", "seat.x", "attended.x.y"),
        *("not_answered", "not_answered.a.b", "answer", "answer.nachten"),
    ],
)
def test_what_names_no_audience_is_none(text: str) -> None:
    """Too little, too much, or another word. A message that is stored with it all the same says so."""
    assert parse_audience(text) is None
    with pytest.raises(ValueError, match="an audience that does not exist"):
        _ = to(text).audience


def test_an_option_can_have_a_dot() -> None:
    """Only the first two dots separate."""
    assert parse_audience("answer.a.b.c") == Audience(Circle.ANSWER, question="a", option="b.c")


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (Progress.SENDING, (Deed.PAUSE, Deed.STOP)),
        (Progress.FOLLOWING, (Deed.PAUSE, Deed.STOP)),
        (Progress.PAUSED, (Deed.RESUME, Deed.STOP)),
        (Progress.STOPPED, ()),
        (Progress.DONE, ()),
        (Progress.TEST, ()),
    ],
)
def test_what_can_be_done_follows_from_the_state(state: Progress, possible: tuple[Deed, ...]) -> None:
    """One that is done can be held back as long as mails of it wait, or may wait. A stopped one stays stopped."""
    message = to("seat", state=state)
    assert deeds(message) == possible
    assert message.under_way is bool(possible)
    held_back = (Deed.PAUSE, Deed.STOP) if state is Progress.DONE else possible
    assert may_hold_back(message, 0) == possible
    assert may_hold_back(message, 1) == may_hold_back(message, None) == held_back


@pytest.mark.parametrize(
    ("deed", "state", "cursor"),
    [
        (Deed.PAUSE, Progress.PAUSED, "r5"),
        (Deed.RESUME, Progress.SENDING, ""),
        (Deed.STOP, Progress.STOPPED, "r5"),
    ],
)
def test_a_deed_is_noted_with_who_did_it(deed: Deed, state: Progress, cursor: str) -> None:
    """Its revision goes up, so that an older page is stale. One that goes on is gone through from the beginning."""
    before = to("seat", cursor="r5", queued=4, revision=2)
    changed = change(before, deed, "twee@example.org", NOW)
    noted = replace(before, revision=3, changed_by="twee@example.org", changed_at=NOW)
    assert changed == replace(noted, state=state, cursor=cursor)


@pytest.mark.parametrize(
    ("audience", "later", "before_end", "state"),
    [
        ("seat", True, True, Progress.FOLLOWING),
        ("answer.nachten.za", True, True, Progress.FOLLOWING),
        ("seat", False, True, Progress.DONE),
        ("seat", True, False, Progress.DONE),
        ("attended", True, True, Progress.DONE),
        (NOT_ANSWERED, True, True, Progress.DONE),
    ],
)
def test_whoever_joins_later_is_followed_until_the_end(
    audience: str, later: bool, before_end: bool, state: Progress
) -> None:
    """Only if that was asked, for a group that people can still join, and until the workshop has ended."""
    now = WORKSHOP.ends_at - timedelta(microseconds=1 if before_end else 0)
    ended = end_of_queue(to(audience, later=later, cursor="r9", queued=3), WORKSHOP, now)
    assert (ended.state, ended.cursor, ended.complete, ended.queued) == (state, "", True, 3)


def test_the_ledger_tells_how_many_are_in_a_group() -> None:
    """Where it does not, nobody is counted here; of those who have not answered never."""
    sizes = {text: size_of(audience, LEDGER) for text in audiences(WORKSHOP) if (audience := parse_audience(text))}
    told = {text: size for text, size in sizes.items() if size is not None}
    assert told == {"seat": 5, "waitlist": 3, "offered": 1, "all": 9}


def test_whoever_still_has_to_confirm_the_address_is_not_counted() -> None:
    """They get no message. The ledger does not tell where they are, so seats and waitlist have to be counted."""
    some = replace(LEDGER, unconfirmed=2, passed_over=1)
    sizes = [size_of(Audience(group), some) for group in (Circle.SEAT, Circle.WAITLIST, Circle.OFFERED, Circle.ALL)]
    assert sizes == [None, None, 1, 7]


MAIL = queue(Kind.MESSAGE, AboutMessage("r1", "m1"), "proef", NOW)
OF_SURVEY = queue(Kind.SURVEY_MESSAGE, AboutMessage("r1", "m1"), "proef", NOW)
NOT_FOR = Skip("message is not for this person any more")


def facts(message: GroupMessage | None, **changes: Any) -> Facts:
    all: dict[str, Any] = {"workshop": WORKSHOP, "ledger": LEDGER, "registration": one(), "message": message}
    return Facts(**all | changes)


def test_a_mail_is_sent_with_the_message() -> None:
    """The letter has the person and the text, and the wave only if the message is about one."""
    message, registration = to("seat"), one()
    letter = ToMessaged(
        mail=MAIL, workshop=WORKSHOP, registration=registration, person=person(1), message=message, wave=None
    )
    assert decide(MAIL, facts(message), NOW) == Send(letter)
    about_survey = to(NOT_ANSWERED)
    with_wave = replace(letter, mail=OF_SURVEY, message=about_survey, wave=WAVE)
    assert decide(OF_SURVEY, facts(about_survey, invitation=INVITATION), ASKED) == Send(with_wave)


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ({"message": None}, Skip("message is gone")),
        ({"workshop": None}, Skip("workshop is gone")),
        ({"registration": None}, Skip("registration was erased")),
        ({"registration": one(person=None)}, Skip("registration was erased")),
        ({"registration": one(State.CANCELLED)}, NOT_FOR),
        ({"workshop": replace(WORKSHOP, practice=True)}, NOT_FOR),
    ],
    ids=["no message", "no workshop", "no registration", "erased", "left", "practice"],
)
def test_a_mail_whose_reason_is_gone_is_not_sent(changes: dict[str, Any], skipped: Skip) -> None:
    """Whoever left meanwhile, was erased, or may not be mailed gets nothing."""
    assert decide(MAIL, facts(**{"message": to("seat")} | changes), NOW) == skipped


@pytest.mark.parametrize("state", [state for state in Progress if state is not Progress.TEST])
def test_a_mail_waits_while_its_message_is_paused(state: Progress) -> None:
    """Paused it waits, stopped it is skipped, otherwise it is sent. Whoever left is skipped at once."""
    decision = decide(MAIL, facts(to("seat", state=state)), NOW)
    if state is Progress.PAUSED:
        assert decision == Later(NOW + PAUSED_FOR, "message is paused")
    elif state is Progress.STOPPED:
        assert decision == Skip("message was stopped")
    else:
        assert isinstance(decision, Send)
    left = decide(MAIL, facts(to("seat", state=state), registration=one(State.CANCELLED)), NOW)
    assert left == (Skip("message was stopped") if state is Progress.STOPPED else NOT_FOR)


@pytest.mark.parametrize("state", [Progress.DONE, Progress.PAUSED])
def test_a_mail_about_a_survey_goes_to_nobody_who_answered_or_wants_none(state: Progress) -> None:
    """It was queued for those who had not answered; by now that may be otherwise, paused or not."""
    message = to(NOT_ANSWERED, state=state)

    def decided(now: Any = ASKED, **changes: Any) -> object:
        return decide(OF_SURVEY, facts(message, **{"invitation": INVITATION} | changes), now)

    assert isinstance(decided(), Later if state is Progress.PAUSED else Send)
    assert decided(invitation=replace(INVITATION, answered=True)) == Skip("has answered already")
    assert decided(registration=one(unsubscribed=True)) == Skip("unsubscribed")
    assert decided(invitation=None) == NOT_FOR
    assert decided(WORKSHOP.wave_closes_at(WAVE)) == Skip("wave is closed")


def test_unsubscribing_from_surveys_ends_no_other_message() -> None:
    """A message to everybody with a seat is no survey."""
    assert isinstance(decide(MAIL, facts(to("seat"), registration=one(unsubscribed=True)), NOW), Send)


def test_a_workshop_that_was_called_off_can_still_tell_its_people() -> None:
    """A message goes out all the same, but nobody is asked about a survey."""
    off = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="Ziek.", version=8))
    assert isinstance(decide(MAIL, facts(to("seat"), workshop=off), NOW), Send)
    asked = facts(to(NOT_ANSWERED), workshop=off, invitation=INVITATION)
    assert decide(OF_SURVEY, asked, ASKED) == Skip("workshop was called off")


def test_a_test_goes_to_its_writer_as_long_as_they_are_in_charge() -> None:
    """It is skipped if the writer is no organiser any more, or the test is gone."""
    mail: Mail = queue(Kind.ORGANISER_MESSAGE_TEST, AboutTest("m1", "een@example.org"), "proef", NOW)
    message = to("waitlist", state=Progress.TEST)
    letter = ToWriter(mail=mail, workshop=WORKSHOP, organiser=WORKSHOP.organisers[0], message=message)
    assert decide(mail, facts(message), NOW) == Send(letter)
    assert decide(mail, facts(None), NOW) == Skip("message is gone")
    left = replace(WORKSHOP, organisers=WORKSHOP.organisers[1:])
    assert decide(mail, facts(message, workshop=left), NOW) == Skip("is no organiser any more")


def test_a_message_is_what_was_asked_for() -> None:
    """Unless it is said otherwise it goes to those of now, and for those who came to whoever is unmarked too."""
    asked: dict[str, Any] = {"id": "m7", "by": "een@example.org", "to": "seat", "subject": "Dag", "text": "Tot dan."}
    plain = make_message(workshop=WORKSHOP, now=NOW, **asked)
    assert {name: getattr(plain, name) for name in asked} == asked
    assert (plain.workshop, plain.at, plain.followed) == ("proef", NOW, NOW)
    assert plain.expire_at == NOW + MAILS_KEPT
    assert (plain.later, plain.unmarked_too, plain.expected) == (False, True, None)
    other = make_message(workshop=WORKSHOP, now=NOW, later=True, unmarked_too=False, expected=7, **asked)
    assert (other.later, other.unmarked_too, other.expected) == (True, False, 7)


def test_a_paused_message_that_goes_on_is_sent_again_from_its_beginning() -> None:
    asked: dict[str, Any] = {"id": "m7", "by": "een@example.org", "to": "seat", "subject": "Dag", "text": "Tot dan."}
    paused = change(replace(make_message(workshop=WORKSHOP, now=NOW, **asked), cursor="r5"), Deed.PAUSE, "x", NOW)
    resumed = change(paused, Deed.RESUME, "x", NOW)
    assert (paused.state, resumed.state, resumed.cursor) == (Progress.PAUSED, Progress.SENDING, "")
