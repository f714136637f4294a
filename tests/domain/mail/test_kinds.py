"""The registry of kinds: each has an entry, and organisers are told of a thing in one way."""

from pathlib import Path

import werkplaats.domain
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import KINDS, NOTICE, URGENT, ForOrganisers, ForSurvey, Kind


def test_every_kind_has_an_entry() -> None:
    """Without one the module cannot even be imported."""
    assert set(KINDS) == set(Kind)


def test_names_tell_for_whom_a_mail_is() -> None:
    """Whoever reads a log line knows it from the kind alone."""
    assert all(kind.for_organisers is kind.value.startswith("organiser_") for kind in Kind)
    assert all(kind.of_survey is kind.value.startswith("survey_") for kind in Kind)


def test_organisers_are_told_of_a_thing_by_one_kind_of_mail() -> None:
    """What they are not told of is what they did themselves, or what has no person in it."""
    told = [happened for one in KINDS.values() if isinstance(one, ForOrganisers) for happened in one.tells_of]
    assert len(told) == len(set(told)) == len(NOTICE)
    assert set(Happened) - set(NOTICE) == {
        Happened.ERASED,
        Happened.CAPACITY_CHANGED,
        Happened.CALLED_OFF,
        Happened.MADE_REAL,
    }


def test_reminders_of_a_survey_wait_for_working_hours() -> None:
    """An invitation does not: the schedule that makes it runs by day only."""
    waiting = [kind for kind, one in KINDS.items() if isinstance(one, ForSurvey) and one.in_working_hours]
    assert waiting == [Kind.SURVEY_REMINDER]


def test_the_domain_names_no_vendor() -> None:
    """Who delivers the mail is not its business."""
    domain = Path(werkplaats.domain.__file__).parent
    assert [path.name for path in domain.rglob("*.py") if "sendgrid" in path.read_text().lower()] == []


def test_only_a_mail_that_somebody_sits_waiting_for_is_urgent() -> None:
    """It goes before all others."""
    assert set(URGENT) == {Kind.SIGN_IN}
