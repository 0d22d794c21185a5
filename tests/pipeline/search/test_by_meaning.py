"""Moments that say the same in other words: which are shown, where, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pytest

from pipeline.config import Settings
from pipeline.meaning.near import Near
from pipeline.records import Hit, Notes, Origin, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.by_meaning import MIN_SIMILARITY, Nearest
from pipeline.search.snippet import difference

SAID = {
    "garden": ("The roof of the shed leaks.", "We pick the apples on Saturday.", "Who has a ladder for the trees?"),
    "office": ("The printer is out of paper.", "Somebody left a hose in the lift.", "She resigned on Monday."),
}
GAP_SECONDS = 400.0
ROOF, APPLES, LADDER = (("garden", GAP_SECONDS * number) for number in range(3))
PRINTER, HOSE, RESIGNED = (("office", GAP_SECONDS * number) for number in range(3))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("search")))
    for year, (slug, texts) in enumerate(SAID.items(), start=2023):
        archive.store.claim(f"/{slug}.md", slug)
        archive.store.save_notes(Notes(slug, slug.title(), date(year, 5, 1), None, (), ""))
        segments = tuple(
            Segment(GAP_SECONDS * number, GAP_SECONDS * number + 5, text) for number, text in enumerate(texts)
        )
        archive.store.save_transcript(slug, Transcript("en", Origin.ASR, None, segments, 2_000.0), key=slug)
    yield archive
    archive.close()


def answers(*moments: tuple[str, float | None], similarity: float = 0.4) -> Nearest:
    """A model that finds these, of which it tells those in the meetings that it is asked for."""

    def nearest(query: str, limit: int, keys: Collection[str] | None = None) -> Sequence[Near]:
        assert query
        near = [Near(slug, start or 0.0, similarity) for slug, start in moments if keys is None or slug in keys]
        return near[:limit]

    return nearest


def unasked(query: str, limit: int, keys: Collection[str] | None = None) -> Sequence[Near] | None:
    raise AssertionError(query, limit, keys)


def silent(_query: str, _limit: int, keys: Collection[str] | None = None) -> Sequence[Near] | None:
    """As while the model is loaded."""
    assert keys is None
    return None


def moments(hits: Sequence[Hit]) -> list[tuple[str, float]]:
    """When each sentence begins that was found."""
    return [(hit.slug, (hit.start or 0) // GAP_SECONDS * GAP_SECONDS) for hit in hits]


def test_what_says_the_same_is_found_at_its_moment(archive: Archive) -> None:
    """It says so, and shows what is said there."""
    (hit,) = search(archive.index, "harvest", nearest=answers(APPLES))

    assert (hit.slug, hit.start) == APPLES
    assert "We pick the apples on Saturday." in "".join(text for text, _ in hit.snippet)
    assert hit.by_meaning
    assert hit.missing == ("harvest",)
    assert difference(hit) == "in other words"


def test_a_moment_with_some_of_the_words_says_which_it_lacks(archive: Archive) -> None:
    """Whoever found it: its words are marked."""
    (hit,) = search(archive.index, "ladder harvest", nearest=answers(LADDER))

    assert not hit.by_meaning
    assert ("ladder", True) in hit.snippet
    assert difference(hit) == "without harvest"


def test_both_lists_count_by_their_ranks(archive: Archive) -> None:
    """What both found comes first, whatever each thinks of it; what only the model found, after what has as good a
    rank and a word.
    """
    query = "hose ladder"
    by_words = moments(search(archive.index, query))

    assert sorted(by_words) == sorted([HOSE, LADDER])
    found = moments(search(archive.index, query, nearest=answers(RESIGNED, by_words[1])))
    assert found == [by_words[1], by_words[0], RESIGNED]


def test_the_more_words_occur_nowhere_the_more_the_meaning_counts(archive: Archive) -> None:
    """Then it is said in other words; where all occur, what has some of them comes first."""
    strange = "ladder kubernetes docker terraform ansible"

    assert moments(search(archive.index, strange, nearest=answers(APPLES))) == [APPLES, LADDER]
    assert moments(search(archive.index, "ladder printer roof", nearest=answers(APPLES)))[-1] == APPLES


def test_a_moment_counts_once_however_often_it_is_found(archive: Archive) -> None:
    """The model tells of moments half a minute apart."""
    near = [(LADDER[0], LADDER[1] + seconds) for seconds in (-30, 0, 30)]
    query = "ladder kubernetes docker terraform ansible"

    assert moments(search(archive.index, query, nearest=answers(APPLES, *near))) == [LADDER, APPLES]
    assert moments(search(archive.index, query, nearest=answers(APPLES, RESIGNED, HOSE, *near)))[0] == LADDER


def test_what_has_all_of_the_words_comes_first(archive: Archive) -> None:
    """It is one with what the model finds within a minute."""
    near = (LADDER[0], LADDER[1] - 20)

    assert moments(search(archive.index, "ladder", nearest=answers(near, RESIGNED))) == [LADDER, RESIGNED]


def test_what_is_hardly_similar_is_not_shown(archive: Archive) -> None:
    assert search(archive.index, "harvest", nearest=answers(APPLES, similarity=MIN_SIMILARITY - 0.01)) == ()
    assert search(archive.index, "harvest", nearest=answers(APPLES, similarity=MIN_SIMILARITY))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harvest", [APPLES, RESIGNED]),
        ("harvest meeting:office", [RESIGNED]),
        ("harvest before:2024", [APPLES]),
        ("harvest after:2024", [RESIGNED]),
        ("harvest in:transcript", [APPLES, RESIGNED]),
        ("harvest in:notes", []),
        ("harvest -apples", [RESIGNED]),
        ('"harvest time"', []),
    ],
)
def test_filters_hold(archive: Archive, query: str, expected: list[tuple[str, float]]) -> None:
    """A phrase is one: whoever quotes wants these words."""
    assert moments(search(archive.index, query, nearest=answers(APPLES, RESIGNED))) == expected


def test_a_search_can_be_held_to_one_meeting_or_kept_from_one(archive: Archive) -> None:
    nearest = answers(APPLES, RESIGNED)

    assert moments(search(archive.index, "harvest", slug="office", nearest=nearest)) == [RESIGNED]
    assert moments(search(archive.index, "harvest", without={"office"}, nearest=nearest)) == [APPLES]


def test_vectors_of_what_is_no_longer_there_are_passed_over(archive: Archive) -> None:
    assert search(archive.index, "harvest", nearest=answers(("forgotten", 0.0))) == ()


def test_without_an_answer_words_decide(archive: Archive) -> None:
    """As without a model; and whoever wants all of the words does not ask it."""
    for query in ("ladder", "hose ladder", "harvest"):
        assert search(archive.index, query, nearest=silent) == search(archive.index, query)
        assert search(archive.index, query, whole=True, nearest=unasked) == search(archive.index, query, whole=True)
    assert search(archive.index, "ladder", limit=1, nearest=unasked)


def test_pages_are_slices_of_the_same_list(archive: Archive) -> None:
    nearest = answers(RESIGNED, LADDER, APPLES, PRINTER, ROOF)
    everything = search(archive.index, "hose ladder", nearest=nearest)

    assert len(everything) == 6
    for skip in range(6):
        assert (
            search(archive.index, "hose ladder", skip=skip, limit=skip + 2, nearest=nearest)
            == (everything[skip : skip + 2])
        )
