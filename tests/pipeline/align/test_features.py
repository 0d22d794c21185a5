from __future__ import annotations

import numpy as np
import pytest

from pipeline.align import decode, features, outline, units
from pipeline.align.lexical import Matrix
from pipeline.records import BlockKind, Notes, Transcript
from tests.pipeline.align.meetings import block, heard, of, written

FILLER = "some people talk about other matters entirely"


def table(notes: Notes, transcript: Transcript) -> dict[str, Matrix]:
    reading = decode.compare(outline.outline(notes), units.build_units(transcript))
    return dict(zip(features.NAMES, reading.table, strict=True))


def test_windows_look_ahead_and_back() -> None:
    """F windows see what follows a unit, B windows what came before."""
    found = table(of(block(0, "keccak hashing")), heard(*[FILLER] * 40, "keccak hashing", *[FILLER] * 40))

    assert np.flatnonzero(found["lcF30"][0]).tolist() == [38, 39, 40]
    assert np.flatnonzero(found["laB120"][0]).tolist() == list(range(41, 53))
    assert found["lrF15"][0].max() == pytest.approx(1)


def test_the_first_words_after_silence_are_a_burst() -> None:
    """A word that was not said for two minutes and comes now marks an onset; its echo does not."""
    transcript = heard(*[FILLER] * 30, "keccak", FILLER, FILLER, "keccak", *[FILLER] * 30)

    found = table(of(block(0, "keccak")), transcript)["burst"][0]

    assert np.flatnonzero(found).tolist() == [29, 30]


def test_children_speak_for_their_heading() -> None:
    """A heading whose own words are never said is still drawn to what stands under it."""
    notes = written(("Miscellany", ["keccak hashing", "getaddrinfo probes"]))

    found = table(notes, heard(*[FILLER] * 40, "keccak hashing", "getaddrinfo probes", *[FILLER] * 40))

    assert found["lcF30"][0].max() == 0
    assert np.flatnonzero(found["kid60"][0] == 1).tolist() == [36, 37, 38, 39, 40]


def test_the_agenda_attracts_nobody_in_particular() -> None:
    """Where every block fits, the crowd feature says so."""
    titles = ["keccak hashing", "getaddrinfo probes", "sccache linking", "timezone registry"]
    transcript = heard("agenda " + " ".join(titles), *[t for title in titles for t in [title, *[FILLER] * 12]])

    found = table(written(*((title, []) for title in titles)), transcript)["crowd"]

    assert found[:, 0].min() == pytest.approx(1)
    assert found[0, 14:].max(initial=0) <= 0.25


def test_a_named_speaker_draws_the_block() -> None:
    """`Teddy: …` in the notes is drawn to where Teddy speaks."""
    segments = [heard(*[FILLER] * 20, speaker=name).segments for name in ("Ann Lee", "Teddy Reed")]
    late = [type(s)(s.start + 200, s.end + 200, s.text, s.words, s.speaker) for s in segments[1]]
    transcript = Transcript("en", heard("x").origin, None, (*segments[0], *late))

    found = table(of(block(0, "Teddy opened a bunch of requests")), transcript)["spk"][0]

    assert found[:14].max() == 0
    assert found[20:].min() == 1


def test_the_outline_knows_what_hangs_on_what() -> None:
    """Parents are blocks that can be placed; the title of the document is none of them."""
    title = block(0, "Office hours 2020-01-21", kind=BlockKind.HEADING, depth=1)
    heading = block(1, "Release", kind=BlockKind.HEADING, depth=2, parent="b0")
    code = block(2, "x = 1", kind=BlockKind.CODE, parent="b1")
    item = block(3, "Due date", depth=1, parent="b1")
    nested = block(4, "End of February", depth=2, parent="b3")

    shape = outline.outline(of(title, heading, code, item, nested))

    assert [b.id for b in shape.blocks] == ["b1", "b3", "b4"]
    assert shape.parent == (None, 0, 1)
    assert shape.leads == (True, False, False)
    assert shape.ancestors(2) == [1, 0]
