"""The QR code by which somebody is marked as present at the door.

It holds the address of the desk's page of that person, which only those who may mark people can open. So whoever sees
the code, on paper or on a phone, can do nothing with it. The link by which the person manages their registration is
not in it.
"""

from markupsafe import Markup, escape


def door_path(workshop: str, registration: str) -> str:
    """The path of the desk's page on which `registration` is marked as present. Both are ids."""
    return f"/organisatie/{workshop}/aanwezig/{registration}"


def door_code(public_url: str, workshop: str, registration: str, name: str) -> Markup:
    """The QR code of the door's page of `registration`, as SVG. `name` is what a screen reader says that it is."""
    return qr_svg(public_url + door_path(workshop, registration), name)


_MASK = 3
"""Which of the eight patterns is laid over a code. Any is good; trying all out takes four times as long, some 0.1 s."""


def qr_svg(text: str, name: str) -> Markup:
    """`text` as a QR code, an SVG to put into a page: it has a class and no style, which our pages do not allow.

    `name` is what a screen reader says that it is. A quarter of the code may be torn or dirty. It has no size of its
    own, and the white edge that a camera needs.
    """
    import segno  # imported here, because it is slow and most pages have no code

    code = segno.make(text, error="q", micro=False, mask=_MASK)
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(name)}" ', 1))  # noqa: S704
