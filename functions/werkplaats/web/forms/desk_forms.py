"""The forms of the desk about a whole workshop: to make a new one, and to call one off."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.calling_off import LONGEST_REASON
from werkplaats.domain.questions import ID_PATTERN, Questions
from werkplaats.domain.registration import LONGEST_REMARK
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_rules import TAKEN_IDS
from werkplaats.security.links import Submissions
from werkplaats.web.forms.fields import AddressField, DayField, LineField, TextField, words_of
from werkplaats.web.forms.forms import NAME_LENGTH as NAME_LENGTH_OF_PERSON
from werkplaats.web.forms.forms import OurForm, Sent, SignUpForm, with_questions
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


def add_person_form(words: Words, workshop: Workshop, data: Sent, submissions: Submissions) -> "AddPersonForm":
    """The form that adds somebody to `workshop` by hand. `submissions` makes and reads the mark in it."""
    return _add_person_class(workshop.questions)(data, meta={"words": words, "submissions": submissions})


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


class AddPersonForm(SignUpForm):
    """The sign-up form as an organiser fills it in for somebody else, with a reason beside it."""

    given_name = LineField(
        Phrase("Voornaam"), name="voornaam", missing=Phrase("Vul de voornaam in."), at_most=NAME_LENGTH_OF_PERSON
    )
    family_name = LineField(
        Phrase("Achternaam"), name="achternaam", missing=Phrase("Vul de achternaam in."), at_most=NAME_LENGTH_OF_PERSON
    )
    email = AddressField(
        Phrase("E-mailadres"),
        missing=Phrase("Vul het e-mailadres in."),
        description=Phrase("Hier sturen we de mails aan deze persoon heen."),
    )
    reason = TextField(
        Phrase("Waarom voeg je deze persoon toe?"),
        name="reden",
        at_most=LONGEST_REMARK,
        description=Phrase("Alleen mensen met toegang tot deze lijst lezen dit. Voor een extra plek is het nodig."),
    )


@lru_cache(maxsize=64)
def _add_person_class(questions: Questions) -> type[AddPersonForm]:
    return cast(type[AddPersonForm], with_questions(AddPersonForm, questions))


class CallOffForm(OurForm):
    reason = TextField(
        Phrase("Waarom gaat de werkplaats niet door?"),
        missing=Phrase("Vul in waarom de werkplaats niet doorgaat. Iedereen die zich aanmeldde, leest dit."),
        at_most=LONGEST_REASON,
        description=Phrase("Iedereen die zich aanmeldde, leest dit in een mail en op de eigen pagina."),
    )
