"""What the groups of people are called for whom a message is, and the states of a message."""

from werkplaats.domain.messages import Audience, Circle, Progress, parse_audience
from werkplaats.domain.questions import Consent
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.answers import answer_text, question_label
from werkplaats.wording.catalogues import Phrase, Words

_GROUPS = {
    Circle.SEAT: Phrase("Iedereen met een plek"),
    Circle.WAITLIST: Phrase("Iedereen op de wachtlijst"),
    Circle.OFFERED: Phrase("Iedereen die een plek aangeboden kreeg en nog kiest"),
    Circle.ALL: Phrase("Iedereen: met een plek, met een aanbod en op de wachtlijst"),
    Circle.ATTENDED: Phrase("Wie er was"),
}

_PROGRESS = {
    Progress.SENDING: Phrase("wordt verstuurd"),
    Progress.FOLLOWING: Phrase("verstuurd, en gaat ook naar wie er later bij komt"),
    Progress.PAUSED: Phrase("gepauzeerd"),
    Progress.STOPPED: Phrase("gestopt"),
    Progress.DONE: Phrase("verstuurd"),
    Progress.TEST: Phrase("een test"),
}


def audience_label(words: Words, to: str, workshop: Workshop) -> str:
    """Whom a message to the audience `to` (as it is stored) is for."""
    audience = parse_audience(to)
    return words.gettext("Niemand") if audience is None else _label(words, audience, workshop)


def progress_label(words: Words, progress: str) -> str:
    """How far a message is, in the middle of a sentence."""
    return words.show(_PROGRESS[Progress(progress)])


def _label(words: Words, audience: Audience, workshop: Workshop) -> str:
    if audience.group is Circle.NOT_ANSWERED:
        wave = workshop.wave(audience.wave)
        title = wave.title if wave else audience.wave
        return words.gettext("Wie de vragenlijst ‘%(title)s’ nog niet invulde", title=title)
    if audience.group is Circle.ANSWER:
        asked = next((one for one in workshop.questions if one.id == audience.question), None)
        if asked is None:
            return words.gettext(
                "Wie ‘%(option)s’ koos bij ‘%(question)s’", option=audience.option, question=audience.question
            )
        return words.gettext(
            "Wie ‘%(option)s’ koos bij ‘%(question)s’",
            option=answer_text(words, asked, True if isinstance(asked, Consent) else audience.option),
            question=question_label(words, asked),
        )
    return words.show(_GROUPS[audience.group])
