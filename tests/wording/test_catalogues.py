"""The catalogues: whether they hold every text, and what becomes of a text in another language."""

import ast
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import nodes

from tests.domain.test_words import DUTCH as DUTCH_WORDS
from tests.words import DUTCH
from tools import words as tool
from werkplaats.wording import catalogues, dates
from werkplaats.wording.catalogues import Phrase, Words, in_language, load, words_in
from werkplaats.wording.templating import TEMPLATES, environment, render_page

MODULES = sorted(Path(catalogues.__file__).parents[1].rglob("*.py"))
WRITTEN = sorted(path for path in TEMPLATES.rglob("*.*") if path.suffix in (".html", ".txt"))
READABLE = re.compile(r"[^\W\d_]{2,}")


def test_the_catalogues_are_up_to_date() -> None:
    """Every file of the folder is what `make words` makes of the code and the templates, and no file is left over."""
    wanted = tool.files()
    assert set(tool.LANGUAGES.iterdir()) == set(wanted)
    assert [path.name for path, content in wanted.items() if path.read_bytes() != content] == [], "run `make words`"


def test_every_text_in_the_code_is_a_constant() -> None:
    """Every text is a constant, because only a constant can be found by reading the code."""
    for file in MODULES:
        if file == Path(catalogues.__file__):
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and _name(call.func) in tool.KEYWORDS:
                texts = call.args[:2] if _name(call.func) == "ngettext" else call.args[:1]
                where = f"{file.name}:{call.lineno}"
                assert texts, where
                assert all(map(_is_text, texts)), where


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_no_dutch_sentence_in_the_code_is_left_unmarked(file: Path) -> None:
    """Every sentence in the code with a Dutch word is looked up. Addresses and names of fields are no sentences."""
    tree = ast.parse(file.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in tool.KEYWORDS]
    looked_up = {id(text) for call in calls for text in call.args}
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and _is_text(node) and id(node) not in looked_up | explains:
            text = re.sub(r"\S*/\S*", "", str(node.value))
            assert " " not in text or not DUTCH_WORDS & set(re.findall(r"[a-z]+", text.casefold())), text


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_every_text_in_a_template_is_marked_and_a_constant(file: Path) -> None:
    """All text between tags is looked up, and what is looked up is a constant."""
    source = file.read_text()
    for call in environment(DUTCH).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in tool.KEYWORDS:
            texts = call.args[:2] if call.node.name == "ngettext" else call.args[:1]
            assert all(isinstance(text, nodes.Const) for text in texts), f"line {call.lineno}"
    assert left_unmarked(source) == []


def left_unmarked(source: str) -> list[str]:
    """Words of a template outside of its expressions and tags."""
    for hidden in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"<style>.*?</style>", r"<!--.*?-->", r"<[^>]*>"):
        source = re.sub(hidden, " ", source, flags=re.DOTALL)
    return [word for word in READABLE.findall(re.sub(r"&\w+;", " ", source)) if word not in _OF_ATTRIBUTES]


_OF_ATTRIBUTES = frozenset({"slim", "with", "plan", "seats", "state", "data", "place", "workshop", "called", "off"}) | {
    "on", "screen", "badges", "booklet", "hero", "ended", "unkept",
    "held", "confirm",
}  # fmt: skip
"""Words of attributes and classes that have a block of their own."""


def test_a_text_that_is_left_unmarked_is_found() -> None:
    """Unmarked words between tags are found, so the test before this one can fail."""
    assert left_unmarked("<p>{{ _('x') }} Je bent {{ name }}</p>") == ["Je", "bent"]


# In another language


@pytest.fixture
def english(tmp_path: Path) -> Words:
    """A small catalogue as `make words` writes one."""
    catalog = Catalog(locale="en")
    catalog.add("Link kwijt?", "Lost your <b>link</b>?")
    catalog.add("Beste %(name)s,", "Dear %(name)s,")
    catalog.add(("%(num)d dag", "%(num)d dagen"), ("%(num)d day", "%(num)d days"))
    catalog.add("%(day)s om %(hour)02d.%(minute)02d uur", "%(hour)02d:%(minute)02d on %(day)s")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    (tmp_path / "en.mo").write_bytes(compiled.getvalue())
    (tmp_path / "en.json").write_bytes(tool.names("en"))
    return load("en", tmp_path)


def test_a_text_is_looked_up_with_its_values_and_plurals(english: Words) -> None:
    """A text that has no translation yet is shown in Dutch."""
    assert english.gettext("Beste %(name)s,", name="Jan") == "Dear Jan,"
    assert english.show(Phrase("Beste %(name)s,", {"name": "Jan"})) == "Dear Jan,"
    assert [dates.duration(english, text) for text in ("1 day", "2 days", "48 hours")] == ["1 day", "2 days", "48 uur"]
    assert english.gettext("Je hebt een plek") == "Je hebt een plek"
    assert dates.long_day(english, date(2027, 8, 29)) == "Sunday 29 August 2027"
    assert dates.decimal(english, 3.44) == "3.4"


def test_templates_of_two_languages_do_not_meet(english: Words) -> None:
    """Each page speaks the language that it was rendered for, its imported macros too, and links to pages in it."""
    lost = "Lost your <b>link</b>?"
    for words, said in ((english, lost), (DUTCH, "Link kwijt?"), (english, lost)):
        page = render_page(words, "problem", title="<i>", explanation="x", next_step="y")
        assert f'<html lang="{words.language}">' in page
        assert "<h1>&lt;i&gt;</h1>" in page
        template = environment(words).from_string('{{ _("Link kwijt?") }} {{ link_to("/x?a=b") }}')
        suffix = "&amp;taal=en" if words is english else ""
        assert template.render() == f"{said} /x?a=b{suffix}"


def test_values_in_a_translated_text_are_escaped() -> None:
    """The text is markup, and what people typed into its placeholders is not."""
    template = environment(DUTCH).from_string("{{ _('<b>%(x)s</b> 5 %%', x='<i>') }}")
    assert template.render() == "<b>&lt;i&gt;</b> 5 %"


def test_a_language_that_is_not_offered_is_dutch() -> None:
    """Any language that is not offered, such as one in an address or an old document, means Dutch."""
    for asked in ("", "xx", "../nl", "nl", None):
        assert words_in(asked) is words_in("nl")


@pytest.mark.parametrize(
    ("address", "in_english"),
    [
        ("/werkplaats/x", "/werkplaats/x?taal=en"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c&taal=en"),
        ("/aanwezig?dag=1#p-1", "/aanwezig?dag=1&taal=en#p-1"),
    ],
)
def test_an_address_keeps_the_language(address: str, in_english: str) -> None:
    """An address gets a parameter for another language than Dutch, and is unchanged for Dutch."""
    assert in_language(address, "en") == in_english
    assert in_language(address, "nl") == address


def test_dates_are_those_of_babel() -> None:
    """Our dates are the same as Babel's on every day of a year."""
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(days=number)
        assert dates.day(DUTCH, day) == format_date(day, "long", locale="nl")
        assert dates.long_day(DUTCH, day) == format_date(day, "full", locale="nl")
        assert dates.short_day(DUTCH, day) == format_date(day, "EEE d MMM", locale="nl")


# Translations


@pytest.mark.parametrize("path", sorted(tool.LANGUAGES.glob("*.po")), ids=lambda path: path.stem)
def test_no_translation_lacks_a_placeholder(path: Path) -> None:
    """Every translation has the placeholders of its text, and no others."""
    assert tool.mistakes(tool._read(path)) == []


def test_a_translation_that_lacks_a_placeholder_is_found() -> None:
    """A missing or wrong placeholder is found. Only the number of a singular may be left out."""
    catalog = Catalog(locale="en")
    catalog.add("Beste %(name)s,", "Dear,")
    catalog.add("Tot %(day)s", "Until %(dag)s")
    catalog.add(("%(num)d dag", "%(num)d dagen"), ("one day", "%(num)d days"))
    catalog.add(("%(who)s wacht", "%(who)s wachten"), ("%(who)s waits", "they wait"))
    catalog.add("Link kwijt?", "")
    assert tool.mistakes(catalog) == ["Beste %(name)s,", "Tot %(day)s", "%(who)s wacht"]
