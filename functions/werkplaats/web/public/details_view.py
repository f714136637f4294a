"""What the page shows on which people change what they filled in: forms, what cannot be changed any more, and why."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from werkplaats.domain.questions import AnyQuestion, Questions
from werkplaats.domain.registration import AddressWish, Registration
from werkplaats.domain.seats.commands import Refusal
from werkplaats.domain.seats.moving import is_over
from werkplaats.domain.seats.own_details import changeable_questions, shown_questions, why_closed
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.forms import OurForm, Sent
from werkplaats.web.forms.own_forms import DetailsForm, NewAddressForm, details_form, new_address_form
from werkplaats.wording.answers import answer_text, question_label
from werkplaats.wording.catalogues import Phrase, Words

_CLOSED = {
    Refusal.CALLED_OFF: Phrase("De werkplaats gaat niet door. Daarom kun je hier niets meer veranderen."),
    Refusal.UNCONFIRMED: Phrase("Bevestig eerst je e-mailadres. Daarna kun je hier je gegevens wijzigen."),
    Refusal.OVER: Phrase("De werkplaats is voorbij. Daarom kun je hier niets meer veranderen."),
    Refusal.ENDED: Phrase("Je hebt geen plek en je staat niet op de wachtlijst. Daarom kun je hier niets veranderen."),
}


class Fixed(Struct, frozen=True, kw_only=True):
    """An answer that can be read but not changed any more. `typed` is what was typed in its place, "" for nothing."""

    asked: str
    answer: str
    question: AnyQuestion
    typed: str = ""


class Shown(Struct, frozen=True, kw_only=True):
    """What is shown besides the registration as it is now: forms with what was typed, and why they come back.

    `late` has the answers that were typed to questions that are fixed.
    """

    status: int = 200
    problem: str = ""
    details: DetailsForm | None = None
    address: NewAddressForm | None = None
    late: tuple[tuple[AnyQuestion, Any], ...] = ()
    stale: bool = False


def details_shown(
    words: Words, workshop: Workshop, registration: Registration, now: datetime, shown: Shown
) -> dict[str, Any]:
    """What templates/pages/details.html is given, besides the `path` of the registration's page.

    `workshop` is in the language of `words`.
    """
    closed = why_closed(workshop, registration, now)
    form = shown.details or details_form_of(words, workshop, registration, now, None)
    mistaken: OurForm | None = next((one for one in (shown.details, shown.address) if one and one.mistakes()), None)
    typed = {question.id: answer for question, answer in shown.late}
    fixed = [
        Fixed(
            asked=question_label(words, question),
            answer=answer_text(words, question, registration.answers.get(question.id)),
            question=question,
            typed=answer_text(words, question, typed.get(question.id)),
        )
        for question in fixed_questions(words, workshop, now)
        if question.id in registration.answers or question.id in typed
    ]
    return {
        "workshop": workshop,
        "registration": registration,
        "now": now,
        "closed": words.show(_CLOSED[closed]) if closed is not None else "",
        "form": form,
        "address_form": shown.address or new_address_form(words, None),
        "mistakes": mistaken.mistakes() if mistaken else [],
        "problem": shown.problem,
        "known_now": _known_now(words, registration, form) if shown.stale else [],
        "fixed": fixed,
        "begun": workshop.has_begun(now),
        "wish": standing_wish(registration, now),
        "wish_ends": wish_ends(registration),
    }


def wish_ends(registration: Registration) -> datetime | None:
    """Until when (UTC) the address that was asked for can be confirmed."""
    wish = registration.address_wish
    return wish.ends_at if wish else None


def _known_now(words: Words, registration: Registration, form: DetailsForm) -> list[tuple[str, str]]:
    """What is known by now where something else was typed."""
    return [
        (
            str(field.label.text),  # type: ignore[attr-defined]
            known if isinstance(known, str) else answer_text(words, known, registration.answers.get(known.id)),
        )
        for field, known in form.differing()
    ]


def details_form_of(
    words: Words, workshop: Workshop, registration: Registration, now: datetime, data: Sent
) -> DetailsForm:
    questions = workshop.in_language(words.language).questions
    ours = {question.id for question in changeable_questions(workshop, now)}
    return details_form(words, registration, tuple(one for one in questions if one.id in ours), data)


def fixed_questions(words: Words, workshop: Workshop, now: datetime) -> Questions:
    """The questions whose answers are shown and cannot be changed, in the language of `words`."""
    shown = {question.id for question in shown_questions(workshop, now)}
    fixed = shown - {question.id for question in changeable_questions(workshop, now)}
    return tuple(one for one in workshop.in_language(words.language).questions if one.id in fixed)


def standing_wish(registration: Registration, now: datetime) -> AddressWish | None:
    """The address that the person asked for and can still confirm."""
    wish = registration.address_wish
    return None if wish is None or is_over(wish, now) else wish
