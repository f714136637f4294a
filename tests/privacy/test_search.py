"""The search for planted strings finds them in every spelling, and nothing else."""

import base64
import hashlib
import json
import zlib
from typing import Any
from urllib.parse import quote

import pytest

from tests.privacy.lives import IDENTITY
from tests.privacy.planted import Planted, find_planted, find_tied
from werkplaats.domain.registration import Person

PLANTED = Planted(5)
NAME = PLANTED.name()
TEXT = PLANTED.text("answer")
ADDRESS = PLANTED.address().strip().lower()
TOKEN = PLANTED.token_of(TEXT)
PHONE = PLANTED.phone()


@pytest.mark.parametrize(
    "value",
    [
        NAME,
        NAME.upper(),
        TEXT,
        PHONE,
        quote(NAME),
        json.dumps({"name": NAME}),
        {"deep": [{"down": (TEXT,)}]},
        {TOKEN: 1},
        base64.b64encode(TEXT.encode()).decode(),
        base64.urlsafe_b64encode(TEXT.encode()).decode().rstrip("="),
        TEXT.encode().hex(),
        zlib.compress(TEXT.encode()),
        TEXT.encode(),
        "".join(f"&#{ord(letter)};" for letter in TOKEN),
        hashlib.sha256(ADDRESS.encode()).hexdigest(),
        f"form-{hashlib.sha1(ADDRESS.encode()).hexdigest()}-1",
        base64.b64encode(hashlib.md5(ADDRESS.encode()).digest()).decode(),
    ],
    ids=range(17),
)
def test_every_spelling_is_found(value: Any) -> None:
    """In a field of a document, and (as text) in the logs."""
    assert find_planted(PLANTED, [("mails/x", {"field": value})], [])
    if isinstance(value, str):
        assert find_planted(PLANTED, [], [f'{{"message": "{value}"}}'])


def test_an_id_is_searched_too_and_a_finding_says_where() -> None:
    """The path of the document, or of the field in it."""
    [found] = find_planted(PLANTED, [(f"mails/{TOKEN}-1", {"a": None, "b": 3, "c": True})], ["nothing"])
    assert (found.where, found.needle.token, found.how) == (f"mails/{TOKEN}-1", TOKEN, "as text")


def test_what_was_not_planted_is_not_found() -> None:
    """Also if it looks like it."""
    fields: Any = {"a": "zqbabababababa", "b": "0699999999", "c": "f" * 64, "d": b"\x00\xff" * 40}
    assert find_planted(PLANTED, [("mails/x", fields)], ["zq", ""]) == []


def test_a_registration_whose_form_is_known_can_be_tied_to_a_person() -> None:
    """Whoever has the key can try everybody, if the form with which they signed up still stands anywhere."""
    person = Person(given_name="Jan", family_name="Jansen", email="jan@example.org")
    form = "a-form_of-24-letters-123"
    id = IDENTITY.registration("proef", form, person)
    erased: Any = (f"registrations/{id}", {"workshop": "proef", "person": None})
    entry: Any = (f"workshops/proef/journal/form-{form}", {"workshop": "proef"})
    assert find_tied([("proef", person)], [erased, entry], IDENTITY.registration) == ["proef: jan@example.org"]
    mail: Any = (f"mails/proef-form-{form}-1", {"workshop": "proef"})
    assert find_tied([("proef", person)], [erased, mail], IDENTITY.registration) == ["proef: jan@example.org"]
    assert find_tied([("proef", person)], [erased], IDENTITY.registration) == []
