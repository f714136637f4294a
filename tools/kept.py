"""Puts the table of what is kept (functions/werkplaats/domain/kept.py) into docs/privacy.md.

PYTHONPATH=functions .venv/bin/python -m tools.kept
"""

from pathlib import Path

from werkplaats.domain.kept import TABLE, Ends, Kept

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "privacy.md"

BEGIN = "<!-- This table is made by tools/kept.py. -->\n"
END = "<!-- End of the table. -->"

_ENDS = {
    Ends.EMPTIED: "`erase_personal_data` empties these fields",
    Ends.ERASED: "`erase_personal_data`",
    Ends.RESULTS: "`erase_personal_data`",
    Ends.EXPIRES: "Firestore, by `expire_at`",
    Ends.BY_HAND: "by hand",
}


def table() -> str:
    """The table as Markdown, with a row for each collection."""
    head = "| kept in | personal | leads to a person | why | ground | until | goes by |\n" + "| --- " * 7 + "|\n"
    return head + "".join(_row(kept) for kept in TABLE)


def between_marks(document: str) -> str:
    """The table that is in `document`. Raises ValueError if its marks are missing."""
    return document[document.index(BEGIN) + len(BEGIN) : document.index(END)]


def _row(kept: Kept) -> str:
    cells = (
        f"`{kept.collection}`",
        _list(kept.personal),
        _list(kept.leading),
        kept.why,
        kept.ground,
        kept.until,
        _ENDS[kept.ends],
    )
    return f"| {' | '.join(cells)} |\n"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def main() -> None:
    document = DOCUMENT.read_text()
    DOCUMENT.write_text(document.replace(between_marks(document), table()))


if __name__ == "__main__":
    main()
