"""Tables as files that Dutch Excel opens as they are meant."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

from werkplaats.wording.answers import Cell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA = tuple("=+-@")
"""What a spreadsheet takes for the beginning of a formula, also where it is written wide (OWASP, CSV Injection)."""


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """`rows` as CSV: UTF-8 with its mark, and semicolons.

    Excel guesses: without the mark it reads UTF-8 as Windows-1252, and where a comma stands in decimal numbers, as in
    Dutch, it expects semicolons between cells. What people typed is defused, or a name could compute something.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Iterable[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """A workbook of `sheets` (name, rows); the first row of each is its head. Text stays text: nothing computes."""
    from xlsxwriter import Workbook  # here: only whoever asks for a workbook pays for it

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
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
                    elif cell is not None:
                        sheet.write_number(number, column, cell, style)
    return content.getvalue()


def defused(text: str) -> str:
    """`text` that a spreadsheet shows as it is, with an apostrophe in front where it would compute."""
    before = "".join(takewhile(_is_unseen, text))
    first = unicodedata.normalize("NFKC", text[len(before) :][:1])
    return f"'{text}" if first.startswith(_FORMULA) or "\t" in before or "\r" in before else text


def _is_unseen(character: str) -> bool:
    """Whether it is a space of any kind, or has no width at all."""
    return character.isspace() or unicodedata.category(character) == "Cf"


def _cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", ",")
    return defused(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Wide enough for what stands in each column (every row has all of them), within reason."""
    return [min(max(max(len(str(cell)) for cell in column) + 2, 8), 50) for column in zip(*rows, strict=True)]
