"""The meetings a query is found in are those in which a search finds it, for a fraction of its cost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from pipeline import search as search_package
from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.by_meeting import search_by_meeting
from pipeline.search.index import Address, Match, Snapshot

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
    """The same hits, as they were heard or written; the meetings in the order that is given."""
    slugs = SLUGS[::-1]
    expected = {
        slug: tuple(hit for hit in hits if not (hit.heard or hit.similar))
        for slug in slugs
        if (hits := search(archive.index, query, slug=slug, limit=3, whole=True))
    }

    found = search_by_meeting(archive.index, query, slugs, meetings=20, moments=3)

    assert list(found.items()) == list(expected.items())
    assert all(0 < len(found[slug]) <= 3 for slug in found)
    few = search_by_meeting(archive.index, query, slugs, meetings=2, moments=3)
    assert list(few.items()) == list(found.items())[:2]
    without = search_by_meeting(archive.index, query, slugs, meetings=20, moments=3, without=SLUGS[:6])
    assert list(without.items()) == [(slug, hits) for slug, hits in found.items() if slug not in SLUGS[:6]]


def test_a_query_without_words_is_none(archive: Archive) -> None:
    """As everywhere."""
    with pytest.raises(InvalidQuery):
        search_by_meeting(archive.index, "-", SLUGS, meetings=2, moments=2)


# -- what a search costs -----------------------------------------------------------------------------------------------


def test_a_search_ranks_no_more_than_its_limit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sides an OR has, and however many hits are asked for."""
    ranked: list[Address] = []
    plain = Snapshot.passage

    def watched(self: Snapshot, address: Address) -> object:
        ranked.append(address)
        return plain(self, address)

    monkeypatch.setattr(Snapshot, "passage", watched)
    monkeypatch.setattr(search_package, "BATCH_PASSAGES", 4)
    everything = search(archive.index, " OR ".join(WORDS), limit=1_000, whole=True)
    all_ranked = len(ranked)
    ranked.clear()
    monkeypatch.setattr(search_package, "MAX_PASSAGES", 24)
    some = search(archive.index, " OR ".join(WORDS), limit=1_000, whole=True)

    assert all_ranked > 60
    assert len(ranked) <= 2 * 24
    assert some == everything[: len(some)]
    assert 0 < len(some) < len(everything)


def test_a_meeting_without_the_words_is_not_looked_through(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large archive most have none."""
    looked: list[Match] = []
    plain = Snapshot.best

    def watched(self: Snapshot, match: Match, limit: int, skip: int = 0) -> object:
        looked.append(match)
        return plain(self, match, limit, skip)

    monkeypatch.setattr(Snapshot, "best", watched)

    assert search_by_meeting(archive.index, "submarine", SLUGS, meetings=20, moments=3) == {}
    assert looked == []
    assert search_by_meeting(archive.index, "rota", SLUGS, meetings=20, moments=3)
    assert looked


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
