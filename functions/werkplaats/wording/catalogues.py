"""The program's words in every language that it speaks.

Dutch is the language of the source. Texts stand in Dutch where they are used, in the code and in the templates, and the
Dutch text is the key by which its translation is looked up (gettext calls it a msgid). So Dutch itself needs no
catalogue. Any other language has one, `languages/<language>.po`, with its compiled form `.mo` beside it; `make words`
brings both up to date. `languages/<language>.json` holds the names of months and days, which `make words` takes from
Babel. Babel itself is not loaded here: it would add a tenth to the time in which a function starts.

Code that shows something is given the `Words` of a language. No module keeps a current language.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from werkplaats.domain.records import ready

SOURCE = "nl"
"""The language of the texts in the code and in the templates."""

OFFERED = ("nl", "en")
"""The languages that visitors can choose, as BCP 47 tags. The desk speaks that of the source only."""

OWN_NAMES = {"nl": "Nederlands", "en": "English"}
"""What each language is called in that language, for the link by which visitors choose it."""

PARAMETER = "taal"
"""The name in an address by which a visitor chooses a language, as in `?taal=nl`."""

FOLDER = Path(__file__).parent / "languages"


class Phrase(Struct, frozen=True):
    """A text in Dutch that is translated when it is shown, and not yet where it is written down.

    It is for constants, and for code that does not know who will read the text. `values` fill its placeholders, such as
    `%(length)d`. A percent sign is written `%%`. `make words` finds the text by this class's name.
    """

    text: str
    values: Mapping[str, object] = MappingProxyType({})


class Names(Struct, frozen=True, kw_only=True):
    """What a language calls months and days, from January and from Monday on, and its decimal sign."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    decimal: str


class Words:
    """What the program says in one language. `translations` is a catalogue as Python's own gettext reads it.

    `named`: addresses of our pages name the language. They need not, in the language of the source, for somebody whose
    browser asks for no other.
    """

    def __init__(self, language: str, translations: NullTranslations, names: Names, *, named: bool = False) -> None:
        self.language = language
        self.translations = translations
        self.names = names
        self.named = named or language != SOURCE

    def gettext(self, text: str, /, **values: object) -> str:
        """`text`, a constant in Dutch, in this language, with `values` in its placeholders."""
        return self.translations.gettext(text) % values

    def ngettext(self, one: str, more: str, number: int, /, **values: object) -> str:
        """`one` or `more`, or whichever of its plurals this language uses for `number`, which is `%(num)d` in them."""
        return self.translations.ngettext(one, more, number) % {"num": number, **values}

    def show(self, phrase: Phrase, /, **values: object) -> str:
        """`phrase` in this language, with its own values and `values` in its placeholders."""
        return self.translations.gettext(phrase.text) % {**phrase.values, **values}


def words_in(*wanted: str | None, named: bool = False) -> Words:
    """The words of the first of the languages `wanted` that is offered; those of the source if none is."""
    return _loaded(next((language for language in wanted if language in OFFERED), SOURCE), named)


def load(language: str, folder: Path = FOLDER) -> Words:
    """Read the words of `language` from `folder`. Raises FileNotFoundError if they are not there."""
    names = msgspec.json.decode((folder / f"{language}.json").read_bytes(), type=ready(Names))
    if language == SOURCE:
        return Words(language, NullTranslations(), names)
    with (folder / f"{language}.mo").open("rb") as compiled:
        return Words(language, GNUTranslations(compiled), names)


def address_in(words: Words, address: str) -> str:
    """`address` of a page of ours, such that the page is shown to the same visitor in the language of `words`."""
    return in_language(address, words.language, always=words.named)


def in_language(address: str, language: str, *, always: bool = False) -> str:
    """`address` such that its page is shown in `language`. In the language of the source it stays as it is.

    `always`: it names that language too, so that it counts for more than the language of the reader's browser.
    """
    if language == SOURCE and not always:
        return address
    parts = urlsplit(address)
    chosen = urlencode({PARAMETER: language})
    return parts._replace(query=f"{parts.query}&{chosen}" if parts.query else chosen).geturl()


@cache
def _loaded(language: str, named: bool) -> Words:
    words = load(language)
    return Words(language, words.translations, words.names, named=True) if named and not words.named else words
