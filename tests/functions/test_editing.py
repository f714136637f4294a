"""The editor over HTTP: nothing typed is lost, nobody's work is undone unseen, and publishing takes two clicks."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.types import BatchGetDocumentsRequest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.domain.test_logos import png
from tests.functions.conftest import Serve
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.signing_in import signed_in
from werkplaats.domain.fields import fields_of
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

PATH = f"/organisatie/{WORKSHOP.id}/bewerken"
EEN, TWEE = "platform31@example.org", "vanvieren@example.org"

Ask = Callable[..., TestResponse]


@pytest.fixture
def client(serve: Serve) -> FlaskClient:
    return serve("organiser")


@pytest.fixture
def ask(client: FlaskClient, store: Store) -> Ask:
    """Asks for a page as somebody who is signed in; with `data` it is a POST."""
    cookies = {email: signed_in(store, email, NOW) for email in (EEN, TWEE, "iemand@example.com")}

    def ask(path: str = PATH, data: Any = None, by: str = EEN, **headers: str) -> TestResponse:
        sent = cookies[by] | {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, headers=sent) if data is None else client.post(path, data=data, headers=sent)

    return ask


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def text(answer: TestResponse) -> str:
    return " ".join(soup(answer).get_text(" ").split())


def form_of(answer: TestResponse, number: int = 0) -> dict[str, str]:
    """The fields of a form of the page as a browser sends them, without any button."""
    form = soup(answer).select(f"main form[action='{PATH}']")[number]
    sent = {}
    for field in form.select("input, textarea, select"):
        name, kind = str(field.get("name")), field.get("type")
        if field.name == "textarea":
            sent[name] = field.get_text().removeprefix("\n").replace("\n", "\r\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            sent[name] = str(chosen["value"]) if isinstance(chosen, Tag) else ""
        elif kind == "checkbox" and field.get("checked") is None:
            continue
        elif kind != "file":
            sent[name] = str(field.get("value", ""))
    return sent


def typed(ask: Ask, action: str = "save", by: str = EEN, **changes: str) -> dict[str, str]:
    """What the editor's form sends after `changes` to its fields, `__` for a dot."""
    changed = {path.replace("__", "."): text for path, text in changes.items()}
    return form_of(ask(by=by)) | {"action": action} | changed


def error_at(answer: TestResponse, path: str) -> str:
    field = soup(answer).select_one(f"#f-{path.replace('.', '-')}-fout")
    assert field is not None, path
    return field.get_text()


def published(store: Store) -> Any:
    found = store.workshops.get(WORKSHOP.id)
    assert found is not None
    return found


# The page


def test_the_page_has_every_field_by_its_path(ask: Ask) -> None:
    """What it sends back untouched is what is published: nothing changes by looking."""
    page = ask()
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    sent = form_of(page)
    assert sent["version"] == "0"
    assert (sent["title"], sent["capacity"], sent["first_day"]) == (WORKSHOP.title, "24", "2027-08-29")
    assert sent["questions.0.label"] == WORKSHOP.questions[0].label
    assert sent["promotion.within"] == "48 uur"
    ask(data=sent | {"action": "save"})
    assert form_of(ask()) == sent | {"version": "1"}


def test_what_is_sent_untouched_is_what_is_published(ask: Ask, store: Store) -> None:
    """To the last character, so that a save without a change changes nothing."""
    ask(data=typed(ask))
    kept = store.drafts.get(WORKSHOP.id)
    assert kept is not None
    assert kept.draft.fields == fields_of(WORKSHOP)
    assert "Er is niets te publiceren" in text(ask(ask(data=typed(ask, "publish")).headers["Location"]))


def test_every_control_has_a_label_and_every_id_is_used_once(ask: Ask) -> None:
    """Every pointer of the page leads somewhere, also from the mistakes on top."""
    ask(data=typed(ask, capacity="veel", title="", waves__0__title="", leaders__0__role="x", days__0__begins="9"))
    page = soup(ask())
    ids = [str(one["id"]) for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in page.select("input:not([type=hidden]), textarea, select"):
        assert page.select_one(f'label[for="{control["id"]}"]'), control
    for link in page.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, link
    for pointer in page.select("[aria-describedby]"):
        assert set(str(pointer["aria-describedby"]).split()) <= set(ids)
    headings = [int(one.name[1]) for one in page.select("h1, h2, h3, h4")]
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_the_page_reads_little(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session, the workshop, the ledger and the draft; before there is a draft the workshop once more."""
    read: list[int] = []

    def count(name: str, cost: Callable[[Any], int]) -> None:
        original = getattr(FirestoreClient, name)

        def counting(self: Any, request: Any = None, **options: Any) -> Any:
            read.append(cost(request))
            return original(self, request, **options)

        monkeypatch.setattr(FirestoreClient, name, counting)

    count("get_document", lambda _: 1)
    count("batch_get_documents", lambda request: len(BatchGetDocumentsRequest(request).documents))
    ask()
    assert sum(read) == 5
    ask(data=typed(ask, title="Anders"))
    read.clear()
    ask()
    assert sum(read) == 4


# Saving


def test_a_save_keeps_the_draft_and_publishes_nothing(ask: Ask, store: Store) -> None:
    """The page says that it is kept, by whom and when."""
    answer = ask(data=typed(ask, title="  Een andere titel ", description="Een\r\n\r\ntwee"))
    assert answer.status_code == 303
    page = ask(answer.headers["Location"])
    assert "bewaard als concept" in text(page)
    assert f"Concept bewaard door {EEN}, maandag 1 maart 2027" in text(page)
    kept = store.drafts.get(WORKSHOP.id)
    assert kept is not None
    assert (kept.draft.fields["title"], kept.draft.fields["description"]) == ("Een andere titel", "Een\n\ntwee")
    assert published(store).title == WORKSHOP.title


def test_mistakes_are_told_at_their_fields_and_nothing_typed_is_lost(ask: Ask) -> None:
    """Also what a browser's own control for days or choices would not show."""
    wrong = {
        "capacity": "veel", "first_day": "volgend jaar", "title": "",
        "questions__1__options__0__value": "Met Spaties", "organisers__0__email": "geen adres",
        "promotion__by": "loting", "organisation__colour": "geel",
    }  # fmt: skip
    answer = ask(data=typed(ask, **wrong))
    assert answer.status_code == 303
    page = ask(answer.headers["Location"])
    assert page.status_code == 200
    sent = form_of(page)
    for path, value in wrong.items():
        assert sent[path.replace("__", ".")] == value
        assert error_at(page, path.replace("__", "."))
    assert error_at(page, "capacity") == "Vul een getal in, met alleen cijfers."
    assert len(soup(page).select("#fouten li")) == len(wrong)
    refused = ask(data=typed(ask, "publish"))
    assert refused.status_code == 422
    assert error_at(refused, "title") == "Dit is nog leeg. Vul het in."


def test_rules_that_are_broken_are_told_once_each_field_can_be_read(ask: Ask) -> None:
    """At the field that is to be changed."""
    ask(data=typed(ask, promotion__within="even", reminders__1="2 weken"))
    page = ask()
    assert error_at(page, "promotion.within")
    assert error_at(page, "reminders.1")
    ask(data=typed(ask, promotion__within="2 dagen", reminders__1="1 dag", sign_up__closes="2027-09-01"))
    assert "Aanmelden moet sluiten voor de eerste dag" in error_at(ask(), "sign_up.closes")


@pytest.mark.parametrize(
    ("path", "written", "kept"),
    [
        ("promotion.within", "3 dagen", "3 days"),
        ("promotion.within", "1 uur", "1 hour"),
        ("promotion.within", "24 hours", "24 hours"),
        ("reminders.0", "10 dagen", "10 days"),
        ("first_day", "28-8-2027", "2027-08-28"),
        ("organisation.colour", "#FFD21F", "#ffd21f"),
    ],
)
def test_people_write_days_and_lengths_as_they_do(ask: Ask, store: Store, path: str, written: str, kept: str) -> None:
    """And as files do."""
    ask(data=typed(ask) | {path: written})
    draft = store.drafts.get(WORKSHOP.id)
    assert draft is not None
    assert draft.draft.fields[path] == kept


def test_markup_is_shown_as_text(ask: Ask) -> None:
    """In fields, in the summary, beside another version, and before publishing."""
    evil = '"></textarea></title><script>alert(1)</script>'
    ask(data=typed(ask, title=evil, description=evil, questions__0__label=evil, onzin__x=evil))
    stale = ask(data=typed(ask, by=TWEE, version="0", title="Anders"), by=TWEE)
    for page in (ask(), stale, ask(data=typed(ask, "publish", onzin__x=""))):
        assert "<script>alert" not in page.text
    assert form_of(ask())["title"] == evil


def test_a_field_that_no_section_has_is_shown(ask: Ask, store: Store) -> None:
    """So that people can empty it."""
    ask(data=typed(ask, onzin="x"))
    assert form_of(ask())["onzin"] == "x"
    ask(data=typed(ask, onzin=""))
    draft = store.drafts.get(WORKSHOP.id)
    assert draft is not None
    assert "onzin" not in draft.draft.fields


def test_more_text_than_can_be_kept_is_shown_again(ask: Ask, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is kept; a request that is too large is refused as a whole."""
    monkeypatch.setattr("werkplaats.domain.drafts.MOST_TEXT", 30_000)
    answer = ask(data=typed(ask, practical="x" * 40_000))
    assert answer.status_code == 413
    assert form_of(answer)["practical"] == "x" * 40_000
    assert form_of(answer)["version"] == "0"
    assert store.drafts.get(WORKSHOP.id) is None
    assert ask(data=typed(ask, practical="x" * 600_000)).status_code == 413
    assert ask(data={f"a.{number}": "x" for number in range(5_001)}).status_code == 400


# Lists


def test_items_are_added_moved_and_taken_out(ask: Ask, store: Store) -> None:
    """Each button keeps what else was typed, and leads back to the list."""
    answer = ask(data=typed(ask, "add:questions", title="Anders"))
    assert answer.headers["Location"].endswith("#f-questions")
    assert form_of(ask())["questions.5.id"] == "q-1"
    assert form_of(ask())["title"] == "Anders"
    ask(data=typed(ask, "up:questions.1"))
    assert form_of(ask())["questions.0.id"] == "overnachting"
    ask(data=typed(ask, "down:questions.0"))
    ask(data=typed(ask, "remove:questions.5"))
    ask(data=typed(ask, "remove:questions.1.options.3"))
    sent = form_of(ask())
    assert [sent.get(f"questions.{number}.id") for number in range(6)] == [
        "opgave", "overnachting", "dieetwensen", "toegankelijkheid", "akkoord", None,
    ]  # fmt: skip
    assert "questions.1.options.2.value" in sent
    assert "questions.1.options.3.value" not in sent


@pytest.mark.parametrize("path", ["leaders", "materials", "organisers", "waves", "waves.0.questions", "days"])
def test_a_new_item_can_be_filled_in(ask: Ask, path: str) -> None:
    """It is there after its button was pressed."""
    before = len(soup(ask()).select("fieldset.item"))
    ask(data=typed(ask, f"add:{path}"))
    assert len(soup(ask()).select("fieldset.item")) == before + 1


def test_another_kind_of_question_has_other_fields(ask: Ask) -> None:
    """Those of the kind before that are filled in stay until they are emptied."""
    ask(data=typed(ask, questions__0__kind="one_of"))
    page = ask()
    assert error_at(page, "questions.0.max_length") == "Dit veld hoort hier niet. Maak het leeg, dan is het weg."
    assert error_at(page, "questions.0.options") == "Dit is nog leeg. Vul het in."
    ask(data=typed(ask, "add:questions.0.options", questions__0__max_length=""))
    assert "questions.0.max_length" not in form_of(ask())


def test_an_unknown_button_does_nothing(ask: Ask, store: Store) -> None:
    for action in ("", "x", "add:", "up:", "publish:questions"):
        assert ask(data=typed(ask, action)).status_code == 400
    assert store.drafts.get(WORKSHOP.id) is None


# Two at once


def test_a_stale_save_is_shown_both_and_chooses(ask: Ask, store: Store) -> None:
    """Only what differs is shown; mine goes in the place of theirs, or theirs stays."""
    mine = typed(ask, title="Van mij", summary="Van ons beiden.")
    ask(data=typed(ask, by=TWEE, title="Van de ander", summary="Van ons beiden."), by=TWEE)
    both = ask(data=mine)
    assert both.status_code == 409
    assert "Van mij" in text(both)
    assert "Van de ander" in text(both)
    assert [one.get_text() for one in soup(both).select(".changes h3")] == ["Titel"]
    assert form_of(ask())["title"] == "Van de ander"
    assert ask(data=form_of(both) | {"action": "save"}).status_code == 303
    assert form_of(ask())["title"] == "Van mij"


def test_without_a_version_both_are_shown_too(ask: Ask) -> None:
    """Whatever the form says about itself."""
    for version in (None, "", "-1", "x", "7", "9" * 30):
        sent = typed(ask, title="Anders") | ({} if version is None else {"version": version})
        if version is None:
            del sent["version"]
        answer = ask(data=sent)
        assert answer.status_code == 409, version
        assert "Anders" in text(answer)
    assert form_of(ask())["title"] == WORKSHOP.title


def test_a_save_over_another_publication_is_shown_both(ask: Ask, store: Store) -> None:
    """The page was opened before somebody published by another way; nothing of theirs is undone in silence."""
    mine = typed(ask, "publish", title="Van mij")
    publish_workshop(store, replace(WORKSHOP, summary="Intussen gepubliceerd."), NOW)
    both = ask(data=mine)
    assert both.status_code == 409
    assert "Intussen gepubliceerd." in text(both)
    assert "Van mij" in text(both)
    assert published(store).title == WORKSHOP.title
    assert ask(data=form_of(both, 1) | {"action": "save"}).status_code == 303
    assert form_of(ask())["summary"] == "Intussen gepubliceerd."
    assert ask(data=form_of(both, 0) | {"action": "save"}).status_code == 409


# Publishing


def test_publishing_takes_a_page_that_says_what_changes(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """The first POST publishes nothing; the form on its page does. Twice is a quiet success."""
    queue.do(WORKSHOP.id, sign_up(1))
    changes = {"title": "Anders", "first_day": "2027-08-30", "capacity": "30"}
    before = ask(data=typed(ask, "publish", **changes))
    assert before.status_code == 200
    assert published(store).title == WORKSHOP.title
    told = text(before)
    assert "1 deelnemer krijgt een mail over de andere dagen" in told
    for part in ("Titel Nu", "zondag 29 augustus 2027", "maandag 30 augustus 2027", "Aantal plekken Nu 24 Straks 30"):
        assert part in told
    confirm = form_of(before) | {"action": "publish"}
    for _ in range(2):
        answer = ask(data=confirm)
        assert answer.status_code == 303
        assert "is gepubliceerd" in text(ask(answer.headers["Location"]))
    assert (published(store).title, published(store).capacity) == ("Anders", 30)
    assert store.workshops.revisions(WORKSHOP.id)[0].by == EEN


def test_what_gets_lost_is_said_before(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Answers that are shown no more, and people who cannot get in any more."""
    queue.do(WORKSHOP.id, replace(sign_up(1), answers={"opgave": "iets", "overnachting": "geen"}))
    ask(data=typed(ask, "remove:questions.0"))
    ask(data=typed(ask, "remove:questions.0.options.3"))
    ask(data=typed(ask, "remove:organisers.1"))
    told = text(ask(data=typed(ask, "publish")))
    assert f"1 antwoord op de vraag ‘{WORKSHOP.questions[0].label}’ zie je dan niet meer" in told
    assert "1 antwoord ‘geen’ op de vraag ‘Blijf je slapen?’" in told
    assert f"{TWEE} kan niet meer bij deze werkplaats" in told


def test_fewer_seats_than_are_taken_are_refused(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """With what to do instead, at the field."""
    for number in range(3):
        queue.do(WORKSHOP.id, sign_up(number))
    answer = ask(data=typed(ask, "publish", capacity="1"))
    assert answer.status_code == 422
    assert "Kies meer plekken, of meld eerst 2 mensen af" in error_at(answer, "capacity")
    ask(data=typed(ask, capacity="3"))
    confirm = form_of(ask(data=typed(ask, "publish"))) | {"action": "publish"}
    queue.do(WORKSHOP.id, sign_up(4))
    answer = ask(data=confirm)
    assert answer.status_code == 422
    assert error_at(answer, "capacity")
    assert published(store).capacity == 24


def test_a_stale_confirmation_is_shown_both(ask: Ask, store: Store) -> None:
    """Whether somebody saved or published since. Nothing is published."""
    confirm = form_of(ask(data=typed(ask, "publish", title="Van mij"))) | {"action": "publish"}
    ask(data=typed(ask, by=TWEE, title="Van de ander"), by=TWEE)
    answer = ask(data=confirm)
    assert answer.status_code == 409
    assert "Van mij" in text(answer)
    assert "Van de ander" in text(answer)
    confirm = form_of(ask(data=typed(ask, "publish", title="Van mij"))) | {"action": "publish"}
    publish_workshop(store, replace(WORKSHOP, title="Langs een andere weg"), NOW)
    answer = ask(data=confirm)
    assert answer.status_code == 409
    assert "Van mij" in text(answer)
    assert "Langs een andere weg" in text(answer)
    assert published(store).title == "Langs een andere weg"


def test_a_confirmation_that_was_made_up_publishes_nothing(ask: Ask, store: Store) -> None:
    """It is bound to the versions that its page showed."""
    ask(data=typed(ask, title="Van mij"))
    for confirmed in ("", "x", "7.1", "0.0", "1.", "²."):
        answer = ask(data=typed(ask, "publish") | {"confirmed": confirmed})
        assert answer.status_code in (200, 409), confirmed
    assert published(store).title == WORKSHOP.title


# A preview


def test_the_draft_is_looked_at_as_page_form_and_mails(ask: Ask, store: Store) -> None:
    """Nobody else sees it, and nothing on it does anything."""
    answer = ask(data=typed(ask, "preview", title="Alleen in het concept", questions__0__label="Een nieuwe vraag?"))
    assert answer.headers["Location"] == f"/organisatie/{WORKSHOP.id}/voorbeeld"
    page, form = ask(answer.headers["Location"]), ask(f"{answer.headers['Location']}/formulier")
    mail = ask(f"{answer.headers['Location']}/mail/confirmed")
    for shown in (page, form, mail):
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "no-store"
        assert "Alleen in het concept" in text(shown)
        assert "voorbeeld van het concept" in text(shown)
    assert "Een nieuwe vraag?" in text(form)
    for shown in (page, form):
        note = soup(shown).select_one("nav.preview-note")
        assert note is not None
        leads = [one["href"] for one in soup(shown).select("a[href]") if not str(one["href"]).startswith("#")]
        assert leads == [one["href"] for one in note.select("a")]
        assert all(one.get("disabled") is not None for one in soup(shown).select("button"))
        assert [one for one in soup(shown).select("form") if one.get("action") or one.get("method")] == []
    assert published(store).title == WORKSHOP.title
    assert ask(f"/organisatie/{WORKSHOP.id}/voorbeeld/mail/sign_in").status_code == 404


@pytest.mark.parametrize("asked", ["busy", "always", "never"])
def test_the_mail_to_confirm_an_address_is_shown_if_the_draft_can_ask_for_it(ask: Ask, asked: str) -> None:
    """The links above every preview name it then, and otherwise there is no such page."""
    base = ask(data=typed(ask, "preview", confirm_address=asked)).headers["Location"]
    path = f"{base}/mail/confirm_address"
    listed = {one["href"] for one in soup(ask(base)).select("nav.preview-note a")}
    mail = ask(path)
    assert (path in listed, mail.status_code) == ((False, 404) if asked == "never" else (True, 200))
    if asked != "never":
        assert "We houden een plek voor je vast tot" in text(mail)


def test_there_is_no_preview_of_mistakes(ask: Ask) -> None:
    """The editor tells them; what was typed is kept."""
    answer = ask(ask(data=typed(ask, "preview", capacity="veel")).headers["Location"])
    assert answer.status_code == 303
    page = ask(answer.headers["Location"])
    assert "Er is nog geen voorbeeld" in text(page)
    assert error_at(page, "capacity")


# A logo


def test_a_logo_is_uploaded_shown_and_taken_away(ask: Ask, store: Store) -> None:
    """What else was typed is kept with it."""
    file = (BytesIO(png()), "logo.png")
    answer = ask(data=typed(ask, "logo", title="Anders") | {"logo-bestand": file})
    assert answer.status_code == 303
    page = ask()
    picture = soup(page).select_one(".logo img")
    assert picture is not None
    shown = ask(str(picture["src"]))
    assert (shown.status_code, shown.content_type, shown.data) == (200, "image/png", png())
    assert form_of(page)["title"] == "Anders"
    ask(data=typed(ask, "remove-logo"))
    assert soup(ask()).select_one(".logo img") is None
    assert ask(f"{PATH}/logo/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "geen PNG"), (b"GIF89a", "geen PNG"), (png()[:-4], "beschadigd"), (png() + b"x" * 210_000, "te groot")],
    ids=["empty", "another kind", "cut off", "too large"],
)
def test_a_file_that_is_no_logo_is_refused_at_the_field(ask: Ask, content: bytes, said: str) -> None:
    """What else was typed is kept."""
    file = (BytesIO(content), "logo.png")
    answer = ask(data=typed(ask, "logo", title="Anders") | {"logo-bestand": file})
    assert answer.status_code == 422
    error = soup(answer).select_one("#logo-fout")
    assert error is not None
    assert said in error.get_text()
    assert form_of(ask())["title"] == "Anders"


# Who may


def test_nobody_else_edits(ask: Ask, client: FlaskClient, store: Store) -> None:
    """Not another role, not somebody without one, no other site, and nobody of another workshop."""
    publish_workshop(store, sample_workshop(), NOW)
    sent = typed(ask, title="Anders")
    assert ask(data=sent, by="iemand@example.com").status_code == 403
    assert ask("/organisatie/proef/bewerken", data=sent).status_code == 403
    assert ask(data=sent, Sec_Fetch_Site="cross-site").status_code == 403
    assert client.post(PATH, data=sent).status_code == 401
    assert store.drafts.get(WORKSHOP.id) is None
    assert store.drafts.get("proef") is None


def test_the_id_of_another_workshop_is_a_mistake(ask: Ask, store: Store) -> None:
    """It cannot be published under this address or that one."""
    publish_workshop(store, sample_workshop(), NOW)
    answer = ask(data=typed(ask, "publish", id="proef"))
    assert answer.status_code == 422
    assert "een andere werkplaats" in text(answer)
    other = store.workshops.get("proef")
    assert other is not None
    assert other.title == "Proefwerkplaats"


HOSTILE: list[dict[str, str]] = [
    {"last_day": "9999-12-31", "action": "save"},
    {"first_day": "0001-01-03", "last_day": "0001-01-04", "action": "save"},
    {"sign_up.opens": "0001-01-01", "action": "publish"},
    {"questions.99999999999.x": "1", "action": "remove:questions.0"},
    {f"questions.{'9' * 5000}.label": "x", "action": "add:questions"},
    {"questions.9999.label": "x", "questions.a": "y", "action": "save"},
    {"questions.9999.label": "x", "action": "up:questions.9999"},
    {"title": "A\x00\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "action": "save"},
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: next(iter(one))[:24])
def test_a_form_that_is_made_up_breaks_no_page(ask: Ask, store: Store, hostile: dict[str, str]) -> None:
    """Days out of all bounds, huge numbers and odd names are mistakes or nothing, and the editor goes on working."""
    assert ask(data=typed(ask) | hostile).status_code < 500
    for path in (PATH, PATH.replace("bewerken", "voorbeeld")):
        assert ask(path).status_code < 500
    assert len(form_of(ask())) < 1_000
    assert published(store).sign_up.opens.year == WORKSHOP.sign_up.opens.year


@pytest.mark.parametrize("action", ["up:a\nb.1", "remove:questions.0\r\nx: y", "add:", "add:Questions"])
def test_a_button_that_no_page_has_is_refused(ask: Ask, action: str) -> None:
    """The path of a button must be that of a field, and nothing is saved otherwise."""
    assert ask(data=typed(ask, title="Anders") | {"action": action}).status_code == 400
    assert form_of(ask())["title"] == WORKSHOP.title


def test_an_origin_that_is_no_address_is_refused(ask: Ask) -> None:
    """Old browsers send only Origin; one that cannot be read is not ours."""
    assert ask(data=typed(ask), Origin="http://[").status_code == 403
