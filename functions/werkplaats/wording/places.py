"""Somebody's place on the waitlist, as people say it."""

from werkplaats.wording.catalogues import Phrase, Words

_PLACES = (
    Phrase("eerste"),
    Phrase("tweede"),
    Phrase("derde"),
    Phrase("vierde"),
    Phrase("vijfde"),
    Phrase("zesde"),
    Phrase("zevende"),
    Phrase("achtste"),
    Phrase("negende"),
    Phrase("tiende"),
)

_NUMBERS = (
    Phrase("één"),
    Phrase("twee"),
    Phrase("drie"),
    Phrase("vier"),
    Phrase("vijf"),
    Phrase("zes"),
    Phrase("zeven"),
    Phrase("acht"),
    Phrase("negen"),
    Phrase("tien"),
)


def place_of(words: Words, place: int, waiting: int) -> str:
    """Je bent de derde van zeven in de rij: in words up to ten, and in figures if either is more."""
    if place > len(_PLACES) or waiting > len(_NUMBERS):
        return words.gettext("Je bent nummer %(place)s van %(waiting)s in de rij", place=place, waiting=waiting)
    return words.gettext(
        "Je bent de %(place)s van %(waiting)s in de rij",
        place=words.show(_PLACES[place - 1]),
        waiting=words.show(_NUMBERS[waiting - 1]),
    )
