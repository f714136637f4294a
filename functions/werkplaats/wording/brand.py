"""The colours of a workshop's own: a small stylesheet that goes over the shared one, and where it is.

Its address has the colour and the hash of its content, so it can be kept for ever, and is made again without reading
anything. Only a colour of six hexadecimal digits on which text can be read gets into it.
"""

import re
from hashlib import sha256

from werkplaats.domain.colours import INK, LEAST_CONTRAST, PAPER, contrast, mix, text_on

FOLDER = "/werkplaats"

_DARK_CARD = "#1c1e24"
_DARK_TEXT = "#f3f2ee"
"""The stylesheet's `--card` and `--ink` in the dark."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NAME = re.compile(r"merk-([0-9a-f]{6})-[0-9a-f]{12}\.css")


def brand_stylesheet(colour: str) -> str | None:
    """The stylesheet for pages in `colour`, such as #1740b8; None if that is no colour, or if text on it is unreadable.

    The variables are those of templates/pages/stijl.css.
    """
    if _COLOUR.fullmatch(colour) is None:
        return None
    on = text_on(colour)
    if contrast(on, colour) < LEAST_CONTRAST:
        return None
    off = PAPER if on == INK else INK
    # In the dark the band is ink, and the colour is that of its title, if it can be read there.
    title = colour if contrast(colour, _DARK_CARD) >= LEAST_CONTRAST else _DARK_TEXT
    return (
        f":root {{ --signal: {colour}; --on-signal: {on}; --off-signal: {off}; "
        f"--band-button: {on}; --on-band-button: {colour}; --tint: {mix(colour, PAPER, 0.18)}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --button: {colour}; --on-button: {on}; "
        f"--band-button: {colour}; --on-band-button: {on}; --on-hero: {title}; "
        f"--tint: {mix(colour, _DARK_CARD, 0.14)}; }} }}\n"
    )


def brand_path(colour: str) -> str | None:
    """The address of the stylesheet for `colour`; None if there is none."""
    content = brand_stylesheet(colour)
    return None if content is None else f"{FOLDER}/{_name(colour, content)}"


def read_brand(name: str) -> str | None:
    """The stylesheet that has that `name` in its address; None if there is none, or if its content is another now."""
    found = _NAME.fullmatch(name)
    content = brand_stylesheet(f"#{found[1]}") if found else None
    return content if found and content is not None and _name(f"#{found[1]}", content) == name else None


def _name(colour: str, content: str) -> str:
    return f"merk-{colour[1:]}-{sha256(content.encode()).hexdigest()[:12]}.css"
