"""Slips of the finger in addresses: gmial.com for gmail.com. They are asked about, and never corrected unasked."""

_COMMON = (
    "gmail.com", "hotmail.com", "outlook.com", "live.nl", "live.com", "icloud.com", "yahoo.com", "ziggo.nl",
    "kpnmail.nl", "xs4all.nl", "upcmail.nl", "home.nl", "telfort.nl", "protonmail.com",
)  # fmt: skip
"""Domains of mailboxes that many people in the Netherlands have."""

_TOO_SHORT = 9
"""A shorter domain is only asked about if letters changed places, since many short domains are close to each other."""

_REAL = frozenset(
    {
        "mail.com", "gmx.com", "email.com", "ymail.com", "hotmail.nl", "outlook.nl", "hotmail.de", "outlook.de",
        "yahoo.nl", "yahoo.de", "gmail.co", "icloud.co", "me.com", "live.be", "live.de", "hotmail.be", "outlook.be",
    }
)  # fmt: skip
"""Domains that exist and are close to a common one."""

_ENDINGS = {"gmail.nl": "gmail.com", "gmail.be": "gmail.com", "icloud.nl": "icloud.com"}
"""Domains without mailboxes that people take for another."""


def address_meant(address: str) -> str | None:
    """The address that somebody probably meant who typed `address`; None if it looks right.

    The domain is compared with the common ones: one letter too many, too few, or another, or two that changed places.
    """
    name, _, domain = address.rpartition("@")
    domain = domain.casefold()
    if not name or domain in _COMMON or domain in _REAL:
        return None
    meant = _ENDINGS.get(domain) or next((one for one in _COMMON if _slipped(domain, one)), None)
    return f"{name}@{meant}" if meant else None


def _slipped(typed: str, meant: str) -> bool:
    """Whether `typed` becomes `meant` by changing one letter, or by letting two neighbours change places."""
    if sorted(typed) == sorted(meant):
        return any(typed == _swapped(meant, at) for at in range(len(meant) - 1))
    if len(meant) < _TOO_SHORT:
        return False
    shorter, longer = sorted((typed, meant), key=len)
    if len(longer) == len(shorter) + 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    return len(longer) == len(shorter) and sum(one != other for one, other in zip(typed, meant, strict=True)) == 1


def _swapped(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
