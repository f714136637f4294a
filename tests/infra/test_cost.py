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
from google.cloud.firestore_v1.services.firestore.client import FirestoreClient
from google.cloud.firestore_v1.types import BatchGetDocumentsRequest, CommitRequest
from msgspec.structs import replace

from tests.database import database
from tests.infra.terraform import ROOT
from tests.seats import publish_workshop
from tests.sendgrid import scripted_sendgrid
from tests.shipped import NOW, WORKSHOP
from werkplaats.security.links import Submissions
from werkplaats.store import Store

TYPED = {
    "voornaam": "Jan",
    "achternaam": "de Vries",
    "email": "jan@example.org",
    "submission": Submissions(("k" * 32,), lambda: NOW).new(),
    "vraag-opgave": "Meer groen in de wijk.",
    "vraag-overnachting": "beide-nachten",
    "vraag-akkoord": "ja",
}

Ask = Callable[..., Any]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the reads and writes that Firestore bills, by patching its client."""
    tally: Counter[str] = Counter()

    def count(name: str, cost: Callable[[Any, list[Any]], tuple[str, int]]) -> None:
        original = getattr(FirestoreClient, name)

        def counting(self: Any, request: Any = None, **options: Any) -> Any:
            answer = original(self, request, **options)
            if name in ("commit", "get_document"):
                kind, number = cost(request, [])
                tally[kind] += number
                return answer
            answers = list(answer)
            kind, number = cost(request, answers)
            tally[kind] += number
            return iter(answers)

        monkeypatch.setattr(FirestoreClient, name, counting)

    count("batch_get_documents", lambda request, _: ("reads", len(BatchGetDocumentsRequest(request).documents)))
    count("get_document", lambda *_: ("reads", 1))
    count("run_query", lambda _, answers: ("reads", max(1, sum("document" in one for one in answers))))
    count("run_aggregation_query", lambda *_: ("reads", 1))
    count("commit", lambda request, _: ("writes", len(CommitRequest(request).writes)))
    return tally


@pytest.fixture
def ask(project: str, store: Store, monkeypatch: pytest.MonkeyPatch, counted: Counter[str]) -> Iterator[Ask]:
    """Sends a request to a function, served by functions-framework, and counts the call."""
    publish_workshop(store, WORKSHOP, NOW)
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

        def ask(name: str, path: str = "/", **options: Any) -> Any:
            counted["invocations"] += 1
            monkeypatch.setenv("FUNCTION_TARGET", name)
            app = functions_framework.create_app(name, str(ROOT / "functions" / "main.py"))
            sys.modules["main"].runtime.clock = lambda: NOW
            answer = app.test_client().open(path, **options)
            assert answer.status_code < 400, answer.text
            return answer

        counted.clear()
        yield ask


def test_one_sign_up_costs_what_the_document_says(ask: Ask, counted: Counter[str], store: Store) -> None:
    """One sign-up costs exactly the calls, reads, writes and mails that docs/cost.md gives."""
    _sign_up(ask, counted, store)
    written = _in_document("one sign-up")
    assert dict(counted) == written
    assert (written["invocations"], written["mails"]) == (9, 3)
    assert written["writes"] <= 14


def test_a_sign_up_whose_notices_fold_costs_what_the_document_says(
    ask: Ask, counted: Counter[str], store: Store
) -> None:
    """Its entry in the journal makes no mail, and its ledger is written once, as ever."""
    inspected = store.inspection.ledger(WORKSHOP.id)
    assert inspected is not None
    ledger, guard = inspected
    store.inspection.replace_ledger(replace(ledger, told_at=(NOW,) * 5), guard)
    counted.clear()
    _sign_up(ask, counted, store)
    written = _in_document("one of many")
    assert dict(counted) == written
    assert (written["invocations"], written["mails"]) == (7, 1)
    assert written["writes"] <= 8


def _sign_up(ask: Ask, counted: Counter[str], store: Store) -> None:
    """Somebody signs up, and every function that this calls does its work."""
    page = f"/werkplaats/{WORKSHOP.id}"
    ask("signup", page)
    ask("signup", f"{page}/aanmelden")
    form = urllib.parse.urlencode(TYPED)
    sent = ask(
        "signup", f"{page}/aanmelden", method="POST", data=form, content_type="application/x-www-form-urlencoded"
    )
    ask("manage", sent.headers["Location"])
    ask("promote_waitlist", **_event("ledger_updated", f"ledgers/{WORKSHOP.id}"))
    entries = database(store).collection_group("journal")
    for entry in _paths(entries):
        ask("notify_organisers", **_event("entry_created", entry))
    mails = _paths(database(store).collection("mails"))
    for mail in mails:
        ask("deliver_mail", **_event("mail_created", mail))
    # Do not count the two queries of this test itself, which found the entries and the mails.
    counted["reads"] -= len(mails) + 1
    counted["mails"] = len(mails)


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


def _paths(query: Any) -> list[str]:
    return [snapshot.reference.path for snapshot in query.stream()]


def _event(name: str, document: str) -> dict[str, Any]:
    event = json.loads((ROOT / "tests" / "events" / f"{name}.json").read_text())
    headers = event["headers"] | {"ce-document": document, "ce-subject": f"documents/{document}"}
    return {"method": "POST", "headers": headers, "data": base64.b64decode(event["body"])}


def _in_document(name: str) -> dict[str, int]:
    """The row of docs/cost.md that is called `name`."""
    text = (ROOT / "docs" / "cost.md").read_text()
    row = re.search(rf"\| \*\*{name}\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", text)
    assert row, f"docs/cost.md has no row **{name}**"
    return dict(zip(("invocations", "reads", "writes", "mails"), map(int, row.groups()), strict=True))
