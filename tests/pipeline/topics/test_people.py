"""Who is a person, as far as the notes of one meeting show it."""

from __future__ import annotations

import time

import pytest

from pipeline.topics.people import find_people
from tests.pipeline.topics.reading import block, bullets, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seph says it is late", {"seph"}),
        ("Zachary thinks so", {"zachary"}),
        ("Thanks to farfella for the work", {"farfella"}),
        ("Thanks to Nora, farfella and Omar!", {"nora", "farfella", "omar"}),
        ("thank you @zwass", {"zwass"}),
        ("puffyCid's PR", {"puffycid"}),
        ("Sharvil will look into it", {"sharvil"}),
        ("Nora and Omar said so", {"nora", "omar"}),
        ("@directionless-2 is on it", {"directionless-2"}),
        ("Mike asked", {"mike"}),
        ("Grace said so", {"grace"}),
        ("Everyone said so, and nobody asked", set()),
        ("The release says so", set()),
        ("DNS wants more", set()),
        ("It will take long", set()),
        ("@everyone and me@example.org", set()),
        ("Monday's talk", set()),
    ],
)
def test_who_is_named_in_a_sentence(text: str, found: set[str]) -> None:
    """By what people say and do, by thanks, by what is theirs, by handles; no plain words, no acronyms."""
    assert set(find_people(bullets(text))) == found


def test_speakers_and_those_who_are_listed() -> None:
    """By every word of their names; templates aside."""
    found = set(find_people(read("# Call\n\nAttendees: Ann de Lee, Bob\n\n## Hose\n\n- Cyril: It leaks.\n")))

    assert found == {"ann", "lee", "bob", "cyril"}


def test_whose_heading_it_is() -> None:
    """Behind a dash or in brackets."""
    found = find_people(read("# Call\n\n## The hose -- groob\n\nx\n\n## The shed (puffycid)\n\nx\n\n## Beds (new)\n"))

    assert set(found) == {"groob", "puffycid"}


@pytest.mark.parametrize("unit", ["Ann, ", "ann-", "@a ", "Thanks to ", "x ", "Present: (", "Ann and "])
def test_long_notes_take_no_longer_than_they_are_long(unit: str) -> None:
    notes = block(f"Present: {unit * (1_000_000 // len(unit))}")
    begun = time.process_time()

    find_people(notes)

    assert time.process_time() - begun < 1
