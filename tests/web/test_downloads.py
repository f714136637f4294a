"""Tables as files, whatever people typed into their cells."""

import csv
import io

import pytest

from werkplaats.web.downloads import csv_file

SPACES = ["", " ", "  ", "\n", "\u00a0", "\u3000", "\u2003", "\u202f", "\u200b", "\ufeff", " \u00a0\u3000"]


@pytest.mark.parametrize("before", SPACES, ids=ascii)
@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠﹦﹢﹣﹫", "\t", "\r", "\t="], ids=ascii)
def test_what_a_spreadsheet_would_compute_is_defused(sign: str, before: str) -> None:
    """Also in the wide signs that Excel reads as the ordinary ones, and behind spaces of any kind."""
    assert cell_of(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000", "Jan", "\u3000Jan", "1+1", "a=b", "a＝b", "x@example.org", "de - Vries", "’t Hof", "王芳"],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    """A sign in the middle computes nothing."""
    assert cell_of(text) == text


def cell_of(text: str) -> str:
    """`text` as it is read back from a file whose one row has it in the middle."""
    content = csv_file([["Naam", text, 1]]).decode("utf-8-sig")
    [[_, cell, _]] = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    return cell
