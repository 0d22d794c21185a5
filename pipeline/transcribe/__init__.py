"""Speech to text, with word times. The only importer of faster-whisper.

chunking          the sound in chunks of a few minutes, each ending in a silence
engine            a loaded model
language          which language is spoken
english_only      whether a model that knows English only was given another language
decoding          a chunk through the model, window by window
segments          from what the model wrote to sentences
lines             what is heard in a chunk
pieces            the same by several machines
checkpoint        the chunks finished so far, on the disk
models            which model this machine can run, and where its weights are
speech_activity   where somebody speaks, without what is said
excerpts          what is said in a few short stretches

A recording is decoded in a stream and cut into chunks. A chunk is transcribed whole, silence left out, and its words
get back the time at which they were said; then it goes into the checkpoint. Memory does not grow with the recording,
and a run that was killed resumes at the first missing chunk, with the same transcript it would have made in one go.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from pipeline.audio import open_sound
from pipeline.file_names import printable
from pipeline.progress import Heard, Progress
from pipeline.records import Transcript
from pipeline.transcribe import checkpoint as checkpoints
from pipeline.transcribe import chunking, models
from pipeline.transcribe.engine import check_language, detect_speech, load
from pipeline.transcribe.excerpts import ExcerptRecogniser, excerpt_recogniser
from pipeline.transcribe.lines import (
    ChunkListener,
    check_understood,
    header_of,
    is_whole,
    joined,
    line_of,
    spoken_in,
    sure_language,
)
from pipeline.transcribe.models import default_model, find_weights, has_gpu, hub_address, installed
from pipeline.transcribe.pieces import Cut, PieceRecogniser, piece_recogniser
from pipeline.transcribe.speech_activity import speech_activity

__all__ = [
    "Cut",
    "ExcerptRecogniser",
    "PieceRecogniser",
    "default_model",
    "excerpt_recogniser",
    "find_weights",
    "has_gpu",
    "hub_address",
    "installed",
    "piece_recogniser",
    "speech_activity",
    "transcribe",
]

_log = logging.getLogger(__name__)


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
            checkpoints.resume(checkpoint, header_of(media, sound.track.number, engine, given), is_whole)
            if checkpoint
            else []
        )
        finished_samples = done[-1]["end"] if done else 0
        listener = ChunkListener(progress, heard, sound.duration)
        for line in done:
            listener.hear_again(line)
        for chunk in chunking.split_into_chunks(sound.blocks, detect_speech, skip=finished_samples):
            line = line_of(engine, chunk, spoken_in(engine, chunk, sure_language(given, done)), listener)
            if checkpoint:
                checkpoints.append(checkpoint, line)
            done.append(line)
    check_understood(engine, done, given, model_dir)
    return joined(engine, done, given)
