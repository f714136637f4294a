"""The domain has English texts only, and names no page and no vendor."""

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
"""Words that the domain once had, and common ones. None of them is also an English word."""

VENDORS = ("sendgrid", "twilio", "firestore", "google", "gmail", "excel")

WORDS_OF_A_WORKSHOP = {"Nederland"}
"""The default of a field in a workshop's file. It is data that is stored and compared, and no text of the program."""


def literals(file: Path) -> Iterator[str]:
    """The string constants in `file`, without docstrings."""
    tree = ast.parse(file.read_text())
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explains:
            yield node.value


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DOMAIN)))
def test_no_text_of_the_domain_is_dutch(file: Path) -> None:
    """No string of the domain is Dutch, because texts for users belong in wording/ and web/."""
    for text in set(literals(file)) - WORDS_OF_A_WORKSHOP:
        assert all(one.isascii() for one in text if one.isalpha()), text
        assert not DUTCH & set(re.findall(r"[a-z]+", text.casefold())), text


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DOMAIN)))
def test_no_vendor_is_named(file: Path) -> None:
    """The code and comments of the domain name no vendor, because mail provider and store can be replaced.

    The domains at which people have their addresses are no vendors of ours.
    """
    text = re.sub(r"\bgmail\.\w+", "", file.read_text().casefold())
    assert not [vendor for vendor in VENDORS if vendor in text]
