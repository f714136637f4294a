"""docs/voor-organisatoren.md names what the desk has."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "voor-organisatoren.md"
TEXTS = ROOT / "functions" / "werkplaats" / "wording" / "languages" / "words.pot"


def test_what_is_bold_can_be_read_at_the_desk() -> None:
    """Every name that the guide shows in bold, with a capital, is a text of the program or the beginning of one.

    Where the guide says when something happens, its bold words end in a colon.
    """
    with TEXTS.open("rb") as file:
        shown = [text for message in read_po(file) for text in _texts(message.id)]
    named = re.findall(r"\*\*([A-Z][^*]*?)\.?\*\*", GUIDE.read_text())
    assert len(named) > 40
    assert [name for name in named if not name.endswith(":") and not any(text.startswith(name) for text in shown)] == []


def _texts(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)
