"""What publishing a draft comes to, in sentences: what changes, who is mailed about it, and what cannot be undone."""

from collections.abc import Iterator
from typing import Any

from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.comparing import differing
from werkplaats.wording import dates
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.workflows.preview import LostAnswers, Preview

_SIGN_UP = {
    "early": Phrase("aanmelden kan nog niet"),
    "open": Phrase("aanmelden is open"),
    "closed": Phrase("aanmelden is dicht"),
}


def lines_of(words: Words, preview: Preview) -> dict[str, Any]:
    """What the page before publishing shows: `differing` fields, `mailed`, `lost` for good, and what `else` happens."""
    return {
        "differing": [differing(words, one.path, one.before, one.after) for one in preview.differences],
        "unreadable": preview.unreadable,
        "mailed": list(_mailed(words, preview)),
        "lost": list(_lost(words, preview)),
        "other": list(_other(words, preview)),
    }


def _mailed(words: Words, preview: Preview) -> Iterator[str]:
    if preview.mailed:
        yield words.ngettext(
            "%(num)d deelnemer krijgt een mail over de andere dagen, tijden of plek.",
            "%(num)d deelnemers krijgen een mail over de andere dagen, tijden of plek.",
            preview.mailed,
        )
    if preview.reminder:
        yield words.gettext(
            "De herinnering van %(length)s van tevoren gaat meteen naar iedereen met een plek.",
            length=dates.duration(words, preview.reminder),
        )
    for wave in preview.waves:
        yield words.gettext("De vragenlijst ‘%(title)s’ gaat meteen open, en de uitnodigingen gaan weg.", title=wave)
    if preview.promoted:
        yield words.ngettext(
            "%(num)d persoon komt meteen van de wachtlijst af, en krijgt daarvan een mail.",
            "%(num)d mensen komen meteen van de wachtlijst af, en krijgen daarvan een mail.",
            preview.promoted,
        )


def _lost(words: Words, preview: Preview) -> Iterator[str]:
    if preview.people:
        yield words.ngettext(
            "Vannacht worden alle gegevens van %(num)d persoon voorgoed gewist.",
            "Vannacht worden alle gegevens van %(num)d mensen voorgoed gewist.",
            preview.people,
        )
    for question, count in preview.answers.items():
        yield words.ngettext(
            "Vannacht wordt %(num)d antwoord op de vraag ‘%(question)s’ voorgoed gewist.",
            "Vannacht worden %(num)d antwoorden op de vraag ‘%(question)s’ voorgoed gewist.",
            count,
            question=_label(preview.workshop, question),
        )
    for one in preview.lost:
        yield _not_shown(words, preview, one)
    for title in preview.closed_waves:
        yield words.gettext("De vragenlijst ‘%(title)s’ kan nu worden ingevuld, en daarna niet meer.", title=title)
    if preview.offers_cut_short:
        yield words.ngettext(
            "%(num)d aanbod van een plek eindigt eerder dan in de mail staat.",
            "%(num)d aanbiedingen van een plek eindigen eerder dan in de mail staat.",
            preview.offers_cut_short,
        )
    for address in preview.without_access:
        yield words.gettext("%(address)s kan niet meer bij deze werkplaats.", address=address)


def _not_shown(words: Words, preview: Preview, lost: LostAnswers) -> str:
    question = _label(preview.before or preview.workshop, lost.question)
    if lost.option is None:
        return words.ngettext(
            "%(num)d antwoord op de vraag ‘%(question)s’ zie je dan niet meer: de vraag is weg.",
            "%(num)d antwoorden op de vraag ‘%(question)s’ zie je dan niet meer: de vraag is weg.",
            lost.count,
            question=question,
        )
    return words.ngettext(
        "%(num)d antwoord ‘%(option)s’ op de vraag ‘%(question)s’ zie je dan niet meer: de keuze is weg.",
        "%(num)d antwoorden ‘%(option)s’ op de vraag ‘%(question)s’ zie je dan niet meer: de keuze is weg.",
        lost.count,
        question=question,
        option=lost.option,
    )


def _other(words: Words, preview: Preview) -> Iterator[str]:
    if preview.sign_up:
        was, becomes = (words.show(_SIGN_UP[phase]) for phase in preview.sign_up)
        yield words.gettext("Nu geldt: %(was)s. Daarna: %(becomes)s.", was=was, becomes=becomes)
    if preview.before is not None:
        old, new = preview.before.erase_registrations_at(), preview.workshop.erase_registrations_at()
        if old != new:
            yield words.gettext(
                "De gegevens van deelnemers worden gewist op %(new)s, en niet op %(old)s.",
                new=dates.long_day_of(words, new),
                old=dates.long_day_of(words, old),
            )


def _label(workshop: Workshop, question: str) -> str:
    return next((one.label for one in workshop.questions if one.id == question), question)
