"""The meetings a query is found in are those in which a search finds it, for a fraction of its cost."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from pipeline.search.index.reader import IdRange, IndexReader

from pipeline import search as search_package
from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import Block, BlockKind, Notes, Origin, PassageSource, Section, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search import by_meeting, search
from pipeline.search.by_meeting import search_by_meeting
from pipeline.search.index import reader as index_reader
from pipeline.search.match import match_whole
from pipeline.search.query import parse

WORDS = ["hose", "rota", "pallets", "seed", "swap", "water", "watering", "leaks", "August", "July"]
SLUGS = [f"call-{number}" for number in range(12)]
QUERIES = [
    *("rota", "wat*", "hose OR seed", "hose rota", '"seed swap"', "rota -hose", "rota rota hose OR hose", "lea* OR zz"),
    *("in:notes rota", "in:transcript rota OR hose", "after:2020-03 seed", "before:2020-02 seed", "meeting:call seed"),
    *("meeting:1 rota", "meeting:2 wat* OR hose", "submarine", "zz*", "July August -wat*"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A dozen calls of a dozen lines each, of few words."""
    opened = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("calls")))
    chance = random.Random(2)
    for number, slug in enumerate(SLUGS):
        opened.store.claim(f"/{slug}.md", slug)
        day = date(2020, 1, 1) + timedelta(days=9 * number) if number % 5 else None
        texts = [" ".join(chance.choices(WORDS, k=3)) for _ in range(4)]
        blocks = tuple(Block(f"b{at}", BlockKind.ITEM, at + 1, at + 2, text, text) for at, text in enumerate(texts))
        opened.store.save_notes(Notes(slug, slug.title(), day, None, (Section("h", "", 0, 1, blocks),), ""))
        segments = [Segment(200.0 * at, 200.0 * at + 9, " ".join(chance.choices(WORDS, k=5))) for at in range(5)]
        opened.store.save_transcript(slug, Transcript("en", Origin.ASR, None, tuple(segments), 2_000.0), key=slug)
    yield opened
    opened.close()


@pytest.mark.parametrize("query", QUERIES)
def test_each_meeting_has_what_a_search_of_it_finds(archive: Archive, query: str) -> None:
    """The same hits, but for an OR, both of whose sides count here; the meetings in the order that is given."""
    slugs = SLUGS[::-1]
    expected = {slug: hits for slug in slugs if (hits := search(archive.index, query, slug=slug, limit=3, whole=True))}

    found = search_by_meeting(archive.index, query, slugs, meetings=20, moments=3)

    assert list(found) == list(expected)
    assert "OR" in query or found == expected
    assert all(0 < len(found[slug]) <= 3 for slug in found)
    few = search_by_meeting(archive.index, query, slugs, meetings=2, moments=3)
    assert list(few.items()) == list(found.items())[:2]


def test_a_query_without_words_is_none(archive: Archive) -> None:
    """As everywhere."""
    with pytest.raises(InvalidQuery):
        search_by_meeting(archive.index, "-", SLUGS, meetings=2, moments=2)


def test_of_what_matches_everywhere_the_first_meetings_are_looked_through(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a query with more hits than are looked at, the first meetings that were asked for are still there."""
    everything = " OR ".join(WORDS)
    monkeypatch.setattr(by_meeting, "MAX_PASSAGES", 8)
    monkeypatch.setattr(by_meeting, "MAX_SINGLE_LOOKUPS", 3)
    oldest_first = ["call-1", "call-2", "call-3", "call-4", "call-11", "call-6", "call-9"]

    found = search_by_meeting(archive.index, everything, oldest_first, meetings=9, moments=2)

    assert list(found) == ["call-1", "call-2", "call-3", "call-11", "call-9"]


# -- what a search costs -----------------------------------------------------------------------------------------------


def test_a_search_ranks_no_more_than_its_limit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sides an OR has, and however many hits are asked for."""
    ranked: list[int] = []
    plain = IndexReader.newest

    def watched(
        self: IndexReader, source: PassageSource, match: str, ranges: Sequence[IdRange], count: int
    ) -> list[index_reader.MarkedPassage]:
        found = plain(self, source, match, ranges, count)
        ranked.extend(each.id for each in found)
        return found

    monkeypatch.setattr(IndexReader, "newest", watched)
    monkeypatch.setattr(search_package, "BATCH_PASSAGES", 4)
    everything = search(archive.index, " OR ".join(WORDS), limit=1_000, whole=True)
    all_ranked = len(ranked)
    ranked.clear()
    monkeypatch.setattr(search_package, "MAX_PASSAGES", 50)
    some = search(archive.index, " OR ".join(WORDS), limit=1_000, whole=True)

    assert all_ranked > 200
    assert len(ranked) <= 50 + 4 * 2 * len(WORDS)
    assert some == everything[: len(some)]
    assert 0 < len(some) < len(everything)


@pytest.mark.parametrize("query", ["rota", "wat* OR hose", "rota hose seed"])
def test_hits_that_are_skipped_are_those_before(archive: Archive, query: str) -> None:
    """A later page goes on where the one before ended."""
    hits = search(archive.index, query, limit=100)
    assert [search(archive.index, query, skip=skip, limit=skip + 4) for skip in (0, 3, 29, 200)] == [
        hits[:4],
        hits[3:7],
        hits[29:33],
        (),
    ]


@pytest.mark.parametrize("misses", [0, 3, 1_000])
@pytest.mark.parametrize("query", ["rota", " OR ".join(WORDS), "submarine"])
def test_many_ranges_are_read_like_each(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, query: str, misses: int
) -> None:
    """Over a short gap they are read on, behind a long one begun anew: the same ids, and not one in between."""
    monkeypatch.setattr(index_reader, "_MAX_MISSES", misses)
    match = match_whole(parse(query))
    with archive.index.reading() as reader:
        spans = sorted(reader.spans(PassageSource.TRANSCRIPT, SLUGS[::2]).values())
        each = [reader.newest_ids(PassageSource.TRANSCRIPT, match, [span], 100) for span in spans]
        ids = [number for of_span in each for number in of_span]
        for count in (100, 3, 1):
            assert reader.newest_ids(PassageSource.TRANSCRIPT, match, spans, count) == ids[:count]
            passages = reader.newest(PassageSource.TRANSCRIPT, match, spans, count)
            assert [passage.id for passage in passages] == ids[:count]
        assert reader.newest(PassageSource.TRANSCRIPT, match, [], 5) == []
