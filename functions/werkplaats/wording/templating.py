"""The one Jinja2 environment, for pages and mails, with the filters their templates use."""

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from werkplaats.domain.workshop import Location, Workshop
from werkplaats.wording import dutch
from werkplaats.wording.text import one_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
"""Beside functions/, in the repository and in what is deployed."""

_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def render_page(name: str, /, **context: Any) -> str:
    """The page templates/pages/<name>.html. `workshop` is None unless given."""
    return environment().get_template(f"pages/{name}.html").render({"workshop": None} | context)


@lru_cache(maxsize=1)
def stylesheet() -> tuple[bytes, str]:
    """The stylesheet and the hash of its content, which its address carries so that it can be cached for ever."""
    content = (TEMPLATES / "pages" / "stijl.css").read_bytes()
    return content, sha256(content).hexdigest()[:12]


def stylesheet_path() -> str:
    return f"/werkplaats/_/stijl.{stylesheet()[1]}.css"


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
    made.globals["stylesheet_path"] = stylesheet_path
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
    """Postweg 9, 3941 KA Doorn, Nederland"""
    return f"{location.street}, {location.postal_code} {location.city}, {location.country}"


def organisers(workshop: Workshop) -> str:
    """Platform31 en Van Vieren"""
    return dutch.listed(organiser.name for organiser in workshop.organisers)


def with_privacy_link(label: str, workshop: Workshop) -> Markup:
    """`label`, escaped, with `{privacy}` as a link to the statement."""
    link = Markup('<a href="/werkplaats/{}/privacy">privacyverklaring</a>').format(workshop.id)
    return link.join(escape(part) for part in label.split("{privacy}"))


_FILTERS: dict[str, Callable[..., Any]] = {
    "markdown": markdown,
    "address": address,
    "organisers": organisers,
    "with_privacy_link": with_privacy_link,
    "line": one_line,
    "day": dutch.day,
    "long_day": dutch.long_day,
    "day_range": dutch.day_range,
    "moment": dutch.moment,
    "until": dutch.until,
    "duration": dutch.duration,
    "listed": dutch.listed,
    "state_name": dutch.state_name,
    "mail_name": dutch.mail_name,
    "salutation": dutch.salutation,
}
