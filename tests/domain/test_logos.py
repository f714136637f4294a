"""Which files are accepted as a logo."""

import struct
import zlib

import pytest

from werkplaats.domain.logos import LARGEST_LOGO, Logo, LogoProblem, read_logo


def part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 200, height: int = 80, more: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (width + 1))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + more + part(b"IDAT", pixels) + part(b"IEND", b"")


def test_a_png_is_a_logo() -> None:
    """A PNG is accepted, with its size and with a digest that depends on its content."""
    logo = read_logo(png())
    assert isinstance(logo, Logo)
    assert (logo.width, logo.height, len(logo.digest)) == (200, 80, 64)
    assert read_logo(png(201)).digest != logo.digest  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", LogoProblem.NOT_A_PNG),
        (b"<svg onload='alert(1)'/>", LogoProblem.NOT_A_PNG),
        (b"\xff\xd8\xff\xe0 JFIF", LogoProblem.NOT_A_PNG),
        (png()[:-1], LogoProblem.DAMAGED),
        (png() + b"<script>", LogoProblem.DAMAGED),
        (png().replace(b"IHDR", b"IHDX"), LogoProblem.DAMAGED),
        (b"\x89PNG\r\n\x1a\n" + part(b"IEND", b""), LogoProblem.DAMAGED),
        (b"\x89PNG\r\n\x1a\n", LogoProblem.DAMAGED),
        (png(5_000), LogoProblem.TOO_MANY_PIXELS),
        (png(15), LogoProblem.TOO_FEW_PIXELS),
        (png(0), LogoProblem.TOO_FEW_PIXELS),
        (png(more=part(b"acTL", b"\0" * 8)), LogoProblem.ANIMATED),
        (png(more=part(b"tEXt", b"x" * LARGEST_LOGO)), LogoProblem.TOO_LARGE),
    ],
)
def test_what_is_no_such_picture_is_refused(content: bytes, problem: LogoProblem) -> None:
    """Files of another format, damaged files, and pictures of the wrong size or with animation are refused."""
    assert read_logo(content) is problem
