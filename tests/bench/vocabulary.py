"""What the notes' vocabulary is worth: words heard wrongly, and jargon heard rightly, without and with hotwords.

Run as `python -m tests.bench.vocabulary [--model NAME]`. The recording is the re-enactment in `seeds/`: synthesized
speech, so the figures compare settings with each other; real meetings are heard worse.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import jiwer

from pipeline import notes
from pipeline.language import jargon
from pipeline.records import Transcript
from pipeline.transcribe import transcribe

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class RecognitionScore:
    """How well a recording was heard. Rates are 0..1; the word error rate may exceed 1."""

    word_error_rate: float
    jargon_heard: int
    jargon_said: int

    @property
    def jargon_recall(self) -> float:
        return self.jargon_heard / self.jargon_said if self.jargon_said else 1.0


def measure(said: str, heard: str, jargon: Collection[str]) -> RecognitionScore:
    """Compare what was heard with what was said, word by word (Levenshtein alignment over whole words)."""
    reference, hypothesis = _normal(said), _normal(heard)
    terms = {_normal(term) for term in jargon}
    output = jiwer.process_words(reference, hypothesis)
    words = output.references[0]
    right = [
        word
        for chunk in output.alignments[0]
        if chunk.type == "equal"
        for word in words[chunk.ref_start_idx : chunk.ref_end_idx]
    ]
    return RecognitionScore(output.wer, sum(word in terms for word in right), sum(word in terms for word in words))


def _normal(text: str) -> str:
    """Lower case without punctuation; what joins the parts of one term is dropped: `UTF-8` is `utf8`."""
    text = re.sub(r"(?<=\w)[-_'’](?=\w)", "", text.lower())
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


def said(gold: Path = SEEDS / "reenactment.gold.json") -> str:
    """The words of the re-enactment."""
    return " ".join(utterance["text"] for utterance in json.loads(gold.read_text())["utterances"])


def spoken_jargon(script: Path = SEEDS / "reenactment_script.toml") -> frozenset[str]:
    """The speakers, and the words that do not sound as they are spelled: chosen by the script, not by our own code."""
    table = tomllib.loads(script.read_text())
    return frozenset(table["say"]).union(*table["casts"].values())


def heard(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.heard)


def listen(hotwords: Iterable[str], model: str | None) -> RecognitionScore:
    """Transcribe the re-enactment and measure it."""
    model_dir = os.environ.get("JUMPNOTES_MODEL_DIR")
    transcript = transcribe(
        SEEDS / "reenactment.m4a",
        model=model,
        model_dir=Path(model_dir) if model_dir else None,
        hotwords=tuple(hotwords),
        language="en",
    )
    return measure(said(), heard(transcript), spoken_jargon())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    model = parser.parse_args().model
    words = jargon.hotwords(notes.read(SEEDS / "000_d54e42ad7e88ce35.txt"))
    print(f"model {model}; hotwords: {', '.join(words)}")
    for label, hotwords in (("without", ()), ("with", words)):
        result = listen(hotwords, model)
        print(
            f"{label:8} word error rate {result.word_error_rate:6.1%}   "
            f"jargon heard {result.jargon_heard}/{result.jargon_said} = {result.jargon_recall:.0%}"
        )


if __name__ == "__main__":
    main()
