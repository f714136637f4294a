"""Logos: PNG pictures, checked before they are stored or shown."""

import hashlib
import zlib
from enum import StrEnum

from msgspec import Struct

LARGEST_LOGO = 200 * 1024
"""The most bytes that the file of a logo may have."""

MOST_PIXELS_A_SIDE = 4_000
FEWEST_PIXELS_A_SIDE = 16

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = b"IHDR"
_END = b"IEND"
_ANIMATION = b"acTL"


class LogoProblem(StrEnum):
    """Why a file cannot be a logo."""

    TOO_LARGE = "too_large"
    NOT_A_PNG = "not_a_png"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_FEW_PIXELS = "too_few_pixels"
    ANIMATED = "animated"


class Logo(Struct, frozen=True, kw_only=True):
    """A picture of `width` by `height` pixels. `digest` is the SHA-256 of its `content`, by which it is addressed."""

    digest: str
    width: int
    height: int
    content: bytes


def read_logo(content: bytes) -> Logo | LogoProblem:
    """The logo in the file `content`, or why it cannot be used.

    The lengths and checksums of the file's chunks are checked (https://www.w3.org/TR/png/). The pixels are not decoded.
    """
    if len(content) > LARGEST_LOGO:
        return LogoProblem.TOO_LARGE
    if not content.startswith(_SIGNATURE):
        return LogoProblem.NOT_A_PNG
    parts = _parts(content)
    if parts is None or parts[0][0] != _HEADER or len(parts[0][1]) != 13:
        return LogoProblem.DAMAGED
    if any(name == _ANIMATION for name, _ in parts):
        return LogoProblem.ANIMATED
    header = parts[0][1]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if max(width, height) > MOST_PIXELS_A_SIDE:
        return LogoProblem.TOO_MANY_PIXELS
    if min(width, height) < FEWEST_PIXELS_A_SIDE:
        return LogoProblem.TOO_FEW_PIXELS
    return Logo(digest=hashlib.sha256(content).hexdigest(), width=width, height=height, content=content)


def _parts(content: bytes) -> list[tuple[bytes, bytes]] | None:
    """The name and data of each chunk of a PNG file, or None if it is truncated, damaged, or has data after its end."""
    parts, at = [], len(_SIGNATURE)
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            return None
        parts.append((name, content[at + 8 : end - 4]))
        at = end
        if name == _END:
            return parts if at == len(content) else None
    return None
