"""Makes filled-in sign-up forms, as HTTP requests that are ready to be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkplaats.domain.questions import AnyOf, AnyQuestion, Consent, LongText, OneOf, Recommendation, Scale, ShortText
from werkplaats.domain.registration import Person
from werkplaats.domain.workshop import Workshop

_OPGAVE = (
    "Ik werk als opbouwwerker in een wijk waar veel plannen zijn gemaakt en weer zijn verdwenen. "
    "Samen met bewoners, de corporatie en de school zoek ik naar wat wél blijft. "
    "Mijn rol is die van verbinder; ik wil leren hoe ik ruimte krijg om het anders te doen."
)


@dataclass(frozen=True)
class Form:
    """One person's form: its `submission`, who the `person` is, and the whole `request` as bytes."""

    submission: str
    person: Person
    request: bytes


def filled_in(workshop: Workshop, host: str, submissions: Iterable[str]) -> list[Form]:
    """A form for `workshop` for each of `submissions`, each with another person and address.

    `host` is for the Host header.
    """
    return [_form(workshop, number, host, submission) for number, submission in enumerate(submissions)]


def _form(workshop: Workshop, number: int, host: str, submission: str) -> Form:
    email = f"noor.{number}@{workshop.id}.example.org"
    person = Person(given_name=f"Noor{number}", family_name="van der Meting", email=email)
    fields = [
        ("voornaam", person.given_name),
        ("achternaam", person.family_name),
        ("email", person.email),
        ("organisatie", "Gemeente Doorn"),
        ("functie", "Opbouwwerker"),
        ("telefoon", "06 12345678"),
        ("submission", submission),
    ]
    for question in workshop.questions:
        fields.append((f"vraag-{question.id}", _answer(question)))
    body = urlencode(fields).encode()
    head = (
        f"POST /werkplaats/{workshop.id}/aanmelden HTTP/1.1\r\n"
        f"Host: {host}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        "\r\n"
    )
    return Form(submission, person, head.encode() + body)


def _answer(question: AnyQuestion) -> str:
    match question:
        case ShortText(max_length=at_most):
            return "Vegetarisch"[:at_most]
        case LongText(max_length=at_most):
            return _OPGAVE[:at_most]
        case Scale(lowest=lowest):
            return str(lowest)
        case Recommendation():
            return "8"
        case OneOf() | AnyOf():
            return question.options[0].value
        case Consent():
            return "ja"
