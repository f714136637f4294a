"""Follows every kind of question from a workshop's file to the table of its answers."""

from typing import Any, get_args

import msgspec
import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from nacl.public import PrivateKey
from werkzeug.datastructures import MultiDict

from tests.questions import SAMPLES, Sample
from tests.samples import NOW, WRITTEN, workshop
from tests.shipped import REGISTRATION
from tests.words import DUTCH
from werkplaats.domain.questions import Answer, AnyQuestion, possible_answers
from werkplaats.domain.registration import Registration
from werkplaats.domain.survey.results import summarise
from werkplaats.domain.survey.waves import version_of
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.sealing import Opener, Seal
from werkplaats.store.codec import to_fields
from werkplaats.web.forms.forms import SurveyForm, survey_form
from werkplaats.wording.answers import answer_cells, answer_text, column_titles
from werkplaats.wording.tables import answer_table, summary_table
from werkplaats.wording.templating import environment, render_page

each_kind = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.written["kind"])


def asking(*questions: dict[str, Any]) -> Workshop:
    """A workshop whose survey has `questions`, as they are in a file."""
    return workshop(waves=[WRITTEN["waves"][0] | {"questions": list(questions)}])


def wave_of(sample: Sample, **changes: Any) -> Wave:
    return asking(sample.written | changes).waves[0]


def filled(sample: Sample, **changes: Any) -> SurveyForm:
    """The survey form with the sample's answer, as a browser sends it."""
    return survey_form(DUTCH, wave_of(sample, **changes), MultiDict({f"vraag-{sample.question.id}": sample.sent}))


def shown(form: SurveyForm, wave: Wave) -> BeautifulSoup:
    context = {"workshop": workshop(), "wave": wave, "form": form, "changed": False, "draft": "d", "version": "v"}
    return BeautifulSoup(render_page(DUTCH, "survey", **context), "html.parser")


def test_every_kind_has_a_sample() -> None:
    """Every kind of question has a sample in tests/questions.py."""
    assert {type(sample.question) for sample in SAMPLES} == set(get_args(AnyQuestion))


@each_kind
def test_a_workshop_that_asks_it_survives_the_store(sample: Sample) -> None:
    """A workshop with the question, and a registration with the answer, are read back from documents unchanged."""
    asks = asking(sample.written)
    assert msgspec.convert(to_fields(asks), Workshop) == asks
    answered = replace(REGISTRATION, answers={sample.question.id: sample.answer})
    assert msgspec.convert(to_fields(answered), Registration) == answered


@each_kind
def test_a_form_gives_its_answer(sample: Sample) -> None:
    """What a browser sends becomes the answer, and a missing required answer is reported at its field."""
    form = filled(sample)
    assert form.validate(), form.mistakes()
    assert form.answers() == {sample.question.id: sample.answer}
    empty = survey_form(DUTCH, wave_of(sample, required=True), MultiDict())
    assert not empty.validate()
    assert [mistake.anchor for mistake in empty.mistakes()] == [field.anchor for field in empty.questions()]


@each_kind
def test_a_page_asks_it_and_keeps_what_was_answered(sample: Sample) -> None:
    """The page has an empty field at first, and a form that is shown again has what was sent."""
    wave = wave_of(sample, required=True, help="Zo dus.")
    name = f"vraag-{sample.question.id}"
    fresh = shown(survey_form(DUTCH, wave, None), wave)
    assert fresh.select(f"[name={name}]")
    assert sample.written["label"] in fresh.get_text()
    assert "Zo dus." in fresh.get_text()
    assert not kept(fresh, name)
    form = filled(sample, required=True)
    form.validate()
    assert sorted(kept(shown(form, wave), name)) == sorted(" ".join(one.split()) for one in sample.sent)


def kept(page: BeautifulSoup, name: str) -> list[str]:
    """The values of the fields with `name`."""
    typed = f"input[name={name}]:not([type=radio], [type=checkbox]), input[name={name}][checked]"
    values = [str(field["value"]) for field in page.select(typed)]
    values += [field.get_text() for field in page.select(f"textarea[name={name}]")]
    return [" ".join(value.split()) for value in values if value.strip()]


@each_kind
def test_a_mistake_is_shown_at_its_field(sample: Sample) -> None:
    """The summary of mistakes above the form links to an element on the page."""
    wave = wave_of(sample, required=True)
    form = survey_form(DUTCH, wave, MultiDict())
    form.validate()
    page = shown(form, wave)
    [link] = page.select("#fouten a")
    assert page.select_one(str(link["href"]))
    assert page.select_one(".mistaken .error")


@each_kind
def test_a_sealed_answer_can_be_opened(sample: Sample) -> None:
    """A sealed answer is the same after it is opened."""
    key = PrivateKey.generate()
    asks = asking(sample.written)
    answers = {sample.question.id: sample.answer}
    lot = Opener((bytes(key),)).open_lot(
        [Seal(bytes(key.public_key)).close(version_of(asks, asks.waves[0], NOW), answers)]
    )
    assert [one.answers for one in lot.answers] == [answers]


@each_kind
def test_an_answer_reads_as_people_expect(sample: Sample) -> None:
    """An answer has a text and cells for its columns, and a missing answer is empty."""
    question = sample.question
    assert answer_text(DUTCH, question, sample.answer) == sample.text
    assert answer_cells(DUTCH, question, sample.answer) == sample.cells
    assert len(column_titles(question)) == len(sample.cells)
    assert answer_text(DUTCH, question, None) == ""
    assert set(answer_cells(DUTCH, question, None)) == {""}


@each_kind
@pytest.mark.parametrize("strange", [True, False, 3, "x", "", ["x"], []], ids=repr)
def test_an_answer_to_what_was_asked_before_is_told_too(sample: Sample, strange: Answer) -> None:
    """Answers of other types, given before the question was changed, raise no error and keep tables in shape."""
    question = sample.question
    assert isinstance(answer_text(DUTCH, question, strange), str)
    head, row = answer_table(DUTCH, (question,), [{question.id: strange}])
    assert len(head) == len(row)


@each_kind
def test_answers_are_added_up_and_drawn(sample: Sample) -> None:
    """One answer is counted as one in the summary, the figure and the table, and none as none."""
    question = sample.question
    for answers in ([{question.id: sample.answer}], []):
        [summary] = summarise((question,), answers)
        assert summary.n == len(answers)
        figure = str(environment(DUTCH).get_template("pages/organiser/_charts.html").module.summary(summary))  # type: ignore[attr-defined]
        assert BeautifulSoup(figure, "html.parser").get_text().strip()
        head, *rows = summary_table(DUTCH, [summary])
        assert {len(row) for row in rows} <= {len(head)}


@each_kind
def test_a_later_question_can_depend_on_it(sample: Sample) -> None:
    """A later question can depend on each answer that can be chosen."""
    for answer in possible_answers(sample.question):
        only_if = {"question": sample.question.id, "is": [answer]}
        wave = asking(
            sample.written, {"kind": "short_text", "id": "later", "label": "Later", "only_if": only_if}
        ).waves[0]
        condition = survey_form(DUTCH, wave, None).questions()[1].condition
        assert condition is not None
        form = survey_form(DUTCH, wave, MultiDict([(condition.name, condition.values[0]), ("vraag-later", "ook")]))
        assert form.validate(), form.mistakes()
        assert form.answers()["later"] == "ook"
        page = shown(survey_form(DUTCH, wave, None), wave)
        [part] = page.select("[data-only-if]")
        assert page.select(f"[name={part['data-only-if']}][value='{part['data-is']}']")
