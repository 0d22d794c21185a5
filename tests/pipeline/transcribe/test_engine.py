"""Loading a model, and what it is asked to do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE
from pipeline.errors import ModelUnavailable, TranscribeError
from pipeline.transcribe import transcribe
from pipeline.transcribe.models import find_weights
from tests.pipeline.transcribe.recordings import MODEL, heard, save

pytestmark = pytest.mark.model


def test_more_hotwords_than_fit_are_left_out(talk: Path, tmp_path: Path) -> None:
    """A glossary of hundreds neither fails nor takes the room the text needs; the checkpoint names those used."""
    checkpoint = tmp_path / "checkpoint.jsonl"
    glossary = [f"zq{at}_table" for at in range(300)]

    transcribe(
        save(tmp_path / "a.wav", np.zeros(SAMPLE_RATE, np.float32)),
        model=MODEL,
        model_dir=None,
        hotwords=glossary,
        checkpoint=checkpoint,
    )

    used = json.loads(checkpoint.read_text().splitlines()[0])["hotwords"]
    assert 10 < len(used) < 60
    assert used == glossary[: len(used)]


def test_a_language_the_model_does_not_know(talk: Path) -> None:
    """German speech written as English words would be useless; regional codes are understood."""
    with pytest.raises(TranscribeError, match="does not know the language 'de'") as caught:
        heard(talk, language="de-AT")

    assert "English only" in caught.value.hint


def test_damaged_weights(talk: Path, tmp_path: Path) -> None:
    """A download that broke off in the middle of the weights is a clear error."""
    whole = Path(find_weights(MODEL, None))
    for file in whole.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[: 10**6 if file.suffix == ".bin" else None])

    with pytest.raises(ModelUnavailable, match="cannot be used") as caught:
        heard(talk, model=str(tmp_path))

    assert caught.value.hint
