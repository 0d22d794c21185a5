from __future__ import annotations

import os
import random
import subprocess
import sys

import numpy as np
import pytest

from pipeline.align import decode, units
from pipeline.align.features import (
    BURST,
    CROWD,
    DESCENDANTS_60S,
    FEATURES,
    NAMED_SPEAKER,
    Feature,
    Matching,
    Measure,
    Side,
    window_feature,
)
from pipeline.align.outline import build_outline
from pipeline.arrays import Float32Array
from pipeline.records import Notes, Origin, Segment, Transcript
from tests.pipeline.align.meetings import block, heard, of, written

FILLER = "some people talk about other matters entirely"


COVERAGE = window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 30)
RELATIVE = window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 15)
BEFORE = window_feature(Matching.EXACT, Measure.EVIDENCE, Side.PREVIOUS, 120)


def table(notes: Notes, transcript: Transcript) -> dict[Feature, Float32Array]:
    comparison = decode.compare(build_outline(notes), units.build_units(transcript))
    return dict(zip(FEATURES, comparison.features.whole(), strict=True))


def test_windows_look_ahead_and_back() -> None:
    """A window on the next seconds has what follows a unit, one on the previous seconds what came before."""
    found = table(of(block(0, "keccak hashing")), heard(*[FILLER] * 40, "keccak hashing", *[FILLER] * 40))

    assert np.flatnonzero(found[COVERAGE][0]).tolist() == [38, 39, 40]
    assert np.flatnonzero(
        found[window_feature(Matching.EXACT, Measure.EVIDENCE, Side.PREVIOUS, 120)][0]
    ).tolist() == list(range(41, 53))
    assert found[RELATIVE][0].max() == pytest.approx(1)


def test_the_first_words_after_silence_are_a_burst() -> None:
    """A word that was not said for two minutes and comes now marks an onset; its echo does not."""
    transcript = heard(*[FILLER] * 30, "keccak", FILLER, FILLER, "keccak", *[FILLER] * 30)

    found = table(of(block(0, "keccak")), transcript)[BURST][0]

    assert np.flatnonzero(found).tolist() == [29, 30]


def test_children_speak_for_their_heading() -> None:
    """A heading whose own words are never said is still drawn to what stands under it."""
    notes = written(("Miscellany", ["keccak hashing", "getaddrinfo probes"]))

    found = table(notes, heard(*[FILLER] * 40, "keccak hashing", "getaddrinfo probes", *[FILLER] * 40))

    assert found[COVERAGE][0].max() == 0
    assert np.flatnonzero(found[DESCENDANTS_60S][0] == 1).tolist() == [36, 37, 38, 39, 40]


def test_the_agenda_attracts_nobody_in_particular() -> None:
    """Where every block fits, the crowd feature says so."""
    titles = ["keccak hashing", "getaddrinfo probes", "sccache linking", "timezone registry"]
    transcript = heard("agenda " + " ".join(titles), *[t for title in titles for t in [title, *[FILLER] * 12]])

    found = table(written(*((title, []) for title in titles)), transcript)[CROWD]

    assert found[:, 0].min() == pytest.approx(1)
    assert found[0, 14:].max(initial=0) <= 0.25


def test_a_named_speaker_draws_the_block() -> None:
    """`Teddy: …` in the notes is drawn to where Teddy speaks."""
    segments = [heard(*[FILLER] * 20, speaker=name).segments for name in ("Ann Lee", "Teddy Reed")]
    late = [type(s)(s.start + 200, s.end + 200, s.text, s.words, s.speaker) for s in segments[1]]
    transcript = Transcript("en", heard("x").origin, None, (*segments[0], *late))

    found = table(of(block(0, "Teddy opened a bunch of requests")), transcript)[NAMED_SPEAKER][0]

    assert found[:14].max() == 0
    assert found[20:].min() == 1


def test_features_have_speaking_names() -> None:
    """The name of a window says what is counted in it, and no two features share a name."""
    assert COVERAGE.name == "exact_coverage_next_30s"
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)


def test_the_order_of_named_speakers_changes_no_digit() -> None:
    """Python orders sets anew in each process; features that are sums over people do not depend on it."""
    code = "from tests.pipeline.align.test_features import named_speakers_digest; print(named_speakers_digest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(2)
    }

    assert len(digests) == 1


def named_speakers_digest() -> str:
    """The feature of a block that names six of nine people who speak by turns, as hexadecimal digits."""
    people = ["Ann Lee", "Teddy Reed", "Bob Dahl", "Mia Roth", "Uli Kern", "Zoe Park", "Ida Holm", "Max Berg", "Jo Fox"]
    draw = random.Random(0)
    segments = tuple(Segment(5.1 * i, 5.1 * i + 5, FILLER, (), draw.choice(people)) for i in range(300))
    notes = of(block(0, f"Asked by {', '.join(people[:6])}"))
    return table(notes, Transcript("en", Origin.ASR, None, segments))[NAMED_SPEAKER].tobytes().hex()
