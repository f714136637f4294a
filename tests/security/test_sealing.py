"""Sealing and opening answers."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from nacl.public import PrivateKey

from tests.samples import NOW, workshop
from werkplaats.domain.survey.waves import version_of
from werkplaats.security import sealing
from werkplaats.security.sealing import Opener, Seal

KEY = PrivateKey.generate()
SEAL, OPENER = Seal(bytes(KEY.public_key)), Opener((bytes(KEY),))
VERSION = version_of(workshop(), workshop().waves[0], NOW)


@pytest.mark.parametrize("answer", [1.5, None, {"a": 1}, [1, 2]], ids=repr)
def test_what_could_not_be_opened_again_is_not_sealed(answer: Any) -> None:
    """An answer of a type that could not be read after opening is refused before it is sealed."""
    with pytest.raises(msgspec.ValidationError):
        SEAL.close(VERSION, {"cijfer": answer})


def test_what_cannot_be_read_is_counted_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that were tampered with or have an unknown type are counted, and do not count as opened."""
    good = [SEAL.close(VERSION, {"cijfer": number}) for number in range(5)]
    damaged = replace(good[0], id="damaged", box=b"x" * 50)
    with monkeypatch.context() as later:
        later.setattr(sealing, "_answers_in", lambda content: None)
        unknown = SEAL.close(VERSION, {"cijfer": 1.5})  # type: ignore[dict-item]
    lot = OPENER.open_lot([good[0], damaged, *good[1:], unknown])
    assert (lot.damaged, lot.unknown) == (1, 1)
    assert lot.opened == tuple(good)
    assert sorted(str(one.answers["cijfer"]) for one in lot.answers) == ["0", "1", "2", "3", "4"]
    assert len({one.lot for one in lot.answers}) == 1
    assert not {one.id for one in lot.answers} & {one.id for one in good}
