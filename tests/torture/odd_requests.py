"""Requests that no honest client sends, byte by byte."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

_METHODS = ["GET"] * 8 + [
    "HEAD",
    "OPTIONS",
    "POST",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "CONNECT",
    "BREW",
    "get",
]
_VERSIONS = ["HTTP/1.1"] * 12 + ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1", "", "http/1.1"]
_TEXTS = [
    *(
        "",
        " ",
        "0",
        "-1",
        "1e309",
        "NaN",
        "9" * 25,
        "9" * 5_000,
        "٣",
        "true",
        "null",
        "[]",
        "a" * 4_000,
        "garden",
        "long",
    ),
    *(
        "\0",
        "\r\nX-Evil: 1",
        "%0d%0aX-Evil:1",
        "%00",
        "%",
        "%zz",
        "%ff%fe",
        "%ed%a0%80",
        "\ud800",
        "é",
        "日本",
        "\U0010ffff",
    ),
    *(
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\",
        ".",
    ),
    *(
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${7*7}",
        "' OR 1=1 --",
        '"',
        "'",
        ";",
        "#",
        "?",
        "&",
        "=",
        "+",
        "*",
        "_",
        "|",
    ),
    *(
        "rota",
        '"rota',
        "rota*",
        "**",
        "-rota",
        "OR",
        "a OR",
        "NEAR(a b)",
        "NEAR/0",
        "{a b}:c",
        "before:9999-99",
        "after:0",
    ),
    *(
        "meeting:",
        'meeting:"',
        "in:x",
        "in:notes",
        "(",
        "((((",
        "^a",
        "a:b",
        "a " * 900,
        '"a" ' * 500,
        "-a " * 500,
        "\u202e",
    ),
    *("0:00", "99999:99", "1h2m", "t=1m", "1:2:3:4", "∞", "-0", "0x10", "1_000", " 7", "7 "),
]
_HOSTS = [
    *(
        "..",
        ".example.org",
        "ok..example.org",
        "a" * 64,
        "a" * 9_000,
        "",
        " ",
        "[::1]",
        "[::1",
        "[]",
        ":",
        "a:b",
        "a:99999999",
    ),
    *(
        "\xff",
        "%00",
        "a b",
        "a@b",
        "//a",
        "xn--",
        "xn--a",
        "\x7f",
        "a,b",
        "*",
        "127.1",
        "evil.example",
        "[fe80::1%25x]",
        "-a-",
    ),
]
_DATES = [
    "x",
    "0",
    "Mon, 32 Foo 9999 99:99:99 GMT",
    "Thu, 01 Jan 99999 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 +9999",
]
_HEADERS = {
    "Range": [
        "bytes=0-",
        "bytes=-1",
        "bytes=9-5",
        "bytes=0-0,1-1",
        "bytes=" + "0-," * 900,
        "bytes=a-",
        f"bytes={'9' * 5_000}-",
        *("items=0-1", "bytes", "bytes=--1", "bytes=1-\xb2"),
    ],
    "If-Range": ['"x"', 'W/"x"', '"', *_DATES],
    "If-None-Match": ["*", '"', 'W/"', '"a",' * 900, "\xff"],
    "If-Match": ["*", '"a"', "\xff"],
    "If-Modified-Since": _DATES,
    "If-Unmodified-Since": _DATES,
    "Cookie": [
        "jumpnotes=x",
        f"jumpnotes={'a' * 4_000}",
        "jumpnotes=.eJw.a.b",
        '=;=;;"',
        'jumpnotes="\\377"',
        "\xff=\xff",
        "a",
    ],
    "Authorization": [
        "Bearer",
        "Bearer ",
        "Bearer \xff",
        "Bearer x",
        "bearer\tx",
        "Basic Zg==",
        "Basic %%",
        "Digest a=b",
        ":",
    ],
    "X-CSRF-Token": ["\xff", "a" * 9_000, ""],
    "Origin": ["null", "http://evil.example", "http://[", "\xff", "", "://"],
    "Sec-Fetch-Site": ["cross-site", "\xff", ""],
    "X-Forwarded-For": ["1.2.3.4", "\xff", "a, b,", ",", "[::1", "x" * 900],
    "X-Forwarded-Proto": ["https", "\xff", ""],
    "X-Forwarded-Host": ["..", "\xff"],
    "Accept": ["\xff", "*/*;q=x", "," * 900, "text/html;q=1e999"],
    "Accept-Encoding": ["gzip", "gzip;q=x", "*;q=", "gzip," * 500, "\xff", "identity;q=0"],
    "Accept-Language": ["," * 4_000, "\xff"],
    "Content-Type": [
        "application/json",
        "application/json; charset=evil",
        "multipart/form-data",
        "text/plain",
        "\xff",
        "/",
        "",
    ],
    "Content-Encoding": ["gzip", "x"],
    "Transfer-Encoding": ["chunked", "gzip", "gzip, chunked", "chunked, chunked", "x", "identity", "\xff"],
    "Content-Length": ["-1", "abc", "1_0", "9" * 30, "9" * 5_000, "0x10", "+5", "", "5, 5", "100000"],
    "Expect": ["100-continue", "x"],
    "Connection": ["close", "keep-alive", "upgrade", "close, x", "\xff"],
    "Upgrade": ["websocket", "h2c"],
    "X-HTTP-Method-Override": ["DELETE"],
    "User-Agent": ["\0", "\xff", "a" * 30_000],
    "X\xff": ["a"],
    "X Y": ["a"],
    "": ["a"],
    "X-Folded": ["a\r\n b", "a\r b", "a\nb"],
}
_JSON_VALUES: list[object] = [
    *(None, True, 0, 1, -1, 1.5, -0.0, 1e308, 10**30, 2**63, -(2**63) - 1, float("nan"), float("inf"), -float("inf")),
    *([], {}, [[]], {"a": 1}, "time", "automatic", "not_discussed", "top"),
]
_RAW_JSON = [
    "{" * 9_000,
    "[" * 9_900,
    '{"a":' * 1_500,
    '{"start":1e999999}',
    f'{{"seen":{"9" * 5_000}}}',
    '"\\ud800"',
    "",
    "\ufeff{}",
]


@dataclass(slots=True)
class OddRequests:
    """Makes requests by dice. Routes are patterns with <…> where something is to be filled in."""

    routes: list[str]
    port: int
    token: str | None
    dice: random.Random

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield self._request()

    def _request(self) -> bytes:
        if self._perhaps(0.01):
            return self.dice.randbytes(self.dice.randrange(1, 400)) + b"\r\n\r\n"
        method, version = self.dice.choice(_METHODS), self.dice.choice(_VERSIONS)
        headers, body = self._headers(), b""
        is_plain = self._perhaps(0.5)  # so that what it carries is looked at
        if is_plain:
            method, version, headers = self.dice.choice(["GET", "POST"]), "HTTP/1.1", headers[:1]
        if method in ("POST", "PUT", "PATCH", "DELETE") or self._perhaps(0.05):
            body = self._body(headers)
        lines = [f"{method} {self._target(is_plain=is_plain)} {version}".rstrip()]
        lines += [f"{name}: {value}" for name, value in headers]
        request = b"".join(_encoded(line) + b"\r\n" for line in lines) + b"\r\n" + body
        return request * (3 if self._perhaps(0.02) else 1)

    def _target(self, *, is_plain: bool) -> str:
        if not is_plain and self._perhaps(0.04):
            return self.dice.choice(
                ["*", "", "http://evil.example/", "//a/", "http://[", "/" * 5_000, "?", "#", "a:b", "/ /"]
            )
        route = self.dice.choice(self.routes + [each for each in self.routes if "corrections" in each])
        while "<" in route:
            before, _, rest = route.partition("<")
            fill = self.dice.choice(["garden", "long", "m1", "1", "style.css", self._text(is_plain=is_plain)])
            route = before + fill + rest.partition(">")[2]
        if self._perhaps(0.5):
            names = ["q", "limit", "cursor", "whole", "t", "section", "next", "q[]", self._text(is_plain=is_plain)]
            pairs = [
                f"{self.dice.choice(names)}={self._text(is_plain=is_plain)}"
                for _ in range(self.dice.choice([1, 1, 2, 3, 30]))
            ]
            route += "?" + "&".join(pairs)
        return route

    def _text(self, *, is_plain: bool = False) -> str:
        text = self.dice.choice(_TEXTS)
        if self._perhaps(0.2):
            text += self.dice.choice(_TEXTS)
        if is_plain or self._perhaps(0.5):
            return quote(text.encode("utf-8", "surrogatepass"), safe="%/")
        return text.replace(" ", "+")

    def _headers(self) -> list[tuple[str, str]]:
        host = f"127.0.0.1:{self.port}" if self._perhaps(0.85) else self.dice.choice(_HOSTS)
        headers = [("Host", host)] if self._perhaps(0.97) else []
        odd = self.dice.choices(list(_HEADERS), k=self.dice.choice([0, 0, 0, 1, 1, 2, 4]))
        headers += [(name, self.dice.choice(_HEADERS[name])) for name in odd]
        if self.token and self._perhaps(0.3):
            headers.append(("Authorization", f"Bearer {self.token}"))
        if self._perhaps(0.01):
            headers += [(f"X-{number}", "y" * 200) for number in range(self.dice.choice([100, 900]))]
        return headers

    def _body(self, headers: list[tuple[str, str]]) -> bytes:
        kind, body = self._content()
        headers.append(("Content-Type", kind))
        framing = self.dice.random()
        if framing < 0.8:
            headers.append(("Content-Length", str(len(body))))
        elif framing < 0.9:
            headers.append(("Transfer-Encoding", "chunked"))
            size = (
                b"%x" % len(body)
                if self._perhaps(0.7)
                else self.dice.choice([b"zz", b"-1", b"f" * 30, b"1;" + b"a" * 900])
            )
            body = size + b"\r\n" + body + b"\r\n0\r\n\r\n"
        elif framing < 0.95:
            headers.append(("Content-Length", str(len(body) + 5)))
        return body

    def _content(self) -> tuple[str, bytes]:
        form = "application/x-www-form-urlencoded"
        choice = self.dice.randrange(10)
        if choice == 0:
            return "application/json", _encoded(self.dice.choice(_RAW_JSON))
        if choice == 1:
            return "application/json", gzip.compress(bytes(5_000_000))
        if choice == 2:
            part = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n1\r\n'
            return "multipart/form-data; boundary=" + self.dice.choice(["x", "", "y" * 500]), part * 150 + b"--x--"
        if choice == 3:
            fields = [f"{self.dice.choice(['name', 'token', 'next', 'csrf', ''])}={self._text()}" for _ in range(4)]
            if self.token and self._perhaps(0.3):
                fields.append(f"token={quote(self.token)}")
            return form, _encoded("&".join(fields))
        members: dict[str, object] = {
            "block": self.dice.choice(["seed-swap-b640ed74", "x"]),
            "verdict": "time",
            "seen": None,
            "start": 1.0,
        }
        for name in self.dice.sample(
            ["block", "verdict", "seen", "start", "author", "extra"], k=self.dice.choice([0, 1, 2])
        ):
            members[name] = self.dice.choice([*_JSON_VALUES, self.dice.choice(_TEXTS)])
        text = json.dumps(members, ensure_ascii=self._perhaps(0.5))
        return self.dice.choice(["application/json"] * 5 + ["application/ld+json", "text/plain", form]), _encoded(text)

    def _perhaps(self, chance: float) -> bool:
        return self.dice.random() < chance


def _encoded(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")
