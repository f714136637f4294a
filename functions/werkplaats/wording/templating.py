"""The Jinja2 environment of a language, for pages and mails, with the filters that their templates use.

Each language has an environment of its own, so that everything in its templates speaks that language, macros of
imported templates included. A template is compiled once for each language that is asked for.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from werkplaats.domain.access import permits
from werkplaats.domain.registration import Registration
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.offers import ends_at
from werkplaats.domain.workshop import Location, Workshop
from werkplaats.wording import dates, labels
from werkplaats.wording.answers import answer_text, privacy_statement
from werkplaats.wording.audiences import audience_label, progress_label
from werkplaats.wording.brand import brand_path
from werkplaats.wording.catalogues import PARAMETER, SOURCE, Words, in_language
from werkplaats.wording.field_names import name_field, say_value
from werkplaats.wording.mistakes import file_mistake_text
from werkplaats.wording.names import salutation
from werkplaats.wording.text import defanged, one_line, unorphaned, without_marks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
"""The folder beside functions/, in the repository as in the deployed bundle."""

_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def render_page(words: Words, name: str, /, **context: Any) -> str:
    """The page templates/pages/<name>.html in the language of `words`. `workshop` is None unless given."""
    return environment(words).get_template(f"pages/{name}.html").render({"workshop": None} | context)


@lru_cache
def asset(name: str) -> tuple[bytes, str]:
    """The file templates/pages/<name>, and its name with a hash of its content, under which browsers keep it."""
    content = (TEMPLATES / "pages" / name).read_bytes()
    stem, _, ending = name.rpartition(".")
    return content, f"{stem}.{sha256(content).hexdigest()[:12]}.{ending}"


def asset_path(folder: str, name: str) -> str:
    """The address of an asset. `folder` is the path of the function that serves it."""
    return f"{folder}/_/{asset(name)[1]}"


def stylesheet_path() -> str:
    return asset_path("/werkplaats", "stijl.css")


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
    made.globals |= {
        "stylesheet_path": stylesheet_path,
        "asset_path": asset_path,
        "brand_path": brand_path,
        "language": words.language,
        "language_field": partial(_language_field, words),
        "link_to": partial(_link_to, words),
    }
    return made


def _link_to(words: Words, path: str) -> str:
    """The address of another page of ours, in the language of this page."""
    return in_language(path, words.language)


def _language_field(words: Words) -> Markup:
    """What a form that is sent by GET needs so that the answer is in the language of this page."""
    if words.language == SOURCE:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(PARAMETER, words.language)


@lru_cache(maxsize=64)
def markdown(text: str) -> Markup:
    """`text`, written in Markdown, as HTML without pictures. HTML in `text` is escaped.

    Links lead only to the web or to a mailbox.
    """
    return Markup(_parser().render(text))  # noqa: S704 -- the parser escapes any HTML in the text


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # imported here, so that functions that show no Markdown start faster

    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser


def address(location: Location) -> str:
    """Postweg 9, 3941 KA Doorn, Nederland; with the venue's name before it, where it has one"""
    venue = f"{location.name}, " if location.name else ""
    return f"{venue}{location.street}, {location.postal_code} {location.city}, {location.country}"


def dialled(phone: str) -> str:
    """+31301234567 for +31 (0)30-1234567, and 0301234567 for 030 123 45 67: a number as a telephone dials it."""
    begins = "+" if phone.startswith("+") else ""
    written = phone.replace("(0)", "") if begins else phone
    return begins + "".join(character for character in written if character.isdecimal())


def named(words: Words, workshop: Workshop) -> str:
    """werkplaats ‘Werken aan wijkontwikkeling’, in the middle of a sentence"""
    return words.gettext("werkplaats ‘%(title)s’", title=workshop.title)


def heading(words: Words, workshop: Workshop) -> str:
    """Werkplaats ‘Werken aan wijkontwikkeling’, by itself"""
    return words.gettext("Werkplaats ‘%(title)s’", title=workshop.title)


def organisers(words: Words, workshop: Workshop) -> str:
    """Platform31 en Van Vieren"""
    return dates.listed(words, (organiser.name for organiser in workshop.in_charge))


def permitted(workshop: Workshop, email: str, permission: str) -> bool:
    """Whether the person with the address `email` has `permission` (such as read_people) in `workshop`."""
    return permits(workshop, email, Permission(permission))


def offer_end(registration: Registration, workshop: Workshop) -> datetime | None:
    """The moment (UTC) until which the offer to `registration` stands; None if it has none."""
    return ends_at(workshop, registration)


def with_privacy_link(words: Words, label: str, workshop: Workshop) -> Markup:
    """`label`, escaped, with a link to the privacy statement in the place of `{privacy}`."""
    path = in_language(f"/werkplaats/{workshop.id}/privacy", words.language)
    link = Markup('<a href="{}">{}</a>').format(path, privacy_statement(words))
    return link.join(escape(part) for part in label.split("{privacy}"))


def query(words: Words, parameters: dict[str, str | None]) -> str:
    """`parameters` as they follow the question mark of an address of ours. Empty ones are left out."""
    language = {PARAMETER: words.language} if words.language != SOURCE else {}
    return urlencode({name: value for name, value in parameters.items() if value} | language)


_FILTERS: dict[str, Callable[..., Any]] = {
    "markdown": markdown,
    "address": address,
    "offer_end": offer_end,
    "line": one_line,
    "percentage": dates.percentage,
    "defanged": defanged,
    "unorphaned": unorphaned,
    "without_marks": without_marks,
    "permitted": permitted,
    "dialled": dialled,
}

_FILTERS_IN_WORDS: dict[str, Callable[..., Any]] = {
    "answer_text": answer_text,
    "audience_label": audience_label,
    "progress_label": progress_label,
    "named": named,
    "heading": heading,
    "organisers": organisers,
    "with_privacy_link": with_privacy_link,
    "day": dates.day,
    "long_day": dates.long_day,
    "long_day_of": dates.long_day_of,
    "day_range": dates.day_range,
    "moment": dates.moment,
    "until": dates.until,
    "duration": dates.duration,
    "changed": dates.changed,
    "hours": dates.hours,
    "query": query,
    "short_day": dates.short_day,
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
