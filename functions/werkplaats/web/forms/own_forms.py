"""The forms with which people change what they filled in, and ask for another address."""

from functools import lru_cache
from typing import Any, cast

from msgspec.structs import replace

from werkplaats.domain.questions import AnyQuestion, Questions, is_asked
from werkplaats.domain.registration import Answers, Person, Registration
from werkplaats.web.forms.fields import AddressField, OurField, field_name
from werkplaats.web.forms.forms import OurForm, PersonForm, Sent, SignUpGroups, with_questions
from werkplaats.web.forms.person_forms import known_fields
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.dates import long_day, unbroken


def details_form(words: Words, registration: Registration, questions: Questions, data: Sent) -> "DetailsForm":
    """The form for those `questions` whose answers can be changed, filled with `data`, or else with what is known now.

    A question that depends on an answer that cannot be changed is asked if it was asked with that answer, and then
    always. One that has a last day on which it can be changed says so.
    """
    known = known_fields(registration) if data is None else None
    asked = tuple(_with_last_day(words, one) for one in _without_fixed_conditions(questions, registration.answers))
    form = _details_class(asked)(data, data=known, meta={"words": words})
    form.registration = registration
    return form


def new_address_form(words: Words, data: Sent) -> "NewAddressForm":
    return NewAddressForm(data, meta={"words": words})


class DetailsForm(PersonForm):
    """The sign-up form without the address, and without the questions that are not to be changed.

    A question that somebody was asked and did not answer need not be answered now: it may be new.
    """

    registration: Registration
    email = None  # type: ignore[assignment]  # WTForms then leaves the field out

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        before = self.registration.answers
        for question, field in self._questions():
            if not field.data and question.id not in before and is_asked(question, before):  # type: ignore[attr-defined]
                field.errors = ()
        return not any(field.errors for field in self)

    def changed_person(self) -> Person:
        """The person after the change, with the address that they have."""
        before = self.registration.person
        assert before is not None, "who was erased has no page"
        return replace(
            before,
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            organisation=self.organisation.data,
            job_title=self.job_title.data,
            phone=self.phone.data,
        )

    def answers(self) -> Answers:
        """The answers after the change: those to questions that the form does not ask are as they were."""
        before = self.registration.answers
        ours = {question.id for question, _ in self._questions()}
        kept = {id: answer for id, answer in before.items() if id not in ours}
        return kept | {id: answer for id, answer in super().answers().items() if answer is not False or id in before}

    def in_groups(self) -> SignUpGroups:
        """The questions as the page shows them: the boxes to tick come last."""
        fields = self.questions()
        consents = [field for field in fields if field.kind == "consent"]
        return SignUpGroups(questions=[one for one in fields if one.kind != "consent"], consents=consents)

    def differing(self) -> list[tuple[OurField, str | AnyQuestion]]:
        """The fields of a valid form in which something else was typed than is known now.

        Each comes with what is known: the text, or for an answer the question that it is of.
        """
        person, answers = self.registration.person, self.answers()
        found: list[tuple[OurField, str | AnyQuestion]] = []
        for name in ("given_name", "family_name", "organisation", "job_title", "phone"):
            known = getattr(person, name)
            if self[name].data != known:
                found.append((cast(OurField, self[name]), known))
        for question, field in self._questions():
            if answers.get(question.id) != self.registration.answers.get(question.id):
                found.append((field, question))
        return found


class NewAddressForm(OurForm):
    email = AddressField(
        Phrase("Nieuw e-mailadres"),
        missing=Phrase("Vul je nieuwe e-mailadres in."),
        description=Phrase(
            "We sturen er een mail heen met een link. Pas als je die opent en bevestigt, verandert er iets."
        ),
    )


def typed_though_fixed(
    words: Words, registration: Registration, fixed: Questions, data: Sent
) -> list[tuple[AnyQuestion, Any]]:
    """The questions among `fixed`, whose answers cannot be changed any more, of which `data` has another answer."""
    if not data:
        return []
    sent = tuple(question for question in fixed if field_name(question.id) in data)
    form = _fixed_class(sent)(data, meta={"words": words})
    form.validate()
    found = []
    for question, field in form._questions():
        answer = None if field.errors else field.answer()
        if answer != registration.answers.get(question.id) and answer is not False:
            found.append((question, answer))
    return found


def _without_fixed_conditions(questions: Questions, answers: Answers) -> Questions:
    ids = {question.id for question in questions}
    asked = []
    for question in questions:
        condition = question.only_if
        if condition is None or condition.question in ids:
            asked.append(question)
        elif is_asked(question, answers):
            asked.append(replace(question, only_if=None))
    return tuple(asked)


def _with_last_day(words: Words, question: AnyQuestion) -> AnyQuestion:
    if question.changeable_until is None:
        return question
    told = words.gettext(
        "Dit kun je zelf veranderen t/m %(day)s.", day=unbroken(long_day(words, question.changeable_until))
    )
    return replace(question, help=f"{question.help} {told}".strip())


@lru_cache(maxsize=64)
def _details_class(questions: Questions) -> type[DetailsForm]:
    return cast(type[DetailsForm], with_questions(DetailsForm, questions))


@lru_cache(maxsize=64)
def _fixed_class(questions: Questions) -> type[OurForm]:
    return with_questions(OurForm, questions)
