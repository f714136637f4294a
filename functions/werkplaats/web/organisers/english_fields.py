"""The editor's section for a workshop's texts in English (domain/translations.py)."""

from werkplaats.web.organisers.field_parts import SCALES, Control, Fold, ForEach, One, Part, Section
from werkplaats.wording.catalogues import Phrase

_QUESTION: tuple[Part, ...] = (
    One(path="label", label=Phrase("Vraag in het Engels"), optional=True),
    One(path="help", label=Phrase("Uitleg bij de vraag in het Engels"), optional=True),
    One(path="lowest_label", label=Phrase("Laagste getal in het Engels"), optional=True, of=SCALES),
    One(path="highest_label", label=Phrase("Hoogste getal in het Engels"), optional=True, of=SCALES),
    ForEach(
        path="options",
        of="options",
        key="value",
        label=Phrase("Keuzes in het Engels"),
        one=Phrase("Keuze %(number)d in het Engels"),
    ),
)


def _in_english(name: str, label: Phrase, control: Control = "text") -> One:
    return One(path=f"translations.en.{name}", label=label, control=control, optional=True)


def _questions_in_english(path: str) -> ForEach:
    return ForEach(
        path=path,
        of="questions",
        key="id",
        label=Phrase("Vragen in het Engels"),
        one=Phrase("Vraag %(number)d"),
        parts=_QUESTION,
    )


ENGLISH = Section(
    name="engels",
    title=Phrase("Engels"),
    help=Phrase(
        "Wie Engels leest, ziet deze teksten. Wat leeg is, staat er in het Nederlands. Knoppen en vaste zinnen op "
        "pagina’s en in mails zijn er al in het Engels."
    ),
    parts=(
        Fold(
            path="translations.en",
            label=Phrase("Teksten in het Engels"),
            parts=(
                _in_english("title", Phrase("Titel in het Engels"), "line"),
                _in_english("summary", Phrase("In één zin, in het Engels"), "line"),
                _in_english("description", Phrase("Beschrijving in het Engels")),
                _in_english("for_whom", Phrase("Voor wie, in het Engels")),
                _in_english("programme", Phrase("Programma in het Engels")),
                _in_english("location.name", Phrase("Naam van de locatie in het Engels"), "line"),
                _in_english("location.country", Phrase("Land in het Engels"), "line"),
                _in_english("route", Phrase("Route in het Engels")),
                _in_english("practical", Phrase("Praktische informatie in het Engels")),
                _in_english("price.amount", Phrase("Prijs in het Engels"), "line"),
                _in_english("price.includes", Phrase("Wat bij de prijs hoort, in het Engels")),
                _in_english("cancelling", Phrase("Voorwaarden bij afmelden in het Engels")),
                _in_english("privacy.statement", Phrase("Privacyverklaring in het Engels")),
                ForEach(
                    path="translations.en.leaders",
                    of="leaders",
                    label=Phrase("Wie de werkplaats leiden, in het Engels"),
                    one=Phrase("Begeleider %(number)d"),
                    parts=(
                        One(path="translations.en.role", label=Phrase("Rol in het Engels"), optional=True),
                        One(
                            path="translations.en.text",
                            label=Phrase("Over deze persoon, in het Engels"),
                            control="text",
                            optional=True,
                        ),
                    ),
                ),
                ForEach(
                    path="translations.en.materials",
                    of="materials",
                    label=Phrase("Materiaal in het Engels"),
                    one=Phrase("Link %(number)d"),
                    parts=(One(path="translations.en.title", label=Phrase("Titel in het Engels"), optional=True),),
                ),
                _questions_in_english("translations.en.questions"),
                ForEach(
                    path="translations.en.waves",
                    of="waves",
                    key="id",
                    label=Phrase("Vragenlijsten in het Engels"),
                    one=Phrase("Vragenlijst %(number)d"),
                    parts=(
                        One(path="title", label=Phrase("Titel in het Engels"), optional=True),
                        One(
                            path="introduction", label=Phrase("Inleiding in het Engels"), control="text", optional=True
                        ),
                        _questions_in_english("questions"),
                    ),
                ),
            ),
        ),
    ),
)
