"""faster-whisper: a speech model loaded and ready, and the detection of speech that comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.audio import Samples
from pipeline.errors import ModelUnavailable, TranscribeError
from pipeline.language.jargon import MAX_HOTWORD_TOKENS
from pipeline.transcribe import models
from pipeline.transcribe.chunking import MAX_REGION_SECONDS, Region

_CPU_BATCH_WINDOWS = 4  # at a time: on two cores as fast as 8 (docs/models.md), with less memory
_GPU_BATCH_WINDOWS = 16
_MIN_SILENCE_MS = 160  # shorter pauses are not seen


@dataclass(frozen=True, slots=True)
class Engine:
    """A loaded model and how it is used."""

    name: str
    weights_bytes: int  # distinguishes two models of one name
    pipeline: Any  # faster_whisper.BatchedInferencePipeline
    batch_size: int  # windows decoded at a time
    hotwords: tuple[str, ...] = ()

    @property
    def model(self) -> Any:
        return self.pipeline.model

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.model.supported_languages)

    @property
    def is_english_only(self) -> bool:
        return self.languages == {"en"}


def load(name: str, folder: Path, hotwords: Sequence[str]) -> Engine:
    """The model `name`, whose weights are in `folder`, with as many of `hotwords` as fit into MAX_HOTWORD_TOKENS.

    Raises:
        ModelUnavailable: the weights cannot be used.
    """
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    machine = models.hardware()
    device = "cpu" if machine.gpu_memory is None else "cuda"
    try:
        model = WhisperModel(str(folder), device=device, compute_type=machine.compute_type, cpu_threads=machine.cores)
    except (RuntimeError, ValueError) as error:
        hint = "Download the model again, or choose another with --model or JUMPNOTES_MODEL."
        raise ModelUnavailable(name, f"the weights in {folder} cannot be used ({error})", hint=hint) from error
    return Engine(
        name,
        weights_bytes=(folder / "model.bin").stat().st_size,
        pipeline=BatchedInferencePipeline(model),
        batch_size=_CPU_BATCH_WINDOWS if device == "cpu" else _GPU_BATCH_WINDOWS,
        hotwords=_within_budget(model, hotwords),
    )


def _within_budget(model: Any, hotwords: Sequence[str]) -> tuple[str, ...]:
    """The first of `hotwords` that fit, counted as they are given to the model."""
    fitting: list[str] = []
    for hotword in hotwords:
        prompt = " " + hotword_prompt([*fitting, hotword])
        if len(model.hf_tokenizer.encode(prompt, add_special_tokens=False).ids) <= MAX_HOTWORD_TOKENS:
            fitting.append(hotword)
    return tuple(fitting)


def hotword_prompt(hotwords: Sequence[str]) -> str:
    """How hotwords are given to the model."""
    return ", ".join(hotwords)


def check_language(engine: Engine, language: str | None) -> None:
    """Check that the model knows `language`, Whisper's code; None is any.

    Raises:
        TranscribeError: it does not.
    """
    if language and language not in engine.languages:
        known = "English only" if engine.is_english_only else ", ".join(sorted(engine.languages))
        better = f", such as {models.multilingual_model()}," if engine.is_english_only else ""
        raise TranscribeError(
            f"speech model {engine.name} does not know the language {language!r}",
            hint=f"It knows {known}. Choose another model{better} with --model or JUMPNOTES_MODEL.",
        )


def detect_speech(samples: Samples) -> list[Region]:
    """Where somebody speaks (Silero's voice activity detection)."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_silence_duration_ms=_MIN_SILENCE_MS, max_speech_duration_s=MAX_REGION_SECONDS, speech_pad_ms=0
    )
    return [(region["start"], region["end"]) for region in get_speech_timestamps(samples, options)]
