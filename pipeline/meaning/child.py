"""A process that compares meanings for one that does without NumPy and the model: python -m pipeline.meaning.child DIR

It reads a `NearestQuery` a line and writes a `NearestAnswer` a line, after a `ChildState` once the model is loaded, and
ends when its input does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipeline.errors import MeaningUnavailable
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.near import ChildState, NearestAnswer, NearestQuery

_NICENESS = 10  # pages come first


def main(folder: Path, queries: BinaryIO, answers: BinaryIO) -> None:
    def answer(line: ChildState | NearestAnswer) -> None:
        answers.write(msgspec.json.encode(line) + b"\n")
        answers.flush()

    try:
        from pipeline.meaning.encoder import shared_encoder
        from pipeline.meaning.nearest import nearest

        encoder = shared_encoder()
    except (ModuleNotFoundError, MeaningUnavailable) as error:
        answer(ChildState(str(error)))
        return
    answer(ChildState())
    for line in queries:
        asked = msgspec.json.decode(line, type=NearestQuery)
        (vector,) = encoder.encode([asked.query])
        answer(NearestAnswer(nearest(VectorCache(folder), encoder.name, vector, asked.limit, asked.keys)))


if __name__ == "__main__":
    os.nice(_NICENESS)
    _answers, sys.stdout = sys.stdout, sys.stderr  # what anybody prints is no answer
    main(Path(sys.argv[1]), sys.stdin.buffer, _answers.buffer)
