from __future__ import annotations

import pytest

from pipeline.cues.xml_parsing import attributes, local_name, parse_xml, text_of
from pipeline.untrusted import InvalidInput

BOMB = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f'<!DOCTYPE a [<!ENTITY a0 "boom">{BOMB}]><a>&a9;</a>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "declares entities"),
        ("<a>&x;</a>", "broken XML"),
        ("<a>" * 1_000_000, "broken XML"),
        ("<a/>" * 5_000_001, "tags, the limit"),
        ("<!--" + "-" * 5_000_000, "broken XML"),
        ("", "broken XML"),
    ],
)
def test_hostile_xml_is_refused(text: str, problem: str) -> None:
    """Entities, endless depth and millions of elements end in one sentence."""
    with pytest.raises(InvalidInput, match=problem):
        parse_xml(text)


def test_nothing_is_fetched_or_read() -> None:
    """A DTD elsewhere is not looked at; what is said about the encoding is not believed, as the text is decoded."""
    text = '\n<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a SYSTEM "file:///etc/hostname"><a>hä</a>'

    assert parse_xml(text).text == "hä"


def test_broken_xml_is_named_with_its_line() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_xml("<a>\n<b></a>")
    assert caught.value.line == 2


def test_names_have_no_namespaces() -> None:
    root = parse_xml('<a xmlns="urn:x" xmlns:y="urn:y" y:b="1">one<br/>two<!-- x --> three</a>')

    assert (local_name(root.tag), attributes(root), text_of(root)) == ("a", {"b": "1"}, "one\ntwo three")
