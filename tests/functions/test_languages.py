"""A visitor's language over HTTP: chosen in the address, kept from page to page and with the registration."""

import re
import sys

import pytest
from flask.testing import FlaskClient
from google.cloud.firestore import DELETE_FIELD

from tests.database import database
from tests.functions.conftest import Serve, submission
from tests.functions.test_public import FORM, PAGE, TYPED
from tests.pseudo import LANGUAGE
from tests.pseudo import offered as offered
from tests.samples import NOW, sign_up
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.mail.deliver import deliver_mail
from werkplaats.workflows.seats.queue import SeatQueue

ASKED = f"taal={LANGUAGE}"


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


@pytest.mark.usefixtures("offered")
def test_every_link_of_a_page_leads_to_pages_in_its_language(visitor: FlaskClient) -> None:
    """Links and forms keep the language, so that it is chosen only once."""
    for path in ("/", PAGE, FORM, f"{PAGE}/link", f"{PAGE}/privacy", f"{PAGE}/ontvangen"):
        page = visitor.get(f"{path}?{ASKED}").text
        assert f'<html lang="{LANGUAGE}">' in page
        for address in re.findall(r'(?:href|action)="(/[^"]*)"', page):
            assert ASKED in address or "/_/" in address or address == "/favicon.ico", (path, address)


@pytest.mark.parametrize("asked", ["", "?taal=", "?taal=xx", "?taal=../en", "?taal=nl&taal=xx"])
def test_without_a_language_that_is_offered_a_page_is_dutch(visitor: FlaskClient, asked: str) -> None:
    """A language that is not offered gives the same page as no language."""
    assert visitor.get(f"{PAGE}{asked}").data == visitor.get(PAGE).data


@pytest.mark.usefixtures("offered")
def test_a_registration_keeps_the_language_in_which_it_was_made(
    visitor: FlaskClient, serve: Serve, store: Store, sendgrid: ScriptedSendGrid, links: Links
) -> None:
    """The registration's page, its mails and the links in them are in the language of the sign-up."""
    location = visitor.post(f"{FORM}?{ASKED}", data=TYPED).headers["Location"]
    [one] = store.seats.all_of(WORKSHOP.id)
    assert one.language == LANGUAGE
    manage = serve("manage")
    assert "⟦Je hebt een plek, " in manage.get(location).text
    assert "Je hebt een plek" in manage.get(f"{location}?taal=nl").text
    assert "⟦" not in manage.get(f"{location}?taal=nl").text
    serve("deliver_mail")
    deliver_mail(sys.modules["main"].runtime.postman, f"{one.id}-confirmed-1", NOW)
    [request] = sendgrid.taken
    mail = str(request)
    assert "⟦Je hebt een plek: " in mail
    assert f"{links.registration_path(one.id)}?{ASKED}" in mail


@pytest.mark.usefixtures("offered")
def test_a_mistake_and_a_refusal_are_told_in_the_language_of_the_page(visitor: FlaskClient, serve: Serve) -> None:
    """Messages at a field, on a page of an error, and on the page of a registration are in the language of the page."""
    refused = visitor.post(f"{FORM}?{ASKED}", data=TYPED | {"voornaam": ""})
    assert (refused.status_code, "⟦Vul je voornaam in.⟧" in refused.text) == (422, True)
    missing = visitor.get(f"/werkplaats/weg?{ASKED}")
    assert (missing.status_code, "⟦Deze pagina is er niet⟧" in missing.text) == (404, True)
    location = visitor.post(f"{FORM}?{ASKED}", data=TYPED | {"submission": submission("other")}).headers["Location"]
    manage = serve("manage")
    stale = manage.post(location, data={"action": "decline"})
    assert (stale.status_code, "⟦Dat lukt niet⟧" in stale.text) == (409, True)
    assert "⟦Er is nu geen aanbod" in stale.text
    done = manage.post(f"{location}?taal=nl", data={"action": "cancel"})
    assert done.headers["Location"] == f"{location}?taal=nl"


def test_a_registration_of_before_there_were_languages_is_dutch(visitor: FlaskClient, store: Store) -> None:
    """A document without a language is read as Dutch."""
    visitor.post(FORM, data=TYPED)
    [one] = store.seats.all_of(WORKSHOP.id)
    database(store).collection("registrations").document(one.id).update({"language": DELETE_FIELD})
    assert store.seats.registration(one.id) == one
    assert one.language == "nl"


def test_mails_can_be_had_in_another_language(
    serve: Serve, store: Store, queue: SeatQueue, links: Links, sendgrid: ScriptedSendGrid
) -> None:
    """The page in another language than the mails offers it. Asking twice is asking once; mails are then in it."""
    queue.do(WORKSHOP.id, sign_up(1))
    path, manage = links.registration_path("r1"), serve("manage")
    button = 'name="action" value="language"'
    assert button not in manage.get(path).text
    assert button in manage.get(f"{path}?taal=en").text
    choice = {"action": "language", "language": "en", "version": "1"}
    for _ in range(2):
        answer = manage.post(f"{path}?taal=en", data=choice)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?taal=en")
    one, ledger = store.seats.registration("r1"), store.seats.ledger(WORKSHOP.id)
    assert one is not None
    assert ledger is not None
    assert (one.language, ledger.version) == ("en", 2)
    assert button not in manage.get(path).text
    assert '<html lang="en">' in manage.get(path).text
    serve("deliver_mail")
    deliver_mail(sys.modules["main"].runtime.postman, "r1-confirmed-1", NOW)
    [request] = sendgrid.taken
    assert str(request["subject"]).startswith("You have a place")


@pytest.mark.parametrize(("choice", "status"), [({"language": "xx"}, 400), ({"language": "en", "version": "7"}, 409)])
def test_a_choice_that_cannot_be_followed_changes_nothing(
    serve: Serve, store: Store, queue: SeatQueue, links: Links, choice: dict[str, str], status: int
) -> None:
    """A language that is not offered, and a page that is out of date."""
    queue.do(WORKSHOP.id, sign_up(1))
    answer = serve("manage").post(links.registration_path("r1"), data={"action": "language", **choice})
    one = store.seats.registration("r1")
    assert answer.status_code == status
    assert one is not None
    assert one.language == "nl"
