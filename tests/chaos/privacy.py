"""The promises about personal data, each as a function that says what breaks it."""

from collections.abc import Iterator

from tests.chaos.evidence import Evidence


def no_log_has_personal_data(it: Evidence) -> Iterator[str]:
    """Neither what people typed, nor the secret part of their links."""
    for name, text in it.logs.items():
        folded = text.casefold()
        for guest in it.story.guests:
            if guest.mark in folded:
                yield f"{name} has something that guest {guest.number} typed: {_around(folded, guest.mark)}"
            if guest.page and (secret := guest.page.rpartition(".")[2]) in text:
                yield f"{name} has the link of guest {guest.number}: {_around(text, secret)}"


def nothing_personal_is_left(it: Evidence) -> Iterator[str]:
    """Once everything has been erased."""
    for one in it.registrations:
        if one.person is not None or one.answers or one.mailbox or one.identity or one.address:
            yield f"{one.id} has not been erased"
    for path, text in it.documents.items():
        folded = text.casefold()
        for guest in it.story.guests:
            if guest.mark in folded:
                yield f"{path} has something that guest {guest.number} typed: {_around(folded, guest.mark)}"


def _around(text: str, found: str) -> str:
    at = text.index(found)
    return text[max(0, at - 60) : at + 60].replace("\n", " ")
