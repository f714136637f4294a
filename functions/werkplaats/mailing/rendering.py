"""Mails as text: templates/mail/<kind>/ filled in.

To add a mail: a Kind, a folder of that name with subject.txt, body.html and body.txt of equal content, and a
sample in tests/mailing/test_rendering.py.
"""

import re
from typing import Any

from msgspec import Struct

from werkplaats.domain.ledger import Ledger
from werkplaats.domain.mail import Kind
from werkplaats.domain.registration import Registration
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.dutch import day_range, news, state_name
from werkplaats.wording.names import full_name
from werkplaats.wording.templating import address, environment
from werkplaats.wording.text import defanged, one_line

SUBJECT_LENGTH = 200

Rows = list[tuple[str, str]]

_OPTIONAL = ("registration", "place", "waiting", "can_rejoin", "mail", "ledger", "change")

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


class Rendered(Struct, frozen=True, kw_only=True):
    """A mail ready to be sent: a subject of one line, and the same content as HTML and as plain text."""

    subject: str
    html: str
    text: str


def render(kind: Kind, context: dict[str, Any]) -> Rendered:
    """The mail of `kind`. What `context` must hold beside `workshop`:

    - for participants `registration` and `link` (an absolute URL); `waitlisted`: `place` and `waiting`;
      `cancelled` and `offer_expired`: `can_rejoin`; `changed`: `change`; `survey_invitation` and
      `survey_reminder`: `wave`, `closes_at` (UTC) and `stop_link`;
    - for organisers `organiser`, `entry` (the journal's), `ledger`, and `registration` if there is one;
      `organiser_mail_failed`: `mail`, the one that failed.

    Raises jinja2.UndefinedError if the template needs what is not there.
    """
    known: dict[str, Any] = dict.fromkeys(_OPTIONAL) | context
    known |= {
        "when_and_where": _when_and_where(known["workshop"]),
        "participant": _participant(known["registration"]),
        "who": _who(known["registration"]),
        "whom": _whom(known["registration"]),
        "seats": _seats(known["ledger"]),
        "news": news(known["entry"].kind) if "entry" in known else None,
    }
    subject, html, text = (_filled(kind, part, known) for part in ("subject.txt", "body.html", "body.txt"))
    return Rendered(subject=one_line(subject, SUBJECT_LENGTH), html=html.strip() + "\n", text=_tidy(text))


def _filled(kind: Kind, part: str, context: dict[str, Any]) -> str:
    return environment().get_template(f"mail/{kind.value}/{part}").render(context)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def _when_and_where(workshop: Workshop) -> Rows:
    return [
        ("Wanneer", day_range(workshop.first_day, workshop.last_day)),
        ("Waar", address(workshop.location)),
    ]


def _participant(registration: Registration | None) -> Rows:
    if registration is None or registration.person is None:
        return []
    person = registration.person
    rows = [
        ("Naam", person.name),
        ("E-mail", person.email),
        ("Telefoon", person.phone),
        ("Organisatie", person.organisation),
        ("Functie", person.job_title),
        ("Nu", state_name(registration.state)),
    ]
    return [(name, one_line(value) if name == "E-mail" else defanged(one_line(value))) for name, value in rows if value]


def _who(registration: Registration | None) -> str:
    """Whom a notice to organisers is about, at the beginning of a sentence; `Iemand` where it looks like no name."""
    person = registration.person if registration else None
    if person is None:
        return "Iemand van wie de gegevens al zijn gewist"
    return full_name(person) or "Iemand"


def _whom(registration: Registration | None) -> str:
    """The same in a few words, for a subject."""
    person = registration.person if registration else None
    if person is None:
        return "een deelnemer"
    return full_name(person) or "Iemand"


def _seats(ledger: Ledger | None) -> Rows:
    if ledger is None:
        return []
    offered = f", waarvan {ledger.offered} aangeboden" if ledger.offered else ""
    return [
        ("Bezet", f"{ledger.held} van de {ledger.capacity} plekken{offered}"),
        ("Vrij", str(ledger.free)),
        ("Op de wachtlijst", str(ledger.waitlisted)),
    ]
