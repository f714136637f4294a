"""What every field of a form has, and the fields people type in: on WTForms' own base classes, with Dutch messages.

A field keeps what was typed for the form to show it again. Characters that nobody can see are taken out
of that and told about: left in, the person could neither find nor remove them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from msgspec import Struct
from wtforms import EmailField, Field, HiddenField, StringField, TelField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.questions import Answer, AnyQuestion
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.text import clean_line, clean_text, is_blank

TICKED = "ja"
"""What a form sends for a box that is ticked."""

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
_STALE_FORM = Phrase(
    "Er ging iets mis met het formulier, of het stond langer dan 12 uur open. "
    "Wat je invulde, staat er nog. Verstuur het nog een keer."
)

_PHONE = re.compile(r"\+?[0-9 ()./-]+")


class Condition(Struct, frozen=True):
    """A field is shown only while the field named `name` would send one of `values`."""

    name: str
    values: tuple[str, ...]


class OurField:
    """What forms and templates ask of each field here, whatever its kind.

    `kind` is the word by which templates/pages/_fields.html chooses how to show it. `question` is the one that is
    asked, or None for what every form asks: a name, an address.
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
        """On what it depends whether the question is asked; None if it always is."""
        if self.question is None or self.question.only_if is None:
            return None
        only_if = self.question.only_if
        return Condition(field_name(only_if.question), tuple(_sent(answer) for answer in only_if.is_))

    @property
    def anchor(self) -> str:
        """The id of the element to go to: of a group of choices, its first."""
        return self.id

    def answer(self) -> Answer | None:
        """What was answered, once the field is known to be valid; None if it was left open."""
        raise NotImplementedError


class Filled:
    """Stops at an empty field: with the message `missing`, or quietly where the field may be empty."""

    def __init__(self, missing: Phrase | None) -> None:
        self.missing = missing
        self.field_flags = {"required": True} if missing else {}

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(words_of(field).show(self.missing) if self.missing else "")


class AtMost:
    """At most `length` characters, and `maxlength` in the page."""

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
    """What people type: cleaned, `missing` said where it must be filled, and bounded."""

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
    """An e-mail address; `normalised` is how it is stored and written to (any domain in ASCII)."""

    def __init__(self, label: Phrase, *, missing: Phrase, **options: Any) -> None:
        options |= {"at_most": ADDRESS_LENGTH, "autocomplete": "email", "validators": [_an_address]}
        super().__init__(label, missing=missing, **options)
        self.normalised = ""


def _an_address(form: BaseForm, field: AddressField) -> None:
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


class SubmissionField(OurField, HiddenField):
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
            raise StopValidation(words_of(self).show(_STALE_FORM))

    def _value(self) -> str:
        return str(self.data if self.form_id else self.meta.submissions.new())


class AnySubmissionField(SubmissionField):
    """The same where nothing depends on it: a form whose mark cannot be read counts as a new one."""

    needed = False


def words_of(field: Field) -> Words:
    """The words of the form that `field` is in."""
    words: Words = field.meta.words
    return words


def field_name(question_id: str) -> str:
    """The HTML name of the field for a question."""
    return f"vraag-{question_id}"


def _sent(answer: str | int | bool) -> str:
    """What the field of a question sends for `answer` to it."""
    return TICKED if answer is True else str(answer)
