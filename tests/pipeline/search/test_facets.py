"""How what is found is spread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search.facets import Facets, facets


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    opened = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("facets")))
    for slug, title, day, noted, said in (
        ("a", "Office hours, 5 March 2023", date(2023, 3, 5), "badgers", "the badgers dig"),
        ("b", "office hours, 4 April 2024", date(2024, 4, 4), "roofs", "badgers badgers everywhere"),
        ("c", "Standards #12", date(2024, 5, 1), "badgers", "nothing of it"),
        ("d", "2024-06-01", None, "roofs", "no animals"),
    ):
        opened.store.claim(f"/{slug}.md", slug)
        block = Block("b", BlockKind.ITEM, 1, 2, noted, "", depth=1)
        opened.store.save_notes(Notes(slug, title, day, None, (Section("b", "", 2, 1, (block,)),), ""))
        segments = (
            Segment(0.0, 9.0, said, speaker="Ana"),
            Segment(90.0, 99.0, said, speaker="Ben" if slug == "b" else None),
        )
        opened.store.save_transcript(slug, Transcript("en", Origin.ASR, None, segments, 100.0), key=slug)
    yield opened
    opened.close()


def test_meetings_are_counted(archive: Archive) -> None:
    """Each once, however often it says it; years the latest first, others by how many there are. A series is one,
    however its titles are capitalised."""
    assert facets(archive.index, "badgers") == Facets(
        meetings=3,
        years={"2024": 2, "2023": 1},
        series={"Office hours": 2, "Standards": 1},
        speakers={"Ana": 2, "Ben": 1},
        sources={"notes": 2, "transcript": 2},
    )


def test_filters_hold(archive: Archive) -> None:
    """And what is not to be found is not counted, nor who said it."""
    assert facets(archive.index, "badgers in:notes").sources == {"notes": 2}
    assert facets(archive.index, "badgers after:2024-05").series == {"Standards": 1}
    assert facets(archive.index, "badgers", slug="a").meetings == 1
    without = facets(archive.index, "badgers", without={"b"})
    assert (without.meetings, without.speakers) == (2, {"Ana": 1})


def test_nothing_found(archive: Archive) -> None:
    assert facets(archive.index, "zebras") == Facets(0, {}, {}, {}, {})
    with pytest.raises(InvalidQuery):
        facets(archive.index, "-")
