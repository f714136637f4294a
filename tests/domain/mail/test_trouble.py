"""The journal's entries about mails that did not arrive."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW
from werkplaats.domain.delivery import Delivery, give_up
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.mail.about import About, AboutEntry, AboutReminder, AboutSeat, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.mail.trouble import entry_if_failed, entry_of_return

LATER = NOW + timedelta(hours=1)
TO_PARTICIPANT: list[tuple[Kind, About, int]] = [
    (Kind.CONFIRMED, AboutSeat("r1", 7), 7),
    (Kind.REMINDER, AboutReminder("r1", 7, "7days", date(2027, 8, 29)), 7),
    (Kind.SURVEY_INVITATION, AboutWave("r1", "evaluatie"), 0),
]
"""Mails to a participant, each with the version of the ledger that it tells of."""


def a_mail(kind: Kind = Kind.CONFIRMED, about: About = TO_PARTICIPANT[0][1]) -> Mail:
    return queue(kind, about, "proef", NOW)


@pytest.mark.parametrize(("kind", "about", "version"), TO_PARTICIPANT)
def test_a_mail_that_was_given_up_is_told_with_its_reason(kind: Kind, about: About, version: int) -> None:
    """A mail that was given up makes an entry with the mail, the registration and the reason."""
    mail = give_up(a_mail(kind, about), "busy", LATER)
    assert entry_if_failed(mail) == Entry(
        id=f"{version:010d}-{mail.id}-mail_failed",
        workshop="proef",
        kind=Happened.MAIL_FAILED,
        at=LATER,
        version=version,
        registration="r1",
        mail=mail.id,
        detail="given up after 0 attempts: busy",
        notified=False,
        expire_at=LATER + MAILS_KEPT,
    )


@pytest.mark.parametrize("state", [state for state in Delivery if state is not Delivery.FAILED])
def test_no_other_mail_is_told_as_failed(state: Delivery) -> None:
    """A mail in any state other than failed makes no entry."""
    assert entry_if_failed(replace(a_mail(), state=state, settled_at=LATER)) is None


def test_a_failure_is_told_only_once_it_is_settled() -> None:
    """A failed mail without the time at which it failed makes no entry."""
    assert entry_if_failed(replace(a_mail(), state=Delivery.FAILED, settled_at=None)) is None


def test_a_mail_that_came_back_is_told_in_the_words_of_the_receiving_server() -> None:
    """A mail that came back makes an entry with the server's words and the time of the event."""
    mail = a_mail()
    assert entry_of_return(mail, "mailbox full", LATER) == Entry(
        id="0000000007-r1-confirmed-7-mail_bounced",
        workshop="proef",
        kind=Happened.MAIL_BOUNCED,
        at=LATER,
        version=7,
        registration="r1",
        mail=mail.id,
        detail="mailbox full",
        notified=False,
        expire_at=LATER + MAILS_KEPT,
    )


def test_a_notice_in_trouble_makes_no_further_notice() -> None:
    """A notice that fails makes no entry, because a notice about it could fail again and again."""
    notice = a_mail(Kind.ORGANISER_SIGNED_UP, AboutEntry("e", "een@example.org", 1, 7, "r1"))
    assert entry_if_failed(give_up(notice, "busy", LATER)) is None
    assert entry_of_return(notice, "mailbox full", LATER) is None
