"""The kinds of field that forms are made of, on WTForms' own base classes, with Dutch messages.

A field keeps what was typed for the form to show it again. Characters that nobody can see are taken out
of that and told about: left in, the person could neither find nor remove them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, Field, HiddenField, StringField, TelField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.questions import (
    TICKED,
    AnyOf,
    AnyQuestion,
    Consent,
    LongText,
    OneOf,
    Recommendation,
    Scale,
    ShortText,
)
from werkplaats.wording.text import clean_line, clean_text, is_blank

Answer = str | int | bool | list[str]

ADDRESS_LENGTH = 254
PHONE_LENGTH = 40

_TAKEN_OUT_OF_LINE = (
    "Hier stond een regeleinde of een ander onzichtbaar teken in. Dat hebben we weggehaald. Kijk of het zo klopt."
)
_TAKEN_OUT_OF_TEXT = "Hier stonden onzichtbare tekens in. Die hebben we weggehaald. Kijk of het zo klopt."
_NO_AT = "In je e-mailadres ontbreekt een @. Een adres ziet er zo uit: naam@example.org."
_NO_ADDRESS = (
    "Dit kan geen e-mailadres zijn. Kijk of er een tikfout in zit. Een adres ziet er zo uit: naam@example.org."
)
_NO_PHONE = "Dit kan geen telefoonnummer zijn. Schrijf het als 06 12345678 of +31 6 12345678."
_NO_CHOICE = "Kies een van de mogelijkheden."
_NO_CHOICES = "Kies alleen uit de mogelijkheden die hier staan."
_NO_CONSENT = "Zet een vinkje als je het hiermee eens bent. Zonder dat kunnen we je niet aanmelden."
_STALE_FORM = (
    "Er ging iets mis met het formulier, of het stond langer dan 12 uur open. "
    "Wat je invulde, staat er nog. Verstuur het nog een keer."
)

_PHONE = re.compile(r"\+?[0-9 ()./-]+")


class Filled:
    """Stops at an empty field: with the message `missing`, or quietly where the field may be empty."""

    def __init__(self, missing: str | None) -> None:
        self.missing = missing
        self.field_flags = {"required": True} if missing else {}

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(self.missing or "")


class AtMost:
    """At most `length` characters, and `maxlength` in the page."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"maxlength": length}

    def __call__(self, form: BaseForm, field: Field) -> None:
        length = len(field.data)
        if length > self.length:
            raise StopValidation(
                f"Dit is te lang: het zijn {length} tekens en er passen er {self.length}. Maak het korter."
            )


class _Typed(StringField):
    """What people type: cleaned, `missing` said where it must be filled, and bounded."""

    data: str
    kind = "line"
    clean: Callable[[str], tuple[str, bool]]
    told = _TAKEN_OUT_OF_LINE

    def __init__(
        self,
        label: str,
        *,
        missing: str | None = None,
        at_most: int,
        question: AnyQuestion | None = None,
        autocomplete: str | None = None,
        **options: Any,
    ) -> None:
        options["validators"] = [Filled(missing), AtMost(at_most), *options.get("validators", ())]
        if autocomplete is not None:
            options["render_kw"] = {"autocomplete": autocomplete}
        super().__init__(label, default="", **options)
        self.question = question
        self.taken_out = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text, self.taken_out = self.clean(valuelist[0] if valuelist else "")
        self.data = "" if is_blank(text) else text

    def pre_validate(self, form: BaseForm) -> None:
        if self.taken_out and self.data:
            raise StopValidation(self.told)

    def answer(self) -> Answer | None:
        return self.data or None


class LineField(_Typed):
    clean = staticmethod(clean_line)


class TextField(_Typed, TextAreaField):
    kind = "text"
    clean = staticmethod(clean_text)
    told = _TAKEN_OUT_OF_TEXT


class AddressField(LineField, EmailField):
    """An e-mail address; `normalised` is how it is stored and written to (any domain in ASCII)."""

    def __init__(self, label: str, *, missing: str, **options: Any) -> None:
        options |= {"at_most": ADDRESS_LENGTH, "autocomplete": "email", "validators": [_an_address]}
        super().__init__(label, missing=missing, **options)
        self.normalised = ""


def _an_address(form: BaseForm, field: AddressField) -> None:
    if "@" not in field.data:
        raise StopValidation(_NO_AT)
    try:
        checked = validate_email(field.data, allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError:
        raise StopValidation(_NO_ADDRESS) from None
    field.normalised = checked.ascii_email or checked.normalized


class PhoneField(LineField, TelField):
    def __init__(self, label: str, **options: Any) -> None:
        options |= {"at_most": PHONE_LENGTH, "autocomplete": "tel", "validators": [_a_phone_number]}
        super().__init__(label, **options)


def _a_phone_number(form: BaseForm, field: PhoneField) -> None:
    digits = sum(character.isdigit() for character in field.data)
    if not (_PHONE.fullmatch(field.data) and 7 <= digits <= 15):
        raise StopValidation(_NO_PHONE)


class ChoiceField(Field):
    """One of a question's options, as radio buttons."""

    data: str
    kind = "one"

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
            raise StopValidation(_NO_CHOICE)

    def answer(self) -> Answer | None:
        return self.data or None


class ScaleField(ChoiceField):
    """A whole number from a scale's lowest to its highest, as a row of radio buttons."""

    kind = "scale"

    def answer(self) -> Answer | None:
        return int(self.data) if self.data else None


class ChoicesField(Field):
    """Any of a question's options, as boxes to tick; the answer keeps the question's order."""

    kind = "any"

    def __init__(self, label: str, *, question: AnyOf, options: Sequence[tuple[str, str]], **more: Any) -> None:
        more["validators"] = [Filled("Kies er minstens een." if question.required else None)]
        super().__init__(label, default=(), **more)
        self.question = question
        self.options = options

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = tuple(value for value in valuelist if value)

    def pre_validate(self, form: BaseForm) -> None:
        if not {value for value, _ in self.options}.issuperset(self.data):
            raise StopValidation(_NO_CHOICES)

    def answer(self) -> Answer | None:
        return [value for value, _ in self.options if value in self.data] or None


class ConsentField(Field):
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


class SubmissionField(HiddenField):
    """The signed mark of one form, by which it is recognised when it is sent again.

    `form_id` is what was signed. It is None for an empty form, and for one whose mark is not ours or too old: that is
    told about, and the form is shown again with a new mark. The form's `meta` has the `submissions` to read marks by.
    """

    kind = "hidden"
    needed = True
    form_id: str | None = None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.form_id = self.meta.submissions.read(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        if self.form_id is None and self.needed:
            raise StopValidation(_STALE_FORM)

    def _value(self) -> str:
        return str(self.data if self.form_id else self.meta.submissions.new())


class AnySubmissionField(SubmissionField):
    """The same where nothing depends on it: a form whose mark cannot be read counts as a new one."""

    needed = False


def question_field(question: AnyQuestion) -> Field:
    """The (unbound) field for `question`."""
    name = f"vraag-{question.id}"
    missing = "Vul dit in." if question.required else None
    match question:
        case ShortText(max_length=at_most):
            return LineField(question.label, name=name, question=question, at_most=at_most, missing=missing)
        case LongText(max_length=at_most):
            return TextField(question.label, name=name, question=question, at_most=at_most, missing=missing)
        case Scale(lowest=lowest, highest=highest):
            numbers = [(str(number), str(number)) for number in range(lowest, highest + 1)]
            return ScaleField(question.label, name=name, question=question, options=numbers)
        case Recommendation():
            numbers = [(str(number), str(number)) for number in range(11)]
            return ScaleField(question.label, name=name, question=question, options=numbers)
        case OneOf(options=options):
            return ChoiceField(question.label, name=name, question=question, options=_pairs(options))
        case AnyOf(options=options):
            return ChoicesField(question.label, name=name, question=question, options=_pairs(options))
        case Consent():
            return ConsentField(question.label, name=name, question=question)


def _pairs(options: Sequence[Any]) -> list[tuple[str, str]]:
    return [(option.value, option.label) for option in options]
