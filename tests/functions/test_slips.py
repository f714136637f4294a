"""An address that looks mistyped is asked about once, and is then good as it is."""

from bs4 import BeautifulSoup

from tests.functions.conftest import Serve
from tests.functions.test_public import FORM, TYPED
from tests.shipped import WORKSHOP
from werkplaats.store import Store

NAME, DOMAIN = "jan", "gmail.com"
MEANT, MISTYPED = f"{NAME}@{DOMAIN}", f"{NAME}@{DOMAIN.replace('ai', 'ia')}"


def test_a_mistyped_address_is_asked_about_once(serve: Serve, store: Store) -> None:
    """Nothing typed is lost, and the form that comes back can be sent again as it is."""
    visitor = serve("signup")
    typed = TYPED | {"email": MISTYPED}
    asked = visitor.post(FORM, data=typed)
    assert asked.status_code == 422
    page = BeautifulSoup(asked.text, "html.parser")
    assert f"Bedoel je {MEANT}?" in page.select_one("[role=alert]").get_text()  # type: ignore[union-attr]
    assert page.select_one("[name=email]")["value"] == MISTYPED  # type: ignore[index]
    kept = page.select_one("input[type=hidden][name=zo-bedoeld]")
    assert kept is not None
    assert not store.seats.all_of(WORKSHOP.id)
    assert visitor.post(FORM, data=typed | {"zo-bedoeld": str(kept["value"])}).status_code == 303
    assert [one.person.email for one in store.seats.all_of(WORKSHOP.id) if one.person] == [MISTYPED]


def test_another_slip_is_asked_about_again(serve: Serve) -> None:
    """What was said of one address does not count for another. A correct one needs nothing."""
    visitor = serve("signup")
    seen = {"zo-bedoeld": MISTYPED}
    assert visitor.post(FORM, data=TYPED | seen | {"email": "jan@hotmial.com"}).status_code == 422
    assert visitor.post(FORM, data=TYPED | seen | {"email": MEANT}).status_code == 303
