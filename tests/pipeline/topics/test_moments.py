"""When a topic was discussed: as it is written, as it is said, and as it was misheard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Mishearing, Segment, TopicKind
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs
from pipeline.topics.making import Topic
from pipeline.topics.moments import spoken_moments, spoken_query, written_moments
from tests.service.meetings import Library
from tests.service.season import HOSE, season, slug_of

NOTES = "# Call 2024-01-02\n\n- The `water_rota` waits for osquery\n- Issue #6190\n"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(Settings(data_dir=tmp_path / "data"))
    yield opened
    opened.close()


def said(archive: Archive, folder: Path, *texts: str, misheard: tuple[Mishearing, ...] = ()) -> None:
    """Store a call in which these were said, one every other minute."""
    library = Library(archive.store, folder)
    segments = tuple(Segment(120.0 * at, 120.0 * at + 5, text) for at, text in enumerate(texts))
    notes = library.notes(NOTES, slug="call", video=False)
    library.local("call", duration=1.0)
    inputs = AlignmentInputs(archive.store.save_notes(notes), library.transcript("call", segments), "1")
    archive.store.save_alignments("call", (), inputs, misheard)


def starts(archive: Archive, topic: str) -> list[tuple[float | None, str | None]]:
    topics = archive.topics.topics()
    found = topics.named(topic)
    assert found, topic
    return [(round(hit.start or 0) // 120, hit.heard) for hit in spoken_moments(archive.index, topics, found)]


def test_a_number_is_found_as_people_say_it(archive: Archive, tmp_path: Path) -> None:
    """And no other number is."""
    said(archive, tmp_path, "That is sixty one ninety.", "Or 6190, as written.", "Sixty one people, ninety chairs?")
    assert {place for place, _ in starts(archive, "#6190")} >= {0, 1}


def test_a_name_is_found_where_it_was_misheard(archive: Archive, tmp_path: Path) -> None:
    """It is told what was heard; where it was heard rightly, nothing is."""
    slip = Mishearing(120.0, 121.0, "water_rota", "wallaby otter", 0.9)
    said(archive, tmp_path, "The water rota is new.", "wallaby otter waits", "Water is not rota.", misheard=(slip,))
    assert starts(archive, "water_rota") == [(0, None), (1, "wallaby otter")]


@pytest.mark.parametrize(
    ("kind", "name", "query"),
    [
        (TopicKind.ISSUE, "minutes#12345", "12345 in:transcript"),
        (TopicKind.STANDARD, "EIP-1559", "1559 in:transcript"),
        (TopicKind.STANDARD, "CVE-2024-3094", '"CVE-2024-3094" in:transcript'),
        (TopicKind.TERM, "code signing", '"code signing" in:transcript'),
        (TopicKind.REPOSITORY, "osquery/osquery", '"osquery" in:transcript'),
        (TopicKind.VERSION, "4.6.0", '"4.6.0" in:transcript'),
        (TopicKind.VERSION, "4.6", ""),
        (TopicKind.CODE, "users", ""),
        (TopicKind.REPOSITORY, "osquery/foundation", ""),
    ],
)
def test_what_speech_is_searched_for(kind: TopicKind, name: str, query: str) -> None:
    """Never for what is said all the time and means something else."""
    assert spoken_query(Topic(f"{kind.value}/x", kind, name, {})) == query


def test_a_small_number_counts_only_beside_its_word() -> None:
    """Twelve may be anything; so may 2024, which is a year."""
    small = spoken_query(Topic("issue/x", TopicKind.ISSUE, "minutes#12", {}))
    assert '"issue twelve"' in small
    assert '"PR 12"' in small
    assert " 12 " not in small.replace('"', "")[:3]
    assert spoken_query(Topic("issue/x", TopicKind.ISSUE, "minutes#2024", {})).startswith('"issue 2024"')


def test_blocks_come_newest_first(archive: Archive, tmp_path: Path) -> None:
    """With their moment where it is known, their section, and the name set off; one that is gone is left out."""
    season(Library(archive.store, tmp_path))
    topics = archive.topics.topics()
    hits = written_moments(archive.index, topics, topics.topics[HOSE])
    assert [hit.slug for hit in hits] == [slug_of(number) for number in (5, 4, 3, 2, 1, 0)]
    assert [hit.start for hit in hits] == [None, None, None, None, 6.0, None]
    assert {hit.section for hit in hits} == {"The leaking hose"}
