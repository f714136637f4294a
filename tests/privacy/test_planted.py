"""Nothing personal stays: strings are planted in every field that a person can fill, and looked for at the end."""

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.database import database
from tests.privacy.expiry import delete_expired
from tests.privacy.lives import IDENTITY, Checks, Course, Faults, House, Moody, live, settings
from tests.privacy.planted import Finding, Planted, Whose, find_planted, find_tied
from tests.sendgrid import scripted_sendgrid
from tests.simulation.database.firestore import SimulatedWire
from werkplaats.domain.kept import TABLE, Ends
from werkplaats.store import Store
from werkplaats.store.wire import Delete, Fields

Documents = Callable[[], list[tuple[str, Fields]]]

BY_HAND = {kept.collection for kept in TABLE if kept.ends is Ends.BY_HAND}


@contextlib.contextmanager
def all_output() -> Iterator[io.StringIO]:
    """Everything that is printed or logged within the block, by whatever library."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            yield output
    finally:
        logging.getLogger().removeHandler(handler)


def nothing(findings: list[Finding]) -> None:
    """Fail if there are `findings`, and say what was found where, each kind once in a place."""
    told = sorted({f"{one.where}: {one.needle.kind} ({one.needle.whose.value}) {one.how}" for one in findings})
    assert not told, "\n".join(told)


def nothing_is_logged(planted: Planted, output: str) -> None:
    nothing(find_planted(planted, [], output.splitlines()))


class Search:
    """The checks of lives. `documents` reads the whole database, and `delete` deletes a document by its path."""

    def __init__(self, house: House, planted: Planted, documents: Documents, delete: Callable[[str], object]) -> None:
        self._house, self._planted, self._documents, self._delete = house, planted, documents, delete
        self.checks = Checks(self.early, self.erased, self.results)
        self.done: list[str] = []
        self.courses: list[Course] = []

    def left(self, *whose: Whose) -> list[Finding]:
        """What is left of strings of `whose` in the database, after Firestore has deleted what has expired."""
        delete_expired(self._documents(), self._delete, self._house.now)
        found = find_planted(self._planted, self._documents(), [])
        return [one for one in found if one.needle.whose in whose]

    def early(self) -> None:
        left = self.left(Whose.EARLY, Whose.VISITOR)
        nothing([one for one in left if one.needle.whose is Whose.EARLY])
        assert left, "the people themselves are still there, so the search can find something"
        self.done.append("early")

    def erased(self) -> None:
        left = self.left(Whose.VISITOR, Whose.EARLY, Whose.RESULT)
        nothing([one for one in left if one.needle.whose is not Whose.RESULT])
        assert {_collection(one) for one in left} == {"answers"}
        people = [(course.id, person) for course in self.courses for person in course.persons]
        assert find_tied(people, self._documents(), IDENTITY.registration) == []
        assert len([path for path, _ in self._documents() if path.startswith("registrations/")]) > 0
        self.done.append("erased")

    def results(self) -> None:
        left = self.left(*Whose)
        nothing([one for one in left if one.needle.whose is not Whose.ORGANISER])
        assert {_collection(one) for one in left} <= BY_HAND
        people = [(course.id, person) for course in self.courses for person in course.persons]
        assert find_tied(people, self._documents(), IDENTITY.registration) == []
        self.done.append("results")


def _collection(finding: Finding) -> str:
    """The collection of the document in which something was found."""
    parts = finding.where.split("/")
    return parts[-2]


def _documents(wire: SimulatedWire) -> list[tuple[str, Fields]]:
    return [(path, found.fields) for path, found in wire.database.all().items()]


def in_memory(monkeypatch: pytest.MonkeyPatch, seed: int, courses: int, people: int) -> tuple[Planted, str]:
    """Let courses live on a database in memory, with faults. Returns what was planted, and all output."""
    random, planted, wire = Random(seed), Planted(seed), SimulatedWire()
    for name, value in settings("in-memory").items():
        monkeypatch.setenv(name, value)
    house = House(Store(wire), Moody(random))
    search = Search(house, planted, lambda: _documents(wire), lambda path: wire.database.commit([Delete(path)]))
    with all_output() as output:
        search.courses = [Course(house, planted, random, number, people) for number in range(courses)]
        wire.before_commit = faults = Faults(random, every=60)
        live(search.courses, search.checks, faults)
    assert search.done == ["early", "erased", "results"]
    assert faults.struck > 0
    assert all(len(course.registrations()) >= people - 1 for course in search.courses)
    return planted, output.getvalue()


def test_nothing_stays_of_some_hundred_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three courses: no planted string is in the database when its time is over, nor at any time in the logs."""
    planted, output = in_memory(monkeypatch, seed=1, courses=3, people=16)
    assert len(planted) > 300
    assert '"registration.signed_up"' in output
    assert '"request.crashed"' in output, "errors whose messages name everything are among it"
    nothing_is_logged(planted, output)


@pytest.mark.long
def test_nothing_stays_of_ten_thousand_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, with courses enough for 10,000 strings."""
    planted, output = in_memory(monkeypatch, seed=12, courses=34, people=24)
    assert len(planted) >= 10_000
    nothing_is_logged(planted, output)


@pytest.mark.long
def test_nothing_stays_on_the_emulator(project: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One course on the emulator, with mails over HTTP to a server that answers like SendGrid."""
    client = database(store)

    def documents() -> list[tuple[str, Fields]]:
        found = [one for collection in client.collections() for one in collection.stream()]
        below = [one for group in ("journal", "revisions") for one in client.collection_group(group).stream()]
        return [(one.reference.path, one.to_dict()) for one in (*found, *below)]

    random, planted = Random(3), Planted(3)
    with scripted_sendgrid() as sendgrid, all_output() as output:
        for name, value in settings(project, sendgrid.url).items():
            monkeypatch.setenv(name, value)
        house = House(store)
        search = Search(house, planted, documents, lambda path: client.document(path).delete())
        search.courses = [Course(house, planted, random, 1, people=14)]
        live(search.courses, search.checks)
        sent = [one["personalizations"][0]["to"][0]["email"] for one in sendgrid.taken]
    assert search.done == ["early", "erased", "results"]
    assert len(planted) > 80
    assert any(planted.token_of(address.lower()) for address in sent)
    nothing_is_logged(planted, output.getvalue())
