"""What is heard in a chunk, as a line of JSON, and all lines as a transcript.

A line does not depend on who made it: a checkpoint has those of one process, a hearing those of several machines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import untrusted
from pipeline.audio import SAMPLE_RATE
from pipeline.errors import TranscribeError
from pipeline.invented_speech import mark_suspect
from pipeline.progress import Heard, Progress
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.transcribe import english_only, models, segments
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.decoding import BEAM_SIZE, decode
from pipeline.transcribe.engine import Engine
from pipeline.transcribe.language import UNDETERMINED, SpokenLanguage, detect_language
from pipeline.untrusted import InvalidInput

_VERSION = 1  # of the lines and of everything that changes what is recognised


def header_of(media: Path, track: int, engine: Engine, language: str | None) -> dict[str, Any]:
    """What a checkpoint is good for: no other run may resume from it."""
    return {
        "jumpnotes": "transcription",
        "version": _VERSION,
        "media": _fingerprint(media),
        "model": engine.name,
        "weights": engine.weights_bytes,
        "compute": engine.model.model.compute_type,
        "beam": BEAM_SIZE,
        "batch": engine.batch_size,
        "language": language,
        "hotwords": list(engine.hotwords),
    } | ({"track": track} if track > 1 else {})


def is_whole(line: Mapping[str, Any]) -> bool:
    """Whether a line of a checkpoint can be used; a damaged disk may have changed any."""
    try:
        untrusted.whole_number(line["end"], "end", high=round(untrusted.MAX_SECONDS * SAMPLE_RATE))
        for segment in map(_from_json, line["segments"]):
            untrusted.text(segment.text, "text")
            for word in segment.words:
                untrusted.text(word.text, "text")
                for time in (word.start, word.end):
                    untrusted.seconds(time, "words")
        SpokenLanguage(**(line["language"] or {"code": "en", "sure": False}))
        english_only.check(line.get("understood"))
    except (InvalidInput, LookupError, TypeError):
        return False
    return True


def _fingerprint(media: Path, sample_bytes: int = 2**20) -> str:
    """Size and a hash of the beginning, middle and end: enough to distinguish recordings without reading gigabytes."""
    size = media.stat().st_size
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with media.open("rb") as file:
        for position in (0, size // 2, max(0, size - sample_bytes)):
            file.seek(position)
            digest.update(file.read(sample_bytes))
    return digest.hexdigest()


def sure_language(given: str | None, done: Sequence[Mapping[str, Any]]) -> str | None:
    """The language given, or the one an earlier chunk left no doubt about."""
    return given or next(
        (line["language"]["code"] for line in done if line["language"] and line["language"]["sure"]), None
    )


@dataclass(frozen=True, slots=True)
class ChunkListener:
    """Whoever wants to know how far it is, and what was said so far."""

    progress: Progress | None
    heard: Heard | None
    duration: float | None

    def reach(self, second: float) -> None:
        if self.progress:
            self.progress(second, max(self.duration or 0.0, second))

    def hear(self, words: Sequence[Word]) -> None:
        if self.heard:
            self.heard(words[0].start, "".join(word.text for word in words).strip())
        self.reach(words[-1].end)

    def hear_again(self, line: Mapping[str, Any]) -> None:
        if self.heard:
            for segment in map(_from_json, line["segments"]):
                self.heard(segment.start, segment.text)


@contextmanager
def _failures_told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        hint = "If memory is short, choose a smaller model. The chunks finished so far are used again."
        raise TranscribeError(f"speech model {engine.name} failed: {error}", hint=hint) from error


def spoken_in(engine: Engine, chunk: Chunk, language: str | None) -> SpokenLanguage | None:
    """The language of a chunk, of which `language` is known beforehand; None: nobody speaks.

    Raises:
        TranscribeError: the model failed.
    """
    if language:
        return SpokenLanguage(language, sure=True)
    with _failures_told(engine):
        return detect_language(engine, chunk) if chunk.speech else None


def line_of(engine: Engine, chunk: Chunk, spoken: SpokenLanguage | None, listener: ChunkListener) -> dict[str, Any]:
    """Transcribe one chunk, in which somebody speaks this language, into a line of the checkpoint.

    Raises:
        TranscribeError: the model failed.
    """
    found: list[Segment] = []
    understood: dict[str, Any] = {}
    if chunk.speech and spoken:
        with _failures_told(engine):
            windows = decode(engine, chunk, spoken.code, listener.hear)
        found = segments.split_into_segments(windows, spaced=spoken.spaced)
        if engine.is_english_only:
            understood = {"understood": asdict(english_only.understanding(chunk, windows))}
    listener.reach(chunk.end / SAMPLE_RATE)
    return {
        "end": chunk.end,
        "language": asdict(spoken) if spoken else None,
        "segments": [_to_json(segment) for segment in found],
        **understood,
    }


def _to_json(segment: Segment) -> dict[str, Any]:
    words = [[word.start, word.end, word.text, word.probability] for word in segment.words]
    return {"text": segment.text, "suspect": segment.suspect, "words": words}


def _from_json(data: dict[str, Any]) -> Segment:
    words = tuple(Word(*word) for word in data["words"])
    return Segment(words[0].start, words[-1].end, data["text"], words, suspect=data["suspect"])


def joined(engine: Engine, done: Sequence[Mapping[str, Any]], language: str | None) -> Transcript:
    """The transcript that the lines of all chunks make; `language` is what was known beforehand."""
    found = [_from_json(segment) for line in done for segment in line["segments"]]
    detected = next((line["language"]["code"] for line in reversed(done) if line["language"]), None)
    fallback = "en" if engine.is_english_only else UNDETERMINED
    return Transcript(
        language=sure_language(language, done) or detected or fallback,
        origin=Origin.ASR,
        model=engine.name,
        segments=mark_suspect(found, engine.hotwords),
        duration=done[-1]["end"] / SAMPLE_RATE if done else 0.0,
    )


def check_understood(
    engine: Engine, done: Sequence[Mapping[str, Any]], language: str | None, model_dir: Path | None
) -> None:
    """Refuse what a model that knows English only made of another language.

    Raises:
        TranscribeError: it does not sound like English.
    """
    if engine.is_english_only and not language:
        better = models.multilingual_model(model_dir)
        english_only.refuse_foreign(english_only.from_lines(done), engine.name, better)
