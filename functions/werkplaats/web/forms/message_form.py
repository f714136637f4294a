"""The form of the desk in which organisers write a message to a group of people."""

import re

from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from werkplaats.domain.messages import LONGEST_SUBJECT, LONGEST_TEXT, Audience, parse_audience
from werkplaats.security.links import Submissions
from werkplaats.web.forms.fields import AnySubmissionField, LineField, TextField, words_of
from werkplaats.web.forms.forms import OurForm, Sent
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.placeholders import KNOWN, NAME, unknown_placeholders

LATER = "later"
YES = "yes"
"""The value of the box LATER if it is ticked."""

_LINK = re.compile(r"\]\(\s*<?\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LEADS_TO = {"http", "https", "mailto"}


def message_form(words: Words, data: Sent, submissions: Submissions, known: tuple[str, ...]) -> "MessageForm":
    """The form, filled with `data`. `known` are the audiences that there are (see `messages.audiences`)."""
    form = MessageForm(data, meta={"words": words, "submissions": submissions, "known": known})
    form.later = data is not None and data.get(LATER) == YES
    return form


def _an_audience(form: BaseForm, field: LineField) -> None:
    if field.data not in form.meta.known:
        raise StopValidation(words_of(field).gettext("Deze groep is er niet (meer). Kies een andere."))


def _only_the_name(form: BaseForm, field: LineField) -> None:
    _check_placeholders(field, (NAME,))


def _only_ours(form: BaseForm, field: TextField) -> None:
    _check_placeholders(field, KNOWN)


def _check_placeholders(field: LineField | TextField, known: tuple[str, ...]) -> None:
    if unknown := unknown_placeholders(field.data, known):
        words = words_of(field)
        named = words.gettext("{naam} en {link}") if len(known) > 1 else "{naam}"
        raise StopValidation(
            words.gettext(
                "Dit wordt niet ingevuld: %(placeholders)s. Je kunt %(known)s gebruiken, precies zo geschreven.",
                placeholders=", ".join(unknown[:5]),
                known=named,
            )
        )


def _safe_links(form: BaseForm, field: TextField) -> None:
    strange = [match[1] for match in _LINK.finditer(field.data) if match[1].lower() not in _LEADS_TO]
    if strange:
        raise StopValidation(
            words_of(field).gettext(
                "Een link kan niet met ‘%(scheme)s:’ beginnen. Gebruik https://, http:// of mailto:.", scheme=strange[0]
            )
        )


class MessageForm(OurForm):
    """`later` says whether the message is also for people who come into the group later."""

    submission = AnySubmissionField()
    to = LineField(
        Phrase("Aan wie?"),
        missing=Phrase("Kies aan wie je het bericht stuurt."),
        at_most=200,
        validators=[_an_audience],
    )
    subject = LineField(
        Phrase("Onderwerp"),
        missing=Phrase("Vul een onderwerp in."),
        at_most=LONGEST_SUBJECT,
        validators=[_only_the_name],
    )
    text = TextField(
        Phrase("Bericht"),
        missing=Phrase("Schrijf een bericht."),
        at_most=LONGEST_TEXT,
        description=Phrase(
            "De mail begint vanzelf met ‘Beste’ en de voornaam. Met {naam} zet je de voornaam ergens anders neer, met "
            "{link} de eigen link van de deelnemer. Je kunt **vet**, lijstjes en [een link](https://…) gebruiken."
        ),
        validators=[_only_ours, _safe_links],
    )
    later = False

    @property
    def audience(self) -> Audience:
        """The audience that was chosen. Ask for it only after the form was found valid."""
        audience = parse_audience(self.to.data)
        assert audience is not None
        return audience
