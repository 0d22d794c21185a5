"""Search finds what was said and written, and never mistakes a query for syntax."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidQuery
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Origin,
    Recording,
    Section,
    Segment,
    Transcript,
    Word,
)
from pipeline.search import lookup, search
from pipeline.search.passages import STRIDE, WINDOW, spoken
from pipeline.search.query import parse
from pipeline.store import MadeFrom, Store

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
            Block("h", BlockKind.HEADING, 1, 2, "eBPF", "eBPF", depth=2),
            Block("i", BlockKind.ITEM, 3, 4, f"dns_events: attach probes in {title}", "", depth=1, parent="h"),
            Block("c", BlockKind.MARKUP, 5, 6, "", "<!-- probes -->"),
        )
        notes_id = opened.save_notes(Notes(slug, title, None, None, (Section("h", "eBPF", 2, 1, blocks),), ""))
        run = opened.save_transcript(slug, Transcript("en", Origin.ASR, "tiny.en", SAID, 800.0), key=slug)
        found = Alignment("i", 12.0, 13.0, 0.9, Basis.MATCH)
        weak = Alignment("h", 99.0, 100.0, 0.1, Basis.PATH)
        opened.save_alignments(slug, (found, weak), MadeFrom(notes_id, run, "1"))
    yield opened
    opened.close()


def moments(store: Store, query: str) -> set[tuple[str, float | None]]:
    """Where the query is found in the first call, whatever is close together: (source, seconds to the hundredth)."""
    found = [hit for place in ("notes", "transcript") for hit in search(store, f"{query} in:{place}", slug="call-1")]
    return {(hit.source, hit.start and round(hit.start, 2)) for hit in found}


def test_speech_and_notes_are_found_together(store: Store) -> None:
    """The block and the words have their own moments; where these are the same, the better one stands for both."""
    assert moments(store, "dns events") == {("notes", 12.0), ("transcript", 16.22)}
    assert [hit.start for hit in search(store, "dns events", slug="call-1")] == [12.0]


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
    assert moments(store, "later") == {("transcript", 17.56)}


def test_words_are_found_in_other_forms(store: Store) -> None:
    """Plural, accents and case do not matter."""
    assert moments(store, "TABLE")
    assert moments(store, "cafe")


def test_an_identifier_is_found_as_it_is_spoken(store: Store) -> None:
    """dns_events, typed with its underscore, finds "DNS events"."""
    assert {source for source, _ in moments(store, "dns_events")} == {"notes", "transcript"}


def test_a_block_without_a_moment_is_found_without_a_time(store: Store) -> None:
    """A guess that is too weak for a link is too weak for a hit."""
    assert moments(store, "ebpf") == {("notes", None)}


def test_what_the_model_invented_in_silence_is_not_found(store: Store) -> None:
    """Suspect segments are kept but not searched."""
    assert search(store, "watching") == ()


def test_all_words_must_stand_together(store: Store) -> None:
    """Where only one of two words stands, the hit says which is missing."""
    assert search(store, "probes kubernetes", whole=True) == ()
    assert {hit.missing for hit in search(store, "probes kubernetes")} == {("kubernetes",)}


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


def test_what_was_misheard_stands_below_what_was_heard(tmp_path: Path) -> None:
    """However new and short the text in which a word was probably said: it comes after all that have the word."""
    store = Store.open(tmp_path / "jumpnotes.db")
    long = "we spoke at length about this and that and then about osquery " + "and so on " * 9
    for slug, year, text in (("old", 2020, long), ("new", 2024, "oscar a is out")):
        store.claim(f"/{slug}.md", slug)
        notes_id = store.save_notes(Notes(slug, slug, date(year, 1, 1), None, (), ""))
        run = store.save_transcript(slug, Transcript("en", Origin.ASR, None, (Segment(0.0, 4.0, text),), 4.0), key=slug)
        hearings = (Mishearing(0.0, 1.5, "osquery", "oscar a", 0.9),) if slug == "new" else ()
        store.save_alignments(slug, (), MadeFrom(notes_id, run, "1"), hearings)

    assert [(hit.slug, hit.heard) for hit in search(store, "osquery")] == [("old", None), ("new", "oscar a")]
    assert [hit.slug for hit in search(store, "osquery", limit=1)] == ["old"]
    assert [hit.heard for hit in search(store, "oscar")] == [None]
    store.close()


def test_a_part_of_what_was_misheard_is_marked_too(tmp_path: Path) -> None:
    """A search for the number in an identifier says what was heard in its place."""
    store = Store.open(tmp_path / "jumpnotes.db")
    store.claim("/a.md", "a")
    notes_id = store.save_notes(Notes("a", "A", None, None, (), ""))
    said = Segment(0.0, 6.0, "next is eat eighty thirty seven")
    run = store.save_transcript("a", Transcript("en", Origin.ASR, None, (said,), 6.0), key="a")
    store.save_alignments("a", (), MadeFrom(notes_id, run, "1"), (Mishearing(2.0, 6.0, "EIP-8037", "eat eighty", 0.9),))

    for query in ("eip", "8037", "EIP-8037", "is 8037", '"next is eip"'):
        assert [hit.heard for hit in search(store, query)] == ["eat eighty"]
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


# -- what a query can say ----------------------------------------------------------------------------------------------


def slugs(store: Store, query: str) -> set[str]:
    """The meetings in which all of the query stands."""
    return {hit.slug for hit in search(store, query, whole=True)}


def sources(store: Store, query: str) -> set[str]:
    return {hit.source for hit in search(store, query, whole=True)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three meetings of two sections each, of which the second has speakers and the third no date."""
    opened = Store.open(tmp_path_factory.mktemp("archive") / "jumpnotes.db")
    days = {"spring": date(2023, 4, 2), "summer": date(2024, 7, 9), "undated": None}
    for slug, day in days.items():
        opened.claim(f"/{slug}.md", slug)
        build, release = (
            Block("b", BlockKind.HEADING, 3, 4, "Build speed", "", depth=2),
            Block("r", BlockKind.HEADING, 7, 8, "Release schedule", "", depth=2),
        )
        item = Block("i", BlockKind.ITEM, 8, 9, f"freeze of {slug} branches", "", depth=1, parent="r")
        top = Block("t", BlockKind.HEADING, 1, 2, f"The {slug} call", "", depth=1)
        sections = (
            Section("t", f"The {slug} call", 1, 1, (top,)),
            Section("b", "Build speed", 2, 3, (build,)),
            Section("r", "Release schedule", 2, 7, (release, item)),
        )
        notes_id = opened.save_notes(Notes(slug, f"The {slug.title()} call", day, None, sections, ""))
        said = (
            Segment(10.0, 20.0, "compilers are slow on windows", speaker="Ana" if slug == "summer" else None),
            Segment(30.0, 40.0, "we cache the compilers now", speaker="Ben" if slug == "summer" else None),
            Segment(200.0, 210.0, f"the {slug} release waits for compilers and the cache"),
            Segment(500.0, 510.0, "goodbye everyone"),
        )
        run = opened.save_transcript(slug, Transcript("en", Origin.ASR, None, said, 600.0), key=slug)
        links = (Alignment("b", 9.0, 60.0, 0.9, Basis.MATCH), Alignment("r", 190.0, 300.0, 0.9, Basis.MATCH))
        opened.save_alignments(slug, links, MadeFrom(notes_id, run, "1"))
    yield opened
    opened.close()


def test_a_word_may_go_on(archive: Store) -> None:
    """A star at the end finds what begins so; without it, the word has to be whole."""
    assert slugs(archive, "compi*") == {"spring", "summer", "undated"}
    assert search(archive, "compi") == ()


def test_a_beginning_may_be_longer_than_the_stem(archive: Store) -> None:
    """The index has stems, people type letters: what begins so is found, and nothing that only has a like stem."""
    assert slugs(archive, "compiler*") == slugs(archive, "compilers*") == {"spring", "summer", "undated"}
    assert slugs(archive, "releas*") == slugs(archive, "release*") == {"spring", "summer", "undated"}
    assert slugs(archive, "everyon*") == {"spring", "summer", "undated"}
    assert slugs(archive, "scheduling*") == set()
    assert slugs(archive, "freeze OR scheduling*") == {"spring", "summer", "undated"}


def test_a_beginning_of_nothing_does_not_read_the_whole_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody may say "release", and nobody a word that begins "releasingly"."""
    store = Store.open(tmp_path / "jumpnotes.db")
    store.claim("/a.md", "a")
    blocks = tuple(Block(f"b{at}", BlockKind.ITEM, at + 1, at + 2, f"release {at}", "") for at in range(2_000))
    store.save_notes(Notes("a", "A", None, None, (Section("s", "", 0, 1, blocks),), ""))
    store.claim("/b.md", "b")
    last = Block("b", BlockKind.ITEM, 1, 2, "releasing and developments", "")
    store.save_notes(Notes("b", "B", date(2024, 1, 1), None, (Section("s", "", 0, 1, (last,)),), ""))
    assert [hit.slug for hit in search(store, "releasin*")] == ["b"]
    assert [hit.slug for hit in search(store, "developmen*")] == ["b"]
    read: list[int] = []
    newest = lookup.newest

    def counted(*asked: Any) -> list[lookup.Row]:
        found = newest(*asked)
        read.append(len(found))
        return found

    monkeypatch.setattr(lookup, "newest", counted)

    assert search(store, "releasingly*") == ()
    assert 0 < sum(read) < 1_000
    store.close()


def test_curly_quotation_marks_are_quotation_marks(archive: Store) -> None:
    """Phones type them."""
    assert slugs(archive, "“release waits”") == {"spring", "summer", "undated"}
    assert slugs(archive, "“waits release”") == set()


def test_what_is_left_out_does_not_hide_what_has_some_of_the_words(tmp_path: Path) -> None:
    """Of many places with some of the words, those with an excluded one do not count at all."""
    store = Store.open(tmp_path / "jumpnotes.db")
    store.claim("/a.md", "a")
    texts = [f"kubernetes probes number {at} forbidden" for at in range(60)] + ["kubernetes probes are fine"]
    blocks = tuple(Block(f"b{at}", BlockKind.ITEM, at + 1, at + 2, text, text) for at, text in enumerate(texts))
    store.save_notes(Notes("a", "A", None, None, (Section("s", "", 0, 1, blocks),), ""))

    assert {hit.block_id for hit in search(store, "kubernetes probes zebra -forbidden")} == {"b60"}
    store.close()


def test_small_words_do_not_count(tmp_path: Path) -> None:
    """A question is answered by its telling words: where they stand is where it begins, and no other is missing."""
    store = Store.open(tmp_path / "jumpnotes.db")
    store.claim("/a.md", "a")
    store.save_notes(Notes("a", "A", None, None, (), ""))
    said = [Segment(100.0 * at, 100.0 * at + 9.0, "what the others did is the same") for at in range(20)]
    said.append(Segment(2_000.0, 2_012.0, "the the the they did delay the release"))
    store.save_transcript("a", Transcript("en", Origin.ASR, None, tuple(said), 2_100.0), key="a")

    (hit,) = search(store, "the zebra did delay the release")

    assert hit.missing == ("zebra",)
    assert hit.start == pytest.approx(2_007.5)
    store.close()


def test_a_word_can_be_left_out(archive: Store) -> None:
    """A minus before a word or a phrase keeps away the passages with it."""
    assert slugs(archive, "freeze -summer") == {"spring", "undated"}
    assert slugs(archive, 'freeze -"summer branches"') == {"spring", "undated"}
    assert slugs(archive, "co-op summer") == set()


def test_either_word_will_do(archive: Store) -> None:
    """OR binds the words beside it, and the other words are still needed."""
    assert slugs(archive, "spring OR summer freeze") == {"spring", "summer"}
    assert slugs(archive, "freeze spring OR summer") == {"spring", "summer"}
    assert slugs(archive, "zebra OR freeze spring OR summer") == {"spring", "summer"}
    assert slugs(archive, "freeze" + " OR zebra" * 40) == {"spring", "summer", "undated"}


def test_a_meeting_can_be_named(archive: Store) -> None:
    """By a part of its title or of its name in the address; two names allow both."""
    assert slugs(archive, "compilers meeting:summer") == {"summer"}
    assert slugs(archive, 'compilers meeting:"THE SPRING"') == {"spring"}
    assert slugs(archive, "compilers meeting:spring meeting:undated") == {"spring", "undated"}
    assert slugs(archive, "compilers meeting:nothing") == set()


def test_dates_narrow_down(archive: Store) -> None:
    """From a day on, and until the day before; a meeting without a date is in neither."""
    assert slugs(archive, "compilers after:2024") == {"summer"}
    assert slugs(archive, "compilers after:2024-07-09") == {"summer"}
    assert slugs(archive, "compilers before:2024-07-09") == {"spring"}
    assert slugs(archive, "compilers after:2023-05 before:2024-07") == set()


def test_notes_or_transcript(archive: Store) -> None:
    """in:notes leaves out what was said, in:transcript what was written."""
    assert sources(archive, "release in:notes") == {"notes"}
    assert sources(archive, "release in:transcript") == {"transcript"}


@pytest.mark.parametrize("query", ["before:friday", "in:joke", "meeting:*", "after:2024-13-45", "in:", "-release"])
def test_what_is_no_filter_is_words(archive: Store, query: str) -> None:
    """The words are looked up and nothing is narrowed."""
    words = parse(query)
    assert (words.before, words.after, words.where, words.meetings, words.excluded) == (None, None, None, (), ())
    assert "".join(word for group in words.groups for term in group for word in term.text.split(":")).isprintable()
    assert words.groups


def test_a_filter_alone_is_words() -> None:
    """Without a word to find, the filter is what was to be found."""
    assert [term.text for (term,) in parse("in:notes").groups] == ["in notes"]


def test_signs_and_very_long_texts_are_words(archive: Store) -> None:
    """Emoji are left out, and ten thousand characters are a query like any other."""
    assert slugs(archive, "🎉 goodbye 🎉") == {"spring", "summer", "undated"}
    assert search(archive, "goodbye " * 1_250)
    assert search(archive, '"goodbye' + " x" * 5_000) == ()
    assert search(archive, "g" * 10_000) == ()
    assert search(archive, "goodbye OR " * 900 + "x")


def test_hits_within_a_minute_are_one(archive: Store) -> None:
    """The best moment stands for those around it; those minutes away stand for themselves."""
    starts = [hit.start for hit in search(archive, "compilers in:transcript", slug="spring")]

    assert len(starts) == 2
    assert min(start for start in starts if start is not None) < 60


def test_words_close_together_are_the_better_moment(archive: Store) -> None:
    """Where two words stand side by side is where they were meant."""
    first = search(archive, "cache compilers", slug="spring")[0]

    assert first.start == pytest.approx(32.0)


def test_a_hit_names_its_section(archive: Store) -> None:
    """What was said under a heading, or written under it, says so; the title of the notes is no section."""
    by_text = {(hit.source, hit.section) for hit in search(archive, "summer", slug="summer")}

    assert ("notes", "Release schedule") in by_text
    assert ("transcript", "Release schedule") in by_text
    assert ("notes", None) in by_text
    assert {hit.section for hit in search(archive, "goodbye")} == {None}


def test_a_hit_names_its_speaker(archive: Store) -> None:
    """As far as the transcript knows."""
    assert {hit.speaker for hit in search(archive, "slow", slug="summer")} == {"Ana"}
    assert {hit.speaker for hit in search(archive, '"we cache"', slug="summer")} == {"Ben"}
    assert {hit.speaker for hit in search(archive, "slow", slug="spring")} == {None}


def test_a_hit_knows_how_long_the_recording_is(store: Store, tmp_path: Path) -> None:
    """As the meeting does: what the recording says, else its transcript, else nobody."""
    assert {hit.duration for hit in search(store, "dns events")} == {800.0}
    opened = Store.open(tmp_path / "jumpnotes.db")
    opened.claim("/a.md", "a")
    block = Block("b", BlockKind.PARAGRAPH, 1, 2, "marigolds", "")
    opened.save_notes(Notes("a", "A", None, None, (Section("a", "A", 1, 1, (block,)),), ""))
    assert [hit.duration for hit in search(opened, "marigolds")] == [None]
    for told in (None, 900.0):
        opened.save_recording("a", Recording("https://youtu.be/a", "A", told, None), key=f"{told}")
        opened.save_transcript("a", Transcript("en", Origin.ASR, None, (), 801.5), key="k")
        assert [hit.duration for hit in search(opened, "marigolds")] == [told or 801.5]
        assert opened.meeting("a").duration == (told or 801.5)
    opened.close()


_SIGNS = ['"', "*", "-", "OR", "NOT", "AND", "NEAR(", ")", ":", "^", "+", "{", "\\", "'", "\x00", "🎉"]
_PARTS = [*_SIGNS, "compilers", "meeting:", "in:", "in:notes", "before:2024", "after:", "x" * 40, "a:b:c"]


@given(st.lists(st.sampled_from(_PARTS)).map(" ".join))
def test_no_mix_of_signs_breaks_the_search(archive: Store, query: str) -> None:
    """Whatever reads like syntax, in any order, is an answer or InvalidQuery."""
    try:
        search(archive, query, limit=3)
    except InvalidQuery:
        assert not any(character.isalnum() for character in query)
