"""Speech to text, with word times. The only importer of faster-whisper (weights are found by `models`).

A recording is decoded in a stream and cut into pieces of a few minutes, each ending in a silence (`audio`, `pieces`).
A piece is transcribed whole, silence left out, and its words get back the time at which they were said; then it goes
into the checkpoint. Memory does not grow with the recording, and a run that was killed goes on at the first piece
that is missing, to the very transcript it would have made in one go.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.errors import ModelUnavailable, TranscribeError
from pipeline.language.jargon import MAX_HOTWORD_TOKENS
from pipeline.records import Origin, Progress, Segment, Transcript, Word
from pipeline.transcribe import checkpoint as checkpoints
from pipeline.transcribe import chunking, models, segments
from pipeline.transcribe.chunking import Piece, Region
from pipeline.transcribe.models import default_model, find_weights, installed
from pipeline.transcribe.segments import Passage

__all__ = ["MAX_HOTWORD_TOKENS", "default_model", "find_weights", "installed", "transcribe"]

UNDETERMINED = "und"  # the language of a recording without speech (BCP 47)

_VERSION = 1  # of the checkpoint's lines and of everything that changes what is heard
_BEAM_SIZE = 5
_CPU_BATCH = 4  # passages at a time: on two cores as fast as 8 (docs/models.md), with less memory
_GPU_BATCH = 16
_SURE = 0.5  # probability from which a detected language is not questioned again
_LISTENS = 3  # passages of a piece that are listened to for its language
_MISSED = 2.0  # seconds of speech without a word that are listened to again
_MAX_WORD = 5.0  # seconds; what lasts longer is a pause taken for part of the word
_UNSPACED = frozenset(("zh", "ja", "th", "lo", "my", "yue"))  # languages Whisper writes without spaces


@dataclass(frozen=True, slots=True)
class _Engine:
    """A loaded model and how it is used."""

    name: str
    size: int  # bytes of weights: tells two models of one name apart
    pipeline: Any  # faster_whisper.BatchedInferencePipeline
    batch_size: int
    hotwords: tuple[str, ...] = ()

    @property
    def model(self) -> Any:
        return self.pipeline.model

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.model.supported_languages)


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    sure: bool


def transcribe(
    media: Path,
    *,
    model: str | None,
    model_dir: Path | None,
    hotwords: Sequence[str] = (),
    language: str | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Transcript:
    """Everything said in `media`, with a time for each word.

    `hotwords` are spellings the model is to prefer, most important first; what exceeds MAX_HOTWORD_TOKENS is left out.
    `language` is a code such as `en` or `pt-BR`; without it, or when Whisper has none for it, the model listens to
    the first speech there is.
    `checkpoint` is a file in which finished pieces (at most 5 minutes of sound) are kept. When it exists and belongs to
    the same recording, model and options, the run goes on from there. It is left for the caller to remove once the
    transcript is stored. `progress` is called with seconds of sound, done and in all.

    Raises:
        AudioUnreadable: the file cannot be read as sound.
        ModelUnavailable: there are no weights, or they are damaged.
        TranscribeError: the model does not know the language or failed; the checkpoint cannot be written.
    """
    spoken = models.whisper_code(language) if language else None
    with open_sound(media) as sound:
        engine = _load(*models.choose(model, model_dir, spoken), hotwords)
        _check_language(engine, spoken)
        done = checkpoints.resume(checkpoint, _job(media, engine, spoken)) if checkpoint else []
        position = done[-1]["end"] if done else 0
        for piece in chunking.cut(sound.blocks, _speech, skip=position):
            line = _piece_line(engine, piece, _settled(spoken, done), _ticker(progress, sound.length))
            if checkpoint:
                checkpoints.append(checkpoint, line)
            done.append(line)
    return _transcript(engine, done, spoken)


def _load(name: str, folder: Path, hotwords: Sequence[str]) -> _Engine:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    machine = models.hardware()
    device = "cpu" if machine.gpu_memory is None else "cuda"
    try:
        model = WhisperModel(str(folder), device=device, compute_type=machine.compute_type, cpu_threads=machine.cores)
    except (RuntimeError, ValueError) as error:
        hint = "Download the model again, or choose another with --model."
        raise ModelUnavailable(name, f"the weights in {folder} cannot be used ({error})", hint=hint) from error
    batch_size = _CPU_BATCH if device == "cpu" else _GPU_BATCH
    size = (folder / "model.bin").stat().st_size
    return _Engine(name, size, BatchedInferencePipeline(model), batch_size, _within_budget(model, hotwords))


def _within_budget(model: Any, hotwords: Sequence[str]) -> tuple[str, ...]:
    """The first of `hotwords` that fit, counted as they are given to the model."""
    kept: list[str] = []
    for hotword in hotwords:
        tokens = model.hf_tokenizer.encode(" " + _prompt([*kept, hotword]), add_special_tokens=False).ids
        if len(tokens) <= MAX_HOTWORD_TOKENS:
            kept.append(hotword)
    return tuple(kept)


def _prompt(hotwords: Sequence[str]) -> str:
    return ", ".join(hotwords)


def _check_language(engine: _Engine, language: str | None) -> None:
    if language and language not in engine.languages:
        known = "English only" if engine.languages == {"en"} else ", ".join(sorted(engine.languages))
        raise TranscribeError(
            f"speech model {engine.name} does not know the language {language!r}",
            hint=f"It knows {known}. Choose another model with --model.",
        )


def _job(media: Path, engine: _Engine, language: str | None) -> dict[str, Any]:
    """What a checkpoint is good for: nothing else may go on from it."""
    return {
        "jumpnotes": "transcription",
        "version": _VERSION,
        "media": _fingerprint(media),
        "model": engine.name,
        "weights": engine.size,
        "compute": engine.model.model.compute_type,
        "beam": _BEAM_SIZE,
        "batch": engine.batch_size,
        "language": language,
        "hotwords": list(engine.hotwords),
    }


def _fingerprint(media: Path, sample: int = 2**20) -> str:
    """Size and a hash of the beginning, middle and end: enough to tell recordings apart without reading gigabytes."""
    size = media.stat().st_size
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with media.open("rb") as file:
        for position in (0, size // 2, max(0, size - sample)):
            file.seek(position)
            digest.update(file.read(sample))
    return digest.hexdigest()


def _speech(samples: Samples) -> list[Region]:
    """Where somebody speaks (Silero's voice activity detection). Only pauses of 0.16 s and more are seen."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=160, max_speech_duration_s=chunking.MAX_SPEECH, speech_pad_ms=0)
    return [(region["start"], region["end"]) for region in get_speech_timestamps(samples, options)]


def _settled(language: str | None, done: Sequence[dict[str, Any]]) -> str | None:
    """The language given, or the one an earlier piece left no doubt about."""
    return language or next(
        (line["language"]["code"] for line in done if line["language"] and line["language"]["sure"]), None
    )


def _ticker(progress: Progress | None, length: float | None) -> Callable[[float], None]:
    def tick(second: float) -> None:
        if progress:
            progress(second, max(length or 0.0, second))

    return tick


def _piece_line(engine: _Engine, piece: Piece, language: str | None, tick: Callable[[float], None]) -> dict[str, Any]:
    """Transcribe one piece, into a line of the checkpoint."""
    heard = _Language(language, sure=True) if language else None
    found: list[Segment] = []
    if piece.speech:
        try:
            heard = heard or _detect_language(engine, piece)
            passages = _listen(engine, piece, heard.code, tick)
        except RuntimeError as error:
            hint = "If memory is short, choose a smaller model; what was finished so far is used again."
            raise TranscribeError(f"speech model {engine.name} failed: {error}", hint=hint) from error
        found = segments.split(passages, spaced=heard.code not in _UNSPACED)
    tick(piece.end / SAMPLE_RATE)
    return {
        "end": piece.end,
        "language": asdict(heard) if heard else None,
        "segments": [_to_json(segment) for segment in found],
    }


def _listen(engine: _Engine, piece: Piece, language: str, tick: Callable[[float], None]) -> list[Passage]:
    """What is said in a piece; stretches the model passed over in silence are listened to again.

    Now and then the model drops the beginning or the end of a passage, more often with hotwords than without. The word
    times show it: seconds of speech without a word. On their own, and at last without hotwords, most are heard.
    """
    passages = list(_passages(engine, piece, chunking.pack(piece.speech), language, engine.hotwords, tick))
    for hotwords in dict.fromkeys((engine.hotwords, ())):
        words = sorted((word for passage in passages for word in passage.words), key=lambda word: word.start)
        spans = [(_sample(word.start) - piece.start, _sample(word.end) - piece.start) for word in words]
        missed = chunking.uncovered(piece.speech, spans, _sample(_MISSED))
        chunks = [chunk for stretch in missed for chunk in chunking.pack(stretch)]
        again = _passages(engine, piece, chunks, language, hotwords, _silently) if chunks else ()
        passages += (passage for passage in again if not passage.doubtful)  # on a mere noise the model invents
    return passages


def _silently(_: float) -> None:
    """A second listening is no progress."""


def _sample(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _detect_language(engine: _Engine, piece: Piece) -> _Language:
    """The likeliest language over a few passages of speech spread over the piece."""
    if not engine.model.model.is_multilingual:
        return _Language("en", sure=True)
    speech = _sound(piece, chunking.pack(piece.speech))
    listened = speech[:: max(1, len(speech) // _LISTENS)][:_LISTENS]
    scores: dict[str, float] = {}
    for samples in listened:
        for code, probability in engine.model.detect_language(audio=samples)[2]:
            scores[code] = scores.get(code, 0.0) + probability / len(listened)
    code = max(scores, key=lambda code: scores[code])
    return _Language(code, sure=scores[code] >= _SURE)


def _sound(piece: Piece, chunks: Sequence[Sequence[Region]]) -> list[Samples]:
    """The samples of each chunk, silence left out."""
    return [np.concatenate([piece.samples[first:after] for first, after in chunk]) for chunk in chunks]


def _passages(
    engine: _Engine,
    piece: Piece,
    chunks: Sequence[Sequence[Region]],
    language: str,
    hotwords: Sequence[str],
    tick: Callable[[float], None],
) -> Iterator[Passage]:
    """What the model makes of each chunk, in the recording's time."""
    speech = _sound(piece, chunks)
    ends = [0, *accumulate(len(samples) for samples in speech)]
    clips = [{"start": start / SAMPLE_RATE, "end": end / SAMPLE_RATE} for start, end in pairwise(ends)]
    found, _ = engine.pipeline.transcribe(
        np.concatenate(speech),
        clip_timestamps=clips,
        language=language,
        beam_size=_BEAM_SIZE,
        batch_size=engine.batch_size,
        word_timestamps=True,
        hotwords=_prompt(hotwords) or None,
    )
    clock = _Clock(piece, [region for chunk in chunks for region in chunk])
    for segment in found:
        words = tuple(clock.words(segment.words or ()))
        if words:
            tick(words[-1].end)
        yield Passage(words, segment.avg_logprob, segment.no_speech_prob, segment.compression_ratio)


class _Clock:
    """Brings words from the time of the speech alone back to the time of the recording."""

    def __init__(self, piece: Piece, regions: Sequence[Region]) -> None:
        self._ends = [end / SAMPLE_RATE for end in accumulate(after - first for first, after in regions)]
        self._regions = [
            ((piece.start + first) / SAMPLE_RATE, (piece.start + after) / SAMPLE_RATE) for first, after in regions
        ]
        self._last = 0.0

    def words(self, found: Sequence[Any]) -> Iterator[Word]:
        """Each word within the one stretch of speech that its middle falls into, and none before the end of the last.

        The model may start the first word after a silence seconds too early; the stretch of speech cannot.
        """
        for word in found:
            index = min(bisect_right(self._ends, (word.start + word.end) / 2), len(self._ends) - 1)
            first, after = self._regions[index]
            shift = after - self._ends[index]
            start = min(max(float(word.start) + shift, first, self._last), max(after, self._last))
            end = min(max(float(word.end) + shift, start), max(after, start), start + _MAX_WORD)
            self._last = round(end, 3)
            yield Word(round(start, 3), self._last, word.word, round(float(word.probability), 3))


def _to_json(segment: Segment) -> dict[str, Any]:
    words = [[word.start, word.end, word.text, word.probability] for word in segment.words]
    return {"text": segment.text, "suspect": segment.suspect, "words": words}


def _from_json(line: dict[str, Any]) -> Segment:
    words = tuple(Word(*word) for word in line["words"])
    return Segment(words[0].start, words[-1].end, line["text"], words, suspect=line["suspect"])


def _transcript(engine: _Engine, done: Sequence[dict[str, Any]], language: str | None) -> Transcript:
    found = [_from_json(segment) for line in done for segment in line["segments"]]
    detected = next((line["language"]["code"] for line in reversed(done) if line["language"]), None)
    only = "en" if engine.languages == {"en"} else UNDETERMINED
    return Transcript(
        language=_settled(language, done) or detected or only,
        origin=Origin.ASR,
        model=engine.name,
        segments=segments.mark(found, engine.hotwords),
        duration=done[-1]["end"] / SAMPLE_RATE if done else 0.0,
    )
