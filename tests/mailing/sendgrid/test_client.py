"""What SendGrid's answer to one attempt means."""

import pytest

from tests.sendgrid import SILENCE, scripted_sendgrid
from tests.shipped import WORKSHOP
from werkplaats.domain.delivery import Accepted, Busy, Misconfigured, Rejected, SendResult, Unknown, severity_of
from werkplaats.mailing.message import Message, Recipient

MESSAGE = Message(
    mail_id="mail-1",
    sender=WORKSHOP.sender,
    recipient=Recipient("jan@example.org", "Jan de Vries"),
    subject="Onderwerp",
    html="<p>Tekst</p>",
    text="Tekst",
    categories=("werkplaats",),
)


def answered(answer: int | str) -> SendResult:
    with scripted_sendgrid() as sendgrid:
        sendgrid.answers.append(answer)
        return sendgrid.client.send(MESSAGE)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (400, Rejected),
        (401, Misconfigured),
        (403, Misconfigured),
        (408, Busy),
        (413, Rejected),
        (421, Busy),
        (429, Busy),
        (500, Busy),
        (503, Busy),
    ],
)
def test_a_status_says_whether_to_try_again(status: int, result: type[SendResult]) -> None:
    """The reason names the status and the field that SendGrid complains of, and never what stood in that field."""
    assert answered(status) == result(f"SendGrid answered {status} about from.email")


@pytest.mark.parametrize("complaint", ["jan@example.org", "personalizations.0.to.0.Jan de Vries", "x" * 40, "", "jan"])
def test_what_looks_like_no_field_is_in_no_reason(complaint: str) -> None:
    """The reason is logged and kept, so of a garbled answer nothing is taken that could be somebody's name."""
    with scripted_sendgrid(complaint) as sendgrid:
        sendgrid.answers.append(400)
        assert sendgrid.client.send(MESSAGE) == Rejected("SendGrid answered 400")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_or_sender_alerts_a_person(status: int) -> None:
    """Nothing is sent until somebody has mended the configuration."""
    assert severity_of(answered(status)) == "ERROR"


def test_an_accepted_message_has_sendgrids_name_for_it() -> None:
    """By that name SendGrid's own pages find it."""
    assert answered(202) == Accepted("message-1")


def test_a_connection_that_ends_without_an_answer_leaves_the_outcome_unknown() -> None:
    """The request had gone out: it may have been sent."""
    assert isinstance(answered(SILENCE), Unknown)
