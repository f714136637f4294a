"""The page on which somebody confirms an address that a participant asked for: /aanmelding/{token}/adres.

The link to it was mailed to that address. Opening it changes nothing, and tells nothing of the participant.
"""

from flask import Request, Response
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.registration import AddressWish, Registration
from werkplaats.domain.seats.commands import Done, GrantWish, Outcome, Refusal, Refused, SamePerson
from werkplaats.domain.seats.own_details import why_closed
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.links import WishLink
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import Problem, about, page
from werkplaats.web.public.details_view import standing_wish, wish_ends
from werkplaats.web.public.own_details import saved_page
from werkplaats.wording.catalogues import Phrase

_MOST_TRIES = 3
"""How often confirming is tried if something about the registration changes at the same moment."""


def look(runtime: Runtime, request: Request, token: str) -> Response:
    """GET: the button. Nothing changes."""
    link, registration = _found(runtime, token)
    with about(lambda: runtime.workshop(registration.workshop)):
        if _is_granted(link, registration):
            raise Problem(
                404,
                Phrase("Dit adres is al bevestigd"),
                Phrase("Je hoeft niets meer te doen. We mailen je voortaan op dit adres."),
                Phrase("Je nieuwe link staat in een mail aan dit adres."),
            )
        workshop, wish = _standing(runtime, link, registration)
        words = words_for(request, registration.language)
        return page(
            words,
            "address",
            workshop=workshop.in_language(words.language),
            wish=wish,
            wish_ends=wish_ends(registration),
        )


def confirm(runtime: Runtime, request: Request, token: str) -> Response:
    """POST: the address is used from now on. Who clicks twice is led to the registration's page too."""
    link, registration = _found(runtime, token)
    with about(lambda: runtime.workshop(registration.workshop)):
        for _ in range(_MOST_TRIES):
            if not _is_granted(link, registration):
                outcome = _grant(runtime, link, registration)
                if isinstance(outcome, Refused) and outcome.why is Refusal.CHANGED and outcome.registration:
                    registration = outcome.registration
                    continue
                registration = _granted(outcome)
                log.event("person.confirmed_address", workshop=registration.workshop, registration=registration.id)
            path = runtime.links.registration_path(registration.id, registration.link_generation)
            return saved_page(request, path, "adres")
        raise _changes_all_the_time()


def _grant(runtime: Runtime, link: WishLink, registration: Registration) -> Outcome:
    workshop, wish = _standing(runtime, link, registration)
    assert registration.person is not None, "a standing wish is that of a person"
    person, identity = replace(registration.person, email=wish.email), runtime.identity
    return runtime.seat_queue.do(
        workshop.id,
        GrantWish(
            registration=registration.id,
            wish=link.wish,
            person=person,
            mailbox=identity.mailbox(workshop.id, person.email),
            address=identity.address(workshop.id, person.email),
            identity=identity.person(workshop.id, person),
        ),
    )


def _granted(outcome: Outcome) -> Registration:
    """The registration after it was moved. Raises Problem if it was not."""
    match outcome:
        case Done(registration) if registration is not None:
            return registration
        case SamePerson():
            raise Problem(
                409,
                Phrase("Er is al een aanmelding met dit adres"),
                Phrase("Op dit e-mailadres staat al een aanmelding met dezelfde naam. Daarom is er niets veranderd."),
                Phrase("Vraag de link van die aanmelding op bij ‘Mijn aanmelding’, of mail ons."),
            )
        case Refused(Refusal.MAILBOX_FULL):
            raise Problem(
                409,
                Phrase("Met dit adres zijn al vijf mensen aangemeld"),
                Phrase("Meer kan er niet met één adres. Daarom is er niets veranderd."),
                Phrase("Kies op je eigen pagina een ander adres, of mail ons."),
            )
        case _:
            raise _no_such_wish()


def _found(runtime: Runtime, token: str) -> tuple[WishLink, Registration]:
    """The link that `token` is, and its registration. Raises Problem if there is none."""
    link = runtime.links.read_address_wish(token)
    registration = runtime.store.seats.registration(link.id) if link else None
    if link is None or registration is None or registration.person is None:
        raise _no_such_wish()
    return link, registration


def _standing(runtime: Runtime, link: WishLink, registration: Registration) -> tuple[Workshop, AddressWish]:
    """The workshop, and the wish that `link` is for. Raises Problem if that does not stand any more."""
    standing, now = runtime.standing(registration.workshop), runtime.now()
    wish = standing_wish(registration, now)
    good = wish is not None and wish.version == link.wish and registration.link_generation == link.generation
    if standing is None or wish is None or not good:
        raise _no_such_wish()
    workshop, _ = standing
    if why_closed(workshop, registration, now) is not None:
        raise Problem(
            409,
            Phrase("Dit kan niet meer"),
            Phrase("De aanmelding of de werkplaats is voorbij. Daarom verandert het adres niet meer."),
            Phrase("Heb je een vraag, mail ons dan."),
        )
    return workshop, wish


def _is_granted(link: WishLink, registration: Registration) -> bool:
    """Whether the present address of `registration` came by `link`."""
    return registration.wish_granted == link.wish and registration.link_generation == link.generation + 1


def _no_such_wish() -> Problem:
    """The answer to a link that is not good, or not any more. It does not tell whether there is such a registration."""
    return Problem(
        404,
        Phrase("Deze link werkt niet meer"),
        Phrase("De link is al gebruikt, ingetrokken of verlopen. Hij werkt één dag."),
        Phrase("Wil je nog een ander e-mailadres gebruiken? Vraag het opnieuw op je eigen pagina."),
    )


def _changes_all_the_time() -> Problem:
    return Problem(
        409,
        Phrase("Dat lukte niet"),
        Phrase("Er veranderde op hetzelfde moment iets aan de aanmelding. Het adres is niet veranderd."),
        Phrase("Klik nog een keer op de knop."),
    )
