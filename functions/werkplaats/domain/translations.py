"""A workshop's own texts in another language. Each is optional: where it is empty, the workshop's own text is shown.

Questions, waves and options are found by their id or value, so that a translation stays with what it translates. Only
texts are here: an answer is stored by the option's value, whatever language the form was in.
"""

from collections.abc import Iterator
from typing import Annotated, TypeVar

from msgspec import Meta, Struct, field
from msgspec.structs import asdict, replace

from werkplaats.domain.questions import AnyOf, AnyQuestion, Id, OneOf, Questions, Recommendation, Scale
from werkplaats.domain.workshop_parts import Leader, LineOrNothing, Material, Price, TextOrNothing

_Item = TypeVar("_Item", Leader, Material)


class QuestionTexts(Struct, frozen=True, kw_only=True):
    """The texts of a question. `options` are the labels by value; only a scale has labels for its ends."""

    label: LineOrNothing = ""
    help: Annotated[str, Meta(max_length=1_000)] = ""
    lowest_label: LineOrNothing = ""
    highest_label: LineOrNothing = ""
    options: dict[Id, LineOrNothing] = field(default_factory=dict)


class WaveTexts(Struct, frozen=True, kw_only=True):
    """The texts of a wave of the survey, with those of its questions by their ids."""

    title: LineOrNothing = ""
    introduction: TextOrNothing = ""
    questions: dict[Id, QuestionTexts] = field(default_factory=dict)


class PrivacyTexts(Struct, frozen=True, kw_only=True):
    statement: TextOrNothing = ""


class LocationTexts(Struct, frozen=True, kw_only=True):
    name: LineOrNothing = ""
    country: LineOrNothing = ""


class Translation(Struct, frozen=True, kw_only=True):
    """The texts of a workshop in one language, by the names that its fields have."""

    title: LineOrNothing = ""
    summary: LineOrNothing = ""
    description: TextOrNothing = ""
    for_whom: TextOrNothing = ""
    programme: TextOrNothing = ""
    practical: TextOrNothing = ""
    cancelling: TextOrNothing = ""
    route: TextOrNothing = ""
    location: LocationTexts = field(default_factory=LocationTexts)
    price: Price = field(default_factory=Price)
    questions: dict[Id, QuestionTexts] = field(default_factory=dict)
    waves: dict[Id, WaveTexts] = field(default_factory=dict)
    privacy: PrivacyTexts = field(default_factory=PrivacyTexts)


class Translations(Struct, frozen=True, kw_only=True):
    """What there is in each language, by its BCP 47 tag."""

    en: Translation = field(default_factory=Translation)

    def into(self, language: str) -> Translation | None:
        """The texts in `language`; None if a workshop cannot have any in it."""
        return getattr(self, language, None) if language in self.__struct_fields__ else None


def without_titles(translations: Translations) -> Translations:
    """`translations` for a workshop that has another title."""
    return replace(translations, **{name: replace(texts, title="") for name, texts in asdict(translations).items()})


def item_in(item: _Item, language: str) -> _Item:
    """A leader or a material with its own texts in `language`, as far as it has any."""
    texts = getattr(item.translations, language, None)
    return item if texts is None else replace(item, **given(texts))


def given(texts: Struct) -> dict[str, str]:
    """The texts of a record that are not empty, by the names of their fields. Records inside it are left out."""
    return {name: text for name, text in asdict(texts).items() if isinstance(text, str) and text}


def questions_in(questions: Questions, texts: dict[str, QuestionTexts]) -> Questions:
    """`questions` with their `texts`, by question id, in place."""
    return tuple(_question_in(one, texts[one.id]) if one.id in texts else one for one in questions)


def unknown(questions: Questions, texts: dict[str, QuestionTexts]) -> Iterator[str]:
    """The paths within `texts` of what none of `questions` has: another question's id, or another option's value."""
    known = {question.id: question for question in questions}
    for id, of_one in texts.items():
        if id not in known:
            yield id
        else:
            question = known[id]
            values = {one.value for one in question.options} if isinstance(question, OneOf | AnyOf) else set()
            yield from (f"{id}.options.{value}" for value in of_one.options if value not in values)


def _question_in(question: AnyQuestion, texts: QuestionTexts) -> AnyQuestion:
    said = given(texts)
    if not isinstance(question, Scale | Recommendation):
        said.pop("lowest_label", None)
        said.pop("highest_label", None)
    if isinstance(question, OneOf | AnyOf):
        options = tuple(replace(one, label=texts.options.get(one.value) or one.label) for one in question.options)
        return replace(question, options=options, **said)
    return replace(question, **said)
