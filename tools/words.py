"""`make words`: the catalogues in functions/werkplaats/wording/languages/ brought up to date.

    words.pot         every text that the program says, taken from the code and the templates
    <language>.po     its translations, to which new texts are added; translators edit this file
    <language>.mo     the same, compiled, which is what the functions read
    <language>.json   the names of months and days, from Babel

The same source gives the same files, byte for byte, so that a test can tell whether they are up to date. To add a
language, add an empty <language>.po, run `make words`, and name the language in `wording/catalogues.py`.
"""

import io
import json
from collections.abc import Iterator
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
"""The functions whose first argument, or first two, is a text to translate."""

_SOURCES = {ROOT / "functions" / "werkplaats": [("**.py", "python")], ROOT / "templates": [("**.*", "jinja2")]}
_JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def main() -> None:
    """Write every file that is not as it should be."""
    for path, content in files().items():
        path.write_bytes(content)


def files() -> dict[Path, bytes]:
    """What each file of the folder should hold."""
    texts = extracted()
    wanted = {LANGUAGES / "words.pot": _written(texts), LANGUAGES / f"{SOURCE}.json": names(SOURCE)}
    for path in sorted(LANGUAGES.glob("*.po")):
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=path.stem)
        catalog.update(texts, no_fuzzy_matching=True, update_header_comment=False)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        wanted |= {
            path: _written(catalog),
            path.with_suffix(".mo"): compiled.getvalue(),
            path.with_suffix(".json"): names(path.stem),
        }
    return wanted


def extracted() -> Catalog:
    """Every text that the program says, with the files in which it stands."""
    catalog = Catalog(project="Werkplaats", charset="utf-8")
    for folder, methods in _SOURCES.items():
        for file, _, message, comments, context in _messages(folder, methods):
            place = (folder / file).relative_to(ROOT).as_posix()
            catalog.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def _messages(folder: Path, methods: list[tuple[str, str]]) -> Iterator[tuple[str, int, object, list[str], str | None]]:
    found = extract_from_dir(
        folder, methods, {"**": _JINJA}, KEYWORDS, directory_filter=lambda path: "__pycache__" not in path
    )
    return iter(sorted(found, key=lambda one: (one[0], one[1])))


def _written(catalog: Catalog) -> bytes:
    """`catalog` as a file without line numbers and dates, which would change with everything else."""
    text = io.BytesIO()
    write_po(text, catalog, width=120, include_lineno=False, omit_header=catalog.locale is None, sort_output=False)
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_DATED)).encode()


_DATED = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:')


def names(language: str) -> bytes:
    """What `language` calls months and days, from January and from Monday on, and its decimal sign."""
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
