"""Every kind of mail in the form that SendGrid's v3 mail/send expects."""

import pytest

from local.sendgrid_rules import refusals
from tests.mailing.samples import SAMPLES, Sample, rendered
from tests.shipped import HOSTILE, JAN, NOW, WORKSHOP
from tests.words import DUTCH
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Person
from werkplaats.mailing import calendar
from werkplaats.mailing.message import Message, Recipient
from werkplaats.mailing.rendering import Rendered, render
from werkplaats.mailing.sendgrid.payload import payload
from werkplaats.wording.names import full_name


def message(text: Rendered, to: str | None, *categories: str, calendar: bytes | None = None) -> Message:
    return Message(
        mail_id="mail-1",
        sender=WORKSHOP.sender,
        recipient=Recipient("jan@example.org", to),
        subject=text.subject,
        html=text.html,
        text=text.text,
        categories=categories,
        calendar=calendar,
    )


@pytest.mark.parametrize("person", [JAN, HOSTILE], ids=["ordinary", "hostile"])
@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_every_mail_is_well_formed(kind: Kind, sample: Sample, person: Person) -> None:
    """Every mail fits SendGrid's schema, whatever people typed. Its headers have no line breaks and no links."""
    file = calendar.invitation(DUTCH, WORKSHOP, "r1", public_url="https://werkplaats.example.org", now=NOW)
    text = render(DUTCH, kind, sample(person))
    body = payload(
        message(text, full_name(person), "werkplaats", kind.value, calendar=file if kind is Kind.CONFIRMED else None)
    ).get()
    assert refusals(body) == []
    to = body["personalizations"][0]["to"][0]
    assert to.get("name") == (JAN.name if person is JAN else None)
    assert "\n" not in body["subject"]


def test_the_check_can_fail() -> None:
    """The schema refuses a body without a subject, and one with text after HTML, as SendGrid does."""
    good = payload(message(rendered(Kind.LINK, JAN), "Jan")).get()
    assert refusals(good) == []
    assert refusals({name: value for name, value in good.items() if name != "subject"})
    assert refusals(good | {"content": list(reversed(good["content"]))})
    assert refusals(good | {"custom_args": {"mail_id": 7}})
