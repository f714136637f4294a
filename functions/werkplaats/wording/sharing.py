"""What a workshop's page tells programs: those that show a link to it (Open Graph), and search engines (schema.org).

https://ogp.me and https://developers.google.com/search/docs/appearance/structured-data/event say what these are.
"""

import json
from typing import Any, Literal

from markupsafe import Markup
from msgspec import Struct

from werkplaats.domain.span import span
from werkplaats.domain.workshop import Workshop
from werkplaats.wording import catalogues
from werkplaats.wording.catalogues import Words, in_language
from werkplaats.wording.dates import day_range
from werkplaats.wording.picture import HEIGHT, WIDTH, picture_path
from werkplaats.wording.templating import heading, organisers

Phase = Literal["early", "open", "closed"]


class Sharing(Struct, frozen=True, kw_only=True):
    """What templates/pages/_sharing.html puts into the head of a workshop's page.

    `address` is the page's own, without a code that tells where somebody comes from, and `others` has it in every
    language. `event` is JSON that may stand in a script element.
    """

    title: str
    description: str
    site: str
    address: str
    others: dict[str, str]
    picture: str
    width: int = WIDTH
    height: int = HEIGHT
    event: Markup


def page_address(words: Words, public_url: str, workshop: Workshop) -> str:
    """The whole address of the page of `workshop` in the language of `words`. `public_url` is its beginning."""
    return in_language(f"{public_url}/werkplaats/{workshop.id}", words.language)


def sharing(words: Words, workshop: Workshop, public_url: str, phase: Phase, *, full: bool) -> Sharing | None:
    """What is told of `workshop`, in which people can sign up now or not (`phase`) and would be waitlisted if `full`.

    Nothing is told of one that is for practice.
    """
    if workshop.practice:
        return None
    workshop = workshop.in_language(words.language)
    address = page_address(words, public_url, workshop)
    picture = public_url + picture_path(workshop.organisation.colour)
    when = day_range(words, workshop.first_day, workshop.last_day)
    return Sharing(
        title=heading(words, workshop),
        description=f"{when}, {workshop.location.city}. {workshop.summary}",
        site=workshop.organisation.name or organisers(words, workshop),
        address=address,
        others={
            other: in_language(f"{public_url}/werkplaats/{workshop.id}", other, always=True)
            for other in catalogues.OFFERED
        },
        picture=picture,
        event=_script(_event(words, workshop, address, picture, phase, full)),
    )


def _event(words: Words, workshop: Workshop, address: str, picture: str, phase: Phase, full: bool) -> dict[str, Any]:
    begins, ends = span(workshop)
    place, status = workshop.location, "EventCancelled" if workshop.called_off else "EventScheduled"
    told = {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": workshop.title,
        "description": workshop.summary,
        "startDate": begins.isoformat(),
        "endDate": ends.isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": place.name or place.street,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": place.street,
                "postalCode": place.postal_code,
                "addressLocality": place.city,
                "addressCountry": place.country,
            },
        },
        "organizer": _organisers(workshop),
        "image": [picture],
        "url": address,
        "inLanguage": words.language,
        "maximumAttendeeCapacity": workshop.capacity,
    }
    return told if phase != "open" else told | {"offers": _offer(workshop, address, full)}


def _offer(workshop: Workshop, address: str, full: bool) -> dict[str, Any]:
    """A seat, while people can sign up. The price is what organisers wrote, not a number, so it is told in words."""
    offer = {
        "@type": "Offer",
        "url": address,
        "availability": f"https://schema.org/{'SoldOut' if full else 'InStock'}",
        "validFrom": workshop.sign_up.opens.isoformat(),
    }
    return offer | {"description": workshop.price.amount} if workshop.price.amount else offer


def _organisers(workshop: Workshop) -> list[dict[str, str]]:
    """Whose workshop it is, without anybody's address."""
    names = [workshop.organisation.name] if workshop.organisation.name else [one.name for one in workshop.in_charge]
    return [{"@type": "Organization", "name": name} for name in names]


def _script(told: dict[str, Any]) -> Markup:
    """`told` as JSON in which no text can end the script element that it stands in."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 -- it has no < left
