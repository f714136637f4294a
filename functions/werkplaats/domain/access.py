"""Who has which role in a workshop, who may make new workshops, and who may sign in."""

from collections.abc import Iterable
from contextlib import suppress

from msgspec import Struct

from werkplaats.domain.roles import PERMITTED, Permission, Role
from werkplaats.domain.workshop import Workshop


def role_of(workshop: Workshop, email: str) -> Role | None:
    """The role in `workshop` of the person with the address `email`, or None."""
    wanted = folded(email)
    return next((one.role for one in workshop.organisers if folded(one.email) == wanted), None)


def permits(workshop: Workshop, email: str, permission: Permission) -> bool:
    """Whether the person with the address `email` has `permission` in `workshop`."""
    role = role_of(workshop, email)
    return role is not None and permission in PERMITTED[role]


def may_make_workshops(email: str, makers: Iterable[str]) -> bool:
    """Whether `email` is among `makers`, the addresses of the setting ORGANISERS.

    That gives no access to workshops that exist already.
    """
    return folded(email) in {folded(maker) for maker in makers}


class Known(Struct, frozen=True):
    """Somebody who may sign in.

    `email` is their address as the workshop or the setting has it; mail is sent only there. `workshop` is the id of the
    workshop in whose name it is sent.
    """

    email: str
    workshop: str


def find_known(email: str, workshops: Iterable[Workshop], makers: Iterable[str]) -> Known | None:
    """The person who may sign in with the address `email`, or None.

    `workshops` are all published ones. The mail comes from the latest of them in which the person has a role. For
    somebody in `makers` without a role it comes from the latest of all; if there is none, they are not known, because a
    mail needs a workshop as its sender.
    """
    latest_first = sorted(workshops, key=lambda workshop: (workshop.first_day, workshop.id), reverse=True)
    wanted = folded(email)
    for workshop in latest_first:
        for one in workshop.organisers:
            if folded(one.email) == wanted:
                return Known(one.email, workshop.id)
    maker = next((maker for maker in makers if folded(maker) == wanted), None)
    return Known(maker, latest_first[0].id) if maker is not None and latest_first else None


def folded(email: str) -> str:
    """The spelling of `email` by which addresses are compared: in lower case, and with the domain in ASCII.

    Only spellings of one mailbox may be equal, or the owner of another could sign in with it. So a local part that is
    not ASCII is compared as it is, and so is a domain whose ASCII form is that of another domain: Python's codec would
    make `assen.example` of `aßen.example`, which are two domains today (IDNA 2008).
    """
    local, _, domain = email.strip().rpartition("@")
    domain = domain.lower()
    with suppress(UnicodeError):  # if the domain cannot be encoded, it is compared as it is
        encoded = domain.encode("idna")
        if encoded.decode("idna") == domain or encoded.decode("ascii") == domain:
            domain = encoded.decode("ascii")
    return f"{local.lower() if local.isascii() else local}@{domain}"
