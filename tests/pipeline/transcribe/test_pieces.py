"""A recording in pieces, heard in any order, and in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.transcribe import Cut, chunking, lines, piece_recogniser
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.language import SpokenLanguage
from tests.pipeline.transcribe.recordings import MODEL, heard, save

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def _short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunking, "MAX_CHUNK_SAMPLES", 14 * SAMPLE_RATE)
    monkeypatch.setattr(chunking, "_CUT_REACH_SAMPLES", 3 * SAMPLE_RATE)


def test_pieces_in_any_order_make_the_transcript_of_one_go(
    meeting: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the language is not sure before the third piece, and where whoever cut it went on after another."""

    def detect(_engine: Any, chunk: Chunk) -> SpokenLanguage:
        return SpokenLanguage("en", sure=chunk.start > 18 * SAMPLE_RATE)

    monkeypatch.setattr(lines, "detect_language", detect)
    talk = save(tmp_path / "talk.wav", meeting[: 36 * SAMPLE_RATE])
    whole = heard(talk)
    with piece_recogniser(talk, model=MODEL, model_dir=None) as first:
        cuts = [Cut.decode(cut.encode()) for cut in first.cuts(())]
        assert list(first.cuts(cuts[:1])) == cuts[1:]
    assert len(cuts) > 2
    assert [cut.spoken and cut.spoken.sure for cut in cuts] == [False, False, *[True] * (len(cuts) - 2)]
    with piece_recogniser(talk, model=MODEL, model_dir=None) as second:
        found = {cut.start: second.hear(cut) for cut in (cuts[1], cuts[-1], cuts[0], *cuts[2:-1])}
        assert second.key == first.key

        assert second.transcript([found[cut.start] for cut in cuts]) == whole
