"""Sharing a workshop: its link with a code that tells where people come from, a poster, a button, and the calendar.

GET /organisatie/{workshop}/delen            the link; with ?via=lpb it has that code
GET /organisatie/{workshop}/delen/poster     a poster to print on A4, with the same link as a QR code

There is no second, shorter address: the one of the page says what it is about, is read aloud as easily, and goes on
working as long as the workshop is there.
"""

from typing import Any

from flask import Response
from markupsafe import Markup
from msgspec import Struct

from werkplaats.domain.whence import LONGEST_CODE, PARAMETER, read_code
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page
from werkplaats.web.public.sharing import AGENDA
from werkplaats.web.qr import qr_svg
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.templating import heading


class Shared(Struct, frozen=True, kw_only=True):
    """What there is to share.

    `link` is the address of the page with the `code` that was chosen, or without one if that is "". `short` is what a
    poster says of it, to type in: without https:// and without the code. `button` is HTML for another site, and
    `agenda` the address of the calendar. `qr` is the code for a camera, an SVG.
    """

    code: str
    link: str
    short: str
    button: str
    agenda: str
    qr: Markup


def show(visit: Visit, workshop: Workshop) -> Response:
    """The link and everything else, with the code that the form on this page sends; and what is wrong with that."""
    asked = visit.request.args.get(PARAMETER, "").strip().lower()
    refused = asked if asked and not read_code(asked) else ""
    return _page(visit, "share", workshop, asked=asked, refused=refused)


def poster(visit: Visit, workshop: Workshop) -> Response:
    return _page(visit, "poster", workshop)


def shared(words: Words, workshop: Workshop, public_url: str, code: str) -> Shared:
    """What there is to share of `workshop` with `code`. `public_url` is the beginning of addresses."""
    page = in_language(f"{public_url}/werkplaats/{workshop.id}", words.language)
    mark = "&" if "?" in page else "?"
    link = f"{page}{mark}{PARAMETER}={code}" if code else page
    return Shared(
        code=code,
        link=link,
        short=f"{public_url}/werkplaats/{workshop.id}".partition("://")[2],
        button=_button(words, workshop, link),
        agenda=in_language(f"{public_url}{AGENDA}", words.language),
        qr=qr_svg(link, words.gettext("QR-code van de pagina van de werkplaats")),
    )


def _page(visit: Visit, name: str, workshop: Workshop, **shown: Any) -> Response:
    code = read_code(visit.request.args.get(PARAMETER, "").strip().lower())
    told = shared(visit.words, workshop, visit.runtime.settings.public_url, code)
    return desk_page(
        visit.words, name, email=visit.email, workshop=workshop, shared=told, longest=LONGEST_CODE, **shown
    )


_BUTTON_STYLE = (
    "display:inline-block;padding:12px 20px;background:#14161a;color:#ffffff;"
    "font:bold 16px/1.3 sans-serif;text-decoration:none;border-radius:4px"
)
"""It stands in the HTML for sites of others, which have their own rules. Our pages allow no such style."""


def _button(words: Words, workshop: Workshop, link: str) -> str:
    """A link that looks like a button: HTML without a script, for a site of one's own."""
    text = words.gettext("Meld je aan: %(workshop)s", workshop=heading(words, workshop))
    return str(Markup('<a href="{}" style="{}">{}</a>').format(link, _BUTTON_STYLE, text))
