"""How an organiser wants to hear of what happens in a workshop."""

from enum import StrEnum


class Notices(StrEnum):
    """The setting of one organiser in one workshop. What failed is always told at once, whatever this says."""

    BUNDLED = "bundled"
    """At once, up to five an hour. What follows is folded: told in one mail (`domain/seats/folding.py`)."""

    EACH = "each"
    """Each thing at once, in a mail of its own."""

    DIGEST = "digest"
    """One mail a day, at eight in the morning. None if nothing happened."""

    NONE = "none"
    """No mail."""
