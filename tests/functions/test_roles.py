"""Which role sees which page of the desk: every page is asked for in every role."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.signing_in import signed_in
from werkplaats.domain.logos import Logo
from werkplaats.domain.registration import Person
from werkplaats.domain.roles import PERMITTED, Permission, Role
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store
from werkplaats.web.organisers import desk
from werkplaats.workflows.seats.queue import SeatQueue

PAGES = [
    (rule.rule, method, rule.endpoint.needs)
    for rule in desk.ROUTES.iter_rules()
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    if isinstance(rule.endpoint.needs, Permission)
]
PEOPLE = tuple(
    Organiser(name=role.value.title(), email=f"{role.value}@example.org", role=role)
    for role in Role
)  # fmt: skip
LOGO = Logo(digest="0" * 64, width=16, height=16, content=b"")
DATA = {"action": "cancel", "dag": WORKSHOP.first_day.isoformat(), "stand": "present"}


@pytest.fixture
def client(serve: Serve, store: Store, queue: SeatQueue) -> FlaskClient:
    """The desk of a workshop that has a person in each role, and one person who signed up."""
    publish_workshop(store, replace(WORKSHOP, organisers=PEOPLE), NOW)
    publish_workshop(store, sample_workshop(), NOW)
    store.logos.put(LOGO)
    somebody = Person(
        given_name="Jan", family_name="de Vries", email="jan@example.org", phone="06 12345678", organisation="Zwolle"
    )
    answers: dict[str, Any] = {"opgave": "Een plein voor iedereen.", "dieetwensen": "noten", "overnachting": "geen"}
    queue.do(WORKSHOP.id, replace(sign_up(1), person=somebody, answers=answers))
    return serve("organiser")


def asked(client: FlaskClient, rule: str, method: str, headers: dict[str, str], workshop: str = WORKSHOP.id) -> Any:
    path = rule.replace("<id>", workshop).replace("<registration>", "r1").replace("<wave>", "evaluatie")
    path = path.replace("<name>", "confirmed" if "/mail/" in path else LOGO.digest).replace("<number>", "0")
    return client.open(path, method=method, headers=headers, data=DATA if method == "POST" else None)


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_shown_to_those_whose_role_permits_it(client: FlaskClient, store: Store, role: Role) -> None:
    """A page whose permission a role does not have answers 403 and changes nothing."""
    cookie = signed_in(store, f"{role.value}@example.org", NOW)
    for rule, method, needs in PAGES:
        before = store.seats.registration("r1"), store.attendance.of(WORKSHOP.id)
        status = asked(client, rule, method, cookie).status_code
        if needs in PERMITTED[role]:
            none_there = status == 404 and "/berichten/<name>" in rule
            assert status < 403 or none_there or status in (409, 415, 422), (rule, method, status)
        else:
            assert status == 403, (rule, method, status)
            assert (store.seats.registration("r1"), store.attendance.of(WORKSHOP.id)) == before


@pytest.mark.parametrize("address", ["iemand@example.com", "maker@example.org"])
def test_whoever_has_no_role_cannot_tell_what_there_is(client: FlaskClient, store: Store, address: str) -> None:
    """Somebody without a role gets the same answer for workshops that exist and for one that does not."""
    cookie = signed_in(store, address, NOW)
    answers = {
        (answer.status_code, answer.text)
        for rule, method, _ in PAGES
        for workshop in (WORKSHOP.id, "proef", "bestaat-niet")
        for answer in [asked(client, rule, method, cookie, workshop)]
    }
    assert [status for status, _ in answers] == [403]


def test_whoever_may_make_workshops_sees_the_desk_without_any(client: FlaskClient, store: Store) -> None:
    """Somebody who may make workshops sees the desk without a role; somebody who may not gets 403."""
    assert client.get("/organisatie/", headers=signed_in(store, "Maker@example.org", NOW)).status_code == 200
    assert client.get("/organisatie/", headers=signed_in(store, "iemand@example.com", NOW)).status_code == 403


def test_somebody_who_was_taken_off_the_list_is_out_at_the_next_click(client: FlaskClient, store: Store) -> None:
    """Another role, or being removed from the workshop, takes effect with the next request."""
    cookie = signed_in(store, "assistant@example.org", NOW)
    path = f"/organisatie/{WORKSHOP.id}/mensen"
    assert client.get(path, headers=cookie).status_code == 200
    now_a_reader = tuple(replace(one, role=Role.READER) if one.role is Role.ASSISTANT else one for one in PEOPLE)
    publish_workshop(store, replace(WORKSHOP, organisers=now_a_reader), NOW)
    assert client.get(path, headers=cookie).status_code == 403
    assert client.get(f"/organisatie/{WORKSHOP.id}", headers=cookie).status_code == 200
    publish_workshop(store, replace(WORKSHOP, organisers=PEOPLE[:1]), NOW)
    assert client.get(f"/organisatie/{WORKSHOP.id}", headers=cookie).status_code == 403


def test_a_facilitator_reads_what_people_wrote_and_no_addresses(client: FlaskClient, store: Store) -> None:
    """A facilitator sees names and long answers, and no addresses, telephone numbers or dietary wishes."""
    cookie = signed_in(store, "facilitator@example.org", NOW)
    page = client.get(f"/organisatie/{WORKSHOP.id}/opgaven", headers=cookie).text
    assert "Een plein voor iedereen." in page
    assert "Jan de Vries" in page
    for hidden in ("jan@example.org", "06 12345678", "noten"):
        assert hidden not in page


def test_pages_lead_only_where_a_role_may_go(client: FlaskClient, store: Store) -> None:
    """Every link on the overview leads to a page that the role may see."""
    for role in Role:
        cookie = signed_in(store, f"{role.value}@example.org", NOW)
        page = client.get(f"/organisatie/{WORKSHOP.id}", headers=cookie).text
        links = {part.split('"')[0] for part in page.split('href="')[1:]}
        for link in links:
            if link.startswith("/organisatie/") and "/_/" not in link:
                assert client.get(link, headers=cookie).status_code == 200, (role, link)
