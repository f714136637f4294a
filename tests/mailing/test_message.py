"""Every kind of mail as SendGrid's v3 mail/send takes it."""

import pytest

from local.sendgrid_rules import refusals
from tests.mailing.test_rendering import EVERY_MAIL, sample
from tests.shipped import HOSTILE, JAN, NOW, WORKSHOP
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail import Kind
from werkplaats.domain.registration import Person
from werkplaats.mailing import calendar
from werkplaats.mailing.message import Recipient, message
from werkplaats.wording.names import full_name


@pytest.mark.parametrize("person", [JAN, HOSTILE], ids=["ordinary", "hostile"])
@pytest.mark.parametrize(("kind", "happened"), EVERY_MAIL)
def test_every_mail_is_well_formed(kind: Kind, happened: Happened | None, person: Person) -> None:
    """Against the documented schema, whatever people typed; headers hold no line breaks and no links of others."""
    file = calendar.invitation(WORKSHOP, "r1", public_url="https://werkplaats.example.org", now=NOW)
    body = message(
        "mail-1",
        sender=WORKSHOP.sender,
        to=Recipient("jan@example.org", full_name(person)),
        rendered=sample(kind, happened, person),
        categories=("werkplaats", kind.value),
        calendar=file if kind is Kind.CONFIRMED else None,
    ).get()
    assert refusals(body) == []
    to = body["personalizations"][0]["to"][0]
    assert to.get("name") == (JAN.name if person is JAN else None)
    assert "\n" not in body["subject"]


def test_the_check_can_fail() -> None:
    """A body without a subject, or with text after HTML, is refused as SendGrid refuses it."""
    good = message(
        "mail-1",
        sender=WORKSHOP.sender,
        to=Recipient("jan@example.org", "Jan"),
        rendered=sample(Kind.LINK, None, JAN),
        categories=(),
    ).get()
    assert refusals(good) == []
    assert refusals({name: value for name, value in good.items() if name != "subject"})
    assert refusals(good | {"content": list(reversed(good["content"]))})
    assert refusals(good | {"custom_args": {"mail_id": 7}})
