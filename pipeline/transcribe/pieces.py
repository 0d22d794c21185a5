"""A recording that is heard in pieces, in any order and by any number of processes, with the very transcript that one
process would have made.

Whoever cuts it finds the chunks and the language of each, which takes a hundredth of the time that hearing them does; a
cut tells all that has to be known to hear its chunk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.errors import AudioUnreadable
from pipeline.progress import Heard, Progress
from pipeline.records import Transcript
from pipeline.transcribe import chunking, models
from pipeline.transcribe.chunking import Chunk, Region
from pipeline.transcribe.engine import Engine, check_language, detect_speech, load
from pipeline.transcribe.language import SpokenLanguage
from pipeline.transcribe.lines import ChunkListener, check_understood, header_of, is_whole, joined, line_of, spoken_in


@dataclass(frozen=True, slots=True)
class Cut:
    """A chunk without its sound: samples of the recording, and speech counted from its start."""

    start: int
    end: int
    speech: tuple[Region, ...]
    spoken: SpokenLanguage | None  # None: nobody speaks

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Cut:
        """Raises msgspec.MsgspecError."""
        return msgspec.json.decode(text, type=cls)

    @property
    def start_seconds(self) -> float:
        """When it begins, in seconds of the recording."""
        return self.start / SAMPLE_RATE

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / SAMPLE_RATE


@dataclass(slots=True)
class PieceRecogniser:
    """A recording and a model that is loaded."""

    header: Mapping[str, Any]
    """What has to be the same wherever a piece is heard."""
    duration: float | None
    """Seconds that the file declares."""
    _media: Path
    _track: str | None
    _engine: Engine
    _language: str | None
    _model_dir: Path | None
    _ahead: Iterator[Samples] | None = None  # decoded from `_position` on, but for what is in `_waiting`
    _position: int = 0
    _waiting: list[Samples] = field(default_factory=list)

    @property
    def key(self) -> str:
        """A digest of the header."""
        return hashlib.sha256(json.dumps(self.header, sort_keys=True).encode()).hexdigest()

    @property
    def model(self) -> str:
        return self._engine.name

    def cuts(self, known: Sequence[Cut]) -> Iterator[Cut]:
        """The chunks after those that are `known`, as they are found.

        Raises:
            AudioUnreadable: the sound cannot be decoded.
            TranscribeError: the language cannot be detected.
        """
        sure = next((cut.spoken.code for cut in known if cut.spoken and cut.spoken.sure), None)
        language = self._language or sure
        with open_sound(self._media, self._track) as sound:
            skip = known[-1].end if known else 0
            for chunk in chunking.split_into_chunks(sound.blocks, detect_speech, skip=skip):
                spoken = spoken_in(self._engine, chunk, language)
                if spoken and spoken.sure:
                    language = spoken.code
                yield Cut(chunk.start, chunk.end, chunk.speech, spoken)

    def hear(self, cut: Cut, progress: Progress | None = None, heard: Heard | None = None) -> dict[str, Any]:
        """What is said in a piece, as a line of JSON. Pieces in their order are decoded once.

        Raises:
            AudioUnreadable: the sound cannot be decoded, or ends before the piece does.
            TranscribeError: the model failed.
        """
        chunk = Chunk(cut.start, self._samples(cut.start, cut.end), cut.speech)
        return line_of(self._engine, chunk, cut.spoken, ChunkListener(progress, heard, self.duration))

    def transcript(self, lines: Sequence[Mapping[str, Any]]) -> Transcript:
        """The transcript that the lines of all pieces make.

        Raises:
            TranscribeError: a model for English only heard another language.
        """
        check_understood(self._engine, lines, self._language, self._model_dir)
        return joined(self._engine, lines, self._language)

    def _samples(self, start: int, end: int) -> Samples:
        """Decoded from where the last piece ended; from the beginning only for one that lies before."""
        if self._ahead is None or start < self._position:
            self._ahead, self._position, self._waiting = self._decoded(), 0, []
        size = sum(map(len, self._waiting))
        while self._position + size < end and (block := next(self._ahead, None)) is not None:
            self._waiting.append(block)
            size += len(block)
            if self._position + size <= start:  # others hear that
                self._position, self._waiting, size = self._position + size, [], 0
        sound = np.concatenate(self._waiting) if self._waiting else np.zeros(0, np.float32)
        wanted = sound[start - self._position : end - self._position]
        if len(wanted) < end - start:
            raise AudioUnreadable(self._media, "is shorter than when it was cut into pieces")
        self._waiting, self._position = [sound[end - self._position :].copy()], end
        return wanted

    def _decoded(self) -> Iterator[Samples]:
        with open_sound(self._media, self._track) as sound:
            yield from sound.blocks


@contextmanager
def piece_recogniser(
    media: Path,
    *,
    model: str | None,
    model_dir: Path | None,
    hotwords: Sequence[str] = (),
    language: str | None = None,
    track: str | None = None,
) -> Iterator[PieceRecogniser]:
    """Whoever cuts a recording, or hears pieces of it. The arguments are those of `transcribe`.

    Raises:
        AudioUnreadable: the file cannot be read as sound.
        ModelUnavailable: there are no weights, or they are damaged.
        TranscribeError: the model does not know the language.
    """
    given = models.whisper_code(language) if language else None
    with open_sound(media, track) as sound:
        number, duration = sound.track.number, sound.duration
    engine = load(*models.choose_model(model, model_dir, given), hotwords)
    check_language(engine, given)
    made = PieceRecogniser(header_of(media, number, engine, given), duration, media, track, engine, given, model_dir)
    yield made


def line_from(text: str | None) -> dict[str, Any] | None:
    """A line as it was stored; None: there is none, or it cannot be used."""
    try:
        line = json.loads(text) if text else None
    except ValueError:
        return None
    return line if isinstance(line, dict) and is_whole(line) else None
