"""`make words`: brings the catalogues in functions/werkplaats/wording/languages/ up to date.

    words.pot         all texts of the program, taken from the code and the templates
    <language>.po     translations of those that participants read; new texts are added, and translators edit this file
    <language>.mo     the same, compiled, which the functions read
    <language>.json   the names of months and days, from Babel

The same source always gives the same bytes, so a test can tell whether the files are up to date. To add a language, add
an empty <language>.po, run `make words`, and name the language in `wording/catalogues.py`.
"""

import io
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ROOT / "functions" / "werkplaats" / "wording" / "languages"
SOURCE = "nl"

KEYWORDS = {"gettext": None, "_": None, "ngettext": (1, 2), "Phrase": None}
"""The functions that mark a text to translate: their first argument, or for `ngettext` the first two."""

Text = str | tuple[str, ...] | list[str]

_SOURCES = {
    ROOT / "functions" / "werkplaats": [("**.py", "python")],
    ROOT / "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
_JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


_OF_THE_DESK = (
    "functions/werkplaats/web/forms/desk_forms.py",
    "functions/werkplaats/web/forms/message_form.py",
    "functions/werkplaats/web/forms/person_forms.py",
    "functions/werkplaats/web/organisers/",
    "functions/werkplaats/wording/audiences.py",
    "functions/werkplaats/wording/field_names.py",
    "functions/werkplaats/wording/mistakes.py",
    "functions/werkplaats/wording/tables.py",
    "templates/mail/_organiser.",
    "templates/mail/_visitor.",
    "templates/mail/organiser_",
    "templates/mail/sign_in/",
    "templates/mail/signed_in/",
    "templates/pages/organiser/",
)
"""Beginnings of the paths of files whose texts only organisers read. The desk speaks the language of the source, so a
text that is in no other file needs no translation. What participants may read too does not belong here."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)")


def main() -> None:
    """Write all files. Exits with a message if a translation has wrong placeholders."""
    for path, content in files().items():
        path.write_bytes(content)
    for path in sorted(LANGUAGES.glob("*.po")):
        if missing := untranslated(_read(path)):
            print(f"{path.name}: {len(missing)} texts have no translation yet, such as: {missing[0]}")
    if wrong := [f"{path.name}: {text}" for path in sorted(LANGUAGES.glob("*.po")) for text in mistakes(_read(path))]:
        sys.exit("These translations lack a placeholder, or have one that is not in the text:\n" + "\n".join(wrong))


def files() -> dict[Path, bytes]:
    """The content that each file of the folder should have."""
    texts = extracted()
    wanted = {LANGUAGES / "words.pot": _written(texts), LANGUAGES / f"{SOURCE}.json": names(SOURCE)}
    to_translate = for_participants(texts)
    for path in sorted(LANGUAGES.glob("*.po")):
        catalog = _read(path)
        catalog.update(to_translate, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = _NO_TIME
        catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "Werkplaats"
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        wanted |= {
            path: _written(catalog),
            path.with_suffix(".mo"): compiled.getvalue(),
            path.with_suffix(".json"): names(path.stem),
        }
    return wanted


def extracted() -> Catalog:
    """All texts of the program, with the files that contain them."""
    catalog = Catalog(project="Werkplaats", charset="utf-8")
    for folder, methods in _SOURCES.items():
        found: Iterable[tuple[str, int, Text, list[str], str | None]] = extract_from_dir(
            folder, methods, {"**": _JINJA}, KEYWORDS, directory_filter=_has_texts
        )
        for file, _, text, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
            place = (folder / file).relative_to(ROOT).as_posix()
            catalog.add(text, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def _has_texts(folder: str) -> bool:
    return Path(folder).name != "__pycache__"


def for_participants(texts: Catalog) -> Catalog:
    """Those of `texts` that are in a file which is not of the desk only."""
    chosen = Catalog(project="Werkplaats", charset="utf-8")
    for message in texts:
        if message.id and not all(place.startswith(_OF_THE_DESK) for place, _ in message.locations):
            chosen[message.id] = message
    return chosen


def untranslated(catalog: Catalog) -> list[str]:
    """The texts of `catalog` without a translation, or with one of too few forms."""
    return [
        _forms(message.id)[0]
        for message in catalog
        if message.id and not (message.string and all(_forms(message.string)))
    ]


def mistakes(catalog: Catalog) -> list[str]:
    """The texts of `catalog` whose translation does not have the same placeholders.

    Such a translation would fail when it is shown, or lack a value. One form of a plural may leave out the number.
    """
    wrong = []
    for message in catalog:
        texts, translations = _forms(message.id), _forms(message.string)
        wanted = {name for text in texts for name in _PLACEHOLDER.findall(text)}
        for translation in translations:
            differs = set(_PLACEHOLDER.findall(translation)) ^ wanted
            if translation and message.id and differs - ({"num"} if len(texts) > 1 else set()):
                wrong.append(texts[0])
    return wrong


def _forms(text: Text | None) -> list[str]:
    """All forms of a text with a plural, or the only form of another text."""
    return [text] if isinstance(text, str) else list(text or ())


def _read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale=path.stem.replace("-", "_"))


def _written(catalog: Catalog) -> bytes:
    """`catalog` as a file, without line numbers and dates, so that it changes only if a text does."""
    text = io.BytesIO()
    write_po(text, catalog, width=120, include_lineno=False, omit_header=catalog.locale is None, sort_output=False)
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_DATED)).encode()


_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in compiled catalogues, which would otherwise be the present."""

_DATED = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:')


def names(language: str) -> bytes:
    """JSON with the names of months (from January) and days (from Monday) in `language`, and its decimal sign."""
    locale = Locale.parse(language, sep="-")
    months, days = locale.months["format"], locale.days["format"]
    content = {
        "months": [months["wide"][number] for number in range(1, 13)],
        "short_months": [months["abbreviated"][number].rstrip(".") for number in range(1, 13)],
        "weekdays": [days["wide"][number] for number in range(7)],
        "short_weekdays": [days["abbreviated"][number].rstrip(".") for number in range(7)],
        "decimal": locale.number_symbols["latn"]["decimal"],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    main()
