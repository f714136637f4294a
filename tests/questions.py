"""A sample of every kind of question, with an answer to it. A new kind needs a sample here."""

from typing import Any

import msgspec
from msgspec import Struct

from werkplaats.domain.questions import Answer, AnyQuestion
from werkplaats.wording.answers import Cell

OPTIONS = [{"value": "rust", "label": "Rust"}, {"value": "ruimte", "label": "Ruimte"}]
ENDS = {"lowest_label": "weinig", "highest_label": "veel"}


class Sample(Struct, frozen=True, kw_only=True):
    """A question as it is in a workshop's file, what a form sends as an answer to it, and what that becomes.

    `text` is how people read the answer, and `cells` are its cells in a table.
    """

    written: dict[str, Any]
    sent: list[str]
    answer: Answer
    text: str
    cells: list[Cell]

    @property
    def question(self) -> AnyQuestion:
        return msgspec.convert(self.written, AnyQuestion)  # type: ignore[no-any-return]


SAMPLES = (
    Sample(
        written={"kind": "short_text", "id": "kort", "label": "Kort"},
        sent=[" een regel "],
        answer="een regel",
        text="een regel",
        cells=["een regel"],
    ),
    Sample(
        written={"kind": "long_text", "id": "lang", "label": "Lang"},
        sent=["een\r\ntwee"],
        answer="een\ntwee",
        text="een\ntwee",
        cells=["een\ntwee"],
    ),
    Sample(
        written={"kind": "one_of", "id": "een", "label": "Een ervan", "options": OPTIONS},
        sent=["ruimte"],
        answer="ruimte",
        text="Ruimte",
        cells=["Ruimte"],
    ),
    Sample(
        written={"kind": "any_of", "id": "meer", "label": "Meer ervan", "options": OPTIONS},
        sent=["ruimte", "rust"],
        answer=["rust", "ruimte"],
        text="Rust, Ruimte",
        cells=["ja", "ja"],
    ),
    Sample(
        written={"kind": "scale", "id": "cijfer", "label": "Cijfer", **ENDS},
        sent=["4"],
        answer=4,
        text="4",
        cells=[4],
    ),
    Sample(
        written={"kind": "recommendation", "id": "aanraden", "label": "Aanraden", **ENDS},
        sent=["0"],
        answer=0,
        text="0",
        cells=[0],
    ),
    Sample(
        written={"kind": "consent", "id": "mag", "label": "Mag het?"},
        sent=["ja"],
        answer=True,
        text="ja",
        cells=["ja"],
    ),
)
