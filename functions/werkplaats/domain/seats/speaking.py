"""Choosing the language in which mails are written to somebody who has signed up."""

from msgspec.structs import replace

from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import ChooseLanguage, Done, Outcome
from werkplaats.domain.seats.draft import Draft


def choose_language(command: ChooseLanguage, registration: Registration, draft: Draft) -> Outcome:
    """Keep the language. Mails that are queued but not sent yet are written in it too. Nobody is told of it."""
    return Done(draft.keep(replace(registration, language=command.language, details_version=draft.version)))


def has_chosen(command: ChooseLanguage, registration: Registration) -> bool:
    return registration.language == command.language
