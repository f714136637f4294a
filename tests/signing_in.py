"""Signs people in at the desk, for tests: makes a session in the store and the cookie of a browser that has it."""

from datetime import datetime

from werkplaats.security.sessions import COOKIE, SessionCookie, address_hash, fingerprint, new_token
from werkplaats.store import Store
from werkplaats.workflows.sign_in import begin_session


def signed_in(store: Store, email: str, now: datetime) -> dict[str, str]:
    """The request headers of a browser in which `email` signed in at `now`. Makes a new session in the store."""
    token = new_token()
    begin_session(store, address_hash(email), email, fingerprint(token), now)
    return cookie_header(SessionCookie(token).value)


def cookie_header(value: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={value}"}
