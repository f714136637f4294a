"""`make desk-link ENV=test EMAIL=you@example.org`: prints a link that signs in at the desk, for when mail is down.

The link works once, for 15 minutes, in any browser. Only people who may write to the project's database can make one.
It has a random secret, and the database gets only its fingerprint.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from werkplaats.cli.environments import NoEnvironmentError, settings_of
from werkplaats.cli.terminal import SIGN_IN, complain
from werkplaats.domain.access import Known, find_known, folded
from werkplaats.domain.signing_in import SignInRequest
from werkplaats.domain.workshop import Workshop
from werkplaats.machine import utc_now
from werkplaats.runtime import Runtime
from werkplaats.security.links import desk_link
from werkplaats.security.sessions import address_hash, fingerprint, new_request_id, new_token
from werkplaats.settings import SettingError
from werkplaats.store import RefusedError, Store, StoreError
from werkplaats.workflows.sign_in import admit_without_mail


class NoLinkError(Exception):
    """No link can be made. The message says why and what to do."""


def make_link(store: Store, email: str, makers: Sequence[str], public_url: str, now: datetime) -> str:
    """A link for `email`, who must have a role in some workshop or be one of `makers`. `now` is in UTC.

    Raises NoLinkError or StoreError.
    """
    workshops = store.workshops.all()
    known = find_known(email, workshops, makers) or _maker(email, makers)
    if known is None:
        raise NoLinkError(_who_could_it_be(email, workshops, makers))
    address, secret = address_hash(email), new_token()
    request = SignInRequest(id=new_request_id(), browser="", at=now, proof=fingerprint(secret))
    admit_without_mail(store, address, known, request)
    return desk_link(public_url, address, request.id, secret)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make desk-link", description="A link that signs in without a mail.")
    parser.add_argument("--environment", default="", help="one of infra/environments (make desk-link ENV=test)")
    parser.add_argument("--email", default="", help="whom it signs in (make desk-link EMAIL=you@example.org)")
    asked = parser.parse_args(arguments)
    try:
        settings = settings_of(asked.environment)
        store = Runtime(settings).store
        sys.stderr.write(f"In {store.wire.name}:\n")
        link = make_link(store, asked.email, settings.organisers, settings.public_url, utc_now())
    except (NoLinkError, NoEnvironmentError, SettingError) as error:
        return complain(str(error))
    except RefusedError as error:
        return complain(f"Google refuses: {error}\n{SIGN_IN}")
    except StoreError:
        return complain("Firestore does not answer. See whether you are connected, and ask for a link again.")
    sys.stdout.write(f"{link}\n")
    sys.stderr.write("It signs in once, within a quarter of an hour, in any browser. Show it to nobody else.\n")
    return 0


def _maker(email: str, makers: Sequence[str]) -> Known | None:
    """Somebody in ORGANISERS, for when there is no workshop yet that could send a mail."""
    return next((Known(maker, "") for maker in makers if folded(maker) == folded(email)), None)


def _who_could_it_be(email: str, workshops: Sequence[Workshop], makers: Sequence[str]) -> str:
    people = dict.fromkeys([*(one.email for workshop in workshops for one in workshop.organisers), *makers])
    known = "\n".join(f"  {one}" for one in people) or "  nobody: publish a workshop first (make publish)"
    asked = f"{email} works on no workshop." if email else "Say for whom the link is: EMAIL=…"
    return f"{asked} These can sign in:\n{known}"


if __name__ == "__main__":
    sys.exit(main())
