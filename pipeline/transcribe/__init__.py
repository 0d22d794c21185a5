"""Speech to text, with word times. The only importer of faster-whisper.

chunking          the sound in chunks of a few minutes, each ending in a silence
engine            a loaded model
language          which language is spoken
english_only      whether a model that knows English only was given another language
decoding          a chunk through the model, window by window
segments          from what the model wrote to sentences
checkpoint        the chunks finished so far, on the disk
models            which model this machine can run, and where its weights are
speech_activity   where somebody speaks, without what is said
excerpts          what is said in a few short stretches

A recording is decoded in a stream and cut into chunks. A chunk is transcribed whole, silence left out, and its words
get back the time at which they were said; then it goes into the checkpoint. Memory does not grow with the recording,
and a run that was killed resumes at the first missing chunk, with the same transcript it would have made in one go.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import untrusted
from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.errors import TranscribeError
from pipeline.file_names import printable
from pipeline.invented_speech import mark_suspect
from pipeline.progress import Heard, Progress
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.transcribe import checkpoint as checkpoints
from pipeline.transcribe import chunking, english_only, models, segments
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.decoding import BEAM_SIZE, decode
from pipeline.transcribe.engine import Engine, check_language, detect_speech, load
from pipeline.transcribe.excerpts import ExcerptRecogniser, excerpt_recogniser
from pipeline.transcribe.language import UNDETERMINED, SpokenLanguage, detect_language
from pipeline.transcribe.models import default_model, find_weights, hub_address, installed
from pipeline.transcribe.speech_activity import speech_activity
from pipeline.untrusted import InvalidInput

__all__ = [
    "ExcerptRecogniser",
    "default_model",
    "excerpt_recogniser",
    "find_weights",
    "hub_address",
    "installed",
    "speech_activity",
    "transcribe",
]

_log = logging.getLogger(__name__)

_CHECKPOINT_VERSION = 1  # of the checkpoint's lines and of everything that changes what is recognised


def transcribe(
    media: Path,
    *,
    model: str | None,
    model_dir: Path | None,
    hotwords: Sequence[str] = (),
    language: str | None = None,
    track: str | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    heard: Heard | None = None,
) -> Transcript:
    """Everything said in `media`, with a time for each word.

    `hotwords` are spellings the model is to prefer, most important first; those beyond `jargon.MAX_HOTWORD_TOKENS` are
    left out.
    `language` is a code such as `en` or `pt-BR`; without it, or when Whisper has none for it, the model detects the
    language of the first speech there is.
    `track` is the number or the language of a sound track, as `open_sound` takes it. Which of several is heard is
    logged as a warning.
    `checkpoint` is a file for finished chunks (at most 5 minutes of sound). When it exists and belongs to the same
    recording, model and options, the run resumes from it. The caller removes it once the transcript is stored.
    `progress` is called with seconds of sound, done and in total, and `heard` with what is said, as soon as it is
    understood, first with what is in the checkpoint: the transcript may have it a little better.

    Raises:
        AudioUnreadable: the file cannot be read as sound.
        ModelUnavailable: there are no weights, or they are damaged.
        TranscribeError: the model does not know the language, given or not, or failed; the checkpoint cannot be
            written.
    """
    given = models.whisper_code(language) if language else None
    with open_sound(media, track) as sound:
        if sound.choice:
            _log.warning("%s: %s", printable(media.name), sound.choice)
        engine = load(*models.choose_model(model, model_dir, given), hotwords)
        check_language(engine, given)
        done = (
            _finished_lines(checkpoint, _checkpoint_header(media, sound.track.number, engine, given))
            if checkpoint
            else []
        )
        finished_samples = done[-1]["end"] if done else 0
        listener = _Listener(progress, heard, sound.duration)
        for line in done:
            listener.hear_again(line)
        for chunk in chunking.split_into_chunks(sound.blocks, detect_speech, skip=finished_samples):
            line = _checkpoint_line(engine, chunk, _sure_language(given, done), listener)
            if checkpoint:
                checkpoints.append(checkpoint, line)
            done.append(line)
    if engine.is_english_only and not given:
        better = models.multilingual_model(model_dir)
        english_only.refuse_foreign(english_only.from_lines(done), engine.name, better)
    return _transcript(engine, done, given)


def _checkpoint_header(media: Path, track: int, engine: Engine, language: str | None) -> dict[str, Any]:
    """What a checkpoint is good for: no other run may resume from it."""
    return {
        "jumpnotes": "transcription",
        "version": _CHECKPOINT_VERSION,
        "media": _fingerprint(media),
        "model": engine.name,
        "weights": engine.weights_bytes,
        "compute": engine.model.model.compute_type,
        "beam": BEAM_SIZE,
        "batch": engine.batch_size,
        "language": language,
        "hotwords": list(engine.hotwords),
    } | ({"track": track} if track > 1 else {})


def _finished_lines(checkpoint: Path, header: dict[str, Any]) -> list[dict[str, Any]]:
    return checkpoints.resume(checkpoint, header, _is_whole)


def _is_whole(line: Mapping[str, Any]) -> bool:
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


def _sure_language(given: str | None, done: Sequence[dict[str, Any]]) -> str | None:
    """The language given, or the one an earlier chunk left no doubt about."""
    return given or next(
        (line["language"]["code"] for line in done if line["language"] and line["language"]["sure"]), None
    )


@dataclass(frozen=True, slots=True)
class _Listener:
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


def _checkpoint_line(engine: Engine, chunk: Chunk, language: str | None, listener: _Listener) -> dict[str, Any]:
    """Transcribe one chunk, into a line of the checkpoint."""
    spoken = SpokenLanguage(language, sure=True) if language else None
    found: list[Segment] = []
    understood: dict[str, Any] = {}
    if chunk.speech:
        try:
            spoken = spoken or detect_language(engine, chunk)
            windows = decode(engine, chunk, spoken.code, listener.hear)
        except RuntimeError as error:
            hint = "If memory is short, choose a smaller model. The chunks finished so far are used again."
            raise TranscribeError(f"speech model {engine.name} failed: {error}", hint=hint) from error
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


def _transcript(engine: Engine, done: Sequence[dict[str, Any]], language: str | None) -> Transcript:
    found = [_from_json(segment) for line in done for segment in line["segments"]]
    detected = next((line["language"]["code"] for line in reversed(done) if line["language"]), None)
    fallback = "en" if engine.is_english_only else UNDETERMINED
    return Transcript(
        language=_sure_language(language, done) or detected or fallback,
        origin=Origin.ASR,
        model=engine.name,
        segments=mark_suspect(found, engine.hotwords),
        duration=done[-1]["end"] / SAMPLE_RATE if done else 0.0,
    )
