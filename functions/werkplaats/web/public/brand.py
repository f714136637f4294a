"""What makes the pages of a workshop its own: the stylesheet with its colour, and its logo.

Both are addressed by what is in them, so browsers and Hosting keep them for ever.
"""

import re

from flask import Request, Response

from werkplaats.runtime import Runtime
from werkplaats.web.http.responses import file, not_found
from werkplaats.wording.brand import read_brand

_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def stylesheet(runtime: Runtime, request: Request, name: str) -> Response:
    content = read_brand(f"merk-{name}.css")
    if content is None:
        raise not_found()
    return file(content, "text/css; charset=utf-8", _FOR_EVER)


def logo(runtime: Runtime, request: Request, digest: str) -> Response:
    found = runtime.store.logos.get(digest) if _DIGEST.fullmatch(digest) else None
    if found is None:
        raise not_found()
    return file(found.content, "image/png", _FOR_EVER)
