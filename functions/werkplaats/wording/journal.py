"""What the journal says, and what has become of mails, where organisers read of it."""

from datetime import date
from enum import StrEnum

from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Delivery, Event, was_returned
from werkplaats.domain.journal import ASKED_BY_PARTICIPANT, NO_MARK, Entry, Happened
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.code_names import name_of, need_names
from werkplaats.wording.dates import long_day
from werkplaats.wording.labels import leaving_reason, mail_name, priority_reason, state_name

_ENTRIES = {
    Happened.SIGNED_UP: Phrase("Aangemeld"),
    Happened.REJOINED: Phrase("Opnieuw aangemeld"),
    Happened.CANCELLED: Phrase("Afgemeld"),
    Happened.SAID_ABSENT: Phrase("Gezegd niet te kunnen komen"),
    Happened.CANCELLED_BY_ORGANISER: Phrase("Afgemeld door de organisatie"),
    Happened.DECLINED: Phrase("Nee gezegd tegen een aangeboden plek"),
    Happened.EXPIRED: Phrase("Niet op tijd gekozen"),
    Happened.OFFERED: Phrase("Plek aangeboden gekregen"),
    Happened.ACCEPTED: Phrase("Ja gezegd tegen een aangeboden plek"),
    Happened.PROMOTED: Phrase("Van de wachtlijst naar een plek"),
    Happened.SEAT_GIVEN: Phrase("Plek gekregen van de organisatie"),
    Happened.ERASED: Phrase("Gegevens gewist"),
    Happened.CORRECTED: Phrase("Gegevens verbeterd"),
    Happened.DETAILS_CHANGED: Phrase("Antwoorden veranderd"),
    Happened.ADDRESS_ASKED: Phrase("Ander e-mailadres gevraagd"),
    Happened.SENT_AGAIN: Phrase("Mail opnieuw verstuurd"),
    Happened.NOTED: Phrase("Notitie geschreven"),
    Happened.LABELLED: Phrase("Labels veranderd"),
    Happened.MAIL_FAILED: Phrase("Mail niet verstuurd"),
    Happened.MAIL_BOUNCED: Phrase("Mail teruggekomen"),
    Happened.CAPACITY_CHANGED: Phrase("Aantal plekken veranderd"),
    Happened.CALLED_OFF: Phrase("Werkplaats afgelast"),
    Happened.MADE_REAL: Phrase("Oefening beëindigd"),
    Happened.MARKED: Phrase("Aanwezigheid genoteerd"),
    Happened.LIST_COMPLETED: Phrase("Aanwezigheidslijst compleet"),
    Happened.LIST_REOPENED: Phrase("Aanwezigheidslijst weer open"),
    Happened.MESSAGE_SENT: Phrase("Bericht verstuurd"),
    Happened.ADDED: Phrase("Toegevoegd door de organisatie"),
    Happened.SEAT_OFFERED: Phrase("Plek aangeboden gekregen van de organisatie"),
    Happened.PRIORITY_GIVEN: Phrase("Voorrang gekregen"),
    Happened.ADDRESS_CONFIRMED: Phrase("E-mailadres bevestigd"),
    Happened.NOT_CONFIRMED: Phrase("E-mailadres niet op tijd bevestigd"),
    Happened.BUSY: Phrase("Ongewoon veel aanmeldingen"),
    Happened.OFFER_UNDELIVERED: Phrase("Aanbod niet aangekomen: wordt overgeslagen"),
    Happened.REACHABLE: Phrase("Weer bereikbaar: wacht weer mee"),
}
"""What the journal calls what happened."""

need_names(Happened, _ENTRIES)

_CORRECTED = {
    "name": Phrase("naam"),
    "address": Phrase("e-mailadres"),
    "particulars": Phrase("organisatie, functie of telefoonnummer"),
    "answers": Phrase("antwoorden"),
}

BY_PARTICIPANTS = frozenset(
    {
        Happened.SIGNED_UP,
        Happened.REJOINED,
        Happened.CANCELLED,
        Happened.DECLINED,
        Happened.ACCEPTED,
        Happened.SAID_ABSENT,
        Happened.ADDRESS_CONFIRMED,
        Happened.CORRECTED,
        Happened.DETAILS_CHANGED,
        Happened.ADDRESS_ASKED,
    }
)
"""What participants do themselves, unless the entry has the address of an organiser."""


class Doer(StrEnum):
    """Who did what the journal says, by the word in addresses."""

    PARTICIPANT = "deelnemer"
    ORGANISER = "organisator"
    SYSTEM = "systeem"


def doer_of(entry: Entry) -> Doer:
    if entry.by:
        return Doer.ORGANISER
    erased_themselves = entry.kind is Happened.ERASED and entry.detail == ASKED_BY_PARTICIPANT
    return Doer.PARTICIPANT if erased_themselves or entry.kind in BY_PARTICIPANTS else Doer.SYSTEM


def entry_name(words: Words, happened: str) -> str:
    """What happened, in a few words, for a line of the journal."""
    return name_of(words, _ENTRIES, happened, words.gettext("Er veranderde iets"))


def entry_detail(words: Words, entry: Entry) -> str:
    """What a line of the journal says besides that, "" for nothing."""
    match entry.kind:
        case Happened.PRIORITY_GIVEN:
            return priority_reason(words, entry.detail)
        case Happened.CANCELLED:
            return leaving_reason(words, entry.detail)
        case Happened.SIGNED_UP | Happened.REJOINED | Happened.ADDED:
            return state_name(words, entry.detail)
        case Happened.CORRECTED:
            return ", ".join(words.show(_CORRECTED[one]) for one in entry.detail.split() if one in _CORRECTED)
        case Happened.DETAILS_CHANGED:
            return entry.detail.replace(" ", ", ")
        case Happened.SENT_AGAIN:
            return mail_name(words, entry.detail)
        case Happened.MAIL_FAILED | Happened.MAIL_BOUNCED:
            return entry.detail
        case Happened.CAPACITY_CHANGED:
            return entry.detail
        case Happened.MARKED:
            return _marked(words, entry.detail)
        case _:
            return ""


def _marked(words: Words, detail: str) -> str:
    """The day and the mark; "" for what cannot be read."""
    written, _, mark = detail.partition(" ")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return ""
    return f"{long_day(words, day)}: {words.show(_MARKS[mark])}" if mark in _MARKS else ""


_MARKS = {Mark.PRESENT.value: Phrase("aanwezig"), Mark.ABSENT.value: Phrase("afwezig"), NO_MARK: Phrase("open")}


def entry_by(words: Words, workshop: Workshop, entry: Entry) -> str:
    """Who did it: the name of an organiser, or the address if nobody has that any more, or what kind of doer it was."""
    if entry.by:
        return next((one.name for one in workshop.organisers if one.email == entry.by), entry.by)
    participant = doer_of(entry) is Doer.PARTICIPANT
    return words.gettext("deelnemer") if participant else words.gettext("het systeem")


def delivery_label(words: Words, mail: Mail) -> str:
    """What has become of a mail, for organisers."""
    if was_returned(mail):
        return words.gettext("teruggekomen")
    match mail.state:
        case Delivery.SENT:
            arrived = mail.delivered == Event.DELIVERED
            return words.gettext("aangekomen") if arrived else words.gettext("verstuurd")
        case Delivery.SKIPPED:
            return words.gettext("niet verstuurd, want het klopte niet meer")
        case Delivery.FAILED:
            return words.gettext("mislukt")
        case Delivery.RETRY:
            return words.gettext("wordt later nog eens geprobeerd")
        case Delivery.UNCERTAIN:
            return words.gettext("misschien verstuurd, dat weten we nog niet")
        case Delivery.QUEUED | Delivery.SENDING:
            return words.gettext("onderweg")
