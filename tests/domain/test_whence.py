"""The code in the link by which somebody came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkplaats.domain.whence import LONGEST_CODE, by_code, read_code


@pytest.mark.parametrize("code", ["lpb", "nieuwsbrief-2", "7", "a" * LONGEST_CODE])
def test_a_code_is_kept(code: str) -> None:
    assert read_code(code) == code


@pytest.mark.parametrize(
    "text", [None, "", "LPB", "l p b", "a" * (LONGEST_CODE + 1), "<b>", "lpb\n", "jan@example.org", "é", "=1"]
)
def test_what_is_no_code_is_left_out(text: str | None) -> None:
    """Nothing that somebody typed, and nothing that a spreadsheet computes, gets in by it."""
    assert read_code(text) == ""


@given(st.dictionaries(st.sampled_from(["", "lpb", "vng", "a-1", "b"]), st.integers(1, 5)))
def test_the_largest_come_first_and_those_without_a_code_last(counted: dict[str, int]) -> None:
    told = by_code(counted.items())
    assert dict(told) == counted
    numbers = [number for code, number in told if code]
    assert numbers == sorted(numbers, reverse=True)
    assert all(code for code, _ in told[:-1])
