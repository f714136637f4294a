"""The registry of kinds: each has an entry, and organisers are told of a thing in one way."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import werkplaats.domain
from tests.samples import NOW, workshop
from tests.shipped import REGISTRATION
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import (
    KINDS,
    NOTICE,
    URGENT,
    CalendarFile,
    ForOrganisers,
    ForParticipant,
    ForSurvey,
    Kind,
    Situation,
    in_that_very_state,
    notice_kinds,
)
from werkplaats.domain.registration import State


def test_every_kind_has_an_entry() -> None:
    """A kind without an entry fails as soon as the module is imported."""
    assert set(KINDS) == set(Kind)


def test_names_tell_for_whom_a_mail_is() -> None:
    """A reader of a log line can tell from the name of the kind alone."""
    assert all(kind.for_organisers is kind.value.startswith("organiser_") for kind in Kind)
    assert all(kind.of_survey is kind.value.startswith("survey_") for kind in Kind)


def test_organisers_are_told_of_a_thing_by_one_kind_of_mail() -> None:
    """They are not told of a new capacity, which they chose themselves, nor of an erasure, which has nobody to name."""
    told = [happened for one in KINDS.values() if isinstance(one, ForOrganisers) for happened in one.tells_of]
    assert len(told) == len(set(told)) == len(NOTICE)
    assert set(Happened) - set(NOTICE) == {
        Happened.ERASED,
        Happened.CAPACITY_CHANGED,
        Happened.CALLED_OFF,
        Happened.MADE_REAL,
    }


def test_two_kinds_of_mail_cannot_tell_of_the_same_thing() -> None:
    """Organisers would get two mails about it; the mistake is refused while the program is imported."""
    same = ForOrganisers(tells_of=frozenset({Happened.CANCELLED}))
    expected = "^two kinds of mail in KINDS tell organisers of the same thing$"
    with pytest.raises(TypeError, match=expected):
        notice_kinds({**KINDS, Kind.ORGANISER_SIGNED_UP: same})


def test_a_notice_is_found_by_what_it_tells_of() -> None:
    """Each thing that happens leads to the one kind that names it; mails to participants tell organisers nothing."""
    assert notice_kinds(KINDS) == NOTICE
    assert notice_kinds(KINDS)[Happened.REJOINED] is Kind.ORGANISER_SIGNED_UP
    assert notice_kinds({Kind.CONFIRMED: KINDS[Kind.CONFIRMED]}) == {}


@pytest.mark.parametrize("state", list(State))
def test_the_very_state_that_a_mail_tells_of_ends_when_it_is_left(state: State) -> None:
    """A mail of version 7 about a seat or an offer is true while the state is one of these and came with version 7."""
    rule = in_that_very_state(State.CONFIRMED, State.OFFERED)
    one = replace(REGISTRATION, state=state, state_version=7)
    known = Situation(workshop=workshop(), registration=one, version=7, now=NOW)
    if state not in (State.CONFIRMED, State.OFFERED):
        assert rule(known) == f"registration is {state.value} by now"
        return
    assert rule(known) is None
    assert rule(replace(known, version=6)) == f"registration has become {state.value} again since"


CALENDAR_FILES = {
    Kind.CONFIRMED: CalendarFile.INVITATION,
    Kind.WAITLISTED: None,
    Kind.OFFERED: None,
    Kind.OFFER_EXPIRED: None,
    Kind.CANCELLED: CalendarFile.CANCELLATION,
    Kind.LINK: None,
    Kind.REMINDER: CalendarFile.INVITATION,
    Kind.CHANGED: CalendarFile.INVITATION,
}


@pytest.mark.parametrize("kind", list(CALENDAR_FILES))
def test_mails_about_a_seat_carry_a_calendar_file(kind: Kind) -> None:
    """It puts the workshop into the recipient's calendar, and a cancellation takes it out again."""
    traits = KINDS[kind]
    assert isinstance(traits, ForParticipant)
    assert traits.calendar is CALENDAR_FILES[kind]


@pytest.mark.parametrize("kind", list(CALENDAR_FILES))
def test_only_the_mail_that_somebody_waits_names_the_place_on_the_waitlist(kind: Kind) -> None:
    """For every other mail the place need not be read from the store."""
    traits = KINDS[kind]
    assert isinstance(traits, ForParticipant)
    assert traits.names_place is (kind is Kind.WAITLISTED)


def test_reminders_of_a_survey_wait_for_working_hours() -> None:
    """An invitation need not wait, because the schedule that makes it runs by day only."""
    waiting = [kind for kind, one in KINDS.items() if isinstance(one, ForSurvey) and one.in_working_hours]
    assert waiting == [Kind.SURVEY_REMINDER]


def test_the_domain_names_no_vendor() -> None:
    """The mail provider can be replaced without a change to the rules."""
    domain = Path(werkplaats.domain.__file__).parent
    assert [path.name for path in domain.rglob("*.py") if "sendgrid" in path.read_text().lower()] == []


def test_only_a_mail_that_somebody_sits_waiting_for_is_urgent() -> None:
    """It goes before all others."""
    assert set(URGENT) == {Kind.SIGN_IN}
