"""Values that break programs, damaged tokens, and the parts of requests that do not depend on the function."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.fuzz import world

Option = TypeVar("Option")

VALUES = [
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\r\nSet-Cookie: gestolen=1",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half of a character, as UTF-8 does not allow
    b"\xc0\xaf",
    "\u202egro.example.org\u2066".encode(),
    "\u2028\ufeff\u200b".encode(),
    "\U0010ffff".encode(),
    "é".encode("latin-1"),
    "İıŁﬀ".encode(),
    "١٢".encode(),  # digits that int() reads and isdecimal() calls decimal
    "²".encode(),
    b"9" * 5000,  # more digits than int() reads
    b"9" * 15,
    b"99999999999999999999",
    b"-1",
    b"1e400",
    b"NaN",
    b"0x10",
    b"true",
    b"[]",
    b'{"a": [1]}',
    b"%s%(name)s{0}{{ 7 * 7 }}",
    b"<script>alert(1)</script>",
    b"=1+1",
    b"../../etc/passwd",
    b".",
    b"..",
    b"__x__",
    b"a/b",
    b"a.b.c.d",
    b"0000-00-00",
    b"9999-12-31",
    b"2027-02-30",
    b"x" * 1501,  # a byte more than an id can have
    b"y" * 70_000,
    b"jan@" + b"a." * 130 + b"example.org",
    "jan@xn--\u202e.example.org".encode(),
    b"//evil.example.com/",
    b"https://evil.example.com",
]

values: st.SearchStrategy[bytes] = st.one_of(
    st.sampled_from(VALUES),
    st.sampled_from(VALUES),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=20),
)


def rarely(draw: st.DrawFn, one_in: int) -> bool:
    """True about once in `one_in` times. (The ends of a range come up far more often than that.)"""
    return draw(_below(one_in)) == one_in // 2


def pick(draw: st.DrawFn, options: Sequence[Option]) -> Option:
    """One of `options`. It is much faster than making a strategy for each choice."""
    return options[draw(_below(len(options)))]


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


quoted_values = values.map(lambda value: quote_from_bytes(value[:3000], safe="").encode())

_GOOD = world.tokens()
_FORGED = world.tokens(("z" * 32,))
_ROTATED = world.tokens(("o" * 32,))
_EVERY_TOKEN = [one for some in (*_GOOD.values(), *_FORGED.values()) for one in some]


def tokens(draw: st.DrawFn, purpose: str) -> bytes:
    """A token for `purpose`: a good one, or one of another purpose, another key, cut, spliced or changed."""
    keys = pick(draw, (_GOOD, _GOOD, _GOOD, _GOOD, _ROTATED, _FORGED))
    token = pick(draw, keys[purpose] if not rarely(draw, 8) else _EVERY_TOKEN).encode()
    way = pick(draw, ("cut", "spliced", "changed", "longer", "spelt")) if rarely(draw, 4) else "as it is"
    at = draw(st.integers(0, len(token)))
    match way:
        case "cut":
            return token[:at]
        case "spliced":
            return token[:at] + pick(draw, _EVERY_TOKEN).encode()[at:]
        case "changed":
            return token[:at] + draw(quoted_values) + token[at + 1 :]
        case "longer":
            return token + pick(draw, [b".", b"=", b"A", b"%00", b"%20", b"/", b"%2f", b"%C3%A9", b"." * 500])
        case "spelt":
            return b"".join(b"%%%02x" % byte for byte in token)
    return token


_COOKIES = world.cookies()
_COOKIE_VALUES = st.one_of(
    st.sampled_from(_COOKIES),
    st.sampled_from(_COOKIES).map(lambda value: value[:-1]),
    st.sampled_from(_COOKIES).map(lambda value: f'"{value}"'),
    st.sampled_from(["", "s.", "a.b.c", "s." + "-" * 43, f"a.{'0' * 32}.{'-' * 43}", "\\303\\251", "é", '"\\"']),
)

cookie_headers = st.one_of(
    _COOKIE_VALUES.map(lambda value: f"__session={value}".encode("latin-1")),
    _COOKIE_VALUES.map(lambda value: f"a=b; __session=x; __session={value}".encode("latin-1")),
    st.sampled_from([b"__session", b";;=;", b"=x", b"__session=x" * 500, b"$Version=1; __session=s.x"]),
)

_HOST = b"werkplaats.example.org"

odd_headers: st.SearchStrategy[tuple[bytes, bytes]] = st.one_of(
    st.tuples(st.just(b"Cookie"), cookie_headers),
    st.tuples(
        st.just(b"Sec-Fetch-Site"),
        st.sampled_from([b"same-origin", b"none", b"same-site", b"cross-site", b"", b"x, same-origin"]),
    ),
    st.tuples(
        st.just(b"Origin"),
        st.sampled_from([b"https://" + _HOST, b"null", b"", b"https://evil.example.com", b"://", b"x" * 3000]),
    ),
    st.tuples(st.just(b"Accept-Language"), st.sampled_from([b"en", b"nl;q=0", b"*", b"q=;,,", b"x" * 3000, b"\xff"])),
    st.tuples(
        st.sampled_from([b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-Forwarded-For", b"Forwarded", b"X-Real-IP"]),
        st.sampled_from([b"evil.example.com", _HOST, b"https", b"a, b", b"\xff", b"for=\"_x\"", b""]),
    ),
    st.tuples(st.just(b"Content-Encoding"), st.sampled_from([b"gzip", b"identity", b"br, gzip", b"", b"IDENTITY "])),
    st.tuples(
        st.sampled_from([b"Range", b"If-None-Match", b"If-Modified-Since", b"If-Range", b"Accept", b"Expect", b"TE",
                         b"Upgrade", b"Connection", b"Authorization", b"X-HTTP-Method-Override", b"X-Requested-With",
                         b"Function-Execution-Id", b"X-Cloud-Trace-Context", b"User-Agent", b"Referer",
                         b"Content-Disposition", b"Max-Forwards", b"Date"]),
        st.sampled_from([b"", b"bytes=0-", b"*", b"100-continue", b"a/1;o=1", b"DELETE", b"x" * 2000, b"\xe2\x80\xae",
                         b"close", b"Thu, 99 Foo 0000", b"Basic Og==", b"Bearer x", b"W/\"x\""]),
    ),
    st.tuples(st.just(b"Host"), st.sampled_from([b"", b"x", b"evil.example.com:99999", b"[::1", b"\xff", b"x" * 3000])),
    st.tuples(
        st.text("ABCdef-_1", min_size=1, max_size=12).map(lambda name: f"X{name}".encode()),
        values.map(lambda value: bytes(byte for byte in value[:200] if byte >= 32 and byte != 127)),
    ),
)  # fmt: skip

_PATH_PIECES = [
    b"%00", b"%2e%2e/", b"../", b"//", b"/", b"%2f", b"%5c", b"%ed%a0%80", b"%ff", b"%", b"%zz", b";a=b", b"%0d%0a",
    b"%E2%80%AE", b"%C3%A9", b"+", b"%20", b"a" * 9000, b"http://evil.example.com", b"*", b"#", b"@", b":", b"%25",
]  # fmt: skip


def bent(draw: st.DrawFn, path: bytes) -> bytes:
    """`path`, often as it is, and otherwise with something odd in it, or cut off."""
    if not rarely(draw, 10):
        return path
    at = draw(st.integers(0, len(path)))
    if rarely(draw, 5):
        return path[:at] or b"/"
    return (path[:at] + pick(draw, _PATH_PIECES) + path[at:]) or b"/"
