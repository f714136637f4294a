"""`make desk-link ENV=test EMAIL=you@example.org`: a link that signs in at the desk, for the day when mail is down.

It works once, for a quarter of an hour, in whatever browser it is opened. Whoever may write to the project's database
can make one, and nobody else. The link is made of a random secret, of which the database gets a fingerprint only.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from werkplaats.domain.access import Known, find_known, folded
from werkplaats.domain.signing_in import SignInRequest
from werkplaats.domain.workshop import Workshop
from werkplaats.machine import utc_now
from werkplaats.runtime import Runtime
from werkplaats.security.links import desk_link
from werkplaats.security.sessions import address_hash, fingerprint, new_request_id, new_token
from werkplaats.settings import SettingError, Settings
from werkplaats.store import RefusedError, Store, StoreError
from werkplaats.workflows.sign_in import admit_without_mail

ENVIRONMENTS = Path(__file__).resolve().parents[3] / "infra" / "environments"


class NoLinkError(Exception):
    """There is no link; the message says why and what to do."""


def make_link(store: Store, email: str, makers: Sequence[str], public_url: str, now: datetime) -> str:
    """A link for `email`, who has a role in some workshop or is one of `makers`. Raises NoLinkError or StoreError."""
    workshops = store.workshops.all()
    known = find_known(email, workshops, makers) or _maker(email, makers)
    if known is None:
        raise NoLinkError(_who_could_it_be(email, workshops, makers))
    address, secret = address_hash(email), new_token()
    request = SignInRequest(id=new_request_id(), browser="", at=now, proof=fingerprint(secret))
    admit_without_mail(store, address, known, request)
    return desk_link(public_url, address, request.id, secret)


def environment_settings(text: str) -> Settings:
    """The settings in `text`, a file of infra/environments, as far as a link needs them. Raises NoLinkError."""

    def found(name: str) -> str:
        match = re.search(rf'^\s*{name}\s*=\s*"([^"]*)"', text, re.MULTILINE)
        return match[1] if match else ""

    project = found("project")
    if not project:
        raise NoLinkError('The file has no line: project = "…"')
    host = found("domain") or f"{found('site') or project}.web.app"
    return Settings(
        {
            "GOOGLE_CLOUD_PROJECT": project,
            "FIRESTORE_DATABASE": found("database") or "(default)",
            "PUBLIC_URL": f"https://{host}",
            "ORGANISERS": found("ORGANISERS"),
        }
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make desk-link", description="A link that signs in without a mail.")
    parser.add_argument("--environment", default="", help="one of infra/environments (make desk-link ENV=test)")
    parser.add_argument("--email", default="", help="whom it signs in (make desk-link EMAIL=you@example.org)")
    asked = parser.parse_args(arguments)
    try:
        settings = _settings(asked.environment)
        store = Runtime(settings).store
        sys.stderr.write(f"In {store.wire.name}:\n")
        link = make_link(store, asked.email, settings.organisers, settings.public_url, utc_now())
    except (NoLinkError, SettingError) as error:
        return _complain(str(error))
    except RefusedError as error:
        return _complain(f"Google refuses: {error}\n`gcloud auth application-default login` signs you in.")
    except StoreError:
        return _complain("Firestore does not answer. See whether you are connected, and ask for a link again.")
    sys.stdout.write(f"{link}\n")
    sys.stderr.write("It signs in once, within a quarter of an hour, in any browser. Show it to nobody else.\n")
    return 0


def _settings(environment: str) -> Settings:
    """Those of an environment's file, or of this process where none is named."""
    if not environment:
        return Settings.from_environment()
    file = ENVIRONMENTS / f"{environment}.tfvars"
    if not re.fullmatch("[a-z][a-z0-9-]*", environment) or not file.is_file():
        known = ", ".join(sorted(one.stem for one in ENVIRONMENTS.glob("*.tfvars")))
        raise NoLinkError(f"There is no environment {environment!r}. Those there are: {known}")
    return environment_settings(file.read_text())


def _maker(email: str, makers: Sequence[str]) -> Known | None:
    """Somebody who may make the very first workshop: then there is none yet in whose name a mail could be sent."""
    return next((Known(maker, "") for maker in makers if folded(maker) == folded(email)), None)


def _who_could_it_be(email: str, workshops: Sequence[Workshop], makers: Sequence[str]) -> str:
    people = dict.fromkeys([*(one.email for workshop in workshops for one in workshop.organisers), *makers])
    known = "\n".join(f"  {one}" for one in people) or "  nobody: publish a workshop first (make publish)"
    asked = f"{email} works on no workshop." if email else "Say for whom the link is: EMAIL=…"
    return f"{asked} These can sign in:\n{known}"


def _complain(problem: str) -> int:
    sys.stderr.write(f"{problem}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
