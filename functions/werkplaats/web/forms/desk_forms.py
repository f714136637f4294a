"""The forms of the desk about a whole workshop: to make a new one, and to call one off."""

import re
from datetime import date, timedelta

from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.calling_off import LONGEST_REASON
from werkplaats.domain.questions import ID_PATTERN
from werkplaats.domain.workshop_rules import TAKEN_IDS
from werkplaats.web.forms.fields import DayField, LineField, TextField, words_of
from werkplaats.web.forms.forms import OurForm, Sent
from werkplaats.wording.catalogues import Phrase, Words

TITLE_LENGTH = 200
NAME_LENGTH = 200
ID_LENGTH = 60

_LATEST = timedelta(days=3660)
"""How far ahead a workshop can be planned: ten years."""


def new_workshop_form(words: Words, today: date, data: Sent, **proposed: str) -> "NewWorkshopForm":
    """The form that makes a workshop, filled with `data`, or with what is `proposed` by the names of its fields.

    `today` is the day in Amsterdam: a workshop begins later than that.
    """
    return NewWorkshopForm(data, data=proposed, meta={"words": words, "today": today})


def call_off_form(words: Words, data: Sent) -> "CallOffForm":
    """The form that asks why a workshop is called off."""
    return CallOffForm(data, meta={"words": words})


def _a_free_word(form: BaseForm, field: LineField) -> None:
    if not re.fullmatch(ID_PATTERN, field.data) or field.data in TAKEN_IDS:
        raise StopValidation(
            words_of(field).gettext(
                "Gebruik alleen kleine letters, cijfers en streepjes, en begin met een letter. Of laat dit leeg."
            )
        )


def _still_to_come(form: BaseForm, field: DayField) -> None:
    today: date = form.meta.today
    if field.day is not None and not today < field.day <= today + _LATEST:
        raise StopValidation(words_of(field).gettext("Kies een dag na vandaag, en niet meer dan tien jaar vooruit."))


class NewWorkshopForm(OurForm):
    title = LineField(
        Phrase("Titel"),
        missing=Phrase("Vul een titel in."),
        at_most=TITLE_LENGTH,
    )
    first_day = DayField(
        Phrase("Eerste dag"),
        missing=Phrase("Vul de eerste dag in."),
        validators=[_still_to_come],
        description=Phrase("De andere dagen en de tijd om je aan te melden, schuiven mee."),
    )
    name = LineField(
        Phrase("Naam van de organisator"),
        missing=Phrase("Vul in hoe jij of je organisatie heet."),
        at_most=NAME_LENGTH,
        description=Phrase("Jouw naam, of die van je organisatie. Deelnemers lezen hem op de pagina en in mails."),
    )
    id = LineField(
        Phrase("Laatste deel van het webadres"),
        at_most=ID_LENGTH,
        validators=[_a_free_word],
        description=Phrase("Laat je dit leeg, dan maken we het van de titel en het jaar."),
    )


class CallOffForm(OurForm):
    reason = TextField(
        Phrase("Waarom gaat de werkplaats niet door?"),
        missing=Phrase("Vul in waarom de werkplaats niet doorgaat. Iedereen die zich aanmeldde, leest dit."),
        at_most=LONGEST_REASON,
        description=Phrase("Iedereen die zich aanmeldde, leest dit in een mail en op de eigen pagina."),
    )
