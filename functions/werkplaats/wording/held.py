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
    one, say = held.registration, words.gettext
    return {
        say("Werkplaats"): workshop.title,
        say("Persoon"): _person(words, one.person) if one.person else None,
        say("Taal"): one.language,
        say("Antwoorden"): _answers(words, workshop, held),
        say("Stand"): state_name(words, one.state),
        say("Stand sinds"): short_moment(words, one.state_since),
        say("Aangemeld op"): short_moment(words, one.signed_up_at),
        say("Wil geen vragenlijsten"): one.unsubscribed,
        say("Labels"): list(one.labels),
        say("Notities"): [
            {say("Wanneer"): short_moment(words, said.at), say("Door"): said.by, say("Tekst"): said.text}
            for said in one.remarks
        ],
        say("Link aangevraagd op"): [short_moment(words, asked.at) for asked in one.link_requests],
        say("Aanwezigheid"): {
            day: say("was er") if mark is Mark.PRESENT else say("was er niet")
            for day, mark in sorted(held.attendance.items())
        },
        say("Vragenlijsten"): [_invitation(words, asked, for_the_desk=for_the_desk) for asked in held.invitations],
        say("Mails"): [_mail(words, mail) for mail in held.history.mails],
        say("Wat er gebeurde"): [
            {
                say("Wanneer"): short_moment(words, entry.at),
                say("Wat"): entry_name(words, entry.kind.value),
                say("Door"): entry_by(words, workshop, entry),
                say("Toelichting"): entry_detail(words, entry),
            }
            for entry in held.history.entries
        ],
        say("Kenmerken"): {
            say("Aanmelding"): one.id,
            say("Volgnummer"): one.sequence,
            say("Aantal keer aangemeld"): one.times_joined,
            say("Versleuteld e-mailadres"): one.address,
            say("Versleutelde mailbox"): one.mailbox,
            say("Versleutelde naam en e-mailadres"): one.identity,
        },
    }


def _person(words: Words, person: Person) -> Named:
    say = words.gettext
    return {
        say("Voornaam"): person.given_name,
        say("Achternaam"): person.family_name,
        say("E-mailadres"): person.email,
        say("Organisatie"): person.organisation,
        say("Functie"): person.job_title,
        say("Telefoonnummer"): person.phone,
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
    say = words.gettext
    known = {say("Vragenlijst"): asked.wave, say("Uitgenodigd op"): short_moment(words, asked.invited_at)}
    if for_the_desk:
        return known
    day = asked.answered_on.isoformat() if asked.answered_on else None
    return known | {say("Geantwoord op"): day, say("Herinneringen"): asked.reminded}


def _mail(words: Words, mail: Mail) -> Named:
    say = words.gettext
    return {
        say("Soort"): mail_name(words, mail.kind.value),
        say("Gemaakt op"): short_moment(words, mail.created_at),
        say("Wat ervan werd"): None if mail.kind.of_survey else delivery_label(words, mail),
        say("Onderwerp"): mail.subject,
        say("Tekst"): mail.text,
    }
