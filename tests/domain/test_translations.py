"""A workshop's own texts in another language: what is shown of them, and which cannot be published."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import workshop
from werkplaats.domain.copying import copied
from werkplaats.domain.field_lists import follow_removals, remove_item
from werkplaats.domain.fields import fields_of, written
from werkplaats.domain.mistakes import Wrong
from werkplaats.domain.questions import AnyOf, Consent, OneOf, Scale, ShortText
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_rules import mistakes
from werkplaats.domain.workshop_written import read

ASKED = [
    {"kind": "short_text", "id": "opgave", "label": "Je opgave", "help": "Kort", "required": True},
    {
        "kind": "one_of",
        "id": "slapen",
        "label": "Blijf je slapen?",
        "options": [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}],
    },
    {"kind": "consent", "id": "akkoord", "label": "Akkoord met de {privacy}"},
]
WAVE = {
    "id": "evaluatie",
    "title": "Hoe was het?",
    "after": "1 day",
    "introduction": "Vertel het ons.",
    "questions": [
        {
            "kind": "scale",
            "id": "opbrengst",
            "label": "Wat bracht het?",
            "lowest_label": "niets",
            "highest_label": "veel",
        }
    ],
}
ENGLISH = {
    "title": "Working on it",
    "price": {"amount": "€ 450, excluding VAT"},
    "privacy": {"statement": "What we keep"},
    "questions": {
        "opgave": {"label": "Your task"},
        "slapen": {"label": "Will you stay the night?", "options": {"ja": "Yes"}},
    },
    "waves": {
        "evaluatie": {
            "title": "How was it?",
            "questions": {"opbrengst": {"label": "What did it bring?", "lowest_label": "nothing"}},
        }
    },
}  # fmt: skip


def translated(**changes: Any) -> Workshop:
    """The sample workshop with questions and a wave, and with texts in English with `changes`."""
    return workshop(questions=ASKED, waves=[WAVE], translations={"en": ENGLISH | changes})


def test_texts_are_in_the_language_where_there_are_any() -> None:
    """What is translated is shown in that language, and all else as the workshop has it."""
    before = translated()
    shown = before.in_language("en")
    assert (shown.title, shown.summary) == ("Working on it", before.summary)
    assert (shown.price.amount, shown.privacy.statement) == ("€ 450, excluding VAT", "What we keep")
    assert shown.privacy.contact == before.privacy.contact
    opgave, slapen, akkoord = shown.questions
    assert isinstance(opgave, ShortText)
    assert (opgave.label, opgave.help, opgave.required) == ("Your task", "Kort", True)
    assert isinstance(slapen, OneOf)
    assert [(one.value, one.label) for one in slapen.options] == [("ja", "Yes"), ("nee", "Nee")]
    assert isinstance(akkoord, Consent)
    assert akkoord == before.questions[2]
    [wave] = shown.waves
    assert (wave.title, wave.introduction) == ("How was it?", "Vertel het ons.")
    [question] = wave.questions
    assert isinstance(question, Scale)
    assert (question.label, question.lowest_label, question.highest_label) == ("What did it bring?", "nothing", "veel")


def test_without_a_translation_it_is_as_it_was() -> None:
    """In its own language, in one that no workshop can have, and without texts, a workshop stays the same."""
    one = translated()
    assert one.in_language("nl") is one
    assert one.in_language("x-pseudo") is one
    assert one.in_language("into") is one
    plain = workshop()
    assert plain.in_language("en") == plain
    assert one.in_language("en").in_language("en") == one.in_language("en")


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ({"questions": {"weg": {"label": "x"}}}, "questions.weg"),
        ({"questions": {"slapen": {"options": {"misschien": "x"}}}}, "questions.slapen.options.misschien"),
        ({"questions": {"opgave": {"options": {"ja": "x"}}}}, "questions.opgave.options.ja"),
        ({"waves": {"weg": {"title": "x"}}}, "waves.weg"),
        ({"waves": {"evaluatie": {"questions": {"weg": {"label": "x"}}}}}, "waves.evaluatie.questions.weg"),
    ],
)
def test_a_translation_of_nothing_cannot_be_published(texts: dict[str, Any], path: str) -> None:
    """A question, an option and a wave that are translated have to be there."""
    [mistake] = mistakes(translated(**texts))
    assert (mistake.path, mistake.wrong) == (f"translations.en.{path}", Wrong.TRANSLATES_NOTHING)
    assert mistakes(translated()) == ()


@pytest.mark.parametrize(
    ("texts", "path", "wrong"),
    [
        ({"title": "x" * 301}, "title", Wrong.TOO_LONG),
        ({"titel": "x"}, "titel", Wrong.UNKNOWN_FIELD),
        ({"questions": {"opgave": {"label": 3}}}, "questions.opgave.label", Wrong.NOT_OF_THAT_TYPE),
        ({"questions": {"Opgave": {}}}, "questions.Opgave", Wrong.NOT_AN_ID),
        ({"questions": []}, "questions", Wrong.NOT_OF_THAT_TYPE),
    ],
)
def test_a_mistake_in_a_translation_is_told_with_its_path(texts: dict[str, Any], path: str, wrong: Wrong) -> None:
    """Mistakes are found within translations too, also under names that people gave."""
    fields = fields_of(translated())
    plain = written(fields) | {"translations": {"en": texts}}
    found = read(plain, as_text=False) if wrong is not Wrong.TOO_LONG else read(plain, as_text=True)
    assert isinstance(found, tuple)
    assert (f"translations.en.{path}", wrong) in {(mistake.path, mistake.wrong) for mistake in found}


def test_a_translation_goes_through_the_form() -> None:
    """Fields of a form hold translations by the ids of what they translate, and give the same workshop again."""
    one = translated()
    fields = fields_of(one)
    assert fields["translations.en.questions.slapen.options.ja"] == "Yes"
    assert read(written(fields), as_text=True) == one


def test_what_is_taken_out_takes_its_translation_along() -> None:
    """A question, an option, a wave and a question of a wave lose their translations with themselves, others do not."""
    fields = fields_of(translated())
    for path, gone in (
        ("questions.1", "translations.en.questions.slapen."),
        ("questions.1.options.0", "translations.en.questions.slapen.options.ja"),
        ("waves.0", "translations.en.waves.evaluatie."),
        ("waves.0.questions.0", "translations.en.waves.evaluatie.questions.opbrengst."),
    ):
        left = remove_item(fields, path)
        lost = {name for name in fields if name.startswith("translations.") and name not in left}
        assert lost == {name for name in fields if name.startswith(gone)}
        assert lost


def test_what_is_left_out_of_a_form_takes_its_translation_along() -> None:
    """A form without a question that there was has no translation of it either; with another code, it keeps that."""
    fields = fields_of(translated())
    without = {path: text for path, text in fields.items() if not path.startswith("questions.1.")}
    left = follow_removals(fields, without)
    assert read(written(left), as_text=True) != ()
    assert {path for path in without if path not in left} == {
        "translations.en.questions.slapen.label",
        "translations.en.questions.slapen.options.ja",
    }
    renamed = fields | {"questions.1.id": "nacht"}
    assert follow_removals(fields, renamed) == renamed
    assert follow_removals(fields, fields) == fields
    no_wave = {path: text for path, text in fields.items() if not path.startswith("waves.")}
    assert not any(path.startswith("translations.en.waves") for path in follow_removals(fields, no_wave))


def test_a_copy_has_its_own_title_in_every_language() -> None:
    """A workshop that is made from another has a new title, so the other's title in English is not its own."""
    one = translated()
    copy = copied(one, id="nieuw", title="Nieuw", first_day=one.first_day, organiser=one.organisers[0])
    assert copy.in_language("en").title == "Nieuw"
    assert copy.in_language("en").questions == one.in_language("en").questions


def test_a_kind_of_question_has_only_the_texts_that_it_has() -> None:
    """A label for the end of a scale is not given to a question that is no scale any more."""
    one = translated(questions={"slapen": {"lowest_label": "none"}})
    assert one.in_language("en").questions[1] == one.questions[1]
    many = replace(one, questions=(AnyOf(id="slapen", label="x", options=one.questions[1].options),))  # type: ignore[union-attr]
    assert many.in_language("en").questions == many.questions
