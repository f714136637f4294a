"""Whether text can be read on a colour: contrast as the guidelines for accessible pages (WCAG 2.2) define it."""

INK = "#14161a"
PAPER = "#ffffff"
"""The two colours that text on a brand's colour can have: dark and light."""

LEAST_CONTRAST = 4.5
"""The least contrast for text of any size. https://www.w3.org/TR/WCAG22/#contrast-minimum"""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours such as #ffd21f: from 1, if they are the same, to 21, for black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """The colour of text that reads best on `colour`: INK or PAPER."""
    return max((INK, PAPER), key=lambda text: contrast(text, colour))


def mix(colour: str, ground: str, share: float) -> str:
    """`ground` with a `share` (0 to 1) of `colour` in it."""
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


def check_readable(colour: str) -> None:
    """Raise ValueError if neither dark nor light text can be read on `colour`, with the contrast that there is."""
    found = contrast(text_on(colour), colour)
    if found < LEAST_CONTRAST:
        raise ValueError(
            f"expected a colour on which text can be read, with a contrast of at least {LEAST_CONTRAST}; "
            f"{colour} has {found:.2f}. Make it lighter or darker"
        )


def _luminance(colour: str) -> float:
    """How bright `colour` is, from 0 to 1. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
