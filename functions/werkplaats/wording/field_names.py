"""What the fields of a workshop are called, and their values, where people read of them."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from werkplaats.domain.differences import item_and_rest
from werkplaats.wording import dates
from werkplaats.wording.catalogues import Phrase, Words

_NAMES = {
    "id": Phrase("naam in het webadres"),
    "title": Phrase("titel"),
    "summary": Phrase("samenvatting"),
    "description": Phrase("beschrijving"),
    "first_day": Phrase("eerste dag"),
    "last_day": Phrase("laatste dag"),
    "days": Phrase("tijden per dag"),
    "begins": Phrase("begint om"),
    "ends": Phrase("eindigt om"),
    "location": Phrase("plek"),
    "name": Phrase("naam"),
    "street": Phrase("straat en nummer"),
    "postal_code": Phrase("postcode"),
    "city": Phrase("plaats"),
    "country": Phrase("land"),
    "organisers": Phrase("mensen"),
    "email": Phrase("e-mailadres"),
    "role": Phrase("rol"),
    "notices": Phrase("berichten over aanmeldingen"),
    "sender": Phrase("afzender"),
    "reply_to": Phrase("adres voor antwoorden"),
    "capacity": Phrase("aantal plekken"),
    "sign_up": Phrase("aanmelden"),
    "opens": Phrase("opent op"),
    "closes": Phrase("sluit op"),
    "by_hand": Phrase("met de hand"),
    "promotion": Phrase("wachtlijst"),
    "by": Phrase("hoe een plek doorgaat"),
    "within": Phrase("tijd om te kiezen"),
    "waitlist": Phrase("wachtlijst"),
    "at_most": Phrase("hooguit zoveel mensen"),
    "confirm_address": Phrase("het e-mailadres bevestigen"),
    "questions": Phrase("vragen"),
    "kind": Phrase("soort"),
    "label": Phrase("tekst"),
    "help": Phrase("uitleg"),
    "required": Phrase("verplicht"),
    "erase_after": Phrase("wissen na"),
    "changeable_until": Phrase("zelf te veranderen tot en met"),
    "tell": Phrase("melden als iemand het verandert"),
    "only_if": Phrase("alleen vragen als"),
    "question": Phrase("vraag"),
    "max_length": Phrase("meeste tekens"),
    "options": Phrase("mogelijkheden"),
    "value": Phrase("waarde"),
    "counts": Phrase("telt mee voor"),
    "lowest": Phrase("laagste"),
    "highest": Phrase("hoogste"),
    "lowest_label": Phrase("tekst bij het laagste"),
    "highest_label": Phrase("tekst bij het hoogste"),
    "practical": Phrase("praktische informatie"),
    "for_whom": Phrase("voor wie"),
    "programme": Phrase("programma"),
    "leaders": Phrase("begeleiders"),
    "text": Phrase("tekst"),
    "price": Phrase("prijs"),
    "amount": Phrase("bedrag"),
    "includes": Phrase("wat erbij zit"),
    "cancelling": Phrase("voorwaarden bij afmelden"),
    "route": Phrase("route"),
    "phone": Phrase("telefoonnummer op de dagen zelf"),
    "materials": Phrase("materiaal"),
    "address": Phrase("webadres"),
    "organisation": Phrase("organisatie"),
    "colour": Phrase("kleur"),
    "logo": Phrase("logo"),
    "reminders": Phrase("herinneringen"),
    "privacy": Phrase("privacy"),
    "statement": Phrase("verklaring"),
    "contact": Phrase("contact"),
    "erase_registrations_after": Phrase("aanmeldingen wissen na"),
    "waves": Phrase("vragenlijsten"),
    "after": Phrase("dagen na afloop"),
    "open_for": Phrase("open gedurende"),
    "to": Phrase("voor"),
    "introduction": Phrase("inleiding"),
    "translations": Phrase("vertalingen"),
    "en": Phrase("Engels"),
    "practice": Phrase("oefenen"),
    "called_off": Phrase("afgelast"),
    "is": Phrase("antwoord"),
}
"""By the field's own name in a workshop's file. What is not here is a name that people gave, and stays as it is."""

_DURATION = re.compile(r"[1-9][0-9]{0,3} (day|hour)s?")
"""A length of time as a workshop's file writes it."""

_IN_ORDER = ", in this order"
"""How domain/differences.py says that only the order of a list is another."""


def name_field(words: Words, path: str) -> str:
    """vragen › dieetwensen › uitleg, for 'questions.dieetwensen.help'; the items of a list are counted from 1."""
    path, order, _ = path.partition(_IN_ORDER)
    first, _, rest = path.partition(".")
    name = _part(words, first)
    while rest:
        part, rest = item_and_rest(rest)
        said = _part(words, part)
        name = words.gettext("%(whole)s › %(part)s", whole=name, part=said)
    return words.gettext("volgorde van %(what)s", what=name) if order else name


def say_value(words: Words, value: Any) -> str:
    """The value of a field as text: a line for each part of it."""
    if _is_empty(value):
        return words.gettext("(leeg)")
    match value:
        case True:
            return words.gettext("ja")
        case False:
            return words.gettext("nee")
        case date():
            return dates.day(words, value)
        case str() if _DURATION.fullmatch(value):
            return dates.duration(words, value)
        case dict() | list() | tuple():
            return "\n".join(_lines(words, value))
        case _:
            return str(value)


def _part(words: Words, part: str) -> str:
    if part.isdecimal():
        return str(int(part) + 1)
    return words.show(_NAMES[part]) if part in _NAMES else part


def _lines(words: Words, value: Any) -> Iterator[str]:
    """The parts of `value` that are not empty, each after its name; the items of a list without any."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if not _is_empty(inside) and inside is not False:
                said = say_value(words, inside)
                yield words.gettext("%(name)s: %(value)s", name=_part(words, str(name)), value=said)
    else:
        for inside in value:
            yield say_value(words, inside)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)
