"""The first difference between two databases that live through the same random history."""

from collections.abc import Callable

from msgspec.structs import replace

from tests.simulation.database.histories import (
    COLLECTIONS,
    Change,
    Commit,
    Count,
    Everything,
    Find,
    Get,
    Pages,
    Step,
    history,
)
from werkplaats.store.errors import StoreError
from werkplaats.store.wire import Found, Query, Revision, Value, Wire, Write, pages


class Side:
    """A database that lives through a history, and remembers the revisions that it gave."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.why = ""
        """What the last error said, for people to read."""
        self._seen: dict[str, list[Revision]] = {}
        self._numbers: dict[int, int] = {0: 0}

    def answer(self, step: Step) -> object:
        """What the database answers to `step`, with its revisions numbered as they come, or the name of the error."""
        try:
            return self._answer(step)
        except (StoreError, ValueError, TypeError, KeyError) as error:
            self.why = str(error.__cause__ or error)
            return type(error).__name__

    def _answer(self, step: Step) -> object:
        match step:
            case Commit():
                writes = [self._resolved(change) for change in step.changes]
                revisions = self._wire.commit(writes)
                for write, revision in zip(writes, revisions, strict=True):
                    if revision:
                        self._seen.setdefault(write.path, []).append(revision)
                return [self._number(revision) for revision in revisions]
            case Get():
                return sorted(self._shown(one) for one in self._wire.get(step.paths).values())
            case Find():
                return [self._shown(one) for one in self._wire.query(step.query)]
            case Count():
                return self._wire.count(step.query)
            case Pages():
                return [self._shown(one) for one in pages(self._wire, step.query, step.at_once)]
            case Everything():
                names = dict.fromkeys(place.rpartition("/")[2] for place in COLLECTIONS)
                everywhere = [Query(collection=name, everywhere=True) for name in names]
                return [[self._shown(one) for one in self._wire.query(query)] for query in everywhere]

    def _resolved(self, change: Change) -> Write:
        if change.seen is None:
            return change.write
        known = self._seen.get(change.write.path, [Revision(1_000)])
        return replace(change.write, guard=known[-1 if change.seen.which == "last" else 0])

    def _shown(self, found: Found) -> tuple[str, str, int]:
        return found.path, _shown(found.fields), self._number(found.revision)

    def _number(self, revision: Revision) -> int:
        return self._numbers.setdefault(revision, len(self._numbers))


def first_difference(make: Callable[[], tuple[Wire, Wire]], seed: int, length: int) -> str:
    """A story that ends where two new databases differ in the history of `seed`, or '' if they do not."""
    steps = list(history(seed, length))
    story = _difference(make(), [*steps, Everything()])
    if story and story.endswith(_AT_THE_END):
        story = _difference(make(), [each for step in steps for each in (step, Everything())])
    return story and f"seed {seed}, shortest beginning that shows it:\n{story}"


_AT_THE_END = "(at the end)"


def _difference(wires: tuple[Wire, Wire], steps: list[Step]) -> str:
    one, other = map(Side, wires)
    for number, step in enumerate(steps):
        first, second = one.answer(step), other.answer(step)
        if first != second:
            story = "\n".join(f"  {each}"[:1000] for each in steps[: number + 1] if not isinstance(each, Everything))
            end = _AT_THE_END if number == len(steps) - 1 else ""
            return f"{story}\n  one:   {first} ({one.why})\n  other: {second} ({other.why}){end}"
    return ""


def _shown(value: Value) -> str:
    """`value` as text, in which 1, 1.0 and True differ, and nan is nan. The order in a map does not count."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_shown(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    text = repr(value)
    return text if len(text) < 2000 else f"{text[:20]}… {hash(text)}"
