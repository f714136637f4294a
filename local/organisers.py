"""The stand-in for Identity-Aware Proxy: who is signed in, and the signed header that tells functions so.

A header `X-Local-Organiser` signs in one request, and /_local/organiser a browser, with a cookie. Both are turned into
an assertion of the proxy's shape, signed with a key made at the start, which functions are told to trust.
"""

import json
import secrets
import time
from pathlib import Path
from urllib.parse import quote, unquote

import yaml
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import crypt, jwt
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.catalogue import ROOT

ASSERTION = "X-Goog-IAP-JWT-Assertion"
SIGN_IN = "X-Local-Organiser"
COOKIE = "local_organiser"
PAGE = "/_local/organiser"

_AUDIENCE = "/projects/0/locations/local/services/organiser"
_ISSUER = "https://cloud.google.com/iap"
_VALID_FOR = 600
"""Seconds, as the proxy has it. These are times of the real clock: Google's library knows no other."""


class Organisers:
    """Signs people in. The proxy lets nobody through unsigned, and neither does `assertion_for`."""

    def __init__(self, workshops: Path = ROOT / "workshops") -> None:
        self._key_id = secrets.token_hex(4)
        key = ec.generate_private_key(ec.SECP256R1())
        self._public = _public_pem(key)
        self._signer = crypt.ES256Signer.from_string(_private_pem(key), self._key_id)
        self._workshops = workshops
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )

    def settings(self) -> dict[str, str]:
        """As environment variables of the functions."""
        return {"IAP_AUDIENCE": _AUDIENCE, "IAP_PUBLIC_KEYS": json.dumps({self._key_id: self._public})}

    def assertion_for(self, request: web.Request) -> str | None:
        """The signed header's value for whoever sends `request`; None if nobody is signed in."""
        email = self._signed_in(request)
        return self._assertion(email) if email else None

    def refused(self) -> web.Response:
        """The answer to somebody who has not signed in, where the proxy would show Google's own page."""
        return self._render("organiser_needed.html", 401, page=PAGE)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(PAGE, self._choose)
        router.add_post(PAGE, self._chosen)

    async def _choose(self, request: web.Request) -> web.Response:
        return self._render("organiser.html", 200, known=self._known(), signed_in=self._signed_in(request))

    async def _chosen(self, request: web.Request) -> web.Response:
        """Sets the cookie, or takes it away where no address is given."""
        email = str((await request.post()).get("adres", "")).strip()
        answer = web.Response(status=303, headers={"Location": "/organisatie/" if email else PAGE})
        if email:
            answer.set_cookie(COOKIE, quote(email, safe="@"), httponly=True, samesite="Lax", path="/")
        else:
            answer.del_cookie(COOKIE, path="/")
        return answer

    def _known(self) -> list[tuple[str, str, str]]:
        """Organisers' names and addresses, and what they organise, as the shipped files have them."""
        files = [yaml.safe_load(path.read_text()) for path in sorted(self._workshops.glob("*.yaml"))]
        return [(one["name"], one["email"], file["title"]) for file in files for one in file["organisers"]]

    def _signed_in(self, request: web.Request) -> str:
        return request.headers.get(SIGN_IN, "").strip() or unquote(request.cookies.get(COOKIE, "")).strip()

    def _assertion(self, email: str) -> str:
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": f"accounts.google.com:{email}",
            "email": email,
            "iat": now,
            "exp": now + _VALID_FOR,
        }
        token: bytes = jwt.encode(self._signer, claims)  # type: ignore[no-untyped-call]
        return token.decode()

    def _render(self, template: str, status: int, **context: object) -> web.Response:
        text = self._templates.get_template(template).render(**context)
        headers = {"Cache-Control": "no-store"}
        return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
