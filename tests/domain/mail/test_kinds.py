"""The registry of kinds of mail."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import werkplaats.domain
from tests.samples import NOW, workshop
from tests.shipped import REGISTRATION
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import (
    FOLDABLE,
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
    """Every kind has an entry in KINDS."""
    assert set(KINDS) == set(Kind)


def test_names_tell_for_whom_a_mail_is() -> None:
    """The name of a kind begins with `organiser_` or `survey_` exactly if it is such a mail."""
    assert all(kind.for_organisers is kind.value.startswith("organiser_") for kind in Kind)
    assert all(kind.of_survey is kind.value.startswith("survey_") for kind in Kind)


def test_organisers_are_told_of_a_thing_by_one_kind_of_mail() -> None:
    """Each thing has at most one kind of notice; erasures, confirmed addresses, and what
    organisers decided themselves, have none.
    """
    told = [happened for one in KINDS.values() if isinstance(one, ForOrganisers) for happened in one.tells_of]
    assert len(told) == len(set(told)) == len(NOTICE)
    assert set(Happened) - set(NOTICE) == {
        Happened.ERASED,
        Happened.CORRECTED,
        Happened.ADDRESS_CONFIRMED,
        Happened.REACHABLE,
        Happened.ADDRESS_ASKED,
        Happened.SENT_AGAIN,
        Happened.NOTED,
        Happened.LABELLED,
        Happened.CAPACITY_CHANGED,
        Happened.CALLED_OFF,
        Happened.MADE_REAL,
        Happened.MARKED,
        Happened.LIST_COMPLETED,
        Happened.LIST_REOPENED,
        Happened.MESSAGE_SENT,
    }


def test_what_cannot_wait_is_never_folded() -> None:
    """Organisers are told at once of what failed, of who cannot come on the days, and of unusually many sign-ups."""
    at_once = {Happened.MAIL_FAILED, Happened.MAIL_BOUNCED, Happened.SAID_ABSENT, Happened.BUSY}
    at_once |= {Happened.OFFER_UNDELIVERED}
    assert set(NOTICE) - FOLDABLE == at_once
    assert set(NOTICE) >= FOLDABLE


def test_two_kinds_of_mail_cannot_tell_of_the_same_thing() -> None:
    """Two kinds of notice about the same thing are refused, because organisers would get two mails."""
    same = ForOrganisers(tells_of=frozenset({Happened.CANCELLED}))
    expected = "^two kinds of mail in KINDS tell organisers of the same thing$"
    with pytest.raises(TypeError, match=expected):
        notice_kinds({**KINDS, Kind.ORGANISER_SIGNED_UP: same})


def test_a_notice_is_found_by_what_it_tells_of() -> None:
    """The kind of notice is found by what happened, and kinds for participants are no notices."""
    assert notice_kinds(KINDS) == NOTICE
    assert notice_kinds(KINDS)[Happened.REJOINED] is Kind.ORGANISER_SIGNED_UP
    assert notice_kinds({Kind.CONFIRMED: KINDS[Kind.CONFIRMED]}) == {}


@pytest.mark.parametrize("state", list(State))
def test_the_very_state_that_a_mail_tells_of_ends_when_it_is_left(state: State) -> None:
    """A mail about a state is true only in that state, and only if it came with the mail's version."""
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
    Kind.CONFIRM_ADDRESS: None,
    Kind.NOT_CONFIRMED: None,
    Kind.CANCELLED: CalendarFile.CANCELLATION,
    Kind.LINK: None,
    Kind.NEW_ADDRESS: None,
    Kind.OLD_ADDRESS: None,
    Kind.REMINDER: CalendarFile.INVITATION,
    Kind.CHANGED: CalendarFile.INVITATION,
}


@pytest.mark.parametrize("kind", list(CALENDAR_FILES))
def test_mails_about_a_seat_carry_a_calendar_file(kind: Kind) -> None:
    """A mail has an invitation, a cancellation or no calendar file, as its kind says."""
    traits = KINDS[kind]
    assert isinstance(traits, ForParticipant)
    assert traits.calendar is CALENDAR_FILES[kind]


@pytest.mark.parametrize("kind", list(CALENDAR_FILES))
def test_only_the_mail_that_somebody_waits_names_the_place_on_the_waitlist(kind: Kind) -> None:
    """Only the mail about the waitlist has the place, so for other mails it is not read from the store."""
    traits = KINDS[kind]
    assert isinstance(traits, ForParticipant)
    assert traits.names_place is (kind is Kind.WAITLISTED)


def test_reminders_of_a_survey_wait_for_working_hours() -> None:
    """Of the mails about surveys only the reminder waits for working hours."""
    waiting = [kind for kind, one in KINDS.items() if isinstance(one, ForSurvey) and one.in_working_hours]
    assert waiting == [Kind.SURVEY_REMINDER]


def test_the_domain_names_no_vendor() -> None:
    """No module of the domain names the mail provider, so that it can be replaced."""
    domain = Path(werkplaats.domain.__file__).parent
    assert [path.name for path in domain.rglob("*.py") if "sendgrid" in path.read_text().lower()] == []


def test_only_a_mail_that_somebody_sits_waiting_for_is_urgent() -> None:
    """Only the mail to sign in with is urgent, because somebody is waiting for it."""
    assert set(URGENT) == {Kind.SIGN_IN}
