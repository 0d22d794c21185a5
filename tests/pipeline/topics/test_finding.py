"""What the index keeps of the notes of a meeting."""

from __future__ import annotations

import msgspec

from pipeline.records import MeetingTopics
from pipeline.topics.finding import MAX_TEXT_CHARS, find_topics
from tests.pipeline.topics.reading import read

NOTES = """# Garden call

Recording: https://youtu.be/dQw4w9WgXcQ

## Hose

- club/hose#12 leaks. {}
- A word.

## Shed

Nora said that the soilOS is new.
"""


def test_the_blocks_that_name_something_are_kept_with_their_text_and_heading() -> None:
    """Shortened, so that they can be quoted."""
    found = find_topics(read(NOTES.format("It does. " * 100)))
    (reference,) = found.references

    assert len(found.texts[reference.block_id]) == MAX_TEXT_CHARS
    assert found.texts[reference.block_id].endswith("…")
    assert found.sections[reference.block_id] == "Hose"
    assert "A word." not in found.texts.values()
    assert "nora" in found.people
    assert found.recording == "dQw4w9WgXcQ"


def test_it_can_be_stored() -> None:
    """And read again, all of it."""
    found = find_topics(read(NOTES.format("")))

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=MeetingTopics) == found
