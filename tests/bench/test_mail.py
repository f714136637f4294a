"""The part of the benchmark about mails, with a few of each kind."""

import pytest

from bench import mail


def test_each_kind_is_measured_and_keeps_to_its_round_trips(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mail is sent. Its round trips do not depend on the machine, so those goals are met here too."""
    monkeypatch.setattr(mail, "MAILS", 4)
    monkeypatch.setattr(mail, "LOT", 2)
    monkeypatch.setattr(mail, "EVENTS", 4 * len(mail.KINDS))
    rows = mail.measure(emulator)
    assert len(rows) == 3 * len(mail.KINDS) + 2
    assert all(row.met for row in rows if "round trips" in row.name or "commits" in row.name)
    assert all(row.value > 0 for row in rows)
