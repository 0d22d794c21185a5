"""Addresses of e-mail, and of the server that takes it, as text."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

_MAX_CHARS = 254  # RFC 5321
_MAX_LOCAL_CHARS = 64
# What servers take in practice: no quotation marks, no comments, and nothing that could begin another header.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """An address of mail, and whose it is; "" where nobody said so."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a mail server listens, and who we are there. `is_implicit`: it speaks TLS from the first byte."""

    host: str
    port: int
    is_implicit: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine by its name, and nobody is in between."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def mail_address(text: str) -> str | None:
    """An address as servers know it, its domain in small letters and in ASCII; None: it is none.

    >>> mail_address(" Ana@Bücher.example"), mail_address("Ana <ana@example.org>")
    ('Ana@xn--bcher-kva.example', None)
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode()
    except UnicodeError:
        return None
    is_short = len(local) <= _MAX_LOCAL_CHARS and len(local) + 1 + len(domain) <= _MAX_CHARS
    return f"{local}@{domain}" if is_short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else None


def named_address(text: str) -> NamedAddress | None:
    """An address that may have a name; None: it is none.

    >>> named_address("Garden club <club@Example.org>")
    NamedAddress(name='Garden club', address='club@example.org')
    """
    if not text.isprintable():
        return None
    name, address = parseaddr(text.strip())
    found = mail_address(address)
    return NamedAddress(" ".join(name.split()), found) if found else None


def server_address(url: str) -> ServerAddress | None:
    """A server by its URL, such as smtp://USER:PASSWORD@HOST:587; None: it names none.

    >>> server_address("smtps://club:a%40b@mail.example.org")
    ServerAddress(host='mail.example.org', port=465, is_implicit=True, user='club')
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    is_plain = url.isprintable() and url.isascii() and " " not in url and (user + password).isprintable()
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain or port == 0:
        return None
    if parts.path.strip("/") or parts.query or parts.fragment or bool(user) != bool(password):
        return None
    return ServerAddress(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)
