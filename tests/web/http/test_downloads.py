"""Tables as files, with anything that people may have typed in their cells."""

import csv
import io

import pytest

from werkplaats.web.http.downloads import csv_file

SPACES = ["", " ", "  ", "\n", "\u00a0", "\u3000", "\u2003", "\u202f", "\u200b", "\ufeff", " \u00a0\u3000"]


@pytest.mark.parametrize("before", SPACES, ids=ascii)
@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠﹦﹢﹣﹫", "\t", "\r", "\t="], ids=ascii)
def test_what_a_spreadsheet_would_compute_is_defused(sign: str, before: str) -> None:
    """A cell that begins a formula is defused, also if the sign is a full-width one or stands behind spaces."""
    assert cell_of(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000", "Jan", "\u3000Jan", "1+1", "a=b", "a＝b", "x@example.org", "de - Vries", "’t Hof", "王芳"],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    """Text that only has such a sign in the middle is not changed."""
    assert cell_of(text) == text


def cell_of(text: str) -> str:
    """`text` as it is read back from a file with one row that has it in the middle."""
    content = csv_file([["Naam", text, 1]]).decode("utf-8-sig")
    [[_, cell, _]] = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    return cell
