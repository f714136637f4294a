"""The forms that people fill in: to sign up, to ask for their link, to sign in at the desk, and to answer a survey.

A form is made with what was sent, or with None for an empty form. After `validate()` it gives its values as records of
the domain. The HTML names of its fields are Dutch and stay the same; a question's field is called `vraag-<id>`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, cast

from msgspec import Struct
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.fields.core import UnboundField
from wtforms.form import FormMeta

from werkplaats.domain.questions import Answer, AnyQuestion, Questions, is_asked
from werkplaats.domain.registration import Answers, Person
from werkplaats.domain.slips import address_meant
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.links import Submissions
from werkplaats.web.forms.fields import (
    AddressField,
    AnySubmissionField,
    DecoyField,
    LineField,
    OurField,
    PhoneField,
    SubmissionField,
    ViaField,
    field_name,
    words_of,
)
from werkplaats.web.forms.question_fields import ConsentField, question_field
from werkplaats.wording.catalogues import Phrase, Words

Sent = MultiDict[str, str] | None

NAME_LENGTH = 80
ORGANISATION_LENGTH = 200

ASKED_ABOUT = "zo-bedoeld"
"""The hidden field with the address that the sign-up form has asked about."""

_SLIP = Phrase("Bedoel je %(meant)s? Verbeter het dan. Klopt je adres wel, verstuur het formulier dan nog een keer.")


def sign_up_form(
    words: Words, workshop: Workshop, data: Sent, submissions: Submissions, via: str | None = None
) -> "SignUpForm":
    """The sign-up form of `workshop`, filled with `data`. `submissions` makes and reads the mark in it.

    `via` is what an empty form says of where somebody came from.
    """
    questions = workshop.in_language(words.language).questions
    form = _sign_up_class(questions)(data, via=via, meta={"words": words, "submissions": submissions})
    form.asked_about = data.get(ASKED_ABOUT, "") if data else ""
    return form


def link_form(words: Words, data: Sent, submissions: Submissions) -> "LinkForm":
    """The form that asks for the link again."""
    return LinkForm(data, meta={"words": words, "submissions": submissions})


def survey_form(words: Words, wave: Wave, data: Sent) -> "SurveyForm":
    """The form of a survey's `wave`, as it is in the language of `words`, filled with `data`."""
    return _survey_class(wave.questions)(data, meta={"words": words})


def sign_in_form(words: Words, data: Sent) -> "SignInForm":
    """The form that asks an organiser for the address that a link and a code are mailed to."""
    return SignInForm(data, meta={"words": words})


def code_form(words: Words, data: Sent) -> "CodeForm":
    """The form that asks for the code from that mail."""
    return CodeForm(data, meta={"words": words})


def version_seen(fields: Sent) -> int | None:
    """The version of what a page showed when somebody clicked on it, as its form sends it; None if it sends none.

    Text that cannot be a version of ours becomes -1, a version that nothing has.
    """
    sent = fields.get("version") if fields else None
    if sent is None:
        return None
    return int(sent) if re.fullmatch(r"[0-9]{1,15}", sent) else -1


def version_shown(fields: Sent) -> int:
    """The version as `version_seen` gives it, but -1, which nothing has, for a form without one: it counts as stale."""
    seen = version_seen(fields)
    return -1 if seen is None else seen


class Mistake(Struct, frozen=True):
    """A line of the summary above a form: what is wrong, and the id of the element to go to, if there is one."""

    anchor: str | None
    text: str


class OurForm(Form):
    """What all our forms can do, whatever their fields."""

    _patterns: ClassVar[dict[tuple[str, str, Words], dict[str, Any]]]

    def __init_subclass__(cls) -> None:
        cls._patterns = {}

    class Meta:
        """How WTForms makes these forms (https://wtforms.readthedocs.io/en/3.2.x/meta/)."""

        def bind_field(self, form: "OurForm", unbound_field: "UnboundField[Field]", options: dict[str, Any]) -> Field:
            """The field of `form` that `unbound_field` describes: a copy of what it was in the first form like it.

            WTForms would make each field anew for each form: its label, flags and validators. That was a tenth of the
            processor time of a sign-up, and they are always the same in one language. So they are shared, and must not
            be changed in the field of one form. What a field is filled with is set afterwards, and is its own.
            """
            key = (options["prefix"], options["name"], form.meta.words)
            pattern = form._patterns.get(key)
            if pattern is None:
                made = unbound_field.bind(form, **options)
                pattern = form._patterns[key] = {**vars(made), "meta": None, "_form": None}
            field: Field = object.__new__(unbound_field.field_class)
            vars(field).update(pattern, meta=form.meta, _form=form)
            return field

    def mistakes(self) -> list[Mistake]:
        """What is wrong, in the order of the form. Ask for it after `validate()`."""
        return [_mistake(field) for field in self if field.errors]

    def questions(self) -> list[OurField]:
        """The fields of the questions that the workshop asks, in its order."""
        return [field for _, field in self._questions()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is filled in well. Questions that other answers make superfluous are ignored."""
        super().validate(extra_validators)
        asked = {question.id for question, _, _ in self._asked()}
        for question, field in self._questions():
            if question.id not in asked:
                field.errors = ()
        return not any(field.errors for field in self)

    def answers(self) -> Answers:
        """The answers of a valid form by question id. Questions without an answer, or not asked, are left out."""
        return {question.id: answer for question, _, answer in self._asked() if answer is not None}

    def knows(self, data: Iterable[str]) -> bool:
        """Whether this form has all the questions that `data` answers. The workshop may have changed meanwhile."""
        ours = {field.name for field in self}
        return all(name in ours for name in data if name.startswith(field_name("")))

    def _questions(self) -> list[tuple[AnyQuestion, OurField]]:
        fields = cast(list[OurField], list(self))
        return [(field.question, field) for field in fields if field.question is not None]

    def _asked(self) -> list[tuple[AnyQuestion, OurField, Answer | None]]:
        """The questions that are asked, given the answers to the questions before them, with their fields and answers.

        A field with a mistake has the answer None.
        """
        asked: list[tuple[AnyQuestion, OurField, Answer | None]] = []
        answers: dict[str, object] = {}
        for question, field in self._questions():
            if is_asked(question, answers):
                answer = None if field.errors else field.answer()
                asked.append((question, field, answer))
                answers[question.id] = answer
        return asked


class LinkForm(OurForm):
    email = AddressField(Phrase("E-mailadres"), missing=Phrase("Vul je e-mailadres in."))
    submission = AnySubmissionField()


class SignInForm(OurForm):
    email = AddressField(Phrase("E-mailadres"), missing=Phrase("Vul je e-mailadres in."))


class CodeForm(OurForm):
    code = LineField(
        Phrase("Code uit de mail"),
        missing=Phrase("Vul de code uit de mail in."),
        at_most=40,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "text",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class PersonForm(OurForm):
    """What every sign-up asks."""

    given_name = LineField(
        Phrase("Voornaam"),
        name="voornaam",
        missing=Phrase("Vul je voornaam in."),
        at_most=NAME_LENGTH,
        autocomplete="given-name",
    )
    family_name = LineField(
        Phrase("Achternaam"),
        name="achternaam",
        missing=Phrase("Vul je achternaam in."),
        at_most=NAME_LENGTH,
        autocomplete="family-name",
    )
    email = AddressField(
        Phrase("E-mailadres"),
        missing=Phrase("Vul je e-mailadres in."),
        description=Phrase("Hier sturen we de bevestiging heen, en de link naar je aanmelding."),
    )
    organisation = LineField(
        Phrase("Organisatie"), name="organisatie", at_most=ORGANISATION_LENGTH, autocomplete="organization"
    )
    job_title = LineField(
        Phrase("Functie"), name="functie", at_most=ORGANISATION_LENGTH, autocomplete="organization-title"
    )
    phone = PhoneField(
        Phrase("Telefoonnummer"),
        name="telefoon",
        description=Phrase("Voor als er op het laatste moment iets verandert."),
    )

    def person(self) -> Person:
        """The person who signs up, from a valid form."""
        return Person(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.normalised,
            organisation=self.organisation.data,
            job_title=self.job_title.data,
            phone=self.phone.data,
        )


class SignUpForm(PersonForm):
    """The form to sign up. It asks once about an address that looks mistyped: sent again as it is, it is good.

    `asked_about` is the address that was asked about, which the form then sends along in the field ASKED_ABOUT.
    Whoever fills in `decoy`, which people cannot see, has to confirm the address.
    """

    via = ViaField()
    submission = SubmissionField()
    decoy = DecoyField(
        Phrase("Laat dit veld leeg"),
        name="onderwerp",
        render_kw={"autocomplete": "off", "tabindex": "-1"},
    )
    asked_about: str = ""

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        typed = self.email.normalised
        meant = None if self.email.errors or typed == self.asked_about else address_meant(typed)
        if meant is None:
            return valid
        self.asked_about = typed
        self.email.errors = (words_of(self.email).show(_SLIP, meant=meant),)
        return False

    def in_groups(self) -> "SignUpGroups":
        """The fields as the page shows them, besides name and address."""
        consents = [field for field in self.questions() if field.kind == "consent"]
        return SignUpGroups(questions=[one for one in self.questions() if one.kind != "consent"], consents=consents)


class SignUpGroups(Struct, frozen=True):
    """The questions of a sign-up form, and the boxes to tick at its end."""

    questions: list[OurField]
    consents: list[OurField]


class SurveyForm(OurForm):
    """It has questions only: nothing in it tells who answers."""


@lru_cache(maxsize=64)
def _sign_up_class(questions: Questions) -> type[SignUpForm]:
    return cast(type[SignUpForm], with_questions(SignUpForm, questions))


@lru_cache(maxsize=64)
def _survey_class(questions: Questions) -> type[SurveyForm]:
    return cast(type[SurveyForm], with_questions(SurveyForm, questions))


def with_questions(form: type[OurForm], questions: Questions) -> type[OurForm]:
    """`form` with a field for each of `questions` after its own."""
    fields = {field_name(question.id): question_field(question) for question in questions}
    return cast(type[OurForm], FormMeta(form.__name__, (form,), fields))


def _mistake(field: Any) -> Mistake:
    """The line about a field of WTForms, which has no types."""
    message = field.errors[0]
    if isinstance(field, SubmissionField):
        return Mistake(None, message)
    says_which = not field.data and field.question is None
    if says_which or isinstance(field, ConsentField):
        return Mistake(field.anchor, message)
    label = field.label.text
    return Mistake(field.anchor, f"{label} {message}" if label[-1] in "?.!" else f"{label}: {message}")
