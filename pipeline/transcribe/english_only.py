"""Whether a model that knows English only has been given another language.

It cannot detect one: it writes English sentences in any case, again and again the same, or ones it hardly believes in.
In English it is sure of most of what it writes, also where the sound is poor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline import untrusted
from pipeline.audio import SAMPLE_RATE
from pipeline.errors import TranscribeError
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.segments import DecodedWindow

# Measured with tiny.en on synthetic speech. English, also with noise, echo or a cut-off treble: words that the model is
# sure of take 0.5 to 0.8 of the speech. German, French, Spanish, Italian, Polish: 0 to 0.15. How sure it is of a window
# differs between processors (-0.79 to -1.0 for the same German speech), so its words have to be probable, too.
_MIN_SURE_LOGPROB = -0.9  # natural logarithm, mean of a window's tokens
_MIN_SURE_PROBABILITY = 0.8  # of a word
_MAX_FOREIGN_SHARE = 0.2
_MIN_SPEECH_SECONDS = 15.0  # of less nothing is said
_MIN_CLEAR_RANGE = 4.0  # loud to soft frames of the speech (12 dB): in noise the model understands no English, either
_FRAME_SAMPLES = SAMPLE_RATE // 20


@dataclass(frozen=True, slots=True)
class Understanding:
    """Seconds of speech, and those of them in words of which the model is sure."""

    speech: float = 0.0
    sure: float = 0.0

    @property
    def is_foreign(self) -> bool:
        """Whether hardly any of it was English."""
        return self.speech >= _MIN_SPEECH_SECONDS and self.sure < _MAX_FOREIGN_SHARE * self.speech


def understanding(chunk: Chunk, windows: Iterable[DecodedWindow]) -> Understanding:
    """How much of a chunk was understood; nothing can be said of one that is noisy throughout."""
    if not _is_clear(chunk):
        return Understanding()
    sure = sum(
        word.end - word.start
        for window in windows
        if not window.doubtful and window.avg_logprob > _MIN_SURE_LOGPROB
        for word in window.words
        if word.probability >= _MIN_SURE_PROBABILITY
    )
    return Understanding(round(sum(after - first for first, after in chunk.speech) / SAMPLE_RATE, 3), round(sure, 3))


def _is_clear(chunk: Chunk) -> bool:
    """Whether some of what is taken for speech is much louder than the rest of it: syllables and pauses."""
    speech = chunk.sound_of(chunk.speech)
    count = len(speech) // _FRAME_SAMPLES
    if not count:
        return False
    frames = speech[: count * _FRAME_SAMPLES].reshape(count, _FRAME_SAMPLES)
    soft, loud = np.quantile(np.sqrt(np.einsum("ij,ij->i", frames, frames)), (0.1, 0.9))
    return bool(loud > _MIN_CLEAR_RANGE * soft)


def from_lines(lines: Sequence[Mapping[str, Any]]) -> Understanding:
    """Of all chunks together, by their lines in a checkpoint; those of an earlier version do not tell."""
    found = [Understanding(**line["understood"]) for line in lines if line.get("understood")]
    return Understanding(sum(each.speech for each in found), sum(each.sure for each in found))


def check(understood: Mapping[str, Any] | None) -> None:
    """Check what a line of a checkpoint says of it.

    Raises:
        InvalidInput: it cannot be used.
    """
    found = Understanding(**(understood or {}))
    untrusted.seconds(found.speech, "speech")
    untrusted.seconds(found.sure, "sure")


def refuse_foreign(understood: Understanding, model: str, better: str) -> None:
    """Refuse a transcript that is nothing but invented.

    Raises:
        TranscribeError: another language is spoken; the hint names a `better` model.
    """
    if understood.is_foreign:
        raise TranscribeError(
            f"speech model {model} knows English only, and this does not sound like English",
            hint=f"Use a model for many languages: --model {better}, or JUMPNOTES_MODEL={better} for all.",
        )
