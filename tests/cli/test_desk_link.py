"""`make desk-link`: who can get a link, and what it does."""

from pathlib import Path

import pytest

from tests.samples import NOW, workshop
from tests.simulation.database.firestore import SimulatedWire
from werkplaats.cli import environments
from werkplaats.cli.desk_link import NoLinkError, main, make_link
from werkplaats.cli.environments import ENVIRONMENTS, NoEnvironmentError, environment_settings
from werkplaats.domain.signing_in import Presented, Session
from werkplaats.security.links import Links
from werkplaats.security.sessions import fingerprint
from werkplaats.store import Store
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.sign_in import Refusal, sign_in_by_link

URL = "https://werkplaats.example.org"


@pytest.fixture
def store() -> Store:
    store = Store(SimulatedWire())
    create_workshop(store, workshop(), NOW, "test")
    return store


@pytest.mark.parametrize("email", ["EEN@example.org", "maker@example.org"])
def test_the_link_signs_in_once(store: Store, email: str) -> None:
    """The link signs in once, in any browser, with the stored address."""
    link = make_link(store, email, ["maker@example.org"], URL, NOW)
    read = Links(("k" * 32,)).read_sign_in(link.rpartition("/")[2])
    assert link.startswith(f"{URL}/organisatie/inloggen/")
    assert read is not None
    presented = Presented(request=read.request, signed=read.signed, proof=fingerprint(read.secret), browser="any")
    session = sign_in_by_link(store, read.address, presented, "s1", NOW)
    assert isinstance(session, Session)
    assert session.email == email.lower()
    assert sign_in_by_link(store, read.address, presented, "s2", NOW) is Refusal.OVER


def test_whoever_makes_the_first_workshop_needs_none(store: Store) -> None:
    """Somebody in ORGANISERS gets a link although there is no workshop yet from which to mail them."""
    empty = Store(SimulatedWire())
    assert make_link(empty, "maker@example.org", ["maker@example.org"], URL, NOW)


@pytest.mark.parametrize(("email", "said"), [("x@example.org", "x@example.org works on no"), ("", "EMAIL=")])
def test_for_nobody_else_there_is_a_link(store: Store, email: str, said: str) -> None:
    """Nobody else gets a link, and the message lists who can."""
    with pytest.raises(NoLinkError, match=said) as refused:
        make_link(store, email, ["maker@example.org"], URL, NOW)
    for known in ("een@example.org", "twee@example.org", "maker@example.org"):
        assert known in str(refused.value)


def test_an_environments_file_says_where_it_is() -> None:
    """An environment's file gives project, database, address and organisers; comments do not count."""
    text = """
    project = "example-werkplaats" # yours
    # domain = "werkplaats.example.org"
    settings = {
      ORGANISERS = "een@example.org, twee@example.org"
    }
    """
    settings = environment_settings(text)
    assert settings.google_cloud_project == "example-werkplaats"
    assert settings.firestore_database == "(default)"
    assert settings.public_url == "https://example-werkplaats.web.app"
    assert settings.organisers == ("een@example.org", "twee@example.org")
    own = environment_settings(text.replace("# domain", "domain") + 'database = "restored"')
    assert (own.public_url, own.firestore_database) == (URL, "restored")
    with pytest.raises(NoEnvironmentError, match="project"):
        environment_settings("")


def test_the_shipped_environments_can_be_read() -> None:
    for file in ENVIRONMENTS.glob("*.tfvars"):
        assert environment_settings(file.read_text()).public_url.startswith("https://")


def test_an_environment_that_there_is_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown environment ends with status 2 and the names of those that exist."""
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)
    (tmp_path / "staging.tfvars").write_text("")
    for name in ("nowhere", "../staging"):
        assert main(["--environment", name]) == 2
        assert "Those there are: staging" in capsys.readouterr().err
