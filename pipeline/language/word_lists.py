"""What the aligner knows of a language: stop words, number words, phrases that open a topic (`word_lists.json`).

A language that is not listed works too: its words are compared as they are written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from pipeline.language.spoken_numbers import Kind

WORD = re.compile(r"[^\W_]+")
_SAMPLE = 5000  # words that are enough to tell a language by
_SHARE = 0.15  # a text in its own language has 35-55 % stop words, in a related one 5-15 %


@dataclass(frozen=True, slots=True)
class Language:
    """Word lists of one language, folded as `fold` does."""

    code: str = ""
    stemmer: str | None = None  # the name snowballstemmer knows it by
    stop: frozenset[str] = frozenset()
    numbers: Mapping[str, tuple[Kind, int]] = field(default_factory=dict)  # words of spoken numbers
    compound: re.Pattern[str] | None = None  # several of them in one word: zweitausendvierundzwanzig
    vigesimal: bool = False  # French counts soixante-dix, quatre-vingt
    comma: bool = False  # 1,5 is one and a half, and 94 000 one number
    letters: Mapping[str, str] = field(default_factory=dict)  # how recognisers write the names of letters: see, queue
    measures: Mapping[str, str] = field(default_factory=dict)  # what is said for mb after a number: megabyte
    turns: re.Pattern[str] | None = None  # phrases people open a topic with
    opening: frozenset[str] = frozenset()  # words of a heading that stands for the start of a meeting
    closing: frozenset[str] = frozenset()  # and for its end
    rarity: Mapping[str, float] = field(default_factory=dict)  # of stems, 0..1; what is not listed is rare: 1
    topical: frozenset[str] = frozenset()  # words of a heading that gathers one kind of thing: decisions, actions


def fold(text: str) -> str:
    """Lower case without accents: `Größe` → `grosse`."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def languages() -> tuple[Language, ...]:
    """Every language of the data file, in its order."""
    data = json.loads(resources.files(__package__).joinpath("word_lists.json").read_text(encoding="utf-8"))
    return tuple(_language(code, entry) for code, entry in data.items())


def detect(texts: Iterable[str]) -> Language:
    """The language with the most stop words in the first words of `texts`; a bare `Language` when none has enough."""
    words: list[str] = []
    for text in texts:
        words += WORD.findall(fold(text))
        if len(words) >= _SAMPLE:
            break
    best = max(languages(), key=lambda language: sum(word in language.stop for word in words))
    known = sum(word in best.stop for word in words)
    return best if words and known >= _SHARE * len(words) else Language()


def _rarity(code: str) -> dict[str, float]:
    file = resources.files(__package__).joinpath(f"rarity.{code}.json")
    if not file.is_file():
        return {}
    levels = json.loads(file.read_text(encoding="utf-8"))["rarity"]
    return {stem: float(level) for level, stems in levels.items() for stem in stems.split()}


def _numbers(entry: Mapping[str, Any]) -> dict[str, tuple[Kind, int]]:
    units, tens = fold(entry["units"]).split(), fold(entry["tens"]).split()
    cardinals = {word: value for value, word in enumerate(units)}
    cardinals |= {word: 10 * ten for ten, word in enumerate(tens, start=2)}
    cardinals |= {fold(word): value for word, value in entry["also"].items()}
    if joined := entry.get("joined"):  # einundsechzig, eenenzestig
        cardinals |= {
            f"{unit}{joined}{ten}": 10 * t + u
            for t, ten in enumerate(tens, start=2)
            for u, unit in enumerate(units[:10])
            if u
        }
    numbers = {word: (Kind.ALIKE, value) for word, value in entry.get("alike", {}).items()}
    numbers |= {word: (Kind.NUMBER, value) for word, value in cardinals.items()}
    numbers |= {fold(word): (Kind.SCALE, value) for word, value in entry["scales"].items()}
    numbers |= {word: (Kind.ORDINAL, value) for value, word in enumerate(entry.get("ordinals", "").split())}
    numbers |= {word: (Kind.TIMES, value) for word, value in entry.get("times", {}).items()}
    numbers |= {fold(word): (Kind.POINT, 0) for word in entry["points"].split()}
    return numbers | dict.fromkeys(entry["and"].split(), (Kind.AND, 0))


def _compound(numbers: Mapping[str, tuple[Kind, int]], entry: Mapping[str, Any]) -> re.Pattern[str]:
    """Matches a number word if nothing but number words, and perhaps an ordinal's ending, follows in the same word."""
    kinds = {Kind.NUMBER, Kind.SCALE, Kind.AND}
    words = "|".join(sorted((word for word, (kind, _) in numbers.items() if kind in kinds), key=len, reverse=True))
    return re.compile(rf"(?:{words})(?=(?:{words})*(?:{entry.get('ordinal', '')})?$)")


def _language(code: str, entry: Mapping[str, Any]) -> Language:
    numbers = _numbers(entry)
    turns = sorted((re.escape(fold(phrase)) for phrase in entry["turns"]), key=len, reverse=True)
    return Language(
        code=code,
        stemmer=entry["stemmer"],
        stop=frozenset(fold(entry["stop"]).split()),
        numbers=numbers,
        compound=_compound(numbers, entry) if "joined" in entry else None,
        vigesimal=entry.get("vigesimal", False),
        comma=entry.get("comma", False),
        letters=entry.get("letters", {}),
        measures=entry.get("measures", {}),
        turns=re.compile(rf"\b(?:{'|'.join(turns)})\b"),
        opening=frozenset(fold(entry["opening"]).split()),
        closing=frozenset(fold(entry["closing"]).split()),
        topical=frozenset(fold(entry["topical"]).split()),
        rarity=_rarity(code),
    )
