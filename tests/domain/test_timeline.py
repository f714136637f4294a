"""What is planned in a workshop."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from tests.samples import NOW, workshop
from werkplaats.domain.timeline import Planned, timeline
from werkplaats.domain.times import AMSTERDAM, end_of, start_of
from werkplaats.domain.workshop import CalledOff

WORKSHOP = workshop(reminders=["7 days", "30 hours"])
CLOSED = (Planned.SIGN_UP_OPENS, Planned.SIGN_UP_CLOSES)


def amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def whats(*args: object) -> list[Planned]:
    return [one.what for one in timeline(*args)]  # type: ignore[arg-type]


def test_everything_that_is_planned_is_there_in_order() -> None:
    """From long before the workshop to the last erasure; nothing of what is over is left in it."""
    early = NOW - timedelta(days=3000)
    coming = timeline(WORKSHOP, early)
    assert [one.at for one in coming] == sorted(one.at for one in coming)
    assert {one.what for one in coming} >= {
        *CLOSED,
        Planned.REMINDER,
        Planned.BEGINS,
        Planned.NOT_PLACED,
        Planned.WAVE_SENT,
        Planned.WAVE_CLOSES,
        Planned.REGISTRATIONS_ERASED,
        Planned.RESULTS_ERASED,
    }
    by_what = {one.what: one.at for one in coming}
    assert by_what[Planned.SIGN_UP_OPENS] == start_of(WORKSHOP.sign_up.opens)
    assert by_what[Planned.SIGN_UP_CLOSES] == end_of(WORKSHOP.sign_up.closes)
    assert by_what[Planned.REGISTRATIONS_ERASED] == WORKSHOP.erase_registrations_at()
    for one in coming:
        assert one not in timeline(WORKSHOP, one.at), "what happens now is not to come"
        assert one in timeline(WORKSHOP, one.at - timedelta(microseconds=1))
    assert timeline(WORKSHOP, early + timedelta(days=9000)) == ()


def test_mails_are_planned_for_when_they_are_sent() -> None:
    """A reminder that falls due at night is sent in the morning; one of a survey not at the weekend."""
    at = [one.at for one in timeline(WORKSHOP, NOW) if one.what is Planned.REMINDER]
    assert at == [amsterdam("2027-08-22T08:00"), amsterdam("2027-08-27T18:00")]
    [told] = [one.at for one in timeline(WORKSHOP, NOW) if one.what is Planned.NOT_PLACED]
    assert told == amsterdam("2027-08-29T08:00"), "whoever still waits when it begins"
    [wave] = [one for one in WORKSHOP.waves if one.id == "evaluatie"]
    reminded = replace(WORKSHOP, waves=(replace(wave, after="1 day", reminders=("3 days",)),))
    [one] = [one for one in timeline(reminded, NOW) if one.what is Planned.WAVE_REMINDER]
    assert (one.at, one.about) == (amsterdam("2027-09-06T08:00"), wave.title), "4 September is a Saturday"


def test_by_hand_and_called_off() -> None:
    """Opened by hand it closes at the start, closed by hand it does neither; called off only erasing is left."""
    by_hand = {way: replace(WORKSHOP, sign_up=replace(WORKSHOP.sign_up, by_hand=way)) for way in ("open", "closed")}
    [closes] = [one for one in timeline(by_hand["open"], NOW) if one.what in CLOSED]
    assert (closes.what, closes.at) == (Planned.SIGN_UP_CLOSES, WORKSHOP.begins_at)
    assert not set(whats(by_hand["closed"], NOW)) & set(CLOSED)
    off = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="Ziek.", version=1))
    assert set(whats(off, NOW)) <= {Planned.ANSWER_ERASED, Planned.REGISTRATIONS_ERASED, Planned.RESULTS_ERASED}
    assert Planned.REGISTRATIONS_ERASED in whats(off, NOW)


def test_what_is_planned_for_a_survey_or_an_answer_says_which() -> None:
    """The title of the wave, and the label of the question."""
    coming = timeline(WORKSHOP, NOW - timedelta(days=3000))
    titles = {wave.title for wave in WORKSHOP.waves}
    assert {one.about for one in coming if one.what is Planned.WAVE_SENT} == titles
    assert {one.about for one in coming if one.what is Planned.WAVE_CLOSES} == titles
    labels = {question.label for question in WORKSHOP.questions}
    erased = [one.about for one in coming if one.what is Planned.ANSWER_ERASED]
    assert erased
    assert labels.issuperset(erased)
