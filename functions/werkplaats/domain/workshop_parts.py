"""The optional parts of a workshop: hours, price, who leads it, materials, whose workshop it is, and whom to call.

They help people to decide and to come. A text that is not given is empty, and so is a list that is not given.
"""

from typing import Annotated

from msgspec import Meta, Struct, field

from werkplaats.domain.questions import Line

LINE_OR_NOTHING_PATTERN = r"^[^\x00-\x1f\x7f]*$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
PHONE_PATTERN = r"^(\+?[0-9][0-9 ()-]{5,28})?$"
WEB_ADDRESS_PATTERN = r"^https://[^\s<>\"\\]+$"
COLOUR_PATTERN = r"^(#[0-9a-f]{6})?$"
DIGEST_PATTERN = r"^([0-9a-f]{64})?$"

LineOrNothing = Annotated[str, Meta(max_length=300, pattern=LINE_OR_NOTHING_PATTERN)]
TextOrNothing = Annotated[str, Meta(max_length=20_000)]
Time = Annotated[str, Meta(pattern=TIME_PATTERN)]
"""A time of day in Amsterdam, such as 09:30."""

Phone = Annotated[str, Meta(pattern=PHONE_PATTERN)]
WebAddress = Annotated[str, Meta(pattern=WEB_ADDRESS_PATTERN, max_length=2_000)]
Colour = Annotated[str, Meta(pattern=COLOUR_PATTERN)]
"""Red, green and blue in hexadecimal digits, such as #ffd21f, or empty."""

Digest = Annotated[str, Meta(pattern=DIGEST_PATTERN)]
"""A SHA-256 in hexadecimal digits, or empty."""


class Hours(Struct, frozen=True, kw_only=True):
    """When one day of the workshop begins and ends."""

    begins: Time
    ends: Time


class Price(Struct, frozen=True, kw_only=True):
    """The price as text, such as "€ 450, exclusief btw", and what it `includes` (Markdown)."""

    amount: LineOrNothing = ""
    includes: TextOrNothing = ""


class LeaderTexts(Struct, frozen=True, kw_only=True):
    """What is said of a leader, in another language."""

    role: LineOrNothing = ""
    text: Annotated[str, Meta(max_length=5_000)] = ""


class LeaderTranslations(Struct, frozen=True, kw_only=True):
    en: LeaderTexts = field(default_factory=LeaderTexts)


class Leader(Struct, frozen=True, kw_only=True):
    """Somebody who leads the workshop. `text` (Markdown) introduces them.

    The texts in other languages are kept with the leader, who has no id by which they could be found elsewhere.
    """

    name: Line
    role: LineOrNothing = ""
    text: Annotated[str, Meta(max_length=5_000)] = ""
    translations: LeaderTranslations = field(default_factory=LeaderTranslations)


class MaterialTexts(Struct, frozen=True, kw_only=True):
    title: LineOrNothing = ""


class MaterialTranslations(Struct, frozen=True, kw_only=True):
    en: MaterialTexts = field(default_factory=MaterialTexts)


class Material(Struct, frozen=True, kw_only=True):
    """A link to something to read or to see. People with a seat see it before, during and after the workshop."""

    title: Line
    address: WebAddress
    translations: MaterialTranslations = field(default_factory=MaterialTranslations)


class Organisation(Struct, frozen=True, kw_only=True):
    """The organisation that is shown at the top of pages. `logo` is the digest of a stored `Logo`."""

    name: LineOrNothing = ""
    colour: Colour = ""
    logo: Digest = ""


class Contact(Struct, frozen=True, kw_only=True):
    """The person whom people call or write to with questions, before the workshop too. Everybody can see this."""

    name: LineOrNothing = ""
    phone: Phone = ""
