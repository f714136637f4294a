"""The forms of one person's page at the desk: to correct who they are, to write a note, and to set labels."""

from functools import lru_cache
from typing import Any, cast

from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.questions import Answer, Questions
from werkplaats.domain.registration import Answers, Registration
from werkplaats.domain.seats.noting import LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, tidy_labels
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.fields import LineField, TextField, field_name, words_of
from werkplaats.web.forms.forms import OurForm, PersonForm, Sent, with_questions
from werkplaats.wording.catalogues import Phrase, Words


def correct_form(words: Words, workshop: Workshop, registration: Registration, data: Sent) -> "CorrectForm":
    """The form that corrects `registration`, filled with `data`, or if that is None with what is known now."""
    known = known_fields(registration) if data is None else None
    form = _correct_class(workshop.questions)(data, data=known, meta={"words": words})
    form.registration = registration
    return form


def note_form(words: Words, data: Sent) -> "NoteForm":
    return NoteForm(data, meta={"words": words})


def labels_form(words: Words, registration: Registration, data: Sent) -> "LabelsForm":
    known = {"labels": ", ".join(registration.labels)} if data is None else None
    return LabelsForm(data, data=known, meta={"words": words})


class CorrectForm(PersonForm):
    """The sign-up form without its mark. A question that was not answered then need not be answered now."""

    registration: Registration

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for question, field in self._questions():
            if not field.data and question.id not in self.registration.answers:  # type: ignore[attr-defined]
                field.errors = ()
        return not any(field.errors for field in self)

    def answers(self) -> Answers:
        """The answers after the correction: those to questions that the form does not ask are as they were."""
        before = self.registration.answers
        ours = {question.id for question, _ in self._questions()}
        kept = {id: answer for id, answer in before.items() if id not in ours}
        return kept | {id: answer for id, answer in super().answers().items() if answer is not False or id in before}


def _fitting(form: BaseForm, field: LineField) -> None:
    labels = split_labels(field.data)
    if len(labels) > MOST_LABELS:
        told = words_of(field).gettext("Dit zijn te veel labels. Er passen er %(most)d.", most=MOST_LABELS)
        raise StopValidation(told)
    if any(len(one) > LONGEST_LABEL for one in labels):
        told = words_of(field).gettext("Maak elk label hooguit %(most)d tekens lang.", most=LONGEST_LABEL)
        raise StopValidation(told)


class NoteForm(OurForm):
    text = TextField(
        Phrase("Notitie"),
        missing=Phrase("Schrijf eerst iets op."),
        at_most=LONGEST_NOTE,
        description=Phrase("Je collega's lezen dit. Wie opvraagt wat er over hem of haar is bewaard, leest het ook."),
    )


class LabelsForm(OurForm):
    labels = LineField(
        Phrase("Labels"),
        at_most=400,
        validators=(_fitting,),
        description=Phrase("Een paar woorden, met komma's ertussen. Bijvoorbeeld: spreker, rolstoel."),
    )


def split_labels(text: str) -> tuple[str, ...]:
    """The labels in `text`, which are separated by commas."""
    return tidy_labels(tuple(text.split(",")))


def known_fields(registration: Registration) -> dict[str, Any]:
    """What the fields of a form hold that are filled with what is known of `registration`."""
    person = registration.person
    known: dict[str, Any] = {field_name(id): _filled(answer) for id, answer in registration.answers.items()}
    if person is not None:
        names = ("given_name", "family_name", "email", "organisation", "job_title", "phone")
        known |= {name: getattr(person, name) for name in names}
    return known


def _filled(answer: Answer) -> object:
    """What a field holds in which `answer` was given."""
    if isinstance(answer, bool):
        return answer
    return tuple(answer) if isinstance(answer, list) else str(answer)


@lru_cache(maxsize=64)
def _correct_class(questions: Questions) -> type[CorrectForm]:
    return cast(type[CorrectForm], with_questions(CorrectForm, questions))
