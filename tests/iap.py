"""Identity-Aware Proxy's side of a sign-in: a key, and assertions made with it."""

import json
import time
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import crypt, jwt

HEADER = "X-Goog-IAP-JWT-Assertion"
AUDIENCE = "/projects/1/locations/europe-west4/services/organiser"
KEY_ID = "proef"
KEY = ec.generate_private_key(ec.SECP256R1())
FOREIGN_KEY = ec.generate_private_key(ec.SECP256R1())

PUBLIC_KEYS = json.dumps(
    {
        KEY_ID: KEY.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    }
)


def assertion(email: str | None, *, key: ec.EllipticCurvePrivateKey = KEY, key_id: str = KEY_ID, **claims: Any) -> str:
    """What the proxy would say of `email` now, with `claims` in place of its own; None leaves one out."""
    now = int(time.time())
    said = {
        "iss": "https://cloud.google.com/iap",
        "aud": AUDIENCE,
        "sub": "accounts.google.com:1",
        "email": email,
        "iat": now,
        "exp": now + 600,
    } | claims
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = crypt.ES256Signer.from_string(pem, key_id)
    claims = {name: value for name, value in said.items() if value is not None}
    token: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
    return token.decode()
