"""Numbered documents, in all the ways in which they are written."""

from __future__ import annotations

import pytest

from pipeline.records import TopicKind
from pipeline.topics import standards
from tests.pipeline.topics.reading import keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EIP1559", ["EIP-1559"]),
        ("EIP-1559, EIP 1559 and eip-1559", ["EIP-1559"] * 3),
        ("EIPs 4844 and 7623", ["EIP-4844", "EIP-7623"]),
        ("EIP-1559/4844", ["EIP-1559", "EIP-4844"]),
        ("EIP #1559.", ["EIP-1559"]),
        ("ERC20 and ERC-721", ["ERC-20", "ERC-721"]),
        ("BIP-0032, bip32", ["BIP-32", "BIP-32"]),
        ("RFC 2119, RFC-2119, RFC2119 and rfc2119", ["RFC 2119"] * 4),
        ("PEP8, PEP 484", ["PEP 8", "PEP 484"]),
        ("JEP 12, XEP-0045", ["JEP 12", "XEP-45"]),
        ("CVE-2024-3094 and cve 2024-3095", ["CVE-2024-3094", "CVE-2024-3095"]),
        ("XEIP-12, EIP-15.2, EIP-x, eip 12, recip 12", []),
        ("RFC 1 and RFC 2 are stages", []),
        ("CVE-1024-3094 and CVE-2024-1", []),
        ("UTF-8, SHA-256, COVID-19, ISO-8859", []),
    ],
)
def test_what_a_text_names(text: str, found: list[str]) -> None:
    """Whatever is between the letters and the number; RFCs of two digits are stages of a process."""
    assert [each.name for each in standards.find(text)] == found


def test_where_each_is_published() -> None:
    """With as many digits as there are in its address. An ERC is an EIP."""
    found = {each.key: each.url for each in standards.find("ERC-20, BIP-32, PEP 8, RFC 2119, CVE-2024-3094")}

    assert found == {
        "eip/20": "https://eips.ethereum.org/EIPS/eip-20",
        "bip/32": "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
        "pep/8": "https://peps.python.org/pep-0008/",
        "rfc/2119": "https://www.rfc-editor.org/rfc/rfc2119",
        "cve/2024-3094": "https://www.cve.org/CVERecord?id=CVE-2024-3094",
    }


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://eips.ethereum.org/EIPS/eip-1559", ["eip/1559"]),
        ("https://datatracker.ietf.org/doc/html/rfc9110#section-2", ["rfc/9110"]),
        ("https://peps.python.org/pep-0008/", ["pep/8"]),
        ("https://nvd.nist.gov/vuln/detail/CVE-2024-3094", ["cve/2024-3094"]),
        ("https://example.org/eip-1559-explained", []),
        ("https://www.ietf.org/recip-12", []),
    ],
)
def test_what_an_address_leads_to(url: str, found: list[str]) -> None:
    """At the homes of the documents; the number of a CVE is clear wherever it stands."""
    assert keys(f"[here]({url})", TopicKind.STANDARD) == found
