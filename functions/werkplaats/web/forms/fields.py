"""What every field of a form has, and the fields that people type in. They build on WTForms' own base classes.

A field keeps what was typed, so that the form can show it again. Characters that nobody can see are removed from it,
and the person is told, since they could neither find nor remove them. Labels and messages are in the language of the
form: its `meta` has the `words`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar

from markupsafe import Markup
from msgspec import Struct
from wtforms import EmailField, Field, HiddenField, StringField, TelField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput

from werkplaats.domain.questions import Answer, AnyQuestion
from werkplaats.domain.whence import read_code
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.text import clean_line, clean_text, is_blank

TICKED = "ja"
"""The value that a form sends for a box that is ticked."""

ADDRESS_LENGTH = 254
PHONE_LENGTH = 40

_TAKEN_OUT_OF_LINE = Phrase(
    "Hier stond een regeleinde of een ander onzichtbaar teken in. Dat hebben we weggehaald. Kijk of het zo klopt."
)
_TAKEN_OUT_OF_TEXT = Phrase("Hier stonden onzichtbare tekens in. Die hebben we weggehaald. Kijk of het zo klopt.")
_NO_AT = Phrase("In je e-mailadres ontbreekt een @. Een adres ziet er zo uit: naam@example.org.")
_NO_ADDRESS = Phrase(
    "Dit kan geen e-mailadres zijn. Kijk of er een tikfout in zit. Een adres ziet er zo uit: naam@example.org."
)
_NO_PHONE = Phrase("Dit kan geen telefoonnummer zijn. Schrijf het als 06 12345678 of +31 6 12345678.")
_NO_DAY = Phrase("Dit is geen dag. Schrijf hem als 2027-08-29: eerst het jaar, dan de maand en de dag.")
_STALE_FORM = Phrase(
    "Er ging iets mis met het formulier, of het stond langer dan 12 uur open. "
    "Wat je invulde, staat er nog. Verstuur het nog een keer."
)

_PHONE = re.compile(r"\+?[0-9 ()./-]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Condition(Struct, frozen=True):
    """The field is shown only while the field called `name` has one of `values`."""

    name: str
    values: tuple[str, ...]


class OurField:
    """What forms and templates need of every field, whatever its kind.

    `kind` is the word by which templates/pages/_fields.html chooses how to show the field. `question` is the question
    that it asks, or None for what every sign-up asks, such as a name or an address.
    """

    kind: ClassVar[str]
    id: str
    name: str
    errors: Sequence[str]
    description: str
    question: AnyQuestion | None = None

    @property
    def help(self) -> str:
        return self.question.help if self.question is not None else self.description

    @property
    def condition(self) -> Condition | None:
        """What another field must hold for this question to be asked. None if it is always asked."""
        if self.question is None or self.question.only_if is None:
            return None
        only_if = self.question.only_if
        return Condition(field_name(only_if.question), tuple(_sent(answer) for answer in only_if.is_))

    @property
    def anchor(self) -> str:
        """The id of the element that a link to this field leads to. In a group of choices it is the first choice."""
        return self.id

    def answer(self) -> Answer | None:
        """The answer, None if there is none. Ask for it only after the field has been found valid."""
        raise NotImplementedError


class Filled:
    """Stops validation at an empty field: with the message `missing`, or with none if the field may be empty."""

    def __init__(self, missing: Phrase | None) -> None:
        self.missing = missing
        self.field_flags = {"required": True} if missing else {}

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(words_of(field).show(self.missing) if self.missing else "")


class AtMost:
    """Refuses more than `length` characters, and tells the browser by `maxlength`."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"maxlength": length}

    def __call__(self, form: BaseForm, field: Field) -> None:
        length = len(field.data)
        if length > self.length:
            too_long = words_of(field).gettext(
                "Dit is te lang: het zijn %(length)d tekens en er passen er %(most)d. Maak het korter.",
                length=length,
                most=self.length,
            )
            raise StopValidation(too_long)


class _Typed(OurField, StringField):
    """A field to type in. What is typed is cleaned. `missing` is the message if it is empty; None if it may be."""

    data: str
    kind = "line"
    clean: Callable[[str], tuple[str, bool]]
    told = _TAKEN_OUT_OF_LINE

    def __init__(
        self,
        label: Phrase | str,
        *,
        missing: Phrase | None = None,
        at_most: int,
        question: AnyQuestion | None = None,
        autocomplete: str | None = None,
        **options: Any,
    ) -> None:
        options["validators"] = [Filled(missing), AtMost(at_most), *options.get("validators", ())]
        if autocomplete is not None:
            options["render_kw"] = {"autocomplete": autocomplete}
        description, words = options.pop("description", None), options["_form"].meta.words
        super().__init__(
            words.show(label) if isinstance(label, Phrase) else label,
            default="",
            description=words.show(description) if description is not None else "",
            **options,
        )
        self.question = question
        self.taken_out = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text, self.taken_out = self.clean(valuelist[0] if valuelist else "")
        self.data = "" if is_blank(text) else text

    def pre_validate(self, form: BaseForm) -> None:
        if self.taken_out and self.data:
            raise StopValidation(words_of(self).show(self.told))

    def answer(self) -> Answer | None:
        return self.data or None


class LineField(_Typed):
    clean = staticmethod(clean_line)


class TextField(_Typed, TextAreaField):
    kind = "text"
    clean = staticmethod(clean_text)
    told = _TAKEN_OUT_OF_TEXT


class AddressField(LineField, EmailField):
    """An e-mail address. `normalised` is the form in which we store it and write to it, with its domain in ASCII."""

    def __init__(self, label: Phrase, *, missing: Phrase, **options: Any) -> None:
        options |= {"at_most": ADDRESS_LENGTH, "autocomplete": "email", "validators": [_an_address]}
        super().__init__(label, missing=missing, **options)
        self.normalised = ""


def _an_address(form: BaseForm, field: AddressField) -> None:
    # Imported by the first form that is sent, because it takes some 30 ms, and no page needs it.
    from email_validator import EmailNotValidError, validate_email

    if "@" not in field.data:
        raise StopValidation(words_of(field).show(_NO_AT))
    try:
        checked = validate_email(field.data, allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError:
        raise StopValidation(words_of(field).show(_NO_ADDRESS)) from None
    field.normalised = checked.ascii_email or checked.normalized


class PhoneField(LineField, TelField):
    kind = "phone"

    def __init__(self, label: Phrase, **options: Any) -> None:
        options |= {"at_most": PHONE_LENGTH, "autocomplete": "tel", "validators": [_a_phone_number]}
        super().__init__(label, **options)


def _a_phone_number(form: BaseForm, field: PhoneField) -> None:
    digits = sum(character.isdigit() for character in field.data)
    if not (_PHONE.fullmatch(field.data) and 7 <= digits <= 15):
        raise StopValidation(words_of(field).show(_NO_PHONE))


class DayField(LineField):
    """A calendar day, which browsers send as 2027-08-29. `day` is what was typed; None if that is no day."""

    widget = DateInput()

    def __init__(self, label: Phrase, *, missing: Phrase, **options: Any) -> None:
        options["validators"] = [_a_day, *options.get("validators", ())]
        super().__init__(label, missing=missing, at_most=20, **options)

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.data) if _DAY.fullmatch(self.data) else None
        except ValueError:
            return None


def _a_day(form: BaseForm, field: DayField) -> None:
    if field.day is None:
        raise StopValidation(words_of(field).show(_NO_DAY))


class SubmissionField(OurField, HiddenField):
    """The signed mark of one form, by which we recognise the form when it is sent again.

    `form_id` is the id that was signed. It is None for an empty form, and if the mark is not ours or has become too
    old: the person is then told so, and the form comes back with a new mark. The form's `meta` has the `submissions`
    that read and make marks.
    """

    kind = "hidden"
    needed = True
    form_id: str | None = None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.form_id = self.meta.submissions.read(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        if self.form_id is None and self.needed:
            raise StopValidation(words_of(self).show(_STALE_FORM))

    def _value(self) -> str:
        return str(self.data if self.form_id else self.meta.submissions.new())


class ViaField(OurField, HiddenField):
    """The code in the link by which somebody came (`domain/whence.py`). What is no code is left out, without a word."""

    kind = "hidden"

    def process_data(self, value: str | None) -> None:
        self.data = read_code(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = read_code(valuelist[0]) if valuelist else ""

    def __call__(self, **settings: Any) -> Markup:
        """The hidden field; nothing if there is no code."""
        return super().__call__(**settings) if self.data else Markup()


class DecoyField(OurField, StringField):
    """A field that nobody sees or reaches, and that a script fills in because it fills in everything.

    Nothing that is sent in it is a mistake: `filled` says whether there was something.
    """

    kind = "hidden"

    def __init__(self, label: Phrase, **options: Any) -> None:
        super().__init__(options["_form"].meta.words.show(label), default="", **options)

    @property
    def filled(self) -> bool:
        return not is_blank(self.data or "")


class AnySubmissionField(SubmissionField):
    """The same for a form that may do without: if its mark cannot be read, the form counts as a new one."""

    needed = False


def words_of(field: Field) -> Words:
    """The words of the form that `field` is in."""
    words: Words = field.meta.words
    return words


def field_name(question_id: str) -> str:
    """The HTML name of the field for a question."""
    return f"vraag-{question_id}"


def _sent(answer: str | int | bool) -> str:
    """The value that the field of a question sends for `answer`."""
    return TICKED if answer is True else str(answer)
