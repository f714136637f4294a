"""`make survey-key`."""

import pytest
from nacl.public import PrivateKey

from werkplaats.cli import survey_key
from werkplaats.settings import Settings


def test_what_it_prints_can_be_used_as_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """The printed keys can be used as the settings they are named after, and belong together."""
    survey_key.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(": ")[0] for line in lines] == [
        "SURVEY_PUBLIC_KEY (a setting)",
        "SURVEY_PRIVATE_KEYS (a secret, for open_answers only)",
    ]
    settings = Settings.from_environment({line.split()[0]: line.rpartition(": ")[2] for line in lines})
    [private] = settings.survey_private_keys
    assert bytes(PrivateKey(private).public_key) == settings.survey_public_key


def test_each_pair_is_a_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Each run prints new keys."""
    for _ in range(2):
        survey_key.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(set(lines)) == 4
