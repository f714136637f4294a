"""Unusual requests through the front door of the whole system: large or encoded bodies, and unknown paths."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from local.testing import running_system

FORM = "/werkplaats/werken-aan-wijkontwikkeling/aanmelden"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        yield system.url


def post(url: str, body: bytes | Iterator[bytes], **headers: str) -> requests.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return requests.post(url + FORM, body, headers=headers, timeout=60, allow_redirects=False)


@pytest.mark.parametrize("size", [2, 10])
@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "chunked"])
def test_far_too_large_a_body_is_always_told_so(url: str, size: int, chunked: bool) -> None:
    """A body that is far too large gets the function's own page with 413, and the connection is not broken off."""
    half = b"x" * (size * MIB // 2)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(url, iter([half, half]) if chunked else half * 2), range(24)))
    assert {answer.status_code for answer in answers} == {413}
    assert "64 kB" in answers[0].text


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "onbekend", "gzip, gzip"])
def test_an_encoded_body_is_refused_with_a_reason(url: str, encoding: str) -> None:
    """A compressed body reaches the function unchanged, which says that it does not read such bodies."""
    for body in (gzip.compress(b"voornaam=Jan"), b"voornaam=Jan"):
        answer = post(url, body, Content_Encoding=encoding)
        assert answer.status_code == 415
        assert answer.headers["Accept-Encoding"] == "identity"
        assert "<main" in answer.text


def test_a_plain_body_may_say_that_it_is_plain(url: str) -> None:
    """A body with the encoding `identity` is read as a form."""
    assert post(url, b"voornaam=Jan", Content_Encoding="identity").status_code == 422


@pytest.mark.parametrize(
    ("path", "status", "content_type"),
    [
        ("/robots.txt", 200, "text/plain"),
        ("/favicon.ico", 200, "image/svg+xml"),
        ("/.well-known/security.txt", 200, "text/plain"),
        ("/iets", 404, "text/html"),
        ("//iets", 404, "text/html"),
        ("/.well-known/iets", 404, "text/html"),
    ],
)
def test_paths_of_no_function_are_the_front_page_s(url: str, path: str, status: int, content_type: str) -> None:
    """A path of no function is answered by the front page's function: a file of the site, or a Dutch 404."""
    answer = requests.get(url + path, timeout=60, allow_redirects=False)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, content_type)
    assert "Content-Security-Policy" in answer.headers
    assert status == 200 or "Deze pagina is er niet" in answer.text
