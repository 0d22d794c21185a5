"""Numbered documents: EIP, BIP, RFC, PEP, CVE and the like, and where each is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A family of documents. `address` has a place for the number."""

    name: str
    prefixes: tuple[str, ...]
    address: str
    least: int = 1  # smaller numbers are something else: RFC 1 and RFC 2 are stages of a process


_FAMILIES = (
    Family("EIP", ("EIP", "ERC"), "https://eips.ethereum.org/EIPS/eip-{}"),
    Family("BIP", ("BIP",), "https://github.com/bitcoin/bips/blob/master/bip-{:04}.mediawiki"),
    Family("RFC", ("RFC",), "https://www.rfc-editor.org/rfc/rfc{}", least=100),
    Family("PEP", ("PEP",), "https://peps.python.org/pep-{:04}/"),
    Family("JEP", ("JEP",), "https://openjdk.org/jeps/{}"),
    Family("XEP", ("XEP",), "https://xmpp.org/extensions/xep-{:04}.html"),
)
_BY_PREFIX = {prefix: family for family in _FAMILIES for prefix in family.prefixes}
_PREFIX = "|".join(_BY_PREFIX)
_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?P<prefix>{_PREFIX}|(?:{_PREFIX.lower()})(?=-?\d))s?(?P<between>[\s-]?#?)(?P<number>\d{{1,5}})"
    r"(?![\w.]*\.\d|\w)(?P<more>(?:(?:,\s*|/|\s*(?:&|and|\+)\s*)#?\d{3,5}(?!\w))*)"
)
_CVE = re.compile(r"(?<![\w-])CVE[-\s](?P<year>(?:19|20)\d\d)[-\s](?P<number>\d{4,7})(?!\w)", re.IGNORECASE)
_IN_ADDRESS = re.compile(rf"(?<![a-z])(?P<prefix>{_PREFIX})s?[-_]?(?P<number>\d{{1,5}})(?!\d|[a-z])", re.IGNORECASE)
_MORE = re.compile(r"\d+")
_HOMES = re.compile(
    r"(?:^|\.)(?:ethereum\.org|ietf\.org|rfc-editor\.org|python\.org|openjdk\.org|xmpp\.org|github\.com"
    r"|ethereum-magicians\.org)$"
)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A document that a text names, and where."""

    key: str
    name: str
    url: str
    start: int
    end: int


def find(text: str) -> Iterator[Mentioned]:
    """The documents that a text names.

    >>> [found.name for found in find("EIP1559 and ERC-20, EIPs 4844 and 7623; RFC 2119, bip-32, RFC 1, CVE-2024-3094")]
    ['EIP-1559', 'ERC-20', 'EIP-4844', 'EIP-7623', 'RFC 2119', 'BIP-32', 'CVE-2024-3094']
    """
    found = [*_numbered(text), *_cves(text)]
    return iter(sorted(found, key=lambda each: each.start))


def in_address(host: str, url: str) -> tuple[str, str, str] | None:
    """The key, the name and the address of the document that an address leads to."""
    if cve := _CVE.search(url):
        return _cve(cve)
    if not _HOMES.search(host):
        return None
    found = _IN_ADDRESS.search(url)
    return _document(found["prefix"].upper(), int(found["number"])) if found else None


def _numbered(text: str) -> Iterator[Mentioned]:
    for found in _WRITTEN.finditer(text):
        prefix = found["prefix"].upper()
        if (document := _document(prefix, int(found["number"]))) is not None:
            yield Mentioned(*document, found.start(), found.end("number"))
        for more in _MORE.finditer(found["more"]):
            if (document := _document(prefix, int(more[0]))) is not None:
                start = found.start("more") + more.start()
                yield Mentioned(*document, start, start + len(more[0]))


def _cves(text: str) -> Iterator[Mentioned]:
    for found in _CVE.finditer(text):
        yield Mentioned(*_cve(found), found.start(), found.end())


def _cve(found: re.Match[str]) -> tuple[str, str, str]:
    number = f"{found['year']}-{found['number']}"
    return f"cve/{number}", f"CVE-{number}", f"https://www.cve.org/CVERecord?id=CVE-{number}"


def _document(prefix: str, number: int) -> tuple[str, str, str] | None:
    family = _BY_PREFIX[prefix]
    if number < family.least:
        return None
    name = f"{prefix} {number}" if family.name in {"RFC", "PEP", "JEP"} else f"{prefix}-{number}"
    return f"{family.name.lower()}/{number}", name, family.address.format(number)
