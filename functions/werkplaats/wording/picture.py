"""The picture that Teams, LinkedIn and the like show with a link to a workshop: a neighbourhood in its colour.

The file templates/pages/beeld.png (tools/picture.py draws it) has 16 steps from the ground to the colour of text. Its
palette is filled in here, so every organisation has a picture of its own that nobody needs to make or store. The
address has the colour and the hash of the content, so it can be kept for ever.
"""

import re
import struct
import zlib
from functools import lru_cache
from hashlib import sha256

from werkplaats.domain.colours import LEAST_CONTRAST, contrast, text_on
from werkplaats.wording.templating import asset

FOLDER = "/werkplaats"
WIDTH, HEIGHT = 1200, 630

_SIGNAL = "#ffd21f"
"""The colour of pages that have none of their own."""

_STEPS = 16
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NAME = re.compile(r"([0-9a-f]{6})-([0-9a-f]{12})")


def picture_path(colour: str) -> str:
    """The address of the picture in `colour`, such as #1740b8, or in the usual one if text on it is unreadable."""
    shown = colour if _is_shown(colour) else _SIGNAL
    return f"{FOLDER}/beeld-{_name(shown)}.png"


def read_picture(name: str) -> bytes | None:
    """The picture that has `name` in its address; None if there is none, or if its content is another now."""
    found = _NAME.fullmatch(name)
    if found is None or not _is_shown(f"#{found[1]}") or _name(f"#{found[1]}") != name:
        return None
    return _picture(f"#{found[1]}")


def _is_shown(colour: str) -> bool:
    return _COLOUR.fullmatch(colour) is not None and contrast(text_on(colour), colour) >= LEAST_CONTRAST


def _name(colour: str) -> str:
    return f"{colour[1:]}-{sha256(_picture(colour)).hexdigest()[:12]}"


@lru_cache(maxsize=16)
def _picture(colour: str) -> bytes:
    """The file with its palette from `colour` to that of text on it."""
    drawn, _ = asset("beeld.png")
    at = drawn.index(b"PLTE")
    ground, text = (bytes.fromhex(one[1:]) for one in (colour, text_on(colour)))
    palette = b"PLTE" + bytes(
        round(here + (there - here) * step / (_STEPS - 1))
        for step in range(_STEPS)
        for here, there in zip(ground, text, strict=True)
    )
    return drawn[:at] + palette + struct.pack(">I", zlib.crc32(palette)) + drawn[at + len(palette) + 4 :]
