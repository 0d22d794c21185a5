"""What other meetings say of a topic is told beside the first short block that names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.topics.beside import MAX_TERM_CHARS, also_discussed
from tests.service.meetings import Library
from tests.service.season import HOSE, season, slug_of


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(Settings(data_dir=tmp_path / "data"))
    yield opened
    opened.close()


def test_the_nearest_meetings_are_told(archive: Archive, tmp_path: Path) -> None:
    """In their order, before and after."""
    season(Library(archive.store, tmp_path))
    (told,) = [
        each
        for found in also_discussed(archive.index, archive.topics.topics(), slug_of(4)).values()
        for each in found
        if each.topic_id == HOSE
    ]
    assert [other.meeting.slug for other in told.others] == [slug_of(2), slug_of(3), slug_of(5)]
    assert told.more == 2


def test_a_word_is_told_beside_no_long_block(archive: Archive, tmp_path: Path) -> None:
    """There it is mentioned by the way. A name in code and a number are told."""
    library = Library(archive.store, tmp_path)
    long = "and so on " * (MAX_TERM_CHARS // 10)
    for number in range(10):
        names = f"The WateringBot, the WateringBot {long if number == 1 else ''}" if number in (1, 2) else "x"
        library.notes(f"# Call 2024-03-{number + 1:02}\n\n- {names}\n", slug=f"call-{number}", video=False)
    topics = archive.topics.topics()
    assert topics.topics["term/wateringbot"].is_listed
    assert also_discussed(archive.index, topics, "call-1") == {}
    assert [each.name for found in also_discussed(archive.index, topics, "call-2").values() for each in found] == [
        "WateringBot"
    ]
