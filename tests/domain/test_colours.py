"""Whether text on a colour can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkplaats.domain.colours import INK, LEAST_CONTRAST, PAPER, check_readable, contrast, text_on

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ffffff", "#ffffff", 1.0),
    ],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, expected: float) -> None:
    """Contrasts are the same as those of https://webaim.org/resources/contrastchecker/."""
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)


@given(colours, colours)
def test_contrast_is_the_same_both_ways(one: str, other: str) -> None:
    """Contrast does not depend on the order of the two colours, and lies between 1 and 21."""
    assert 1 <= contrast(one, other) == contrast(other, one) <= 21.01


@given(colours)
def test_text_on_a_colour_is_what_reads_best(colour: str) -> None:
    """Text gets the colour with more contrast, and a colour is refused only if that contrast is too low."""
    best = max(contrast(INK, colour), contrast(PAPER, colour))
    assert contrast(text_on(colour), colour) == best
    if best >= LEAST_CONTRAST:
        check_readable(colour)
    else:
        with pytest.raises(ValueError, match=r"Make it lighter or darker"):
            check_readable(colour)


def test_a_dark_brand_gets_light_text_and_a_bright_one_dark() -> None:
    """A dark colour gets light text, a bright one dark text, and a middle grey is refused."""
    assert (text_on("#154273"), text_on("#ffd21f")) == (PAPER, INK)
    with pytest.raises(ValueError, match=r"#7a7a7a has 4\.[0-9]{2}"):
        check_readable("#7a7a7a")
