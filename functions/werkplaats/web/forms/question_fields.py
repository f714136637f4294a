"""The field for each kind of question, and the fields in which people choose rather than type."""

from collections.abc import Sequence
from typing import Any, assert_never

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.questions import (
    Answer,
    AnyOf,
    AnyQuestion,
    Consent,
    LongText,
    OneOf,
    Option,
    Recommendation,
    Scale,
    ShortText,
)
from werkplaats.web.forms.fields import TICKED, Filled, LineField, OurField, TextField, field_name, words_of
from werkplaats.wording.catalogues import Phrase

_NO_CHOICE = Phrase("Kies een van de mogelijkheden.")
_NO_CHOICES = Phrase("Kies alleen uit de mogelijkheden die hier staan.")
_NO_CONSENT = Phrase("Zet een vinkje als je het hiermee eens bent. Zonder dat kunnen we je niet aanmelden.")
_NOTHING_TYPED = Phrase("Vul dit in.")
_NOTHING_CHOSEN = Phrase("Kies er minstens een.")


def question_field(question: AnyQuestion) -> Field:
    """The field for `question`, not yet bound to a form."""
    name = field_name(question.id)
    missing = _NOTHING_TYPED if question.required else None
    match question:
        case ShortText(max_length=at_most):
            return LineField(question.label, at_most=at_most, missing=missing, name=name, question=question)
        case LongText(max_length=at_most):
            return TextField(question.label, at_most=at_most, missing=missing, name=name, question=question)
        case Scale(lowest=lowest, highest=highest):
            return ScaleField(question.label, options=_numbers(lowest, highest), name=name, question=question)
        case Recommendation():
            return ScaleField(question.label, options=_numbers(0, 10), name=name, question=question)
        case OneOf(options=options):
            return ChoiceField(question.label, options=_pairs(options), name=name, question=question)
        case AnyOf(options=options):
            return ChoicesField(question.label, options=_pairs(options), name=name, question=question)
        case Consent():
            return ConsentField(question.label, name=name, question=question)
        case _:
            assert_never(question)


def _numbers(lowest: int, highest: int) -> list[tuple[str, str]]:
    return [(str(number), str(number)) for number in range(lowest, highest + 1)]


def _pairs(options: Sequence[Option]) -> list[tuple[str, str]]:
    return [(option.value, option.label) for option in options]


class _Choices(OurField, Field):
    """A field to choose in. Each of its `options` is the value that is sent and the label that is read."""

    options: Sequence[tuple[str, str]]

    @property
    def anchor(self) -> str:
        return f"{self.id}-0"


class ChoiceField(_Choices):
    """Radio buttons for the options of a question."""

    kind = "one"
    data: str

    def __init__(
        self, label: str, *, question: OneOf | Scale | Recommendation, options: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        more["validators"] = [Filled(_NO_CHOICE if question.required else None)]
        super().__init__(label, default="", **more)
        self.question = question
        self.options = options

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data and all(self.data != value for value, _ in self.options):
            raise StopValidation(words_of(self).show(_NO_CHOICE))

    def answer(self) -> Answer | None:
        return self.data or None


class ScaleField(ChoiceField):
    """A row of radio buttons for the whole numbers of a scale, from its lowest to its highest."""

    kind = "scale"

    def answer(self) -> Answer | None:
        return int(self.data) if self.data else None


class ChoicesField(_Choices):
    """Boxes to tick for the options of a question. The answer lists them in the order of the question."""

    kind = "any"
    data: tuple[str, ...]

    def __init__(self, label: str, *, question: AnyOf, options: Sequence[tuple[str, str]], **more: Any) -> None:
        more["validators"] = [Filled(_NOTHING_CHOSEN if question.required else None)]
        super().__init__(label, default=(), **more)
        self.question = question
        self.options = options

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = tuple(value for value in valuelist if value)

    def pre_validate(self, form: BaseForm) -> None:
        if not {value for value, _ in self.options}.issuperset(self.data):
            raise StopValidation(words_of(self).show(_NO_CHOICES))

    def answer(self) -> Answer | None:
        return [value for value, _ in self.options if value in self.data] or None


class ConsentField(OurField, Field):
    """A box to tick."""

    kind = "consent"
    ticked = TICKED

    def __init__(self, label: str, *, question: Consent, **options: Any) -> None:
        options["validators"] = [Filled(_NO_CONSENT if question.required else None)]
        super().__init__(label, default=False, **options)
        self.question = question

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = bool(valuelist) and valuelist[0] != ""

    def answer(self) -> Answer | None:
        return bool(self.data)
