"""Mails as text: templates/mail/<kind>/ filled in.

Each folder has subject.txt, body.html and body.txt, the latter two of equal content.
"""

import re
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Organiser, Wave, Workshop
from werkplaats.wording.dutch import day_range, news, state_name
from werkplaats.wording.names import full_name
from werkplaats.wording.templating import address, environment
from werkplaats.wording.text import defanged, one_line

SUBJECT_LENGTH = 200

Rows = list[tuple[str, str]]

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


class ParticipantContext(Struct, frozen=True, kw_only=True):
    """What the templates of a mail to a participant know by these names.

    `link` (an absolute address) opens the registration's page. `place` on the waitlist, None where it is not told;
    `waiting` is how many are on it. `can_rejoin`: whoever signs up again now can be admitted. `change`: what has become
    different.
    """

    workshop: Workshop
    registration: Registration
    link: str
    place: int | None
    waiting: int
    can_rejoin: bool
    change: Change | None


class SurveyContext(Struct, frozen=True, kw_only=True):
    """What the templates of a mail about a survey know.

    `link` (an absolute address) opens the questions of `wave`, until `closes_at` (UTC); `stop_link` unsubscribes.
    """

    workshop: Workshop
    registration: Registration
    wave: Wave
    closes_at: datetime
    link: str
    stop_link: str


class OrganiserContext(Struct, frozen=True, kw_only=True):
    """What the templates of a notice to an organiser know.

    `entry` is the journal's that it tells of, `ledger` says how the seats stand now. `registration` is whom it is
    about, if there still is one, and `mail` the one that the entry says did not arrive.

    More names are made of these: `participant` and `seats`, rows of a name and a value; `who`, the participant at the
    beginning of a sentence, and `whom`, in a subject; `news`, what happened in the words of wording/dutch.py.
    """

    workshop: Workshop
    organiser: Organiser
    entry: Entry
    ledger: Ledger
    registration: Registration | None
    mail: Mail | None


class VisitorContext(Struct, frozen=True, kw_only=True):
    """What the templates of a mail about signing in at the desk know.

    `name` is that of whoever signs in, None if it is not known. `link` (an absolute address) and `code` sign in until
    `good_until` (UTC); `desk` is the address of the desk. `asked_at` (UTC) is when the link was asked for, or when
    somebody signed in. `workshop` is the one in whose name the mail is sent.
    """

    workshop: Workshop
    name: str | None
    link: str
    code: str
    desk: str
    asked_at: datetime
    good_until: datetime


Context = ParticipantContext | SurveyContext | OrganiserContext | VisitorContext
"""The names that templates know; beside them `when_and_where`, rows of a name and a value about the workshop."""


class Rendered(Struct, frozen=True, kw_only=True):
    """A mail's text: a subject of one line, and the same content as HTML and as plain text."""

    subject: str
    html: str
    text: str


def render(kind: Kind, context: Context) -> Rendered:
    """The mail of `kind`. Raises jinja2.UndefinedError if one of its templates needs a name that it does not know."""
    known = {**asdict(context), "when_and_where": _when_and_where(context.workshop)}
    if isinstance(context, OrganiserContext):
        known |= _about_entry(context)
    subject, html, text = (_filled(kind, part, known) for part in ("subject.txt", "body.html", "body.txt"))
    return Rendered(subject=one_line(subject, SUBJECT_LENGTH), html=html.strip() + "\n", text=_tidy(text))


def _about_entry(context: OrganiserContext) -> dict[str, Any]:
    return {
        "participant": _participant(context.registration),
        "who": _who(context.registration),
        "whom": _whom(context.registration),
        "seats": _seats(context.ledger),
        "news": news(context.entry.kind),
    }


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


def _seats(ledger: Ledger) -> Rows:
    offered = f", waarvan {ledger.offered} aangeboden" if ledger.offered else ""
    return [
        ("Bezet", f"{ledger.held} van de {ledger.capacity} plekken{offered}"),
        ("Vrij", str(ledger.free)),
        ("Op de wachtlijst", str(ledger.waitlisted)),
    ]
