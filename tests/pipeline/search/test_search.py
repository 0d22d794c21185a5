"""Search finds what was said and written, and never mistakes a query for syntax."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Origin,
    Section,
    Segment,
    Transcript,
    Word,
)
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.passages import STRIDE_WORDS, WINDOW_WORDS, transcript_passages
from pipeline.store import AlignmentInputs

SAID = (
    Segment(10.0, 14.0, "Alessandro shifted his goals to smaller"),
    Segment(14.0, 18.0, "tables first, and the café DNS events come later"),
    Segment(700.0, 702.0, "(silence) thanks for watching", suspect=True),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    opened = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("search")))
    for slug, title in (("call-1", "Call 1"), ("call-2", "Call 2")):
        opened.store.claim(f"/{slug}.md", slug)
        blocks = (
            Block("h", BlockKind.HEADING, 1, 2, "eBPF", "eBPF", depth=2),
            Block("i", BlockKind.ITEM, 3, 4, f"dns_events: attach probes in {title}", "", depth=1, parent="h"),
            Block("c", BlockKind.MARKUP, 5, 6, "", "<!-- probes -->"),
        )
        notes_id = opened.store.save_notes(Notes(slug, title, None, None, (Section("h", "eBPF", 2, 1, blocks),), ""))
        run = opened.store.save_transcript(slug, Transcript("en", Origin.ASR, "tiny.en", SAID, 800.0), key=slug)
        found = Alignment("i", 12.0, 13.0, 0.9, Basis.MATCH)
        weak = Alignment("h", 99.0, 100.0, 0.1, Basis.PATH)
        opened.store.save_alignments(slug, (found, weak), AlignmentInputs(notes_id, run, "1"))
    yield opened
    opened.close()


def moments(archive: Archive, query: str) -> set[tuple[str, float | None]]:
    """Where the query is found in the first call, whatever is close together: (source, seconds to the hundredth)."""
    found = [
        hit for place in ("notes", "transcript") for hit in search(archive.index, f"{query} in:{place}", slug="call-1")
    ]
    return {(hit.source, hit.start and round(hit.start, 2)) for hit in found}


def test_speech_and_notes_are_found_together(archive: Archive) -> None:
    """The block and the words have their own moments; where these are the same, the better one stands for both."""
    assert moments(archive, "dns events") == {("notes", 12.0), ("transcript", 16.22)}
    assert [hit.start for hit in search(archive.index, "dns events", slug="call-1")] == [12.0]


def test_a_phrase_across_two_cues_is_found(archive: Archive) -> None:
    """Nobody knows where cues end, so a phrase may cross them."""
    (hit,) = search(archive.index, '"smaller tables first"', slug="call-1")

    assert hit.start == pytest.approx(10 + 4 * 5 / 6)
    assert ("smaller tables first", True) in hit.snippet


def test_any_short_phrase_lies_whole_in_a_window() -> None:
    """Windows overlap by more than people type."""
    words = [f"w{number}" for number in range(5 * WINDOW_WORDS + 7)]
    timed = tuple(Word(float(number), number + 1.0, word) for number, word in enumerate(words))
    transcript = Transcript("en", Origin.ASR, None, (Segment(0.0, 999.0, " ".join(words), timed),))
    windows = [f" {passage.text} " for passage in transcript_passages(transcript)]

    for first in range(len(words) - STRIDE_WORDS + 1):
        phrase = " ".join(words[first : first + STRIDE_WORDS])
        assert any(f" {phrase} " in window for window in windows)


def test_a_hit_starts_at_its_first_word(archive: Archive) -> None:
    """The moment is the word's, not the window's."""
    assert moments(archive, "later") == {("transcript", 17.56)}


def test_words_are_found_in_other_forms(archive: Archive) -> None:
    """Plural, accents and case do not matter."""
    assert moments(archive, "TABLE")
    assert moments(archive, "cafe")


def test_an_identifier_is_found_as_it_is_spoken(archive: Archive) -> None:
    """dns_events, typed with its underscore, finds "DNS events"."""
    assert {source for source, _ in moments(archive, "dns_events")} == {"notes", "transcript"}


def test_a_block_without_a_moment_is_found_without_a_time(archive: Archive) -> None:
    """A guess that is too weak for a link is too weak for a hit."""
    assert moments(archive, "ebpf") == {("notes", None)}


def test_what_the_model_invented_in_silence_is_not_found(archive: Archive) -> None:
    """Suspect segments are kept but not searched."""
    assert search(archive.index, "watching") == ()


def test_all_words_must_stand_together(archive: Archive) -> None:
    """Where only one of two words stands, the hit says which is missing."""
    assert search(archive.index, "probes kubernetes", whole=True) == ()
    assert {hit.missing for hit in search(archive.index, "probes kubernetes")} == {("kubernetes",)}


def test_a_search_can_be_held_to_one_meeting(archive: Archive) -> None:
    """The slug narrows it down."""
    assert {hit.slug for hit in search(archive.index, "alessandro")} == {"call-1", "call-2"}
    assert {hit.slug for hit in search(archive.index, "alessandro", slug="call-2")} == {"call-2"}


def test_a_newer_transcript_replaces_the_older_one_in_the_index(tmp_path: Path) -> None:
    """What is no longer in the page is no longer found."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    archive.store.claim("/a.md", "a")
    archive.store.save_notes(Notes("a", "A", None, None, (), ""))
    for text in ("misheard", "understood"):
        segment = Segment(0.0, 1.0, text)
        archive.store.save_transcript("a", Transcript("en", Origin.ASR, None, (segment,)), key=text)

    assert search(archive.index, "misheard") == ()
    assert len(search(archive.index, "understood")) == 1
    archive.close()


def test_what_was_misheard_stands_below_what_was_heard(tmp_path: Path) -> None:
    """However new and short the text in which a word was probably said: it comes after all that have the word."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    long = "we spoke at length about this and that and then about osquery " + "and so on " * 9
    for slug, year, text in (("old", 2020, long), ("new", 2024, "oscar a is out")):
        archive.store.claim(f"/{slug}.md", slug)
        notes_id = archive.store.save_notes(Notes(slug, slug, date(year, 1, 1), None, (), ""))
        run = archive.store.save_transcript(
            slug, Transcript("en", Origin.ASR, None, (Segment(0.0, 4.0, text),), 4.0), key=slug
        )
        hearings = (Mishearing(0.0, 1.5, "osquery", "oscar a", 0.9),) if slug == "new" else ()
        archive.store.save_alignments(slug, (), AlignmentInputs(notes_id, run, "1"), hearings)

    assert [(hit.slug, hit.heard) for hit in search(archive.index, "osquery")] == [("old", None), ("new", "oscar a")]
    assert [hit.slug for hit in search(archive.index, "osquery", limit=1)] == ["old"]
    assert [hit.heard for hit in search(archive.index, "oscar")] == [None]
    archive.close()


def test_a_part_of_what_was_misheard_is_marked_too(tmp_path: Path) -> None:
    """A search for the number in an identifier says what was heard in its place."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    archive.store.claim("/a.md", "a")
    notes_id = archive.store.save_notes(Notes("a", "A", None, None, (), ""))
    said = Segment(0.0, 6.0, "next is eat eighty thirty seven")
    run = archive.store.save_transcript("a", Transcript("en", Origin.ASR, None, (said,), 6.0), key="a")
    archive.store.save_alignments(
        "a", (), AlignmentInputs(notes_id, run, "1"), (Mishearing(2.0, 6.0, "EIP-8037", "eat eighty", 0.9),)
    )

    for query in ("eip", "EIP-8037", '"next is eip"'):
        assert [hit.heard for hit in search(archive.index, query)] == ["eat eighty"]
    assert [hit.heard for hit in search(archive.index, "8037")] == [None]  # as it was said
    archive.close()


@pytest.mark.parametrize("query", ["", "   ", '"', '""', "*", "-", "( ) : ^", "\x00"])
def test_a_query_without_words_says_so(archive: Archive, query: str) -> None:
    """There is nothing to look for."""
    with pytest.raises(InvalidQuery):
        search(archive.index, query)


@pytest.mark.parametrize(
    "query", ["a:b:c", "NOT", "dns OR", "NEAR(dns, events)", 'un"balanced', "tabl*", "text:dns", "--"]
)
def test_syntax_is_only_words(archive: Archive, query: str) -> None:
    """What a search engine would read as an operator is looked up, or left out, and never fails."""
    try:
        hits = search(archive.index, query)
    except InvalidQuery:
        hits = ()

    assert all("dns" in "".join(text for text, _ in hit.snippet).lower() for hit in hits)


@given(st.text(max_size=40))
def test_no_text_a_user_can_type_breaks_the_search(archive: Archive, query: str) -> None:
    """Every string is an answer, or InvalidQuery when there is no letter or digit in it."""
    try:
        search(archive.index, query, limit=5)
    except InvalidQuery:
        refused = True
    else:
        refused = False

    assert refused == (not any(character.isalnum() for character in query))


def test_a_passage_without_spaces_reads_as_it_was_said() -> None:
    """Whether its words have times or not, and every mark is where its word is."""
    text = "用 Redis 存起来，好吗"
    timed = tuple(Word(float(at), at + 1.0, piece) for at, piece in enumerate(("我们", "开", "会，用", "Redis", "吧")))
    said = Segment(0.0, 5.0, "我们开会，用Redis吧", timed), Segment(5.0, 9.0, text)

    (passage,) = transcript_passages(Transcript("zh", Origin.ASR, None, said))

    assert passage.text == f"我们开会，用Redis吧{text}"
    assert [passage.text[offset] for offset in passage.offsets] == list("我开会R吧用R存来好")
