"""English: everything that a participant reads is in it, with dates, hours and numbers as they are written in it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest
from babel.dates import format_date
from bs4 import BeautifulSoup, PageElement, Tag
from msgspec.structs import replace

from tests.mailing.samples import SAMPLES, Sample
from tests.pseudo import GREEK, MARIA, in_greek
from tests.shipped import JAN, NOW, REGISTRATION, WORKSHOP
from tests.wording.pages import Shown, own_data_pages, public_pages, registration_pages, seats
from tests.wording.test_every_text import GREEK_REGISTRATION, greek, variants
from tools import words as tool
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.questions import AnyOf, OneOf, Scale
from werkplaats.domain.translations import LocationTexts, PrivacyTexts, Translation, Translations
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import (
    Hours,
    Leader,
    LeaderTexts,
    LeaderTranslations,
    Material,
    MaterialTexts,
    MaterialTranslations,
    Price,
)
from werkplaats.mailing.rendering import Context, MessageContext, ParticipantContext, SurveyContext, render
from werkplaats.wording import dates
from werkplaats.wording.catalogues import SOURCE, Words, load
from werkplaats.wording.templating import lang_of, lang_of_item, lang_of_question, render_page


class Untranslated(NullTranslations):
    """The end of a catalogue: to look up a text that is not in it is an error."""

    def gettext(self, message: str) -> str:
        raise AssertionError(f"no English for {message!r}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise AssertionError(f"no English for {msgid1!r}")


@pytest.fixture(scope="module")
def english() -> Words:
    """English that has no Dutch to fall back on."""
    words = load("en")
    words.translations.add_fallback(Untranslated())
    return words


def test_every_text_for_participants_is_translated() -> None:
    """Each text of a file that is not the desk's only (`tools/words.py` lists those) has a translation of each form."""
    assert tool.untranslated(tool._read(tool.LANGUAGES / "en.po")) == []


def test_a_text_without_a_translation_is_found() -> None:
    """A text with none, and one of whose plural forms one is missing, are found, so the test before can fail."""
    catalog = tool.Catalog(locale="en")
    catalog.add("Aanmelden", "Sign up")
    catalog.add("Link kwijt?", "")
    catalog.add(("%(num)d dag", "%(num)d dagen"), ("%(num)d day", ""))
    assert tool.untranslated(catalog) == ["Link kwijt?", "%(num)d dag"]


def test_only_texts_of_the_desk_are_left_out() -> None:
    """A text that stands at the desk and on a page for participants is translated; one of the desk only is not."""
    texts = tool.Catalog()
    texts.add("Beide", locations=[("templates/pages/organiser/home.html", 0), ("templates/pages/link.html", 0)])
    texts.add("Alleen hier", locations=[("templates/pages/organiser/home.html", 0)])
    texts.add("Ook hier", locations=[("functions/werkplaats/web/public/sign_up.py", 0)])
    assert [message.id for message in tool.for_participants(texts) if message.id] == ["Beide", "Ook hier"]


def test_every_file_of_the_desk_is_there() -> None:
    """Each path of the desk's list begins that of a text, so none of them is a slip of the pen."""
    places = {place for message in tool.extracted() if message.id for place, _ in message.locations}
    assert [begins for begins in tool._OF_THE_DESK if not any(place.startswith(begins) for place in places)] == []


def pages(words: Words) -> Iterator[Shown]:
    yield from public_pages(words, GREEK)
    yield from registration_pages(GREEK, GREEK_REGISTRATION)
    yield from own_data_pages(words, GREEK, GREEK_REGISTRATION)


def test_every_page_for_participants_is_in_english(english: Words) -> None:
    """Every text that a public page looks up, in each of its forms, has a translation."""
    for name, context in pages(english):
        render_page(english, name, **context)


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_every_mail_to_participants_is_in_english(english: Words, kind: Kind, sample: Sample) -> None:
    """Every text that a mail to a participant looks up, whatever it is about, has a translation."""
    for context in variants(greek(sample(MARIA))):
        if isinstance(context, ParticipantContext | SurveyContext) or (
            isinstance(context, MessageContext) and context.registration is not None
        ):
            render(english, kind, context)


def test_the_shipped_workshop_speaks_english() -> None:
    """Its own texts are all there in English: of the page, of the form, of both surveys, and about privacy."""
    shown = WORKSHOP.in_language("en")
    for name in ("title", "summary", "description", "practical"):
        assert getattr(shown, name) != getattr(WORKSHOP, name), name
    assert shown.privacy.statement != WORKSHOP.privacy.statement
    paragraphs = [text.count("\n\n") for text in (WORKSHOP.privacy.statement, shown.privacy.statement)]
    assert paragraphs[0] == paragraphs[1]
    pairs = [(WORKSHOP.questions, shown.questions)]
    for before, after in zip(WORKSHOP.waves, shown.waves, strict=True):
        assert before.title != after.title
        assert before.introduction != after.introduction
        pairs.append((before.questions, after.questions))
    for befores, afters in pairs:
        for old, new in zip(befores, afters, strict=True):
            assert old.label != new.label
            assert not old.help or old.help != new.help
            labels = [(a.label, b.label) for a, b in zip(_options(old), _options(new), strict=True)]
            assert all(one != other for one, other in labels)
            for end in ("lowest_label", "highest_label"):
                assert not hasattr(old, end) or getattr(old, end) != getattr(new, end)


def _options(question: object) -> tuple[object, ...]:
    return getattr(question, "options", ())


# Days, hours and numbers


def test_days_and_hours_are_written_as_in_english(english: Words) -> None:
    """Days, ranges of days, moments, ends and hours."""
    at = datetime(2027, 11, 26, 18, 48, tzinfo=UTC)
    assert dates.moment(english, at) == "Friday 26 November 2027 at 19:48"
    assert dates.short_day(english, at.date()) == "Fri 26 Nov"
    assert dates.day_range(english, date(2027, 8, 29), date(2027, 8, 31)) == "29 to 31 August 2027"
    assert dates.day_range(english, date(2027, 12, 30), date(2028, 1, 1)) == "30 December 2027 to 1 January 2028"
    assert dates.until(english, at) == "until Friday 26 November 2027 at 19:48"
    midnight = datetime(2027, 9, 30, 22, 0, tzinfo=UTC)
    assert dates.until(english, midnight) == "up to and including Thursday 30 September 2027"
    assert dates.hours(english, date(2027, 8, 29), [Hours(begins="09:30", ends="21:00")]) == [
        "Sunday 29 August 2027 from 09:30 to 21:00"
    ]


def test_numbers_and_lists_are_written_as_in_english(english: Words) -> None:
    """Lengths of time in singular and plural, lists of names, and the decimal point."""
    assert [dates.duration(english, text) for text in ("1 hour", "48 hours", "1 day", "2 days")] == [
        "1 hour", "48 hours", "1 day", "2 days",
    ]  # fmt: skip
    assert dates.listed(english, ["a", "b", "c"]) == "a, b and c"
    assert dates.decimal(english, 3.44) == "3.4"
    change = Change(
        id="c", workshop="w", version=1, at=NOW, before=Particulars.of(WORKSHOP), after=Particulars.of(GREEK)
    )
    assert dates.changed(english, change) == "Another venue"


def test_english_days_are_those_of_babel(english: Words) -> None:
    """A long day is as Babel writes it for Britain, without its comma."""
    for month in range(1, 13):
        day = date(2028, month, 17)
        assert dates.day(english, day) == format_date(day, "long", locale="en_GB")
        assert dates.long_day(english, day) == format_date(day, "full", locale="en_GB").replace(",", "")


def test_the_source_needs_no_catalogue() -> None:
    """Dutch looks nothing up, so a text that has no translation is shown in Dutch and is no error."""
    assert load(SOURCE).gettext("Iets nieuws") == "Iets nieuws"
    assert load("en").gettext("Iets nieuws") == "Iets nieuws"


def test_a_text_that_is_not_translated_says_its_language(english: Words) -> None:
    """A reader's program is told which texts of a workshop are in Dutch on a page in English."""
    plain = replace(WORKSHOP, translations=Translations())
    assert lang_of(english, WORKSHOP, "description") == ""
    assert lang_of(english, plain, "description") == lang_of(english, WORKSHOP, "leaders") == ' lang="nl"'
    assert lang_of(english, WORKSHOP, "price.amount") == ' lang="nl"'
    assert lang_of(load(SOURCE), plain, "description") == ""
    for one, said in ((plain, ' lang="nl"'), (replace(plain, translations=STATED), "")):
        assert f'<div class="text lead"{said}>' in render_page(english, "privacy", workshop=one)


def test_leaders_materials_and_the_venue_are_translated_too(english: Words) -> None:
    """Names stay. What is not translated is in Dutch, and says so."""
    said = LeaderTranslations(en=LeaderTexts(role="facilitator"))
    one = Leader(name="Noor Bakker", role="begeleider", text="Over haar.", translations=said)
    venue = replace(WORKSHOP.location, name="Het landgoed")
    translated = replace(
        WORKSHOP,
        leaders=(one,),
        location=venue,
        translations=replace(WORKSHOP.translations, en=Translation(location=LocationTexts(name="The estate"))),
    )
    page = render_page(english, "workshop", workshop=translated, phase="open", **seats(translated, full=False))
    for html in (
        "<h3>Noor Bakker</h3>",
        '<p class="quiet">facilitator</p>',
        '<div class="text" lang="nl"><p>Over haar.</p>',
        "<span>The estate</span>",
        f'<h1 lang="nl">{WORKSHOP.title}',
    ):
        assert html in page
    reading = Material(title="Lezen", address="https://example.org/a")
    english_too = replace(reading, translations=MaterialTranslations(en=MaterialTexts(title="Reading")))
    shown = replace(translated, materials=(reading, english_too)).in_language("en")
    assert [one.title for one in shown.materials] == ["Lezen", "Reading"]
    assert [lang_of_item(english, one, "title") for one in shown.materials] == [' lang="nl"', ""]


STATED = Translations(en=Translation(privacy=PrivacyTexts(statement="What we keep")))


def test_names_of_what_is_held_stay_apart() -> None:
    """What is held of somebody is told by names, so two names must not become one in English: the second would win."""
    names = [
        message.string
        for message in tool._read(tool.LANGUAGES / "en.po")
        if any(place.endswith("wording/held.py") for place, _ in message.locations)
    ]
    assert len(names) > 30
    assert len(set(names)) == len(names)


PLAIN = replace(WORKSHOP, translations=Translations())


@pytest.mark.parametrize(("one", "lang"), [(WORKSHOP, ""), (PLAIN, ' lang="nl"')])
def test_questions_and_reasons_in_dutch_say_so_on_an_english_page(english: Words, one: Workshop, lang: str) -> None:
    """Those of the form and of a survey, and why it was called off. Our own texts, and translated ones, say nothing."""
    shown = one.in_language("en")
    for asked in (*shown.questions, *shown.waves[0].questions):
        assert lang_of_question(english, asked, one, "label", asked.label) == lang
        assert lang_of_question(english, asked, one, "help", asked.help) == (lang if asked.help else "")
        assert lang_of_question(load(SOURCE), asked, one, "label", asked.label) == ""
        for option in asked.options if isinstance(asked, OneOf | AnyOf) else ():
            assert lang_of_question(english, asked, one, f"options.{option.value}", option.label) == lang
        if isinstance(asked, Scale):
            assert lang_of_question(english, asked, one, "lowest_label", asked.lowest_label) == lang
    assert lang_of(english, one, f"waves.{one.waves[0].id}.title") == lang
    assert lang_of(english, one, "called_off.reason") == ' lang="nl"'
    assert lang_of_question(english, None, one, "label", "Name") == ""


def test_every_text_in_dutch_says_so_on_pages_and_in_mails_in_english(english: Words) -> None:
    """All that the organisers of a workshop without English wrote says that it is in Dutch, also within a sentence.

    Left out: the titles of documents, which cannot say it; lists of mistakes; all that is held of somebody; what comes
    next, on a ticket. Names, places and what people typed are in no language.
    """
    plain = untranslated(WORKSHOP)
    pages = [*public_pages(english, plain), *registration_pages(plain, REGISTRATION)]
    pages += [page for page in own_data_pages(english, plain, REGISTRATION) if page[0] != "own_data"]
    shown = [
        *((name, render_page(english, name, **context)) for name, context in pages),
        *(
            (kind.value, render(english, kind, one).html)
            for kind, sample in SAMPLES
            if not (kind.for_organisers or kind.of_signing_in)
            for one in variants(in_dutch(sample(JAN)))
        ),
    ]
    marked = {name for name, html in shown if 'lang="nl">Αβγ' in html}
    assert {"workshop", "workshops", "sign_up", "survey", "registration", "confirmed", "survey_invitation"} <= marked
    assert {(name, text) for name, html in shown for text in _unsaid(html)} == set()


def untranslated(workshop: Workshop) -> Workshop:
    """`workshop` with Greek in place of every text that is in Dutch, and nothing in English."""
    more = {name: f"Αβγ {name}" for name in ("for_whom", "programme", "cancelling", "route")}
    price = Price(amount="Αβγ 1", includes="Αβγ 2")
    kept = {"organisers": workshop.organisers, "location": workshop.location}
    return replace(in_greek(workshop), translations=Translations(), price=price, **more, **kept)


def in_dutch(context: Context) -> Context:
    """What the templates of a mail are given, about a workshop that has no texts in English."""
    workshop = untranslated(context.workshop)
    if isinstance(context, SurveyContext):
        return replace(context, workshop=workshop, wave=workshop.waves[0])
    return replace(context, workshop=workshop)


def _unsaid(html: str) -> Iterator[str]:
    """What `html` shows or reads aloud in Greek letters without saying that it is in another language."""
    page = BeautifulSoup(html, "html.parser")
    for left_out in page.select("head, script, #fouten, .plan"):
        left_out.decompose()
    for element in page.find_all(["input", "button", "a", "img"], attrs={"aria-label": _GREEK}):
        if not _says_dutch(element):
            yield str(element["aria-label"])
    for text in page.find_all(string=_GREEK):
        if not _says_dutch(text):
            yield str(text)


_GREEK = re.compile(r"Αβγ \w")


def _says_dutch(of: PageElement) -> bool:
    elements = [*([of] if isinstance(of, Tag) else []), *of.parents]
    return next(one["lang"] for one in elements if one.has_attr("lang")) == "nl"
