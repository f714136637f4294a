"""Queueing a mail: its id, its times, and what it may be about."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW
from werkplaats.domain.delivery import PICK_UP_AFTER, Delivery
from werkplaats.domain.kept import MAILS_KEPT, SIGN_IN_MAILS_KEPT
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutFold,
    AboutMessage,
    AboutOldAddress,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutTest,
    AboutWave,
    AboutWish,
)
from werkplaats.domain.mail.kinds import KINDS, Kind
from werkplaats.domain.mail.outbox import Mail, queue

ABOUT: list[About] = [
    AboutSeat("r1", 7),
    AboutReminder("r1", 7, "7days", date(2027, 8, 29)),
    AboutChange("r1", 7, "proef.7"),
    AboutWave("r1", "evaluatie"),
    AboutEntry("0000000007-r1-signed_up", "een@example.org", 1, 7, "r1"),
    AboutFold("een@example.org", 1, 7, 9, {"signed_up": 2}),
    AboutSignIn("address", "q1"),
    AboutOldAddress("r1", 7, "oud@example.org"),
    AboutMessage("r1", "m"),
    AboutTest("m", "een@example.org"),
    AboutWish("r1", 7),
]


def test_a_queued_mail_waits_for_its_event_and_then_for_the_schedule() -> None:
    """A mail is due for the schedule after two minutes, and is kept for two years, or 30 days about signing in."""
    mail = queue(Kind.CONFIRMED, AboutSeat("r1", 7), "proef", NOW)
    assert (mail.kind, mail.workshop, mail.created_at) == (Kind.CONFIRMED, "proef", NOW)
    assert (mail.state, mail.due_at, mail.attempts) == (Delivery.QUEUED, NOW + PICK_UP_AFTER, 0)
    assert mail.expire_at == NOW + MAILS_KEPT == NOW + timedelta(days=730)
    signing_in = queue(Kind.SIGN_IN, AboutSignIn("address", "q1"), "proef", NOW)
    assert signing_in.expire_at == NOW + SIGN_IN_MAILS_KEPT == NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("kind", "about", "id"),
    [
        (Kind.CONFIRMED, AboutSeat("r1", 7), "r1-confirmed-7"),
        (Kind.LINK, AboutSeat("r1", 8), "r1-link-8"),
        (Kind.REMINDER, AboutReminder("r1", 7, "7days", date(2027, 8, 29)), "r1-reminder-7days-2027-08-29"),
        (Kind.CHANGED, AboutChange("r1", 7, "proef.7"), "r1-changed-7"),
        (Kind.CONFIRMED, AboutSeat("r1", 7, 9), "r1-confirmed-7-again-9"),
        (Kind.REMINDER, AboutReminder("r1", 7, "7days", date(2027, 8, 29), 9), "r1-reminder-7days-2027-08-29-again-9"),
        (Kind.CHANGED, AboutChange("r1", 7, "proef.7", 9), "r1-changed-7-again-9"),
        (Kind.OLD_ADDRESS, AboutOldAddress("r1", 7, "oud@example.org"), "r1-old_address-7"),
        (Kind.ADDRESS_WISH, AboutWish("r1", 7), "r1-address_wish-7"),
        (Kind.SURVEY_INVITATION, AboutWave("r1", "evaluatie"), "r1-survey_invitation-evaluatie"),
        (Kind.SURVEY_REMINDER, AboutWave("r1", "evaluatie", 2), "r1-survey_reminder-evaluatie-2"),
        (Kind.ORGANISER_SIGNED_UP, AboutEntry("e", "een@example.org", 2, 7, "r1"), "proef-e-2"),
        (Kind.ORGANISER_FOLDED, AboutFold("een@example.org", 2, 7, 9, {}), "proef-organiser_folded-7-2"),
        (Kind.MESSAGE, AboutMessage("r1", "m"), "r1-message-m"),
        (Kind.SURVEY_MESSAGE, AboutMessage("r1", "m"), "r1-survey_message-m"),
        (Kind.ORGANISER_MESSAGE_TEST, AboutTest("m", "een@example.org"), "proef-organiser_message_test-m"),
        (Kind.SIGN_IN, AboutSignIn("address", "q1"), "sign_in-q1"),
        (Kind.SIGNED_IN, AboutSignIn("address", "q1"), "signed_in-q1"),
    ],
)
def test_the_id_follows_from_kind_and_about(kind: Kind, about: About, id: str) -> None:
    """The id follows from the kind and what the mail is about, so deciding again later gives the same mail."""
    assert queue(kind, about, "proef", NOW).id == id
    assert queue(kind, about, "proef", NOW + timedelta(days=1)).id == id


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_is_about_what_its_kind_is_about(kind: Kind, about: About) -> None:
    """A mail about something that its kind does not allow raises TypeError, also when it is changed later."""
    if isinstance(about, KINDS[kind].about):
        assert queue(kind, about, "proef", NOW).about == about
        return
    wanted, got = KINDS[kind].about.__name__, type(about).__name__
    with pytest.raises(TypeError, match=f"^a mail of kind {kind.value} is {wanted}, not {got}$"):
        queue(kind, about, "proef", NOW)
    good = next(one for one in ABOUT if isinstance(one, KINDS[kind].about))
    with pytest.raises(TypeError):
        replace(queue(kind, good, "proef", NOW), about=about)


def test_a_mail_knows_its_registration_and_version() -> None:
    """A mail has the registration and version of what it is about, or None and 0 if there is none."""

    def mail(kind: Kind, about: About) -> Mail:
        return queue(kind, about, "proef", NOW)

    kinds = [Kind.CONFIRMED, Kind.REMINDER, Kind.CHANGED, Kind.SURVEY_INVITATION, Kind.ORGANISER_SIGNED_UP]
    mails = [mail(kind, about) for kind, about in zip(kinds, ABOUT[:5], strict=True)]
    assert [one.registration for one in mails] == ["r1"] * 5
    assert [one.version for one in mails] == [7, 7, 7, 0, 7]
    folded = mail(Kind.ORGANISER_FOLDED, ABOUT[5])
    assert (folded.registration, folded.version) == (None, 9)
    signing_in = mail(Kind.SIGN_IN, AboutSignIn("address", "q1"))
    assert (signing_in.registration, signing_in.version) == (None, 0)
    nobody = AboutEntry("e", "een@example.org", 1, 7, None)
    assert mail(Kind.ORGANISER_SIGNED_UP, nobody).registration is None
