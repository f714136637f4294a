"""The questions of a form: which are refused, which are asked, and what can be answered."""

from tests.questions import SAMPLES
from werkplaats.domain.questions import is_asked


def test_a_question_without_a_condition_is_asked_of_everybody() -> None:
    """Whatever was answered before."""
    assert all(is_asked(sample.question, {}) for sample in SAMPLES)
