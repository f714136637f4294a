"""The one Jinja2 environment, for pages and mails, with the filters their templates use."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.offers import ends_at
from werkplaats.domain.workshop import Location, Workshop
from werkplaats.wording import dutch
from werkplaats.wording.answers import answer_text
from werkplaats.wording.names import salutation
from werkplaats.wording.text import defanged, one_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
"""Beside functions/, in the repository and in what is deployed."""

_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def render_page(name: str, /, **context: Any) -> str:
    """The page templates/pages/<name>.html. `workshop` is None unless given."""
    return environment().get_template(f"pages/{name}.html").render({"workshop": None} | context)


@lru_cache
def asset(name: str) -> tuple[bytes, str]:
    """The file templates/pages/<name>, and its name with a hash of its content, under which it is kept for ever."""
    content = (TEMPLATES / "pages" / name).read_bytes()
    stem, _, ending = name.rpartition(".")
    return content, f"{stem}.{sha256(content).hexdigest()[:12]}.{ending}"


def asset_path(folder: str, name: str) -> str:
    """Where the asset is served: `folder` is the path of the function that does so."""
    return f"{folder}/_/{asset(name)[1]}"


def stylesheet_path() -> str:
    return asset_path("/werkplaats", "stijl.css")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates see a missing name as an error; values are escaped in .html and nowhere else."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= _FILTERS
    made.globals |= {"stylesheet_path": stylesheet_path, "asset_path": asset_path}
    return made


@lru_cache(maxsize=64)
def markdown(text: str) -> Markup:
    """`text` as HTML: no HTML of its own, no pictures, and links only to the web or a mailbox."""
    return Markup(_parser().render(text))  # noqa: S704 -- the parser escapes everything it was given


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # here: a function that shows no Markdown starts sooner without it

    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser


def address(location: Location) -> str:
    """Postweg 9, 3941 KA Doorn, Nederland; with the venue's name before it, where it has one"""
    venue = f"{location.name}, " if location.name else ""
    return f"{venue}{location.street}, {location.postal_code} {location.city}, {location.country}"


def named(workshop: Workshop) -> str:
    """werkplaats ‘Werken aan wijkontwikkeling’"""
    return f"werkplaats ‘{workshop.title}’"


def organisers(workshop: Workshop) -> str:
    """Platform31 en Van Vieren"""
    return dutch.listed(organiser.name for organiser in workshop.in_charge)


def offer_end(registration: Registration, workshop: Workshop) -> datetime | None:
    """Until when the offer stands, UTC."""
    return ends_at(workshop, registration)


def with_privacy_link(label: str, workshop: Workshop) -> Markup:
    """`label`, escaped, with `{privacy}` as a link to the statement."""
    link = Markup('<a href="/werkplaats/{}/privacy">privacyverklaring</a>').format(workshop.id)
    return link.join(escape(part) for part in label.split("{privacy}"))


def query(parameters: dict[str, str | None]) -> str:
    """`parameters` as they stand behind the question mark of an address, without those that are empty."""
    return urlencode({name: value for name, value in parameters.items() if value})


_FILTERS: dict[str, Callable[..., Any]] = {
    "markdown": markdown,
    "address": address,
    "answer_text": answer_text,
    "named": named,
    "offer_end": offer_end,
    "organisers": organisers,
    "with_privacy_link": with_privacy_link,
    "line": one_line,
    "day": dutch.day,
    "long_day": dutch.long_day,
    "day_range": dutch.day_range,
    "moment": dutch.moment,
    "until": dutch.until,
    "duration": dutch.duration,
    "changed": dutch.changed,
    "hours": dutch.hours,
    "listed": dutch.listed,
    "long_day_of": dutch.long_day_of,
    "query": query,
    "short_day": dutch.short_day,
    "short_moment": dutch.short_moment,
    "decimal": dutch.decimal,
    "percentage": dutch.percentage,
    "state_label": dutch.state_label,
    "state_name": dutch.state_name,
    "mail_name": dutch.mail_name,
    "defanged": defanged,
    "salutation": salutation,
}
