"""The forms people fill in: sign-up, the link again, and a survey.

Each is made with what was sent (or None for an empty form), is asked to `validate()`, and then gives its
values as domain records. HTML names are Dutch and stable; a question's field is `vraag-<id>`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from msgspec import Struct
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.form import FormMeta

from werkplaats.domain.questions import Answer, AnyQuestion, Questions, is_asked
from werkplaats.domain.registration import Answers, Person
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.links import Submissions
from werkplaats.web.forms.fields import (
    AddressField,
    AnySubmissionField,
    LineField,
    OurField,
    PhoneField,
    SubmissionField,
    field_name,
)
from werkplaats.web.forms.question_fields import ConsentField, question_field

Sent = MultiDict[str, str] | None

NAME_LENGTH = 80
ORGANISATION_LENGTH = 200


def sign_up_form(workshop: Workshop, data: Sent, submissions: Submissions) -> "SignUpForm":
    """The sign-up form of `workshop` filled with `data`; its mark is made and read by `submissions`."""
    return _sign_up_class(workshop.questions)(data, meta={"submissions": submissions})


def link_form(data: Sent, submissions: Submissions) -> "LinkForm":
    """The form that asks for the link again."""
    return LinkForm(data, meta={"submissions": submissions})


def survey_form(wave: Wave, data: Sent) -> "SurveyForm":
    """The form of a round of the survey."""
    return _survey_class(wave.questions)(data)


def version_seen(fields: Sent) -> int | None:
    """The version of what the page showed on which somebody clicked, as its form carries it; None if it carries none.

    Anything that is no version of ours counts as a version that nothing has.
    """
    sent = fields.get("version") if fields else None
    if sent is None:
        return None
    return int(sent) if re.fullmatch(r"[0-9]{1,15}", sent) else -1


class Mistake(Struct, frozen=True):
    """A line of the summary above a form: where to go (an element's id, or none), and what is wrong."""

    anchor: str | None
    text: str


class _OurForm(Form):
    def mistakes(self) -> list[Mistake]:
        """What is wrong, in the form's order, once it has been validated."""
        return [_mistake(field) for field in self if field.errors]

    def questions(self) -> list[OurField]:
        """The fields of the workshop's own questions, in their order."""
        return [field for _, field in self._questions()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is well with every question that is asked of who answers like this."""
        super().validate(extra_validators)
        asked = {question.id for question, _, _ in self._asked()}
        for question, field in self._questions():
            if question.id not in asked:
                field.errors = ()
        return not any(field.errors for field in self)

    def answers(self) -> Answers:
        """The answers by question id, of a valid form; what was left open or is not asked is absent."""
        return {question.id: answer for question, _, answer in self._asked() if answer is not None}

    def knows(self, data: Iterable[str]) -> bool:
        """Whether every question that was answered is one of this form: its file may have changed meanwhile."""
        ours = {field.name for field in self}
        return all(name in ours for name in data if name.startswith(field_name("")))

    def _questions(self) -> list[tuple[AnyQuestion, OurField]]:
        fields = cast(list[OurField], list(self))
        return [(field.question, field) for field in fields if field.question is not None]

    def _asked(self) -> list[tuple[AnyQuestion, OurField, Answer | None]]:
        """The questions that are asked, by the answers to those before them, with their fields and their answers.

        The answer of a field that has a mistake is None.
        """
        asked: list[tuple[AnyQuestion, OurField, Answer | None]] = []
        answers: dict[str, object] = {}
        for question, field in self._questions():
            if is_asked(question, answers):
                answer = None if field.errors else field.answer()
                asked.append((question, field, answer))
                answers[question.id] = answer
        return asked


class LinkForm(_OurForm):
    email = AddressField("E-mailadres", missing="Vul je e-mailadres in.")
    submission = AnySubmissionField()


class SignInForm(_OurForm):
    """Asks an organiser for the address that a link and a code are mailed to."""

    email = AddressField("E-mailadres", missing="Vul je e-mailadres in.")


class CodeForm(_OurForm):
    """Asks for the code from that mail."""

    code = LineField(
        "Code uit de mail",
        missing="Vul de code uit de mail in.",
        at_most=40,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "text",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class SignUpForm(_OurForm):
    given_name = LineField(
        "Voornaam",
        name="voornaam",
        missing="Vul je voornaam in.",
        at_most=NAME_LENGTH,
        autocomplete="given-name",
    )
    family_name = LineField(
        "Achternaam",
        name="achternaam",
        missing="Vul je achternaam in.",
        at_most=NAME_LENGTH,
        autocomplete="family-name",
    )
    email = AddressField(
        "E-mailadres",
        missing="Vul je e-mailadres in.",
        description="Hier sturen we de bevestiging heen, en de link naar je aanmelding.",
    )
    organisation = LineField(
        "Organisatie", name="organisatie", at_most=ORGANISATION_LENGTH, autocomplete="organization"
    )
    job_title = LineField("Functie", name="functie", at_most=ORGANISATION_LENGTH, autocomplete="organization-title")
    phone = PhoneField(
        "Telefoonnummer", name="telefoon", description="Voor als er op het laatste moment iets verandert."
    )
    submission = SubmissionField()

    def person(self) -> Person:
        """Who signs up, of a valid form."""
        return Person(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.normalised,
            organisation=self.organisation.data,
            job_title=self.job_title.data,
            phone=self.phone.data,
        )


class SurveyForm(_OurForm):
    """Only questions: nothing in it says who answers."""


@lru_cache(maxsize=64)
def _sign_up_class(questions: Questions) -> type[SignUpForm]:
    return cast(type[SignUpForm], _with(SignUpForm, questions))


@lru_cache(maxsize=64)
def _survey_class(questions: Questions) -> type[SurveyForm]:
    return cast(type[SurveyForm], _with(SurveyForm, questions))


def _with(form: type[_OurForm], questions: Questions) -> type[_OurForm]:
    fields = {field_name(question.id): question_field(question) for question in questions}
    return cast(type[_OurForm], FormMeta(form.__name__, (form,), fields))


def _mistake(field: Any) -> Mistake:
    """What is wrong with a field of WTForms, which is untyped."""
    message = field.errors[0]
    if isinstance(field, SubmissionField):
        return Mistake(None, message)
    says_which = not field.data and field.question is None
    if says_which or isinstance(field, ConsentField):
        return Mistake(field.anchor, message)
    label = field.label.text
    return Mistake(field.anchor, f"{label} {message}" if label[-1] in "?.!" else f"{label}: {message}")
