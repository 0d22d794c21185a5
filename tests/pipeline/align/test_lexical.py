from __future__ import annotations

import numpy as np
import pytest

from pipeline import notes
from pipeline.align import decode, units
from pipeline.align.lexical import TermCounts, count_terms, heard_as
from pipeline.align.outline import build_outline
from pipeline.align.sparse import SparseRows
from pipeline.arrays import Float32Array
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import load_languages
from pipeline.records import Origin, Segment, Transcript
from tests.pipeline.align.meetings import heard

FILLER = "some people talk about other matters entirely"


def compare(note: str, said: str, *, others: tuple[str, ...] = (), excluded: bool = False) -> TermCounts:
    """`note` against twenty minutes of filler in whose middle, at unit 60, `said` is said."""
    texts = [FILLER] * 60 + [said] + [FILLER] * 60
    moments = units.build_units(heard(*texts))
    return count_terms([note, *others], [excluded, *[False] * len(others)], moments, TermExtractor(load_languages()[0]))


def whole(counts: SparseRows) -> Float32Array:
    return counts.dense(np.arange(len(counts)))


def weight(counts: TermCounts, term: str) -> float:
    """Of a term in the first block."""
    return float(whole(counts.weights)[0, counts.index[term]])


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
    fuzzy = whole(compare(note, said).fuzzy)

    assert fuzzy[:, 60].max() > 0.2
    assert fuzzy[:, :60].max() == fuzzy[:, 61:].max() == 0


def test_what_was_heard_exactly_needs_no_guess() -> None:
    """A word that was heard keeps its whole count."""
    counts = compare("osquery", "osquery and osquery again")

    row = counts.index["osqueri"]
    assert whole(counts.exact)[row, 60] == whole(counts.fuzzy)[row, 60] == 2


def test_an_ordinary_word_is_not_heard_in_another() -> None:
    """`table` is not `stable`."""
    counts = compare("cable", "the stability of tables")

    assert counts.fuzzy.max().max() == 0


def test_rare_words_weigh_more_than_common_ones() -> None:
    """What the whole meeting is about tells no block from another."""
    counts = compare("people keccak", "keccak")

    assert weight(counts, "keccak") > 3 * weight(counts, "peopl")


def test_a_word_of_every_block_weighs_less() -> None:
    """A word that all notes share cannot tell them apart."""
    alone = compare("keccak", "keccak")
    shared = compare("keccak", "keccak", others=("keccak once more", "keccak again", "keccak"))

    assert weight(shared, "keccak") < weight(alone, "keccak")


def test_the_words_of_a_template_weigh_nothing() -> None:
    """Nobody said them."""
    assert compare("Action items", "action items", excluded=True).weights.max() == 0


def test_how_much_of_a_section_is_heard_anywhere() -> None:
    """A section whose informative words are never heard differs from one whose are, whatever its small words do."""
    outline = build_outline(
        notes.parse(
            "# Call\n\n## Compost\n\nThe broken pallets leak again.\n\n## Insurance\n\nThe policy ends again.\n",
            name="a.md",
        )
    )
    said = ("good evening again", "the compost has broken pallets", "they leak again", "we end here again")
    segments = tuple(Segment(10.0 * i, 10.0 * i + 9, text) for i, text in enumerate(said))
    comparison = decode.compare(outline, units.build_units(Transcript("en", Origin.IMPORT, None, segments, 40.0)))

    assert comparison.section_heard_anywhere[:2].min() > comparison.section_heard_anywhere[2:].max()
    assert comparison.heard_anywhere.tolist() == pytest.approx([1, 1, 0, 0.4], abs=0.4)


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


def test_characters_of_a_script_without_spaces_weigh_half() -> None:
    """Each is in several terms, so that a word weighs about as much as in a language with spaces."""
    counts = compare("验证码 kerberos", "验证码 kerberos")

    weight = dict(zip(counts.index, whole(counts.weights)[0], strict=True))

    assert weight["验证"] == weight["验"] == pytest.approx(weight["kerbero"] / 2)
