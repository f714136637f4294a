"""Where people come from: the short code in the link by which they came to the workshop's page, such as ?via=lpb.

Organisers put another code into each link that they share, and see at the desk how many people came by each.
"""

import re
from collections.abc import Iterable

PARAMETER = "via"
"""The name in an address, and in the form, of the code."""

LONGEST_CODE = 40

_CODE = re.compile(rf"[a-z0-9-]{{1,{LONGEST_CODE}}}")


def read_code(text: str | None) -> str:
    """`text` if it is a code (small letters, digits and hyphens), else "". Nobody is told that theirs was none."""
    return text if text and _CODE.fullmatch(text) else ""


def by_code(codes: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """`codes` with their numbers, the largest first; those who came without a code ("") are last."""
    return tuple(sorted(codes, key=lambda one: (not one[0], -one[1], one[0])))
