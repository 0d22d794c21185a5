"""What a query can say: words, phrases, prefixes, alternatives, exclusions and filters."""

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
    Notes,
    Origin,
    Recording,
    Section,
    Segment,
    Transcript,
)
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.query import filter_words, parse, with_filter, without_filter
from pipeline.store import AlignmentInputs


def slugs(store: Archive, query: str) -> set[str]:
    """The meetings in which all of the query stands."""
    return {hit.slug for hit in search(store.index, query, whole=True)}


def sources(store: Archive, query: str) -> set[str]:
    return {hit.source for hit in search(store.index, query, whole=True)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three meetings of two sections each, of which the second has speakers and the third no date."""
    opened = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("archive")))
    days = {"spring": date(2023, 4, 2), "summer": date(2024, 7, 9), "undated": None}
    for slug, day in days.items():
        opened.store.claim(f"/{slug}.md", slug)
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
        notes_id = opened.store.save_notes(Notes(slug, f"The {slug.title()} call", day, None, sections, ""))
        said = (
            Segment(10.0, 20.0, "compilers are slow on windows", speaker="Ana" if slug == "summer" else None),
            Segment(30.0, 40.0, "we cache the compilers now", speaker="Ben" if slug == "summer" else None),
            Segment(200.0, 210.0, f"the {slug} release waits for compilers and the cache"),
            Segment(500.0, 510.0, "goodbye everyone"),
        )
        run = opened.store.save_transcript(slug, Transcript("en", Origin.ASR, None, said, 600.0), key=slug)
        links = (Alignment("b", 9.0, 60.0, 0.9, Basis.MATCH), Alignment("r", 190.0, 300.0, 0.9, Basis.MATCH))
        opened.store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"))
    yield opened
    opened.close()


def test_a_word_may_go_on(archive: Archive) -> None:
    """A star at the end finds what begins so; without it, the word has to be whole."""
    assert slugs(archive, "compi*") == {"spring", "summer", "undated"}
    assert search(archive.index, "compi") == ()


def test_a_beginning_may_be_longer_than_the_stem(archive: Archive) -> None:
    """The index has stems, people type letters: what begins so is found, and nothing that only has a like stem."""
    assert slugs(archive, "compiler*") == slugs(archive, "compilers*") == {"spring", "summer", "undated"}
    assert slugs(archive, "releas*") == slugs(archive, "release*") == {"spring", "summer", "undated"}
    assert slugs(archive, "everyon*") == {"spring", "summer", "undated"}
    assert slugs(archive, "scheduling*") == set()
    assert slugs(archive, "freeze OR scheduling*") == {"spring", "summer", "undated"}


def test_curly_quotation_marks_are_quotation_marks(archive: Archive) -> None:
    """Phones type them."""
    assert slugs(archive, "“release waits”") == {"spring", "summer", "undated"}
    assert slugs(archive, "“waits release”") == set()


def test_what_is_left_out_does_not_hide_what_has_some_of_the_words(tmp_path: Path) -> None:
    """Of many places with some of the words, those with an excluded one do not count at all."""
    store = Archive.open(Settings(data_dir=tmp_path))
    store.store.claim("/a.md", "a")
    texts = [f"kubernetes probes number {at} forbidden" for at in range(60)] + ["kubernetes probes are fine"]
    blocks = tuple(Block(f"b{at}", BlockKind.ITEM, at + 1, at + 2, text, text) for at, text in enumerate(texts))
    store.store.save_notes(Notes("a", "A", None, None, (Section("s", "", 0, 1, blocks),), ""))

    assert {hit.block_id for hit in search(store.index, "kubernetes probes zebra -forbidden")} == {"b60"}
    store.close()


def test_small_words_do_not_count(tmp_path: Path) -> None:
    """A question is answered by its telling words: where they stand is where it begins, and no other is missing."""
    store = Archive.open(Settings(data_dir=tmp_path))
    store.store.claim("/a.md", "a")
    store.store.save_notes(Notes("a", "A", None, None, (), ""))
    said = [Segment(100.0 * at, 100.0 * at + 9.0, "what the others did is the same") for at in range(20)]
    said.append(Segment(2_000.0, 2_012.0, "the the the they did delay the release"))
    store.store.save_transcript("a", Transcript("en", Origin.ASR, None, tuple(said), 2_100.0), key="a")

    (hit,) = search(store.index, "the zebra did delay the release")

    assert hit.missing == ("zebra",)
    assert hit.start == pytest.approx(2_007.5)
    store.close()


def test_a_word_can_be_left_out(archive: Archive) -> None:
    """A minus before a word or a phrase keeps away the passages with it."""
    assert slugs(archive, "freeze -summer") == {"spring", "undated"}
    assert slugs(archive, 'freeze -"summer branches"') == {"spring", "undated"}
    assert slugs(archive, "co-op summer") == set()


def test_either_word_will_do(archive: Archive) -> None:
    """OR binds the words beside it, and the other words are still needed."""
    assert slugs(archive, "spring OR summer freeze") == {"spring", "summer"}
    assert slugs(archive, "freeze spring OR summer") == {"spring", "summer"}
    assert slugs(archive, "zebra OR freeze spring OR summer") == {"spring", "summer"}
    assert slugs(archive, "freeze" + " OR zebra" * 40) == {"spring", "summer", "undated"}


def test_a_meeting_can_be_named(archive: Archive) -> None:
    """By a part of its title or of its name in the address; two names allow both."""
    assert slugs(archive, "compilers meeting:summer") == {"summer"}
    assert slugs(archive, 'compilers meeting:"THE SPRING"') == {"spring"}
    assert slugs(archive, "compilers meeting:spring meeting:undated") == {"spring", "undated"}
    assert slugs(archive, "compilers meeting:nothing") == set()


def test_dates_narrow_down(archive: Archive) -> None:
    """From a day on, and until the day before; a meeting without a date is in neither."""
    assert slugs(archive, "compilers after:2024") == {"summer"}
    assert slugs(archive, "compilers after:2024-07-09") == {"summer"}
    assert slugs(archive, "compilers before:2024-07-09") == {"spring"}
    assert slugs(archive, "compilers after:2023-05 before:2024-07") == set()


def test_notes_or_transcript(archive: Archive) -> None:
    """in:notes leaves out what was said, in:transcript what was written."""
    assert sources(archive, "release in:notes") == {"notes"}
    assert sources(archive, "release in:transcript") == {"transcript"}


@pytest.mark.parametrize("query", ["before:friday", "in:joke", "meeting:*", "after:2024-13-45", "in:", "-release"])
def test_what_is_no_filter_is_words(archive: Archive, query: str) -> None:
    """The words are looked up and nothing is narrowed."""
    words = parse(query)
    assert (words.before, words.after, words.source, words.meetings, words.excluded) == (None, None, None, (), ())
    assert "".join(word for group in words.groups for term in group for word in term.text.split(":")).isprintable()
    assert words.groups


def test_a_filter_alone_is_words() -> None:
    """Without a word to find, the filter is what was to be found."""
    assert [term.text for (term,) in parse("in:notes").groups] == ["in notes"]


def test_signs_and_very_long_texts_are_words(archive: Archive) -> None:
    """Emoji are left out, and ten thousand characters are a query like any other."""
    assert slugs(archive, "🎉 goodbye 🎉") == {"spring", "summer", "undated"}
    assert search(archive.index, "goodbye " * 1_250)
    assert search(archive.index, '"goodbye' + " x" * 5_000) == ()
    assert search(archive.index, "g" * 10_000) == ()
    assert search(archive.index, "goodbye OR " * 900 + "x")


def test_hits_within_a_minute_are_one(archive: Archive) -> None:
    """The best moment stands for those around it; those minutes away stand for themselves."""
    starts = [hit.start for hit in search(archive.index, "compilers in:transcript", slug="spring")]

    assert len(starts) == 2
    assert min(start for start in starts if start is not None) < 60


def test_words_close_together_are_the_better_moment(archive: Archive) -> None:
    """Where two words stand side by side is where they were meant."""
    first = search(archive.index, "cache compilers", slug="spring")[0]

    assert first.start == pytest.approx(32.0)


def test_a_hit_names_its_section(archive: Archive) -> None:
    """What was said under a heading, or written under it, says so; the title of the notes is no section."""
    by_text = {(hit.source, hit.section) for hit in search(archive.index, "summer", slug="summer")}

    assert ("notes", "Release schedule") in by_text
    assert ("transcript", "Release schedule") in by_text
    assert ("notes", None) in by_text
    assert {hit.section for hit in search(archive.index, "goodbye")} == {None}


def test_a_hit_names_its_speaker(archive: Archive) -> None:
    """As far as the transcript knows."""
    assert {hit.speaker for hit in search(archive.index, "slow", slug="summer")} == {"Ana"}
    assert {hit.speaker for hit in search(archive.index, '"we cache"', slug="summer")} == {"Ben"}
    assert {hit.speaker for hit in search(archive.index, "slow", slug="spring")} == {None}


def test_a_hit_knows_how_long_the_recording_is(archive: Archive, tmp_path: Path) -> None:
    """As the meeting does: what the recording says, else its transcript, else nobody."""
    assert {hit.duration for hit in search(archive.index, "compilers")} == {600.0}
    opened = Archive.open(Settings(data_dir=tmp_path))
    opened.store.claim("/a.md", "a")
    block = Block("b", BlockKind.PARAGRAPH, 1, 2, "marigolds", "")
    opened.store.save_notes(Notes("a", "A", None, None, (Section("a", "A", 1, 1, (block,)),), ""))
    assert [hit.duration for hit in search(opened.index, "marigolds")] == [None]
    for told in (None, 900.0):
        opened.store.save_recording("a", Recording("https://youtu.be/a", "A", told, None), key=f"{told}")
        opened.store.save_transcript("a", Transcript("en", Origin.ASR, None, (), 801.5), key="k")
        assert [hit.duration for hit in search(opened.index, "marigolds")] == [told or 801.5]
        assert opened.store.meeting("a").duration == (told or 801.5)
    opened.close()


_SIGNS = ['"', "*", "-", "OR", "NOT", "AND", "NEAR(", ")", ":", "^", "+", "{", "\\", "'", "\x00", "🎉"]
_PARTS = [*_SIGNS, "compilers", "meeting:", "in:", "in:notes", "before:2024", "after:", "x" * 40, "a:b:c"]


@given(st.lists(st.sampled_from(_PARTS)).map(" ".join))
def test_no_mix_of_signs_breaks_the_search(archive: Archive, query: str) -> None:
    """Whatever reads like syntax, in any order, is an answer or InvalidQuery."""
    try:
        search(archive.index, query, limit=3)
    except InvalidQuery:
        assert not any(character.isalnum() for character in query)


def test_a_word_said_twice_is_looked_for_once() -> None:
    """Sixty times the same word cost no more than one."""
    parsed = parse(" ".join(["rota hose -rain"] * 60))

    assert parsed == parse("rota hose -rain")


# -- who, in which year, of which series -------------------------------------------------------------------------------


def test_a_year_narrows(archive: Archive) -> None:
    """Two of them: either. A meeting without a date is in none, and what is no year is a word."""
    assert slugs(archive, "freeze year:2024") == {"summer"}
    assert slugs(archive, "freeze year:2024 year:2023") == {"spring", "summer"}
    assert slugs(archive, "freeze year:2022") == set()
    assert slugs(archive, "freeze year:2024 after:2024-08") == set()
    assert parse("freeze year:soon").years == ()
    assert parse("freeze year:0000").years == ()


def test_a_series_is_meant_as_a_whole(archive: Archive) -> None:
    """Another series whose name goes on is another; `meeting:` would do for a part of the name."""
    assert slugs(archive, 'freeze series:"the summer call"') == {"summer"}
    assert slugs(archive, "freeze series:summer") == set()
    assert slugs(archive, 'freeze series:"The Summer Call" series:"The Spring Call"') == {"spring", "summer"}


def test_a_speaker_says_the_words(archive: Archive) -> None:
    """Not somebody else in the same window of speech, and in the notes nobody speaks."""
    assert {hit.speaker for hit in search(archive.index, "compilers speaker:ben", whole=True)} == {"Ben"}
    assert {hit.speaker for hit in search(archive.index, "compilers speaker:an", whole=True)} == {"Ana"}
    assert slugs(archive, "windows speaker:Ana") == {"summer"}
    assert slugs(archive, "windows speaker:Ben") == set()
    assert slugs(archive, "windows speaker:na") == set()
    assert slugs(archive, "freeze speaker:Ana") == set()
    assert slugs(archive, "windows speaker:Ana speaker:Ben") == {"summer"}


def test_filters_are_told_from_words() -> None:
    """What is quoted, excluded or makes no sense is none."""
    text = 'a year:2024 Series:"Office Hours" -in:notes in:x "in:notes"'
    found = [(each.key, each.value) for each in filter_words(text)]
    assert found == [("year", "2024"), ("series", "office hours")]


def test_a_filter_is_put_in_and_taken_out() -> None:
    """The rest of the query stays as it was typed."""
    asked = with_filter("“big” freeze*", "series", "Office hours")
    assert asked == '“big” freeze* series:"Office hours"'
    assert with_filter(asked, "year", "2024") == f"{asked} year:2024"
    assert without_filter(f"{asked} year:2024", "series", "office HOURS") == "“big” freeze* year:2024"
    assert without_filter("a year:2023 b year:2024", "year") == "a b"
    assert without_filter("a year:2023", "year", "2024") == "a year:2023"
    with pytest.raises(ValueError, match="Jo"):
        with_filter("a", "speaker", 'Jo "Jojo" Li')
    with pytest.raises(ValueError, match="soon"):
        with_filter("a", "year", "soon")


@given(st.text(), st.sampled_from(["series", "speaker", "meeting"]), st.text(min_size=1, max_size=20))
def test_what_is_put_in_is_understood(text: str, key: str, value: str) -> None:
    """Whatever was typed before, such as a quotation that does not end."""
    try:
        asked = with_filter(text, key, value)
    except ValueError:
        return
    assert (key, value.casefold()) in [(each.key, each.value) for each in filter_words(asked)]
