"""Fills in the templates of a mail, which are in templates/mail/<kind>/.

Each kind has subject.txt, body.html and body.txt. The last two say the same.
"""

import re
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.decision import Told
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.times import day_of
from werkplaats.domain.workshop import Organiser, Wave, Workshop
from werkplaats.mailing.ticket import hours_by_day, how_far, make_ticket
from werkplaats.wording.answers import question_label
from werkplaats.wording.catalogues import Words
from werkplaats.wording.dates import day_range, moment, time_of_day
from werkplaats.wording.labels import deed, leaving_reason, news, state_name, tally
from werkplaats.wording.names import full_name
from werkplaats.wording.placeholders import LINK, Values, fill_markdown, fill_plain
from werkplaats.wording.templating import address, environment, markdown
from werkplaats.wording.text import defanged, one_line

SUBJECT_LENGTH = 250

Rows = list[tuple[str, str]]

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


class ParticipantContext(Struct, frozen=True, kw_only=True):
    """The names that the templates of a mail to a participant can use.

    `link` is the absolute address of the registration's page. `place` is the place on the waitlist, None if the mail
    does not tell it; `waiting` is the number of people on the waitlist. `can_rejoin`: the person could sign up again
    now. `change` is what has changed about the workshop. The mail is made `now` (UTC).

    The templates can also use `how_far`, which says when the workshop begins, such as "Morgen" (mailing/ticket.py).
    """

    workshop: Workshop
    registration: Registration
    link: str
    place: int | None
    waiting: int
    can_rejoin: bool
    change: Change | None
    now: datetime


class SurveyContext(Struct, frozen=True, kw_only=True):
    """The names that the templates of a mail about a survey can use.

    `link` is the absolute address of the questions of `wave`, which is open until `closes_at` (UTC). `stop_link` is the
    address to unsubscribe at.
    """

    workshop: Workshop
    registration: Registration
    wave: Wave
    closes_at: datetime
    link: str
    stop_link: str


class OrganiserContext(Struct, frozen=True, kw_only=True):
    """The names that the templates of a notice to an organiser can use.

    The notice tells of `entry`, an entry of the journal. `ledger` has the seats as they are now. `registration` is the
    one that the entry is about, None if there is none any more. `mail` is the one that did not arrive, if the entry
    tells of that. `confirming` is the address of the page about people who still have to confirm theirs.

    The templates can also use names made of these: `participant` and `seats`, which are rows of a name and a value;
    `who`, the participant at the start of a sentence; `whom`, the same in a subject; `news` (wording/labels.py); and
    `changed`, the questions of which somebody changed the answers.
    """

    workshop: Workshop
    organiser: Organiser
    entry: Entry
    ledger: Ledger
    registration: Registration | None
    mail: Mail | None
    confirming: str


class FoldedContext(Struct, frozen=True, kw_only=True):
    """The names that the templates of a notice about many entries of the journal can use.

    `folded` are the entries that it names. `counts` says how many there are of each kind of event (Happened), also of
    those that it does not name. `ledger` has the seats as they are now. `people` is the address of the page with
    everybody who has signed up, `overview` that of the workshop's overview at the desk. The mail is made `now` (UTC).

    The templates can also use names made of these: `totals`, such as "2 aanmeldingen, 1 afmelding"; `events`, of which
    each has the moment (UTC) `at`, `who` and `what`, which follows it; `more`, how many are not named; `seats`,
    which are rows of a name and a value; `to_decide`, sentences that say what waits for a decision.
    """

    workshop: Workshop
    organiser: Organiser
    ledger: Ledger
    folded: tuple[Told, ...]
    counts: dict[str, int]
    people: str
    overview: str
    now: datetime


class VisitorContext(Struct, frozen=True, kw_only=True):
    """What the templates of a mail about signing in at the desk are given.

    - `name`: the name of the person who signs in, or None if it is not known.
    - `link` (an absolute address) and `code`: sign in with these until `good_until` (UTC).
    - `desk`: the address of the desk.
    - `asked_at` (UTC): when the link was asked for, or when somebody signed in.
    - `workshop`: the one in whose name the mail is sent.
    """

    workshop: Workshop
    name: str | None
    link: str
    code: str
    desk: str
    asked_at: datetime
    good_until: datetime


class MessageContext(Struct, frozen=True, kw_only=True):
    """The names that the templates of a message of organisers can use.

    `message` has the subject and the text as they were written. `registration` is the recipient's, None if the writer
    is the recipient. `values` are filled in: the name, and the absolute `link` of the recipient's own page. `stop_link`
    is the address at which to unsubscribe, if the message is about a survey.

    The templates can also use names made of these: `subject`, `text`, `content`, which is the text as HTML, and
    `has_link`, which says whether the writer has put the link into the text.
    """

    workshop: Workshop
    registration: Registration | None
    message: GroupMessage
    values: Values
    stop_link: str | None = None


Context = ParticipantContext | SurveyContext | OrganiserContext | FoldedContext | MessageContext | VisitorContext
"""What templates are given.

They can also use `when_and_where`, rows of a name and a value about the workshop, and `ticket`, the looks of the mail.
"""


class Rendered(Struct, frozen=True, kw_only=True):
    """The text of a mail: a subject of one line, and the content as HTML and as plain text."""

    subject: str
    html: str
    text: str


def render(words: Words, kind: Kind, context: Context, public_url: str = "") -> Rendered:
    """The mail of `kind` in the language of `words`. `public_url` is where the logo is; without it there is none.

    Raises jinja2.UndefinedError if one of its templates uses a name that it is not given.
    """
    workshop = context.workshop
    known = {
        **asdict(context),
        "when_and_where": _when_and_where(words, workshop),
        "ticket": make_ticket(words, workshop, public_url),
    }
    if isinstance(context, ParticipantContext):
        known["how_far"] = how_far(words, workshop.first_day, day_of(context.now))
    if isinstance(context, OrganiserContext):
        known |= _about_entry(words, context)
    if isinstance(context, FoldedContext):
        known |= _about_entries(words, context)
    if isinstance(context, MessageContext):
        known |= _of_message(context)
    subject, html, text = (_filled(words, kind, part, known) for part in ("subject.txt", "body.html", "body.txt"))
    return Rendered(subject=one_line(subject, SUBJECT_LENGTH), html=html.strip() + "\n", text=_tidy(text))


def _of_message(context: MessageContext) -> dict[str, Any]:
    message, values = context.message, context.values
    return {
        "subject": fill_plain(message.subject, values),
        "text": fill_plain(message.text, values),
        "has_link": f"{{{LINK}}}" in message.text,
        "content": markdown(fill_markdown(message.text, values)),
    }


def _about_entry(words: Words, context: OrganiserContext) -> dict[str, Any]:
    return {
        "participant": _participant(words, context.registration) + _said(words, context),
        "who": _who(words, context.registration),
        "whom": _whom(words, context.registration),
        "seats": _seats(words, context.ledger),
        "news": news(words, context.entry.kind),
        "changed": _changed_questions(words, context),
    }


def _changed_questions(words: Words, context: OrganiserContext) -> list[str]:
    """The questions to which somebody changed the answer, without the answers."""
    if context.entry.kind is not Happened.DETAILS_CHANGED:
        return []
    ids = context.entry.detail.split()
    return [question_label(words, one) for one in context.workshop.questions if one.id in ids]


def _said(words: Words, context: OrganiserContext) -> Rows:
    """What somebody who cancelled says about it."""
    entry, registration = context.entry, context.registration
    if entry.kind is not Happened.CANCELLED or registration is None:
        return []
    said = [one.text for one in registration.remarks if (one.at, one.about) == (entry.at, entry.kind.value)]
    rows = [
        (words.gettext("Reden"), leaving_reason(words, entry.detail)),
        (words.gettext("Toelichting"), _as_typed(" ".join(said))),
    ]
    return [(name, value) for name, value in rows if value]


def _about_entries(words: Words, context: FoldedContext) -> dict[str, Any]:
    days = {day_of(one.entry.at) for one in context.folded}
    when = time_of_day if len(days) == 1 else moment
    events = [
        {
            "when": when(words, entry.at),
            "who": _name(words, registration),
            "what": deed(words, entry.kind, entry.detail),
        }
        for entry, registration in ((one.entry, one.registration) for one in context.folded)
    ]
    return {
        "totals": tally(words, context.counts),
        "events": events,
        "more": max(0, sum(context.counts.values()) - len(events)),
        "seats": _seats(words, context.ledger),
        "to_decide": _to_decide(words, context),
    }


def _to_decide(words: Words, context: FoldedContext) -> list[str]:
    """What waits for a decision, in sentences: of organisers, or of those who have an offer."""
    workshop, ledger, now = context.workshop, context.ledger, context.now
    said = []
    if ledger.offered and workshop.gives_seats(now):
        said.append(
            words.ngettext(
                "%(num)d persoon heeft een plek aangeboden gekregen en kiest nog.",
                "%(num)d mensen hebben een plek aangeboden gekregen en kiezen nog.",
                ledger.offered,
            )
        )
    if workshop.practice:
        said.append(words.gettext("De werkplaats is nog een oefening."))
    if now >= workshop.ends_at and ledger.confirmed and not ledger.list_complete and workshop.called_off is None:
        said.append(words.gettext("De aanwezigheidslijst is nog niet gesloten."))
    return said


def _filled(words: Words, kind: Kind, part: str, context: dict[str, Any]) -> str:
    return environment(words).get_template(f"mail/{kind.value}/{part}").render(context)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def _when_and_where(words: Words, workshop: Workshop) -> Rows:
    """The days, their hours if they are known, each on a line of its own, and the address."""
    hours = "\n".join(hours_by_day(words, workshop))
    return [
        (words.gettext("Wanneer"), day_range(words, workshop.first_day, workshop.last_day)),
        *([(words.gettext("Tijden"), hours)] if hours else []),
        (words.gettext("Waar"), address(workshop.location)),
    ]


def _participant(words: Words, registration: Registration | None) -> Rows:
    if registration is None or registration.person is None:
        return []
    person = registration.person
    rows = [
        (words.gettext("Naam"), _as_typed(person.name)),
        (words.gettext("E-mail"), one_line(person.email)),
        (words.gettext("Telefoon"), _as_typed(person.phone)),
        (words.gettext("Organisatie"), _as_typed(person.organisation)),
        (words.gettext("Functie"), _as_typed(person.job_title)),
        (words.gettext("Nu"), state_name(words, registration.state)),
    ]
    return [(name, value) for name, value in rows if value]


def _as_typed(text: str) -> str:
    """What a stranger typed, on one line, such that no mail program makes a link of it."""
    return defanged(one_line(text))


def _who(words: Words, registration: Registration | None) -> str:
    """Whom a notice to organisers is about, at the beginning of a sentence; `Iemand` if the name looks like none."""
    person = registration.person if registration else None
    if person is None:
        return words.gettext("Iemand van wie de gegevens al zijn gewist")
    return full_name(person) or words.gettext("Iemand")


def _name(words: Words, registration: Registration | None) -> str:
    """The same in a mail that says nothing else about a person: the name as it was typed, if it looks like none."""
    person = registration.person if registration else None
    typed = "" if person is None else full_name(person) or _as_typed(person.name)
    return typed or _who(words, registration)


def _whom(words: Words, registration: Registration | None) -> str:
    """The same in a few words, for a subject."""
    person = registration.person if registration else None
    if person is None:
        return words.gettext("een deelnemer")
    return full_name(person) or words.gettext("Iemand")


def _seats(words: Words, ledger: Ledger) -> Rows:
    if ledger.offered:
        taken = words.gettext(
            "%(held)d van de %(capacity)d plekken, waarvan %(offered)d aangeboden",
            held=ledger.held,
            capacity=ledger.capacity,
            offered=ledger.offered,
        )
    else:
        taken = words.gettext("%(held)d van de %(capacity)d plekken", held=ledger.held, capacity=ledger.capacity)
    return [
        (words.gettext("Bezet"), taken),
        (words.gettext("Vrij"), str(ledger.free)),
        (words.gettext("Op de wachtlijst"), str(ledger.waitlisted)),
    ]
