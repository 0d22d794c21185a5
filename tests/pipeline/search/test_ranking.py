"""What makes one moment better than another, each feature by itself: the two differ in nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Notes,
    Origin,
    PassageSource,
    Section,
    Segment,
    Transcript,
)
from pipeline.refresh import Archive
from pipeline.search import Ranking, ranking, search
from pipeline.search.match import compile_query
from pipeline.search.query import parse
from pipeline.search.ranking import PARTIAL, TOGETHER, Features, Surroundings, Weights, closeness
from pipeline.store import AlignmentInputs

DAY = date(2024, 1, 1)
FILLER = "and so it went on for a good while with nothing new to tell us"
WORDS = "alpaca bison camel donkey emu falcon gecko heron ibis jackal koala lemur marmot newt otter puma quail raven"

Meetings = Callable[..., Archive]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    opened = Archive.open(Settings(data_dir=tmp_path))
    # What is rare has to be rare among many: no query is about these.
    for number in range(6):
        meet(opened, f"other-{number}", said=[(60.0 * at, f"{FILLER} {WORDS}") for at in range(6)])
    return opened


def meet(
    archive: Archive,
    slug: str,
    *,
    said: Sequence[tuple[float, str]] = (),
    notes: Sequence[str] = (),
    heading: str = "Topic",
    day: date | None = DAY,
) -> None:
    """A meeting with what was said at some seconds, and notes under one heading, which was discussed all the time."""
    archive.store.claim(f"/{slug}.md", slug)
    head = Block("h", BlockKind.HEADING, 1, 2, heading, heading, depth=2)
    items = [Block(f"b{at}", BlockKind.ITEM, at, at + 1, text, text, depth=1) for at, text in enumerate(notes, 2)]
    notes_id = archive.store.save_notes(
        Notes(slug, "Call", day, None, (Section("h", heading, 2, 1, (head, *items)),), "")
    )
    segments = tuple(Segment(at, at + 10.0, text) for at, text in said)
    run = archive.store.save_transcript(slug, Transcript("en", Origin.ASR, None, segments, 9_000.0), key=slug)
    archive.store.save_alignments(
        slug, (Alignment("h", 0.0, 9_000.0, 0.9, Basis.MATCH),), AlignmentInputs(notes_id, run, "1")
    )


def order(archive: Archive, query: str) -> list[str]:
    """The meetings, by their best hits."""
    return list(dict.fromkeys(hit.slug for hit in search(archive.index, query)))


# -- features ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["walrus", "walrus zebra"])
def test_what_is_said_more_often_is_better(archive: Archive, query: str) -> None:
    """BM25: the word thrice among as many others, with all words of the query or with some."""
    meet(archive, "a-once", said=[(0.0, f"walrus then now {FILLER}")])
    meet(archive, "b-thrice", said=[(0.0, f"walrus walrus walrus {FILLER}")])

    assert order(archive, query) == ["b-thrice", "a-once"]


def test_words_side_by_side_are_better(archive: Archive) -> None:
    """Where all of them stand, and where one is missing."""
    meet(archive, "a-apart", said=[(0.0, f"walrus {FILLER} python")])
    meet(archive, "b-beside", said=[(0.0, f"{FILLER} walrus python")])

    assert order(archive, "walrus python") == ["b-beside", "a-apart"]
    assert order(archive, "walrus python zebra") == ["b-beside", "a-apart"]


@pytest.mark.parametrize("query", ["walrus python", "walrus python zebra"])
@pytest.mark.parametrize(("feature", "seconds"), [("near", 40.0), ("further", 300.0), ("meeting", 3_000.0)])
def test_what_is_said_around_it_counts(archive: Archive, query: str, feature: str, seconds: float) -> None:
    """A third word of the query within the minute, some minutes away, or anywhere in the meeting: for those with all
    of the words the third is a word that is there, too."""
    third = "zebra" if "zebra" in query else "walrus python"
    moments = [50.0 * at for at in range(80)]
    for slug, said_then in (("a-without", "nothing"), ("b-with", third)):
        said = dict.fromkeys(moments, FILLER)
        said[1_000.0] = f"{FILLER} walrus python" if "zebra" in query else f"{FILLER} walrus python"
        said[1_000.0 + seconds // 50 * 50 + 50] = f"{said_then} {FILLER}"
        meet(archive, slug, said=sorted(said.items()))

    assert order(archive, query)[0] == "b-with", feature


@pytest.mark.parametrize("query", ["walrus python", "walrus python zebra"])
def test_what_is_said_under_a_heading_that_names_it_is_better(archive: Archive, query: str) -> None:
    """The section's heading, which is not what was said."""
    meet(archive, "a-plain", said=[(0.0, f"{FILLER} walrus python")], heading="Various")
    meet(archive, "b-named", said=[(0.0, f"{FILLER} walrus python")], heading="Walrus")

    assert order(archive, f"{query} in:transcript") == ["b-named", "a-plain"]


@pytest.mark.parametrize("query", ["walrus", "walrus python"])
def test_the_newer_of_two_that_are_alike_comes_first(archive: Archive, query: str) -> None:
    """A gentle preference: less than saying it once more."""
    meet(archive, "a-old", said=[(0.0, f"{FILLER} walrus")], day=date(2014, 1, 1))
    meet(archive, "b-undated", said=[(0.0, f"{FILLER} walrus")], day=None)
    meet(archive, "c-new", said=[(0.0, f"{FILLER} walrus")], day=date(2024, 1, 1))
    meet(archive, "d-twice", said=[(0.0, f"{FILLER} walrus walrus")], day=date(2015, 1, 1))

    assert order(archive, query) == ["d-twice", "c-new", "a-old", "b-undated"]


def test_of_notes_and_speech_that_say_the_same_the_notes_come_first(archive: Archive) -> None:
    """Somebody found it worth writing down."""
    meet(archive, "a-said", said=[(0.0, f"{FILLER} walrus")])
    meet(archive, "b-noted", notes=[f"{FILLER} walrus"])

    assert order(archive, "walrus") == ["b-noted", "a-said"]


def test_a_passage_with_more_of_the_words_is_better(archive: Archive) -> None:
    """However often another says one of them."""
    meet(archive, "a-one", said=[(0.0, "walrus walrus walrus walrus")])
    meet(archive, "b-two", said=[(0.0, f"walrus {FILLER} {FILLER} python")])

    assert order(archive, "walrus python zebra")[0] == "b-two"


@pytest.mark.parametrize("weights", [TOGETHER, PARTIAL])
def test_every_weight_counts(weights: Weights) -> None:
    """A feature that grows makes a passage better, by its weight; a share that is not told by more in TOGETHER."""
    nothing = Features(0, 0, 0, 0, 0, 0)
    for name in Features._fields:
        more = nothing._replace(**{name: 1.0})
        assert more.worth(weights) - nothing.worth(weights) == pytest.approx(getattr(weights, name)), name
        assert getattr(weights, name) > 0 or (name == "share" and weights is TOGETHER)


# -- rules -------------------------------------------------------------------------------------------------------------


def test_closeness_is_a_half_at_forty_characters() -> None:
    assert [closeness(chars) for chars in (0, 40, 120)] == [1.0, 0.5, 0.25]


def test_the_words_around_a_passage_are_told_by_how_far_they_are(archive: Archive) -> None:
    """A stretch is half a minute: its neighbours are nearby, four on either side are further; each word by its idf."""
    said = {10.0 * at: " ".join([f"w{at}"] * 36) for at in range(40)}  # 36 words: half a stretch
    said[200.0] = "walrus " + " ".join(["w20"] * 35)
    meet(archive, "a", said=sorted(said.items()))
    with archive.index.reading() as snapshot:
        around = Surroundings(snapshot, compile_query(snapshot, parse("walrus python")))
        number = next(number for number, _ in [(key[0], 0) for key in around._stretches])
        stretch = next(place for _, place in around._stretches)
        found = {
            place: around.shares(PassageSource.TRANSCRIPT, number, ranking.STRETCH_WINDOWS * (stretch + place))[:2]
            for place in range(-6, 7)
        }

    half = found[0][0]
    assert 0.3 < half < 0.7 or half == 1.0
    assert [place for place, (near, _) in found.items() if near] == [-1, 0, 1]
    assert [place for place, (_, further) in found.items() if further] == list(range(-4, 5))


def test_frequent_words_tell_nothing_about_what_is_around(archive: Archive) -> None:
    """More than 15 % of the passages have "good": only the rare word is looked for, and none where it is alone."""
    meet(archive, "a", said=[(0.0, f"walrus {FILLER}")])
    with archive.index.reading() as snapshot:
        both = Surroundings(snapshot, compile_query(snapshot, parse("walrus good")))
        alone = Surroundings(snapshot, compile_query(snapshot, parse("walrus")))

    assert [group.name for group in both._groups] == ["walrus"]
    assert alone._groups == []


def test_of_many_words_the_rarest_are_looked_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many, where no passage has all of them."""
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, "python python")])
    monkeypatch.setattr("pipeline.search.MAX_WORDS", 1)

    assert order(archive, "python walrus alpaca") == ["a"]


def test_what_is_worth_half_of_the_best_is_left_out(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of passages with some of the words."""
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, f"{FILLER} {FILLER} raven")])

    assert order(archive, "walrus python raven zebra") == ["a"]
    monkeypatch.setattr("pipeline.search.RELATIVE_CUTOFF", 0.0)
    assert order(archive, "walrus python raven zebra")[0] == "a"
    assert "b" in order(archive, "walrus python raven zebra")


def test_where_enough_have_all_of_the_words_no_others_are_shown(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, "walrus")])

    assert order(archive, "walrus python") == ["a", "b"]
    monkeypatch.setattr("pipeline.search.MIN_EXACT_HITS", 1)
    assert order(archive, "walrus python") == ["a"]


def test_ranking_goes_on_behind_a_batch(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for more gets the same ones first, and all of them, whatever is read or ranked at a time."""
    for number in range(12):
        meet(archive, f"m{number:02}", said=[(0.0, "walrus " * (12 - number) + FILLER)])
    all_of_them = order(archive, "walrus")
    assert all_of_them == [f"m{number:02}" for number in range(12)]

    monkeypatch.setattr("pipeline.search.BATCH_PASSAGES", 5)
    assert order(archive, "walrus") == all_of_them
    monkeypatch.setattr("pipeline.search.READ_PASSAGES", 2)
    assert sorted(order(archive, "walrus")) == sorted(all_of_them)
    assert [hit.slug for hit in search(archive.index, "walrus", skip=3, limit=6)] == order(archive, "walrus")[3:6]
    monkeypatch.setattr("pipeline.search.MAX_PASSAGES", 5)
    assert len(order(archive, "walrus")) == 5


def test_equal_ones_are_always_in_the_same_order(archive: Archive) -> None:
    """The latest first, then by the meeting; a commit more changes nothing."""
    for number in range(8):
        meet(archive, f"m{number}", said=[(0.0, f"walrus {FILLER}")])
    before = order(archive, "walrus")
    meet(archive, "later", said=[(0.0, FILLER)])

    assert order(archive, "walrus") == before
    with archive.index.reading() as snapshot:
        ranked = Ranking(snapshot, compile_query(snapshot, parse("walrus")))
        assert [each.slug for batch in ranked.together() for each in batch] == before
