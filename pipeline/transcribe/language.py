"""Which language is spoken."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.transcribe import chunking
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.engine import Engine

UNDETERMINED = "und"  # the language of a recording without speech (BCP 47)

_MIN_SURE_PROBABILITY = 0.5  # from here up a detected language is not detected again
_MAX_WINDOWS = 3  # of a chunk that are listened to
_UNSPACED = frozenset(("zh", "ja", "th", "lo", "my", "yue"))  # languages Whisper writes without spaces


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """The language of a chunk as Whisper's code, and whether that is beyond doubt."""

    code: str
    sure: bool

    @property
    def spaced(self) -> bool:
        """Whether it is written with spaces between words."""
        return self.code not in _UNSPACED


def detect_language(engine: Engine, chunk: Chunk) -> SpokenLanguage:
    """The likeliest language over a few windows of speech spread over the chunk, which has some."""
    if not engine.model.model.is_multilingual:
        return SpokenLanguage("en", sure=True)
    windows = chunking.pack_windows(chunk.speech)
    listened = windows[:: max(1, len(windows) // _MAX_WINDOWS)][:_MAX_WINDOWS]
    scores: dict[str, float] = {}
    for window in listened:
        for code, probability in engine.model.detect_language(audio=chunk.sound_of(window))[2]:
            scores[code] = scores.get(code, 0.0) + probability / len(listened)
    code = max(scores, key=lambda code: scores[code])
    return SpokenLanguage(code, sure=scores[code] >= _MIN_SURE_PROBABILITY)
