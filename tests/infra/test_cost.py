"""Counts what one sign-up costs, and compares it with docs/cost.md."""

import base64
import json
import re
import sys
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import functions_framework
import pytest
import yaml
from msgspec.structs import replace

from tests.database import database
from tests.infra.terraform import ROOT
from tests.seats import publish_workshop
from tests.sendgrid import scripted_sendgrid
from tests.shipped import NOW, WORKSHOP
from werkplaats.security.links import Submissions
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

SUBMISSIONS = Submissions(("k" * 32,), lambda: NOW)

TYPED = {
    "voornaam": "Jan",
    "achternaam": "de Vries",
    "vraag-opgave": "Meer groen in de wijk.",
    "vraag-overnachting": "beide-nachten",
    "vraag-akkoord": "ja",
}

STEPS = {
    "the workshop's page": "page",
    "the form": "form",
    "signing up": "post",
    "the registration's page": "own",
    "the event of the ledger": "ledger",
    "the event of the journal": "journal",
    "the mails": "mails",
}
"""How docs/cost.md calls the steps of a sign-up."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the reads and writes that Firestore bills. All of them go through the wire."""
    tally: Counter[str] = Counter()

    def count(name: str, kind: str, cost: Callable[[Any, Any], int]) -> None:
        original = getattr(FirestoreWire, name)

        def counting(wire: Any, asked: Any) -> Any:
            asked = list(asked) if name == "get" else asked
            answer = original(wire, asked)
            tally[kind] += cost(asked, answer)
            return answer

        monkeypatch.setattr(FirestoreWire, name, counting)

    count("get", "reads", lambda paths, _: len(paths))
    count("query", "reads", lambda _, found: max(1, len(found)))
    count("count", "reads", lambda *_: 1)
    count("commit", "writes", lambda writes, _: len(writes))
    return tally


class Functions:
    """The functions, each served by functions-framework in a process of its own. Calls are counted.

    While `warm`, each function goes on in the process in which it was called last.
    """

    def __init__(self, store: Store, counted: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.warm = False
        self._store = store
        self._counted = counted
        self._monkeypatch = monkeypatch
        self._processes: dict[str, Any] = {}

    def ask(self, name: str, path: str = "/", **options: Any) -> Any:
        self._counted["invocations"] += 1
        if not self.warm or name not in self._processes:
            self._monkeypatch.setenv("FUNCTION_TARGET", name)
            app = functions_framework.create_app(name, str(ROOT / "functions" / "main.py"))
            sys.modules["main"].runtime.clock = lambda: NOW
            self._processes[name] = app.test_client()
        answer = self._processes[name].open(path, **options)
        assert answer.status_code < 400, answer.text
        return answer

    def sign_up(self, address: str) -> dict[str, Counter[str]]:
        """All that follows when somebody with `address` signs up. Returns what each step took, by the names of STEPS.

        Between opening the form and sending it they took longer than pages keep a workshop without asking.
        """
        page, took = f"/werkplaats/{WORKSHOP.id}", dict[str, Counter[str]]()
        before = self._ids("journal"), self._ids("mails")

        def step(name: str, *asks: tuple[str, dict[str, Any]]) -> Any:
            self._counted.clear()
            answers = [self.ask(function, **options) for function, options in asks]
            took[name] = Counter(self._counted)
            return answers[-1]

        step("page", ("signup", {"path": page}))
        step("form", ("signup", {"path": f"{page}/aanmelden"}))
        form = urllib.parse.urlencode(TYPED | {"email": address, "submission": SUBMISSIONS.new()})
        posted = {"path": f"{page}/aanmelden", "method": "POST", "data": form}
        posted["content_type"] = "application/x-www-form-urlencoded"
        sent = step("post", ("signup", posted))
        step("own", ("manage", {"path": sent.headers["Location"]}))
        step("ledger", ("promote_waitlist", _event("ledger_updated", f"ledgers/{WORKSHOP.id}")))
        entries = [_event("entry_created", one) for one in self._ids("journal") - before[0]]
        step("journal", *(("notify_organisers", entry) for entry in entries))
        mails = [_event("mail_created", one) for one in self._ids("mails") - before[1]]
        step("mails", *(("deliver_mail", mail) for mail in mails))
        took["mails"]["mails"] = len(mails)
        return took

    def _ids(self, collection: str) -> set[str]:
        found = database(self._store).collection_group(collection).stream()
        return {snapshot.reference.path for snapshot in found}


@pytest.fixture
def functions(
    project: str, store: Store, monkeypatch: pytest.MonkeyPatch, counted: Counter[str]
) -> Iterator[Functions]:
    publish_workshop(store, WORKSHOP, NOW)
    monkeypatch.setattr("werkplaats.runtime._WORKSHOP_KEPT", 0.0)
    with scripted_sendgrid() as sendgrid:
        settings = {
            "GOOGLE_CLOUD_PROJECT": project,
            "SIGNING_KEYS": "k" * 32,
            "IDENTITY_KEY": "i" * 32,
            "PUBLIC_URL": "https://werkplaats.example.org",
            "SENDGRID_API_KEY": "SG.test",
            "SENDGRID_BASE_URL": sendgrid.url,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield Functions(store, counted, monkeypatch)


def test_one_sign_up_costs_what_the_document_says(functions: Functions) -> None:
    """One sign-up costs exactly the calls, reads, writes and mails that docs/cost.md gives, all and for each step.

    The first one finds no process that has seen the workshop before, and the last one finds only such processes.
    """
    cold = functions.sign_up("jan@example.org")
    functions.warm = True
    functions.sign_up("piet@example.org")
    warm = functions.sign_up("klaas@example.org")
    written = _in_document("one sign-up")
    assert _sum(cold) == written
    assert _sum(warm) == _in_document("one sign-up, warm")
    reads = {name: (cold[step]["reads"], warm[step]["reads"]) for name, step in STEPS.items()}
    assert reads == {name: _reads_in_document(name) for name in STEPS}
    assert (written["invocations"], written["mails"]) == (9, 3)
    assert written["writes"] <= 14


def test_a_sign_up_whose_notices_fold_costs_what_the_document_says(functions: Functions, store: Store) -> None:
    """Its entry in the journal makes no mail, and its ledger is written once, as ever."""
    found = store.seats.newest_ledger(WORKSHOP.id)
    assert found is not None
    store.inspection.replace_ledger(replace(found.ledger, told_at=(NOW,) * 5), found.revision)
    cold = functions.sign_up("jan@example.org")
    functions.warm = True
    functions.sign_up("piet@example.org")
    warm = functions.sign_up("klaas@example.org")
    written = _in_document("one of many, warm")
    assert _sum(cold) == _in_document("one of many")
    assert _sum(warm) == written
    assert (written["invocations"], written["mails"]) == (7, 1)
    assert written["writes"] <= 8
    assert written["reads"] <= 12


def _sum(took: dict[str, Counter[str]]) -> dict[str, int]:
    return dict(sum(took.values(), Counter()))


def test_sums_follow_from_what_was_counted() -> None:
    """The sums in docs/cost.md follow from its row **one sign-up** and the instances in functions.yaml."""
    text = (ROOT / "docs" / "cost.md").read_text()
    one = _in_document("one sign-up")
    (events,) = re.findall(r"\| SendGrid's events of its mails, at most \| (\d+) \| (\d+) \| (\d+) \|", text)
    requests, reads, writes = map(int, events)
    assert f"| reads | {(one['reads'] + reads) * 1000:,} |" in text
    assert f"| writes | {(one['writes'] + writes) * 1000:,} |" in text
    assert f"| requests | {(one['invocations'] + requests) * 1000:,} |" in text
    functions = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text()).values()
    public = [it for it in functions if it.get("access") in ("public", "sendgrid")]
    assert f"| **public functions** | {sum(it['max_instances'] for it in public)} |" in text
    instances = sum(it["max_instances"] for it in functions)
    assert f"| **all functions** | {instances} |" in text
    flood = 600 * 86_400
    bill = 0
    for kind, price in {"reads": 0.06e-5, "writes": 0.18e-5, "invocations": 0.4e-6}.items():
        costs = round(flood * one[kind] * price)
        bill += costs
        name = "requests" if kind == "invocations" else kind
        assert f"| {name} | {one[kind]} each: {flood * one[kind] / 1e6:,.0f} million | ${costs:,} |" in text
    others = re.search(
        rf"signs up all day.*?\| {instances} instances \|"
        r".*?\$(\d+).*?sent.*?\$(\d+).*?events.*?\$(\d+).*?logs.*?\$(\d+)",
        text,
        re.DOTALL,
    )
    assert others
    assert f"| **together** | | **${bill + sum(map(int, others.groups())):,}** |" in text


def _event(name: str, document: str) -> dict[str, Any]:
    event = json.loads((ROOT / "tests" / "events" / f"{name}.json").read_text())
    headers = event["headers"] | {"ce-document": document, "ce-subject": f"documents/{document}"}
    return {"method": "POST", "headers": headers, "data": base64.b64decode(event["body"])}


def _in_document(name: str) -> dict[str, int]:
    """The row `name` of the first table of docs/cost.md."""
    return dict(zip(("invocations", "reads", "writes", "mails"), _row(f"**{name}**", 4), strict=True))


def _reads_in_document(step: str) -> tuple[int, int]:
    cold, warm = _row(step, 2)
    return cold, warm


def _row(name: str, columns: int) -> list[int]:
    text = (ROOT / "docs" / "cost.md").read_text()
    row = re.search(rf"\| {re.escape(name)} " + r"\| (\d+) " * columns + r"\|", text)
    assert row, f"docs/cost.md has no row {name}"
    return list(map(int, row.groups()))
