"""What texts mean, as far as a small model knows: vectors that are close where two texts say the same.

The model is optional (`jumpnotes[meaning]`), and so is NumPy here: neither is imported before `load` has been called.

    availability  whether the model is installed
    encoder       texts, and windows of speech, → unit vectors; the doorway to the model
    vectors       a transcript as vectors, for what is said after and before each moment
    vector_file   the file that keeps them
    cache         where these files lie, and how they go
    nearest       the moments of all transcripts that are closest to a query
    near          what is asked and answered, as lines of JSON
    child         a process of its own that answers
    client        what asks it; for the web, which does without NumPy
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MeaningUnavailable
from pipeline.meaning.availability import HOW_TO_INSTALL, is_installed
from pipeline.meaning.cache import VectorCache, key_of

if TYPE_CHECKING:
    from pipeline.arrays import Float32Array, FloatArray
    from pipeline.meaning.encoder import SentenceEncoder
    from pipeline.meaning.vectors import SpeechVectors

__all__ = ["HOW_TO_INSTALL", "Meaning", "VectorCache", "is_installed", "key_of", "load"]

_log = logging.getLogger(__name__)


def load(cache_dir: Path | None = None) -> Meaning | None:
    """The model, loaded once in a process; None if it is not installed.

    None, too, if what is installed cannot be used: the log says why, and everything works as without it.

    Args:
        cache_dir: where the vectors of transcripts are kept; None: nowhere.
    """
    if not is_installed():
        return None
    from pipeline.meaning.encoder import shared_encoder

    try:
        encoder = shared_encoder()
    except MeaningUnavailable as error:
        _log.warning("%s; working without it. %s", error, error.hint, extra={"once": True})
        return None
    return Meaning(encoder, VectorCache(cache_dir) if cache_dir else None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Makes unit vectors of 512 dimensions; the cosine of two says how close the meanings of their texts are."""

    _encoder: SentenceEncoder
    _cache: VectorCache | None
    _name: str | None = None

    def kept_as(self, name: str) -> Meaning:
        """One that keeps the vectors of a transcript under this name, in place of those of an earlier transcript.

        Without a name each transcript has one of its own, `key_of` what is said.
        """
        return replace(self, _name=name)

    def of_texts(self, texts: Sequence[str]) -> Float32Array:
        """N × 512: a unit vector for each text; zero for a blank one."""
        return self._encoder.encode(texts)

    def of_speech(self, texts: Sequence[str], start: Sequence[float] | FloatArray) -> SpeechVectors:
        """Of successive stretches of speech that begin at these seconds, which rise; kept ones if there are any."""
        from pipeline.meaning import vector_file
        from pipeline.meaning.vectors import SpeechVectors

        if self._cache is None:
            return SpeechVectors.of(self._encoder.speech(texts), start)
        key = key_of(texts, start)
        file, content = self._cache.path(self._name or key), bytes.fromhex(key)
        vectors = vector_file.read(file, content, self._encoder.name)
        if vectors is None:
            vectors = SpeechVectors.of(self._encoder.speech(texts), start)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                vector_file.write(file, vectors, content, self._encoder.name)
            except OSError as error:  # they are made anew next time
                _log.warning("%s: what the sentence model found cannot be kept: %s", file.parent, error.strerror)
        return vectors
