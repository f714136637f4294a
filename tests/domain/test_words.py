"""The domain speaks English, of no page and of no vendor."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).resolve().parents[2] / "functions" / "werkplaats" / "domain"
FILES = sorted(DOMAIN.rglob("*.py"))

_SOME_DUTCH = """
    aan aanbod aangemeld aangeboden aanmelden aanmelding aantal aanwezig achternaam afgemeld afmelden afwezig alle
    antwoord antwoorden bij dag dagen deel deze dit een enquete er geantwoord geen geeft gemiddelde gemiddeld het hoe
    iemand ja je kan kiezen maar meer mensen mijn naam naar nee niet niemand nog om ook onze organisatie plaats plek
    plekken respons resultaten spreiding uit uitgenodigd uur van vandaag veel verstuurd voor voornaam vraag vragen
    vragenlijst wachtlijst wat weg werkplaats wie wij zijn zonder
"""
DUTCH = frozenset(_SOME_DUTCH.split())
"""The words that were once found there, and common ones; none of them is also English."""

VENDORS = ("sendgrid", "twilio", "firestore", "google", "gmail", "excel")

WORDS_OF_A_WORKSHOP = {"Nederland"}
"""What a workshop's file may leave out: it is stored, and compared to tell participants of a change of place."""


def literals(file: Path) -> Iterator[str]:
    """The texts in `file` that the program can say; what only explains the code is none of them."""
    tree = ast.parse(file.read_text())
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explains:
            yield node.value


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DOMAIN)))
def test_no_text_of_the_domain_is_dutch(file: Path) -> None:
    """What people read, click and type stands in wording/ and web/: heads of tables, words in addresses, buttons."""
    for text in set(literals(file)) - WORDS_OF_A_WORKSHOP:
        assert all(one.isascii() for one in text if one.isalpha()), text
        assert not DUTCH & set(re.findall(r"[a-z]+", text.casefold())), text


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DOMAIN)))
def test_no_vendor_is_named(file: Path) -> None:
    """Neither in code nor in words: who sends and who stores can be another."""
    text = file.read_text().casefold()
    assert not [vendor for vendor in VENDORS if vendor in text]
