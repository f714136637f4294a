"""What states, mails and events are called where people read of them."""

from collections.abc import Mapping
from typing import NamedTuple

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.notices import Notices
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import LeavingReason, PriorityReason
from werkplaats.domain.timeline import Coming, Planned
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.code_names import name_of, need_names

NOTICE_SETTINGS = {
    Notices.BUNDLED: Phrase("meteen, en gebundeld als er meer dan vijf in een uur zijn"),
    Notices.EACH: Phrase("meteen, elk in een eigen mail"),
    Notices.DIGEST: Phrase("één overzicht per dag, om 8 uur"),
    Notices.NONE: Phrase("geen"),
}
"""How organisers choose to hear of what happens."""

_STATES = {
    State.CONFIRMED: Phrase("heeft een plek"),
    State.WAITLISTED: Phrase("staat op de wachtlijst"),
    State.OFFERED: Phrase("heeft een plek aangeboden gekregen"),
    State.CANCELLED: Phrase("is afgemeld"),
    State.DECLINED: Phrase("heeft nee gezegd"),
    State.EXPIRED: Phrase("heeft niet op tijd gekozen"),
}

_STATE_LABELS = {
    State.CONFIRMED: Phrase("plek"),
    State.WAITLISTED: Phrase("wachtlijst"),
    State.OFFERED: Phrase("plek aangeboden"),
    State.CANCELLED: Phrase("afgemeld"),
    State.DECLINED: Phrase("nee gezegd"),
    State.EXPIRED: Phrase("niet op tijd gekozen"),
}

_ABOUT_SURVEY = Phrase("de mail over de vragenlijst")
"""All mails about a survey have one name: that somebody is reminded would tell that they had not answered."""

_MAILS = {
    Kind.CONFIRMED: Phrase("de bevestiging van een plek"),
    Kind.WAITLISTED: Phrase("de mail over de wachtlijst"),
    Kind.OFFERED: Phrase("het aanbod van een plek"),
    Kind.OFFER_REMINDER: Phrase("de herinnering aan een aangeboden plek"),
    Kind.NOT_PLACED: Phrase("de mail dat het niet gelukt is"),
    Kind.OFFER_EXPIRED: Phrase("de mail dat een aanbod voorbij is"),
    Kind.CONFIRM_ADDRESS: Phrase("de mail om het adres te bevestigen"),
    Kind.NOT_CONFIRMED: Phrase("de mail dat het adres niet op tijd is bevestigd"),
    Kind.CANCELLED: Phrase("de bevestiging van een afmelding"),
    Kind.LINK: Phrase("de mail met de link"),
    Kind.NEW_ADDRESS: Phrase("de mail aan het nieuwe e-mailadres"),
    Kind.OLD_ADDRESS: Phrase("de mail aan het oude e-mailadres"),
    Kind.ADDRESS_WISH: Phrase("de mail om een ander e-mailadres te bevestigen"),
    Kind.ADDRESS_ASKED: Phrase("de mail dat om een ander e-mailadres is gevraagd"),
    Kind.REMINDER: Phrase("de herinnering aan de werkplaats"),
    Kind.CHANGED: Phrase("de mail over een wijziging"),
    Kind.CALLED_OFF: Phrase("de mail dat de werkplaats niet doorgaat"),
    Kind.SURVEY_REMINDER: _ABOUT_SURVEY,
    Kind.SURVEY_INVITATION: _ABOUT_SURVEY,
    Kind.ORGANISER_SIGNED_UP: Phrase("het bericht over een aanmelding"),
    Kind.ORGANISER_CANCELLED: Phrase("het bericht over een afmelding"),
    Kind.ORGANISER_PROMOTED: Phrase("het bericht over de wachtlijst"),
    Kind.ORGANISER_MAIL_FAILED: Phrase("het bericht over een mislukte mail"),
    Kind.ORGANISER_ABSENT: Phrase("het bericht dat iemand niet kan komen"),
    Kind.ORGANISER_UNDELIVERED: Phrase("het bericht dat een aanbod niet aankwam"),
    Kind.ORGANISER_BUSY: Phrase("het bericht over ongewoon veel aanmeldingen"),
    Kind.ORGANISER_DETAILS: Phrase("het bericht dat iemand antwoorden veranderde"),
    Kind.ORGANISER_FOLDED: Phrase("het bericht over alles van een kwartier"),
    Kind.MESSAGE: Phrase("een bericht van de organisatie"),
    Kind.SURVEY_MESSAGE: _ABOUT_SURVEY,
    Kind.ORGANISER_MESSAGE_TEST: Phrase("de test van een bericht"),
    Kind.ORGANISER_DIGEST: Phrase("het overzicht van de dag"),
    Kind.SIGN_IN: Phrase("de mail om in te loggen"),
    Kind.SIGNED_IN: Phrase("het bericht dat er is ingelogd"),
}

need_names(Kind, _MAILS)

_NEWS = {
    Happened.SAID_ABSENT: (
        Phrase("Kan niet komen"),
        Phrase("Iemand kan niet komen"),
        Phrase("kan niet (meer) komen"),
    ),
    Happened.DETAILS_CHANGED: (
        Phrase("Antwoorden veranderd"),
        Phrase("Iemand heeft antwoorden veranderd"),
        Phrase("heeft antwoorden veranderd op de eigen pagina"),
    ),
    Happened.CANCELLED: (Phrase("Afgemeld"), Phrase("Iemand heeft zich afgemeld"), Phrase("heeft zich afgemeld")),
    Happened.CANCELLED_BY_ORGANISER: (
        Phrase("Afgemeld door de organisatie"),
        Phrase("De organisatie heeft iemand afgemeld"),
        Phrase("is door de organisatie afgemeld"),
    ),
    Happened.DECLINED: (
        Phrase("Nee gezegd"),
        Phrase("Iemand wil de aangeboden plek niet"),
        Phrase("zei nee tegen de aangeboden plek"),
    ),
    Happened.EXPIRED: (
        Phrase("Niet op tijd gekozen"),
        Phrase("Een aanbod is voorbij"),
        Phrase("heeft niet op tijd gekozen"),
    ),
    Happened.NOT_CONFIRMED: (
        Phrase("Adres niet bevestigd"),
        Phrase("Een aanmelding is niet bevestigd"),
        Phrase("heeft het e-mailadres niet op tijd bevestigd"),
    ),
    Happened.OFFER_UNDELIVERED: (
        Phrase("Aanbod niet aangekomen"),
        Phrase("Een aanbod kon niet worden bezorgd"),
        Phrase("is niet bereikt door het aanbod en wordt overgeslagen op de wachtlijst"),
    ),
    Happened.BUSY: (
        Phrase("Ongewoon veel aanmeldingen"),
        Phrase("Er zijn ongewoon veel aanmeldingen"),
        Phrase("is de laatste van ongewoon veel aanmeldingen"),
    ),
    Happened.OFFERED: (
        Phrase("Plek aangeboden"),
        Phrase("Een plek is aangeboden"),
        Phrase("was aan de beurt en kreeg een plek aangeboden"),
    ),
    Happened.ACCEPTED: (
        Phrase("Ja gezegd"),
        Phrase("Iemand neemt de aangeboden plek"),
        Phrase("zei ja en heeft nu een plek"),
    ),
    Happened.PROMOTED: (
        Phrase("Van de wachtlijst naar een plek"),
        Phrase("Iemand van de wachtlijst heeft een plek"),
        Phrase("was aan de beurt en heeft nu een plek"),
    ),
    Happened.SEAT_GIVEN: (
        Phrase("Plek gegeven door de organisatie"),
        Phrase("De organisatie heeft iemand een plek gegeven"),
        Phrase("kreeg van de organisatie een plek, buiten de volgorde om"),
    ),
    Happened.ADDED: (
        Phrase("Toegevoegd door de organisatie"),
        Phrase("De organisatie heeft iemand toegevoegd"),
        Phrase("is door de organisatie met de hand toegevoegd"),
    ),
    Happened.SEAT_OFFERED: (
        Phrase("Plek aangeboden door de organisatie"),
        Phrase("De organisatie heeft iemand een plek aangeboden"),
        Phrase("kreeg van de organisatie een plek aangeboden, buiten de volgorde om"),
    ),
    Happened.PRIORITY_GIVEN: (
        Phrase("Voorrang gegeven door de organisatie"),
        Phrase("De organisatie heeft iemand voorrang gegeven op de wachtlijst"),
        Phrase("kreeg van de organisatie voorrang op de wachtlijst"),
    ),
}


class News(NamedTuple):
    """What happened, for organisers: the `subject` of a mail, its `heading`, and `what`, which follows a name."""

    subject: str
    heading: str
    what: str


def news(words: Words, happened: Happened) -> News | None:
    """How a notice to organisers names an event. None if the templates of its notice have sentences of their own."""
    told = _NEWS.get(happened)
    return News(*map(words.show, told)) if told else None


def deed(words: Words, happened: Happened, detail: str) -> str:
    """What happened to somebody, as it follows their name. `detail` is that of the journal's entry."""
    told = news(words, happened)
    if told is not None:
        return told.what
    again = happened is Happened.REJOINED
    signed_up = words.gettext("heeft zich opnieuw aangemeld") if again else words.gettext("heeft zich aangemeld")
    state = state_name(words, detail)
    return words.gettext("%(signed_up)s en %(state)s", signed_up=signed_up, state=state) if state else signed_up


def tally(words: Words, counts: Mapping[str, int]) -> str:
    """How often what happened, such as "2 aanmeldingen, 1 afmelding". `counts` has numbers by kind of event."""

    def number(*kinds: Happened) -> int:
        return sum(counts.get(kind.value, 0) for kind in kinds)

    signed_up = number(Happened.SIGNED_UP, Happened.REJOINED, Happened.ADDED)
    priority = number(Happened.PRIORITY_GIVEN)
    cancelled = number(Happened.CANCELLED, Happened.CANCELLED_BY_ORGANISER)
    given = number(Happened.PROMOTED, Happened.SEAT_GIVEN)
    offered = number(Happened.OFFERED, Happened.SEAT_OFFERED)
    accepted = number(Happened.ACCEPTED)
    declined = number(Happened.DECLINED)
    expired = number(Happened.EXPIRED)
    not_confirmed = number(Happened.NOT_CONFIRMED)
    changed = number(Happened.DETAILS_CHANGED)
    told = (
        (signed_up, words.ngettext("%(num)d aanmelding", "%(num)d aanmeldingen", signed_up)),
        (cancelled, words.ngettext("%(num)d afmelding", "%(num)d afmeldingen", cancelled)),
        (given, words.ngettext("%(num)d plek gegeven", "%(num)d plekken gegeven", given)),
        (offered, words.ngettext("%(num)d plek aangeboden", "%(num)d plekken aangeboden", offered)),
        (priority, words.ngettext("%(num)d keer voorrang", "%(num)d keer voorrang", priority)),
        (accepted, words.ngettext("%(num)d keer ja gezegd", "%(num)d keer ja gezegd", accepted)),
        (declined, words.ngettext("%(num)d keer nee gezegd", "%(num)d keer nee gezegd", declined)),
        (expired, words.ngettext("%(num)d keer niet op tijd gekozen", "%(num)d keer niet op tijd gekozen", expired)),
        (not_confirmed, words.ngettext("%(num)d keer niet bevestigd", "%(num)d keer niet bevestigd", not_confirmed)),
        (changed, words.ngettext("%(num)d wijziging", "%(num)d wijzigingen", changed)),
    )
    return ", ".join(text for count, text in told if count)


def state_name(words: Words, state: str) -> str:
    """What a registration in `state` does, as it follows a name. Empty for a word that is no state."""
    return name_of(words, _STATES, state)


def state_label(words: Words, state: str) -> str:
    """Where a registration in `state` stands, in at most a few words, for a list."""
    return words.show(_STATE_LABELS[State(state)])


def mail_name(words: Words, kind: str) -> str:
    """What a mail of `kind` is called in the middle of a sentence."""
    return name_of(words, _MAILS, kind, words.gettext("een mail"))


_PRIORITY_REASONS = {
    PriorityReason.OUR_MISTAKE: Phrase("We maakten zelf een fout"),
    PriorityReason.STAND_IN: Phrase("Vervangt iemand die een plek had"),
    PriorityReason.ACCESSIBILITY: Phrase("Toegankelijkheid: voor deze persoon is wachten te onzeker"),
    PriorityReason.OTHER: Phrase("Iets anders"),
}

need_names(PriorityReason, _PRIORITY_REASONS)


def priority_reason(words: Words, reason: str) -> str:
    """Why somebody got priority, for the desk. Empty for a code that is no reason."""
    return name_of(words, _PRIORITY_REASONS, reason)


_LEAVING_REASONS = {
    LeavingReason.ILL: Phrase("Ik ben ziek, of er is iets in mijn omgeving"),
    LeavingReason.NO_TIME: Phrase("Ik kan toch niet op deze dagen"),
    LeavingReason.NOT_FITTING: Phrase("De werkplaats past niet bij wat ik zoek"),
    LeavingReason.TOO_EXPENSIVE: Phrase("Het kost te veel"),
    LeavingReason.OTHER: Phrase("Iets anders"),
}

need_names(LeavingReason, _LEAVING_REASONS)


def leaving_reason(words: Words, reason: str) -> str:
    """Why somebody cancelled, as they chose it from the list. Empty for a code that is no reason."""
    return name_of(words, _LEAVING_REASONS, reason)


_PLANNED = {
    Planned.SIGN_UP_OPENS: Phrase("Aanmelden gaat open"),
    Planned.SIGN_UP_CLOSES: Phrase("Aanmelden gaat dicht"),
    Planned.REMINDER: Phrase("Wie een plek heeft, krijgt een herinnering"),
    Planned.BEGINS: Phrase("De werkplaats begint"),
    Planned.NOT_PLACED: Phrase("Wie dan nog op de wachtlijst staat, krijgt een mail dat het niet is gelukt"),
    Planned.WAVE_SENT: Phrase("De vragenlijst gaat uit: %(about)s"),
    Planned.WAVE_REMINDER: Phrase("Wie nog niet antwoordde, krijgt een herinnering: %(about)s"),
    Planned.WAVE_CLOSES: Phrase("De vragenlijst gaat dicht: %(about)s"),
    Planned.ANSWER_ERASED: Phrase("De antwoorden op deze vraag worden gewist: %(about)s"),
    Planned.REGISTRATIONS_ERASED: Phrase("De gegevens van deelnemers worden gewist"),
    Planned.RESULTS_ERASED: Phrase("De resultaten van de vragenlijsten worden gewist"),
}

need_names(Planned, _PLANNED)


def planned(words: Words, coming: Coming) -> str:
    """What will happen, as a sentence without its full stop."""
    return words.show(_PLANNED[coming.what], about=coming.about)
