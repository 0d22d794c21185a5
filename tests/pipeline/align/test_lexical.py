from __future__ import annotations

import pytest

from pipeline.align import units
from pipeline.align.lexical import Overlap, heard_as, overlap, sound
from pipeline.language.terms import Normalizer
from pipeline.language.word_lists import languages
from tests.pipeline.align.meetings import heard

FILLER = "some people talk about other matters entirely"


def compare(note: str, said: str, *, others: tuple[str, ...] = (), silent: bool = False) -> Overlap:
    """`note` against twenty minutes of filler in whose middle, at unit 60, `said` is said."""
    texts = [FILLER] * 60 + [said] + [FILLER] * 60
    moments = units.build_units(heard(*texts))
    return overlap([note, *others], [silent, *[False] * len(others)], moments, Normalizer(languages()[0]))


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("keccak", "we hash it with catch ack"),
        ("codecvt", "the code cvt implementation"),
        ("getaddrinfo", "it hooks get adder info there"),
        ("farfella", "thanks to far fella for this"),
        ("Alessandro", "and alexandro is on it"),
    ],
)
def test_a_misheard_word_is_found_where_it_was_said(note: str, said: str) -> None:
    """One to three heard words that look or sound like a rare word count there, and nowhere else."""
    counts = compare(note, said).fuzzy

    assert counts[:, 60].max() > 0.2
    assert counts[:, :60].max() == counts[:, 61:].max() == 0


def test_what_was_heard_exactly_needs_no_guess() -> None:
    """A word that was heard keeps its whole count."""
    common = compare("osquery", "osquery and osquery again")

    row = common.index["osqueri"]
    assert common.exact[row, 60] == common.fuzzy[row, 60] == 2


def test_an_ordinary_word_is_not_heard_in_another() -> None:
    """`table` is not `stable`."""
    common = compare("cable", "the stability of tables")

    assert common.fuzzy.max() == 0


def test_rare_words_weigh_more_than_common_ones() -> None:
    """What the whole meeting is about tells no block from another."""
    common = compare("people keccak", "keccak")

    assert common.weights[0, common.index["keccak"]] > 3 * common.weights[0, common.index["peopl"]]


def test_a_word_of_every_block_weighs_less() -> None:
    """A word that all notes share cannot tell them apart."""
    alone = compare("keccak", "keccak")
    shared = compare("keccak", "keccak", others=("keccak once more", "keccak again", "keccak"))

    assert shared.weights[0, shared.index["keccak"]] < alone.weights[0, alone.index["keccak"]]


def test_the_words_of_a_template_weigh_nothing() -> None:
    """Nobody said them."""
    assert compare("Action items", "action items", silent=True).weights.max() == 0


def test_words_that_sound_alike_have_one_key() -> None:
    """The key forgets spelling, voicing and inner vowels."""
    assert sound("keccak") == sound("catchack")
    assert sound("graph") == sound("kraf")
    assert sound("vader") == sound("fater")
    assert sound("alpha") != sound("lpha")


@pytest.mark.parametrize(
    ("word", "text", "following", "said"),
    [
        ("keccak", "so the Catch Ack function is slow", "", "Catch Ack"),
        ("getaddrinfo", "attach to get addr", "info, for names", "get addr info"),
        ("farfella", "and then far fella said no", "", "far fella"),
        ("keccak", "nothing of the kind", "catch ack", None),  # begins later
        ("keccak", "", "", None),
    ],
)
def test_how_a_word_was_misheard(word: str, text: str, following: str, said: str | None) -> None:
    """What stands in the transcript for a word of the notes, as it stands there."""
    assert heard_as(word, text, following) == said
