"""The Jinja2 environment of a language, for pages and mails, with the filters that their templates use.

Each language has an environment of its own, so that everything in its templates speaks that language, macros of
imported templates included. A template is compiled once for each language that is asked for.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from werkplaats.domain.access import permits
from werkplaats.domain.questions import AnyQuestion
from werkplaats.domain.registration import Registration
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.holds import ends_at
from werkplaats.domain.workshop import Location, Wave, Workshop
from werkplaats.domain.workshop_parts import Leader, Material
from werkplaats.wording import dates, labels
from werkplaats.wording.answers import answer_text, privacy_statement
from werkplaats.wording.audiences import audience_label, progress_label
from werkplaats.wording.brand import brand_path
from werkplaats.wording.catalogues import PARAMETER, SOURCE, Phrase, Words, address_in
from werkplaats.wording.field_names import name_field, say_value
from werkplaats.wording.mistakes import file_mistake_text
from werkplaats.wording.names import salutation
from werkplaats.wording.places import place_of
from werkplaats.wording.text import defanged, one_line, unorphaned, without_marks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
"""The folder beside functions/, in the repository as in the deployed bundle."""

FONTS = ("fonts/bricolage-grotesque.woff2", "fonts/source-sans-3.woff2")
"""The fonts that every page needs: for headings and for text."""

MORE_FONTS = ("fonts/bricolage-grotesque-ext.woff2", "fonts/source-sans-3-ext.woff2")
"""Fonts that a browser loads only if a page has a letter that the others lack."""

_FONT = re.compile(rb'url\("(fonts/[^"]+)"\)')
_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def render_page(words: Words, name: str, /, **context: Any) -> str:
    """The page templates/pages/<name>.html in the language of `words`.

    `workshop` and `sharing` are None, and `via`, which follows the address of the form, is "" unless given. `switches`
    are links to the same page in other languages (web/http/languages.py). The workshop and its wave are shown with
    their own texts in the language of the page.
    """
    shown = {"workshop": None, "sharing": None, "via": "", "switches": ()} | context
    if isinstance(workshop := shown["workshop"], Workshop):
        shown["workshop"] = workshop = workshop.in_language(words.language)
        if isinstance(wave := shown.get("wave"), Wave):
            shown["wave"] = workshop.wave(wave.id) or wave
    return environment(words).get_template(f"pages/{name}.html").render(shown)


@lru_cache
def asset(name: str) -> tuple[bytes, str]:
    """The file templates/pages/<name>, and its name with a hash of its content, under which browsers keep it.

    A stylesheet names its fonts by their place in that folder. As it is served they are beside it, under such a name.
    """
    content = (TEMPLATES / "pages" / name).read_bytes()
    if name.endswith(".css"):
        content = _FONT.sub(lambda font: f'url("{asset(font[1].decode())[1]}")'.encode(), content)
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    return content, f"{stem}.{sha256(content).hexdigest()[:12]}.{ending}"


def asset_path(folder: str, name: str) -> str:
    """The address of an asset. `folder` is the path of the function that serves it."""
    return f"{folder}/_/{asset(name)[1]}"


def stylesheet_path() -> str:
    return asset_path("/werkplaats", "stijl.css")


def font_paths() -> list[str]:
    """The addresses of the fonts that every page needs."""
    return [asset_path("/werkplaats", name) for name in FONTS]


@lru_cache(maxsize=4)
def environment(words: Words) -> Environment:
    """The environment for templates in the language of `words`.

    A name that a template is not given is an error. Values are escaped in .html files and nowhere else; a translated
    text is markup there, and the values in its placeholders are escaped.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.filters |= _FILTERS | {name: partial(say, words) for name, say in _FILTERS_IN_WORDS.items()}
    made.filters |= {"named": _naming(words, _NAMED), "heading": _naming(words, _HEADING)}
    made.filters |= {name: _unbroken_in_html(partial(say, words)) for name, say in _FILTERS_OF_TIMES.items()}
    made.filters["address"] = _unbroken_in_html(address)
    made.globals |= {
        "stylesheet_path": stylesheet_path,
        "asset_path": asset_path,
        "font_paths": font_paths,
        "brand_path": brand_path,
        "language": words.language,
        "language_field": partial(_language_field, words),
        "link_to": partial(_link_to, words),
    }
    return made


def _unbroken_in_html(say: Callable[..., str | list[str]]) -> Callable[..., str | list[str]]:
    """`say`, whose text is not torn apart at the end of a line. Plain text, which people search, has usual spaces."""

    @pass_eval_context
    def said(evaluation: EvalContext, *values: Any) -> str | list[str]:
        text = say(*values)
        if not evaluation.autoescape:
            return text
        return dates.unbroken(text) if isinstance(text, str) else [dates.unbroken(line) for line in text]

    return said


def _link_to(words: Words, path: str) -> str:
    """The address of another page of ours, in the language of this page."""
    return address_in(words, path)


def _language_field(words: Words) -> Markup:
    """What a form that is sent by GET needs so that the answer is in the language of this page."""
    if not words.named:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(PARAMETER, words.language)


@lru_cache(maxsize=64)
def markdown(text: str) -> Markup:
    """`text`, written in Markdown, as HTML without pictures. HTML in `text` is escaped.

    Links lead only to the web or to a mailbox. `[world café]{lang=en}` says in which language these words are, so that
    a screen reader pronounces them well.
    """
    return Markup(_parser().render(text))  # noqa: S704 -- the parser escapes any HTML in the text


@lru_cache(maxsize=64)
def markdown_with_cards(text: str) -> Markup:
    """The same, in which a list of questions only has the class `asked`: pages show each of them as a card."""
    parser = _parser()
    tokens = parser.parse(text)
    for number, token in enumerate(tokens):
        if token.type == "bullet_list_open" and _asks(tokens[number + 1 :], token.level):
            token.attrSet("class", "asked")
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 -- the parser escapes any HTML


def _asks(tokens: "list[Token]", level: int) -> bool:
    """Whether every paragraph in the list that begins at `level` before `tokens` is a question, with no list in it."""
    inside = takewhile(lambda one: one.level != level or one.type != "bullet_list_close", tokens)
    parts = [one for one in inside if one.type in ("inline", "bullet_list_open")]
    texts = [one.content if one.type == "inline" else "" for one in parts]
    return all(text.rstrip().endswith("?") for text in texts)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    # Imported here, so that functions that show no Markdown start faster.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.attrs import attrs_plugin

    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.use(attrs_plugin, after=(), spans=True, allowed=("lang",))
    parser.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser


def address(location: Location) -> str:
    """Postweg 9, 3941 KA Doorn, Nederland; with the venue's name before it, where it has one"""
    venue = f"{location.name}, " if location.name else ""
    return f"{venue}{location.street}, {location.postal_code} {location.city}, {location.country}"


def route_link(location: Location) -> str:
    """Where a map plans a route to `location`, also in the app of a phone."""
    return "https://www.google.com/maps/dir/?" + urlencode({"api": "1", "destination": address(location)})


def dialled(phone: str) -> str:
    """+31301234567 for +31 (0)30-1234567, and 0301234567 for 030 123 45 67: a number as a telephone dials it."""
    begins = "+" if phone.startswith("+") else ""
    written = phone.replace("(0)", "") if begins else phone
    return begins + "".join(character for character in written if character.isdecimal())


_NAMED = Phrase("werkplaats ‘%(title)s’")
_HEADING = Phrase("Werkplaats ‘%(title)s’")


def heading(words: Words, workshop: Workshop) -> str:
    """Werkplaats ‘Werken aan wijkontwikkeling’, by itself"""
    return words.show(_HEADING, title=workshop.title)


def _naming(words: Words, phrase: Phrase) -> Callable[[EvalContext, Workshop], str]:
    """The filter that names a workshop in `phrase`. In HTML its title says so if it is in another language."""

    @pass_eval_context
    def name(context: EvalContext, workshop: Workshop) -> str:
        if not context.autoescape:
            return words.show(phrase, title=workshop.title)
        title = spoken(workshop.title, lang_of(words, workshop, "title"))
        return Markup(words.show(phrase, title="{}")).format(title)  # noqa: S704 -- the phrase is ours

    return name


def organisers(words: Words, workshop: Workshop) -> str:
    """Platform31 en Van Vieren"""
    return dates.listed(words, (organiser.name for organiser in workshop.in_charge))


def permitted(workshop: Workshop, email: str, permission: str) -> bool:
    """Whether the person with the address `email` has `permission` (such as read_people) in `workshop`."""
    return permits(workshop, email, Permission(permission))


def lang_of(words: Words, workshop: Workshop, path: str) -> Markup:
    """The attribute for an element with the text at `path` of `workshop`, if that is not in the language of the page.

    A text that is not translated is in the language of the source: ` lang="nl"`.
    """
    return _lang(words, translated=bool(_text_at(workshop.translations.into(words.language), path)))


def lang_of_item(words: Words, item: Leader | Material, name: str) -> Markup:
    """The same for the text `name` of a leader or a material."""
    return _lang(words, translated=bool(_text_at(item.translations, f"{words.language}.{name}")))


def lang_of_question(
    words: Words, question: AnyQuestion | None, workshop: Workshop | None, path: str, text: str
) -> Markup:
    """The same for `text`, which is shown for the one at `path` (label, help, options.beide) of a question.

    It is a question of `workshop` or of one of its waves. None is a field of ours, in the language of the page.
    """
    if question is None or workshop is None:
        return Markup()
    texts = workshop.translations.into(words.language)
    asked = (texts.questions, *(wave.questions for wave in texts.waves.values())) if texts else ()
    said = [_text_at(one[question.id], path) for one in asked if question.id in one]
    return _lang(words, translated=not text or text in said)


def spoken(text: str, lang: Markup) -> Markup:
    """`text`, in an element that has the attribute `lang`, where there is no other element to give it to."""
    return Markup("<span{}>{}</span>").format(lang, text) if lang else escape(text)


def _lang(words: Words, *, translated: bool) -> Markup:
    return Markup() if translated or words.language == SOURCE else Markup(' lang="{}"').format(SOURCE)


def _text_at(texts: object, path: str) -> object:
    for name in path.split("."):
        texts = texts.get(name) if isinstance(texts, dict) else getattr(texts, name, None)
    return texts


def offer_end(registration: Registration, workshop: Workshop) -> datetime | None:
    """The moment (UTC) until which the offer to `registration` stands; None if it has none."""
    return ends_at(workshop, registration)


def with_privacy_link(words: Words, label: str, workshop: Workshop) -> Markup:
    """`label`, escaped, with a link to the privacy statement in the place of `{privacy}`."""
    path = address_in(words, f"/werkplaats/{workshop.id}/privacy")
    link = Markup('<a href="{}">{}</a>').format(path, privacy_statement(words))
    return link.join(escape(part) for part in label.split("{privacy}"))


def query(words: Words, parameters: dict[str, str | None]) -> str:
    """`parameters` as they follow the question mark of an address of ours. Empty ones are left out."""
    language = {PARAMETER: words.language} if words.named else {}
    return urlencode({name: value for name, value in parameters.items() if value} | language)


_FILTERS: dict[str, Callable[..., Any]] = {
    "markdown": markdown,
    "offer_end": offer_end,
    "line": one_line,
    "percentage": dates.percentage,
    "defanged": defanged,
    "unorphaned": unorphaned,
    "spoken": spoken,
    "without_marks": without_marks,
    "permitted": permitted,
    "dialled": dialled,
    "markdown_with_cards": markdown_with_cards,
    "route_link": route_link,
    "unbroken": dates.unbroken,
}

_FILTERS_IN_WORDS: dict[str, Callable[..., Any]] = {
    "answer_text": answer_text,
    "audience_label": audience_label,
    "progress_label": progress_label,
    "lang_of": lang_of,
    "lang_of_item": lang_of_item,
    "lang_of_question": lang_of_question,
    "organisers": organisers,
    "with_privacy_link": with_privacy_link,
    "short_month": dates.short_month,
    "changed": dates.changed,
    "clock": dates.clock,
    "place_of": place_of,
    "query": query,
    "short_moment": dates.short_moment,
    "decimal": dates.decimal,
    "state_label": labels.state_label,
    "state_name": labels.state_name,
    "mail_name": labels.mail_name,
    "salutation": salutation,
    "name_field": name_field,
    "say_value": say_value,
    "file_mistake_text": file_mistake_text,
}
"""Filters whose first argument, before the value, is the words of the language."""

_FILTERS_OF_TIMES: dict[str, Callable[..., str | list[str]]] = {
    "day": dates.day,
    "long_day": dates.long_day,
    "long_day_of": dates.long_day_of,
    "day_range": dates.day_range,
    "weekday_range": dates.weekday_range,
    "day_of_month": dates.day_of_month,
    "short_hours": dates.short_hours,
    "moment": dates.moment,
    "deadline": dates.deadline,
    "time_left": dates.time_left,
    "until": dates.until,
    "duration": dates.duration,
    "hours": dates.hours,
    "short_day": dates.short_day,
}
"""The same that say days, hours, and how long something takes."""
