"""What makes one moment better than another, each feature by itself: the two differ in nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Origin,
    PassageSource,
    Section,
    Segment,
    Transcript,
)
from pipeline.refresh import Archive
from pipeline.search import Ranking, search
from pipeline.search.documents import number_of
from pipeline.search.index import Address
from pipeline.search.match import compile_query
from pipeline.search.query import parse
from pipeline.search.ranking import (
    PARTIAL,
    TOGETHER,
    Features,
    RankingWeights,
    Scored,
    WordDensity,
    WordsAround,
    closeness,
    ordered,
    scored,
)
from pipeline.store import AlignmentInputs

DAY = date(2024, 1, 1)
FILLER = "and so it went on for a good while with nothing new to tell us"
WORDS = "alpaca bison camel donkey emu falcon gecko heron ibis jackal koala lemur marmot newt otter puma quail raven"


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of some meetings that no query is about: what is rare has to be rare among many."""
    folder = tmp_path_factory.mktemp("others")
    opened = Archive.open(Settings(data_dir=folder))
    for number in range(4):
        meet(opened, f"other-{number}", said=[(60.0 * at, f"{FILLER} {WORDS}") for at in range(6)])
    opened.close()
    return folder


@pytest.fixture
def archive(others: Path, tmp_path: Path) -> Iterator[Archive]:
    """These meetings; a test adds its own."""
    opened = Archive.open(Settings(data_dir=Path(shutil.copytree(others, tmp_path / "data"))))
    yield opened
    opened.close()


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
    for number in range(5):
        meet(archive, f"apart-{number}", said=[(0.0, f"walrus {FILLER} python")])
    meet(archive, "beside", said=[(0.0, f"{FILLER} walrus python")])

    assert order(archive, "walrus python")[0] == "beside"
    assert order(archive, "walrus python zebra")[0] == "beside"


@pytest.mark.parametrize("seconds", [50.0, 300.0, 3_000.0])
def test_where_a_word_is_missing_it_may_be_said_around(archive: Archive, seconds: float) -> None:
    """Within the minute, some minutes away, or anywhere in the meeting."""
    for slug, said_then in (("a-without", "nothing"), ("b-with", "zebra")):
        said = dict.fromkeys([50.0 * at for at in range(90)], FILLER)
        said[1_000.0] = f"{FILLER} walrus python"
        said[1_000.0 + seconds] = f"{said_then} {FILLER}"
        meet(archive, slug, said=sorted(said.items()))

    hits = search(archive.index, "walrus python zebra")

    assert [hit.slug for hit in hits if hit.start and abs(hit.start - 1_000) < 40] == ["b-with", "a-without"]


@pytest.mark.parametrize("query", ["walrus", "walrus python"])
@pytest.mark.parametrize("seconds", [50.0, 3_000.0])
def test_a_topic_is_better_than_a_word_in_passing(archive: Archive, query: str, seconds: float) -> None:
    """What is spoken of for a while, or again later in the meeting."""
    for slug, said_then in (("a-passing", "nothing"), ("b-topic", f"{query} {query}")):
        said = dict.fromkeys([50.0 * at for at in range(90)], FILLER)
        said[1_000.0] = f"{FILLER} {query}"
        said[1_000.0 + seconds] = f"{said_then} {FILLER}"
        meet(archive, slug, said=sorted(said.items()))

    hits = search(archive.index, query)

    assert [hit.slug for hit in hits if hit.start and abs(hit.start - 1_000) < 40][-1] == "a-passing"


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


def test_a_note_counts_a_little_more_than_speech(archive: Archive) -> None:
    """Somebody found it worth writing down."""
    meet(archive, "a", said=[(0.0, f"{FILLER} walrus")], notes=[f"{FILLER} walrus"], day=DAY)
    with archive.index.reading() as snapshot:
        query = compile_query(snapshot, parse("walrus"))
        found = snapshot.best(query.all_in(snapshot), 9)
        made = scored(snapshot, query, WordDensity(snapshot, query), found)

    assert sorted((each.source, each.features.notes, each.features.recent) for each in made) == [
        (PassageSource.NOTES, 1.0, 1.0),
        (PassageSource.TRANSCRIPT, 0.0, 1.0),
    ]
    assert order(archive, "walrus") == ["a"]


def test_a_passage_with_more_of_the_words_is_better(archive: Archive) -> None:
    """However often another says one of them."""
    meet(archive, "a-one", said=[(0.0, "walrus walrus walrus walrus")])
    meet(archive, "b-two", said=[(0.0, f"walrus {FILLER} {FILLER} python")])

    assert order(archive, "walrus python zebra")[0] == "b-two"


@pytest.mark.parametrize("weights", [TOGETHER, PARTIAL])
def test_every_weight_counts(weights: RankingWeights) -> None:
    """A feature that grows makes a passage better, by its weight. All of the words are the same share, and what is a
    little further does not tell a topic."""
    nothing = Features(0, 0, 0, 0, 0, 0)
    for name in Features._fields:
        more = nothing._replace(**{name: 1.0})
        assert more.worth(weights) - nothing.worth(weights) == pytest.approx(getattr(weights, name)), name
        assert getattr(weights, name) > 0 or (name in ("share", "further") and weights is TOGETHER)


# -- rules -------------------------------------------------------------------------------------------------------------


def test_closeness_is_a_half_at_forty_characters() -> None:
    assert [closeness(chars) for chars in (0, 40, 120)] == [1.0, 0.5, 0.25]


def test_the_words_around_a_passage_are_told_by_how_far_they_are(archive: Archive) -> None:
    """A stretch is half a minute: its neighbours are nearby, four on either side are further; each word by its idf."""
    said = {10.0 * at: " ".join([f"w{at}"] * 36) for at in range(60)}  # 36 words: half a stretch
    said[400.0] = "walrus " + " ".join(["w40"] * 35)
    said[0.0] = "python " + " ".join(["w0"] * 35)
    meet(archive, "a", said=sorted(said.items()))
    with archive.index.reading() as snapshot:
        query = compile_query(snapshot, parse("walrus python"))
        around = WordsAround(snapshot, query)
        at = 3 * (40 * 36 // 72)  # the first window of the stretch with the walrus
        shares = [around.around(PassageSource.TRANSCRIPT, number_of("a"), at + 3 * step) for step in range(-6, 7)]

    near, further, whole = zip(*shares, strict=True)
    walrus = query.groups[0].idf / query.total_idf
    assert [place for place, share in zip(range(-6, 7), near, strict=True) if share] == [-1, 0, 1]
    assert [place for place, share in zip(range(-6, 7), further, strict=True) if share] == list(range(-4, 5))
    assert [share for share in (*near, *further) if share] == pytest.approx([walrus] * 12)
    assert list(whole) == pytest.approx([1.0] * 13)


def test_of_too_many_stretches_those_with_the_rarest_word_are_known(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many have the other words, and more of them."""
    meet(archive, "a", said=[(0.0, "walrus")])
    meet(archive, "b", said=[(600.0 * at, "python beaver") for at in range(3)])
    monkeypatch.setattr("pipeline.search.ranking.MAX_STRETCHES", 1)
    with archive.index.reading() as snapshot:
        query = compile_query(snapshot, parse("python walrus beaver"))
        near, _, _ = WordsAround(snapshot, query).around(PassageSource.TRANSCRIPT, number_of("a"), 0)

    assert near == pytest.approx(query.groups[1].idf / query.total_idf)


def test_what_is_said_right_before_and_behind_makes_a_topic(archive: Archive) -> None:
    """Each of the three stretches counts a third."""
    said = {10.0 * at: " ".join([f"w{at}"] * 36) for at in range(20)}  # 36 words: half a stretch
    said[60.0] = "walrus " + said[60.0]
    meet(archive, "a", said=sorted(said.items()))
    with archive.index.reading() as snapshot:
        density = WordDensity(snapshot, compile_query(snapshot, parse("walrus")))
        near = [density.around(PassageSource.TRANSCRIPT, number_of("a"), 3 * place)[0] for place in range(1, 6)]

    assert near[1] > 0
    assert near == pytest.approx([0.0, near[1], near[1], near[1], 0.0])


def test_a_note_has_the_words_of_its_section_around_it(archive: Archive) -> None:
    """Not those of what was said at the same place in the count."""
    for number in range(5):
        meet(archive, f"without-{number}", said=[(0.0, f"{FILLER} zebra")], notes=["walrus python", "nothing"])
    meet(archive, "with", said=[(0.0, FILLER)], notes=["walrus python", "zebra"])

    hits = [hit for hit in search(archive.index, "walrus python zebra") if hit.block_id == "b2"]

    assert len(hits) == 6
    assert hits[0].slug == "with"


def test_frequent_words_tell_nothing_about_what_is_around(archive: Archive) -> None:
    """More than 15 % of the passages have "good": only the rare word is looked for."""
    meet(archive, "a", said=[(0.0, f"walrus {FILLER}")])
    with archive.index.reading() as snapshot:
        both = WordsAround(snapshot, compile_query(snapshot, parse("walrus good")))
        density = WordDensity(snapshot, compile_query(snapshot, parse("good")))
        assert both.around(PassageSource.TRANSCRIPT, number_of("a"), 0) == (1.0, 1.0, 1.0)
        assert both.around(PassageSource.TRANSCRIPT, number_of("other-1"), 0) == (0.0, 0.0, 0.0)
        assert density.around(PassageSource.TRANSCRIPT, number_of("other-1"), 0) == (0.0, 0.0, 0.0)


def test_of_many_words_the_rarest_are_looked_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many, where no passage has all of them."""
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, "python python")])
    monkeypatch.setattr("pipeline.search.MAX_WORDS", 1)

    assert order(archive, "python walrus alpaca") == ["a"]


def test_what_is_worth_half_of_the_best_is_left_out(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of passages with some of the words."""
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, f"{FILLER} {FILLER} seldom")])
    meet(archive, "c", said=[(0.0, f"{FILLER} {FILLER} seldom")])

    assert order(archive, "walrus python seldom zebra") == ["a"]
    monkeypatch.setattr("pipeline.search.RELATIVE_CUTOFF", 0.0)
    assert order(archive, "walrus python seldom zebra")[0] == "a"
    assert set(order(archive, "walrus python seldom zebra")) == {"a", "b", "c"}


def test_where_enough_have_all_of_the_words_no_others_are_shown(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(archive, "a", said=[(0.0, "walrus python")])
    meet(archive, "b", said=[(0.0, "walrus")])

    assert order(archive, "walrus python") == ["a", "b"]
    monkeypatch.setattr("pipeline.search.MIN_EXACT_HITS", 1)
    assert order(archive, "walrus python") == ["a"]


def test_nobody_misses_a_small_word(archive: Archive) -> None:
    """Every passage of the others has an "and"."""
    meet(archive, "a", said=[(0.0, "walrus")])

    (hit,) = search(archive.index, "walrus and zebra")

    assert hit.missing == ("zebra",)


def test_what_was_misheard_comes_before_what_is_spelt_almost_so(archive: Archive) -> None:
    """The one was found by what the notes say, the other is a guess."""
    meet(archive, "similar", said=[(0.0, "kubernetis again and again")])
    archive.store.claim("/misheard.md", "misheard")
    notes_id = archive.store.save_notes(Notes("misheard", "Call", DAY, None, (), ""))
    said = Transcript("en", Origin.ASR, None, (Segment(0.0, 9.0, f"cuban eddies {FILLER}"),), 9.0)
    run = archive.store.save_transcript("misheard", said, key="misheard")
    hearings = (Mishearing(0.0, 1.0, "kubernetes", "cuban eddies", 0.9),)
    archive.store.save_alignments("misheard", (), AlignmentInputs(notes_id, run, "1"), hearings)

    assert order(archive, "kubernetes") == ["misheard", "similar"]


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


def test_of_equal_ones_the_first_place_of_the_first_meeting_is_first() -> None:
    """Whatever order the index has them in, which changes when its parts are merged."""
    features = Features(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    places = [(2, 1), (1, 2), (1, 1), (2, 0)]
    found = [Scored(features, *place, 0, PassageSource.NOTES, Address(0, at)) for at, place in enumerate(places)]

    assert [(each.meeting, each.place) for each in ordered(found, TOGETHER)] == sorted(places)


def test_all_places_of_a_word_are_found(archive: Archive) -> None:
    """Hundreds, far apart."""
    meet(archive, "a", said=[(100.0 * at, f"walrus {at}") for at in range(80)])
    meet(archive, "b", said=[(100.0 * at, f"walrus {at}") for at in range(80)])

    assert len(search(archive.index, "walrus", limit=1_000)) == 160


def test_equal_ones_are_always_in_the_same_order(archive: Archive) -> None:
    """A commit more changes nothing."""
    for number in range(8):
        meet(archive, f"m{number}", said=[(0.0, f"walrus {FILLER}")])
    before = order(archive, "walrus")
    meet(archive, "later", said=[(0.0, FILLER)])

    assert order(archive, "walrus") == before
    with archive.index.reading() as snapshot:
        ranked = Ranking(snapshot, compile_query(snapshot, parse("walrus")))
        assert [each.slug for batch in ranked.together() for each in batch] == before
