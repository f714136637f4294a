"""Everything that is kept about one person, under names that they can read."""

from typing import Any

from werkplaats.domain.attendance import Mark
from werkplaats.domain.history import Held
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Person
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.answers import answer_text, question_label
from werkplaats.wording.catalogues import Words
from werkplaats.wording.dates import short_moment
from werkplaats.wording.journal import delivery_label, entry_by, entry_detail, entry_name
from werkplaats.wording.labels import mail_name, state_name

Named = dict[str, Any]
"""What becomes an object of JSON: names, and what they stand for."""


def held_by_name(words: Words, workshop: Workshop, held: Held, *, for_the_desk: bool) -> Named:
    """`held` as it is told to somebody. Times are in Amsterdam.

    With `for_the_desk` it leaves out what must not be known there: whether the person has answered a survey.
    """
    one = held.registration
    return {
        words.gettext("Werkplaats"): workshop.title,
        words.gettext("Persoon"): _person(words, one.person) if one.person else None,
        words.gettext("Taal"): one.language,
        words.gettext("Antwoorden"): _answers(words, workshop, held),
        words.gettext("Stand"): state_name(words, one.state),
        words.gettext("Stand sinds"): short_moment(words, one.state_since),
        words.gettext("Vastgehouden tot"): short_moment(words, one.held_until) if one.held_until else "",
        words.gettext("Wordt overgeslagen op de wachtlijst"): one.is_passed_over,
        words.gettext("Aangemeld op"): short_moment(words, one.signed_up_at),
        words.gettext("Gekomen via"): one.via,
        words.gettext("Wil geen vragenlijsten"): one.unsubscribed,
        words.gettext("Labels"): list(one.labels),
        words.gettext("Notities"): [
            {
                words.gettext("Wanneer"): short_moment(words, said.at),
                words.gettext("Door"): said.by,
                words.gettext("Tekst"): said.text,
            }
            for said in one.remarks
        ],
        words.gettext("Link aangevraagd op"): [short_moment(words, asked.at) for asked in one.link_requests],
        words.gettext("Gevraagd e-mailadres"): one.address_wish.email if one.address_wish else "",
        words.gettext("Ander e-mailadres gevraagd op"): [short_moment(words, at) for at in one.address_wishes],
        words.gettext("Aanwezigheid"): {
            day: words.gettext("aanwezig") if mark is Mark.PRESENT else words.gettext("afwezig")
            for day, mark in sorted(held.attendance.items())
        },
        words.gettext("Vragenlijsten"): [
            _invitation(words, asked, for_the_desk=for_the_desk) for asked in held.invitations
        ],
        words.gettext("Mails"): [_mail(words, mail) for mail in held.history.mails],
        words.gettext("Wat er gebeurde"): [
            {
                words.gettext("Wanneer"): short_moment(words, entry.at),
                words.gettext("Wat"): entry_name(words, entry.kind.value),
                words.gettext("Door"): entry_by(words, workshop, entry),
                words.gettext("Toelichting"): entry_detail(words, entry),
            }
            for entry in held.history.entries
        ],
        words.gettext("Kenmerken"): {
            words.gettext("Aanmelding"): one.id,
            words.gettext("Volgnummer"): one.number,
            words.gettext("Aantal keer aangemeld"): one.times_joined,
            words.gettext("Versleuteld e-mailadres"): one.address,
            words.gettext("Versleutelde mailbox"): one.mailbox,
            words.gettext("Versleutelde naam en e-mailadres"): one.identity,
        },
    }


def _person(words: Words, person: Person) -> Named:
    return {
        words.gettext("Voornaam"): person.given_name,
        words.gettext("Achternaam"): person.family_name,
        words.gettext("E-mailadres"): person.email,
        words.gettext("Organisatie"): person.organisation,
        words.gettext("Functie"): person.job_title,
        words.gettext("Telefoonnummer"): person.phone,
    }


def _answers(words: Words, workshop: Workshop, held: Held) -> Named:
    """The answers by the questions' labels. One to a question that is not asked any more has the question's id."""
    answers = dict(held.registration.answers)
    told = {
        question_label(words, question): answer_text(words, question, answers.pop(question.id))
        for question in workshop.questions
        if question.id in answers
    }
    return told | answers


def _invitation(words: Words, asked: Invitation, *, for_the_desk: bool) -> Named:
    known = {
        words.gettext("Vragenlijst"): asked.wave,
        words.gettext("Uitgenodigd op"): short_moment(words, asked.invited_at),
    }
    if for_the_desk:
        return known
    day = asked.answered_on.isoformat() if asked.answered_on else None
    return known | {words.gettext("Geantwoord op"): day, words.gettext("Herinneringen"): asked.reminded}


def _mail(words: Words, mail: Mail) -> Named:
    return {
        words.gettext("Soort"): mail_name(words, mail.kind.value),
        words.gettext("Gemaakt op"): short_moment(words, mail.created_at),
        words.gettext("Wat ervan werd"): None if mail.kind.of_survey else delivery_label(words, mail),
        words.gettext("Onderwerp"): mail.subject,
        words.gettext("Tekst"): mail.text,
    }
