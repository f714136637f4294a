"""Tables as files that Excel opens correctly."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile

from werkplaats.domain.times import AMSTERDAM
from werkplaats.wording.answers import Cell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA = tuple("=+-@")
"""Characters with which a formula begins in a spreadsheet, also in their full-width forms (OWASP, CSV Injection)."""


def csv_file(rows: Iterable[Sequence[Cell | datetime]]) -> bytes:
    """`rows` as CSV, in UTF-8 with a byte order mark, with semicolons between the cells.

    Without the mark Excel takes UTF-8 for Windows-1252, and a Dutch Excel expects semicolons, because a comma is part
    of decimal numbers. Cells that would be computed as a formula are defused, since anybody can type one as a name.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Iterable[tuple[str, Sequence[Sequence[Cell | datetime]]]]) -> bytes:
    """A workbook of `sheets`, each a name and rows, the first of which is the head. No text becomes a formula.

    A moment becomes one that a spreadsheet can sort and compute with, in Amsterdam time.
    """
    from xlsxwriter import Workbook  # imported here, because it is slow and seldom needed

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        moment = book.add_format({"valign": "top", "num_format": "dd-mm-yyyy hh:mm"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(_widths(rows)):
                sheet.set_column(column, column, width)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    style = body if number else head
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell, style)
                    elif isinstance(cell, datetime):
                        sheet.write_datetime(number, column, cell.astimezone(AMSTERDAM).replace(tzinfo=None), moment)
                    elif cell is not None:
                        sheet.write_number(number, column, cell, style)
    return content.getvalue()


def defused(text: str) -> str:
    """`text` with an apostrophe in front if a spreadsheet would otherwise compute it as a formula."""
    before = "".join(takewhile(_is_unseen, text))
    first = unicodedata.normalize("NFKC", text[len(before) :][:1])
    return f"'{text}" if first.startswith(_FORMULA) or "\t" in before or "\r" in before else text


def _is_unseen(character: str) -> bool:
    """Whether `character` is a space of any kind, or has no width."""
    return character.isspace() or unicodedata.category(character) == "Cf"


def _cell(cell: Cell | datetime) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", ",")
    return defused(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _widths(rows: Sequence[Sequence[Cell | datetime]]) -> list[int]:
    """The width of each column: that of its longest cell, but between 8 and 50 characters."""
    return [min(max(max(len(str(cell)) for cell in column) + 2, 8), 50) for column in zip(*rows, strict=True)]
