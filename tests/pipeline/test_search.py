"""Search finds what was said and written, and never mistakes a query for syntax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidQuery
from pipeline.records import Alignment, Basis, Block, Kind, Notes, Origin, Section, Segment, Transcript, Word
from pipeline.search import search
from pipeline.store import MadeFrom, Store
from pipeline.store.passages import STRIDE, WINDOW, spoken

SAID = (
    Segment(10.0, 14.0, "Alessandro shifted his goals to smaller"),
    Segment(14.0, 18.0, "tables first, and the café DNS events come later"),
    Segment(700.0, 702.0, "(silence) thanks for watching", suspect=True),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("search") / "jumpnotes.db")
    for slug, title in (("call-1", "Call 1"), ("call-2", "Call 2")):
        opened.claim(f"/{slug}.md", slug)
        blocks = (
            Block("h", Kind.HEADING, 1, 2, "eBPF", "eBPF", depth=2),
            Block("i", Kind.ITEM, 3, 4, f"dns_events: attach probes in {title}", "", depth=1, parent="h"),
            Block("c", Kind.MARKUP, 5, 6, "", "<!-- probes -->"),
        )
        notes_id = opened.save_notes(Notes(slug, title, None, None, (Section("h", "eBPF", 2, 1, blocks),), ""))
        run = opened.save_transcript(slug, Transcript("en", Origin.ASR, "tiny.en", SAID, 800.0), key=slug)
        found = Alignment("i", 12.0, 13.0, 0.9, Basis.MATCH)
        weak = Alignment("h", 99.0, 100.0, 0.1, Basis.PATH)
        opened.save_alignments(slug, (found, weak), MadeFrom(notes_id, run, "1"))
    yield opened
    opened.close()


def moments(store: Store, query: str) -> set[tuple[bool, float | None]]:
    """Where the query is found in the first call: (written, seconds to the hundredth)."""
    return {(hit.written, hit.start and round(hit.start, 2)) for hit in search(store, query, slug="call-1")}


def test_speech_and_notes_are_found_together(store: Store) -> None:
    """One query finds the block and the words, each with its own moment."""
    hits = search(store, "dns events", slug="call-1")

    assert {hit.written for hit in hits} == {True, False}
    assert moments(store, "dns events") == {(True, 12.0), (False, 16.22)}


def test_a_phrase_across_two_cues_is_found(store: Store) -> None:
    """Nobody knows where cues end, so a phrase may cross them."""
    (hit,) = search(store, '"smaller tables first"', slug="call-1")

    assert hit.start == pytest.approx(10 + 4 * 5 / 6)
    assert ("smaller tables first", True) in hit.snippet


def test_any_short_phrase_lies_whole_in_a_window() -> None:
    """Windows overlap by more than people type."""
    words = [f"w{number}" for number in range(5 * WINDOW + 7)]
    timed = tuple(Word(float(number), number + 1.0, word) for number, word in enumerate(words))
    transcript = Transcript("en", Origin.ASR, None, (Segment(0.0, 999.0, " ".join(words), timed),))
    windows = [f" {passage.text} " for passage in spoken(transcript)]

    for first in range(len(words) - STRIDE + 1):
        phrase = " ".join(words[first : first + STRIDE])
        assert any(f" {phrase} " in window for window in windows)


def test_a_hit_starts_at_its_first_word(store: Store) -> None:
    """The moment is the word's, not the window's."""
    assert moments(store, "later") == {(False, 17.56)}


def test_words_are_found_in_other_forms(store: Store) -> None:
    """Plural, accents and case do not matter."""
    assert moments(store, "TABLE")
    assert moments(store, "cafe")


def test_an_identifier_is_found_as_it_is_spoken(store: Store) -> None:
    """dns_events, typed with its underscore, finds "DNS events"."""
    assert {written for written, _ in moments(store, "dns_events")} == {True, False}


def test_a_block_without_a_moment_is_found_without_a_time(store: Store) -> None:
    """A guess that is too weak for a link is too weak for a hit."""
    assert moments(store, "ebpf") == {(True, None)}


def test_what_the_model_invented_in_silence_is_not_found(store: Store) -> None:
    """Suspect segments are kept but not searched."""
    assert search(store, "watching") == ()


def test_all_words_must_stand_together(store: Store) -> None:
    """Two words from different meetings, or only one of them, are no hit."""
    assert search(store, "probes kubernetes") == ()


def test_a_search_can_be_held_to_one_meeting(store: Store) -> None:
    """The slug narrows it down."""
    assert {hit.slug for hit in search(store, "alessandro")} == {"call-1", "call-2"}
    assert {hit.slug for hit in search(store, "alessandro", slug="call-2")} == {"call-2"}


def test_a_newer_transcript_replaces_the_older_one_in_the_index(tmp_path: Path) -> None:
    """What is no longer in the page is no longer found."""
    store = Store.open(tmp_path / "jumpnotes.db")
    store.claim("/a.md", "a")
    store.save_notes(Notes("a", "A", None, None, (), ""))
    for text in ("misheard", "understood"):
        segment = Segment(0.0, 1.0, text)
        store.save_transcript("a", Transcript("en", Origin.ASR, None, (segment,)), key=text)

    assert search(store, "misheard") == ()
    assert len(search(store, "understood")) == 1
    store.close()


@pytest.mark.parametrize("query", ["", "   ", '"', '""', "*", "-", "( ) : ^", "\x00"])
def test_a_query_without_words_says_so(store: Store, query: str) -> None:
    """There is nothing to look for."""
    with pytest.raises(InvalidQuery):
        search(store, query)


@pytest.mark.parametrize(
    "query", ["a:b:c", "NOT", "dns OR", "NEAR(dns, events)", 'un"balanced', "tabl*", "text:dns", "--"]
)
def test_syntax_is_only_words(store: Store, query: str) -> None:
    """What FTS5 would read as an operator is looked up, or left out, and never fails."""
    try:
        hits = search(store, query)
    except InvalidQuery:
        hits = ()

    assert all("dns" in "".join(text for text, _ in hit.snippet).lower() for hit in hits)


@given(st.text(max_size=40))
def test_no_text_a_user_can_type_breaks_the_search(store: Store, query: str) -> None:
    """Every string is an answer, or InvalidQuery when there is no letter or digit in it."""
    try:
        search(store, query, limit=5)
    except InvalidQuery:
        refused = True
    else:
        refused = False

    assert refused == (not any(character.isalnum() for character in query))
