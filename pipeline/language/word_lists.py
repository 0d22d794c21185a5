"""Word lists by language: stop words, number words, phrases that open a topic (`word_lists.json`).

A language without lists works too: its words are compared as they are written. Of some there is only a list of stop
words (`related_languages.json`), so that Czech is not taken for Polish.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from pipeline.language.spoken_numbers import TokenKind
from pipeline.language.words import fold, folded_words

_MAX_SAMPLE_WORDS = 5000  # enough to detect a language by
_MIN_STOP_WORD_SHARE = 0.15  # speech has 35-55 % stop words of its own language, short notes have 10-30 %
_MIN_STOP_WORDS = 2  # one alone may be of any language: in, no, do
_INITIAL = re.compile(r"\b[^\W\d_]\.")  # of a name; in French, n and j are words


@dataclass(frozen=True, slots=True)
class Language:
    """Word lists of one language, folded as `fold` does."""

    code: str = ""
    stemmer: str | None = None  # the name Snowball knows it by
    accented_endings: Mapping[str, str] = field(default_factory=dict)  # that the stemmer knows only so: ow is ów
    stop_words: frozenset[str] = frozenset()
    number_words: Mapping[str, tuple[TokenKind, int]] = field(default_factory=dict)
    compound_number: re.Pattern[str] | None = None  # several number words in one: zweitausendvierundzwanzig
    vigesimal: bool = False  # French counts soixante-dix, quatre-vingt
    decimal_comma: bool = False  # 1,5 is one and a half, and 94 000 one number
    letter_names: Mapping[str, str] = field(default_factory=dict)  # as speech recognition writes them: see, queue
    unit_words: Mapping[str, str] = field(default_factory=dict)  # mb after a number is said as megabyte
    topic_phrases: re.Pattern[str] | None = None  # people open a topic with them: "moving on"
    opening_words: frozenset[str] = frozenset()  # in a heading about the start of the meeting: welcome
    closing_words: frozenset[str] = frozenset()  # in a heading about its end
    rarity: Mapping[str, float] = field(default_factory=dict)  # of stems, 0..1; a stem that is not listed is rare: 1
    topical_words: frozenset[str] = frozenset()  # in a heading that gathers one kind of thing: decisions, actions


@cache
def load_languages() -> tuple[Language, ...]:
    """Every language with word lists, in the order of the data file."""
    data = json.loads(resources.files(__package__).joinpath("word_lists.json").read_text(encoding="utf-8"))
    return tuple(_language(code, entry) for code, entry in data.items())


def detect_language(texts: Iterable[str]) -> Language:
    """The language with the most stop words in the first words of `texts`.

    An empty `Language` if none has enough, if two have as many, or if a related language has more: hurried notes are
    sooner said to be in no known language than in a wrong one.
    """
    words: Counter[str] = Counter()
    for text in texts:
        words.update(folded_words(_INITIAL.sub(" ", text)))
        if words.total() >= _MAX_SAMPLE_WORDS:
            break

    def count(stop_words: frozenset[str]) -> int:
        return sum(words[word] for word in words.keys() & stop_words)

    *others, (known, best) = sorted(
        ((count(language.stop_words), language) for language in load_languages()), key=lambda found: found[0]
    )
    rival = max(others[-1][0], *map(count, _related_stop_words()))
    enough = max(_MIN_STOP_WORDS, rival + 1, _MIN_STOP_WORD_SHARE * words.total())
    return best if known >= enough else Language()


@cache
def _related_stop_words() -> tuple[frozenset[str], ...]:
    """Those of languages that share many with one of ours, by which they are told from it."""
    data = json.loads(resources.files(__package__).joinpath("related_languages.json").read_text(encoding="utf-8"))
    return tuple(frozenset(fold(words).split()) for words in data.values())


def _rarity(code: str) -> dict[str, float]:
    file = resources.files(__package__).joinpath(f"rarity.{code}.json")
    if not file.is_file():
        return {}
    levels = json.loads(file.read_text(encoding="utf-8"))["rarity"]
    return {stem: float(level) for level, stems in levels.items() for stem in stems.split()}


def _numbers(entry: Mapping[str, Any]) -> dict[str, tuple[TokenKind, int]]:
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
    numbers = {word: (TokenKind.HOMOPHONE, value) for word, value in entry.get("alike", {}).items()}
    numbers |= {word: (TokenKind.CARDINAL, value) for word, value in cardinals.items()}
    numbers |= {fold(word): (TokenKind.SCALE, value) for word, value in entry["scales"].items()}
    for forms in entry.get("ordinals", ()):
        numbers |= {word: (TokenKind.ORDINAL, value) for value, word in enumerate(fold(forms).split())}
    numbers |= {word: (TokenKind.MULTIPLIER, value) for word, value in entry.get("times", {}).items()}
    numbers |= {fold(word): (TokenKind.POINT, 0) for word in entry["points"].split()}
    return numbers | dict.fromkeys(entry.get("and", "").split(), (TokenKind.AND, 0))


def _compound(numbers: Mapping[str, tuple[TokenKind, int]], entry: Mapping[str, Any]) -> re.Pattern[str]:
    """Matches a number word if nothing but number words, and perhaps an ordinal's ending, follows in the same word."""
    kinds = {TokenKind.CARDINAL, TokenKind.SCALE, TokenKind.AND}
    words = "|".join(sorted((word for word, (kind, _) in numbers.items() if kind in kinds), key=len, reverse=True))
    return re.compile(rf"(?:{words})(?=(?:{words})*(?:{entry.get('ordinal', '')})?$)")


def _language(code: str, entry: Mapping[str, Any]) -> Language:
    numbers = _numbers(entry)
    turns = sorted((re.escape(fold(phrase)) for phrase in entry["turns"]), key=len, reverse=True)
    return Language(
        code=code,
        stemmer=entry["stemmer"],
        accented_endings=entry.get("endings", {}),
        stop_words=frozenset(fold(entry["stop"]).split()),
        number_words=numbers,
        compound_number=_compound(numbers, entry) if "joined" in entry else None,
        vigesimal=entry.get("vigesimal", False),
        decimal_comma=entry.get("comma", False),
        letter_names=entry.get("letters", {}),
        unit_words=entry.get("measures", {}),
        topic_phrases=re.compile(rf"\b(?:{'|'.join(turns)})\b"),
        opening_words=frozenset(fold(entry["opening"]).split()),
        closing_words=frozenset(fold(entry["closing"]).split()),
        topical_words=frozenset(fold(entry["topical"]).split()),
        rarity=_rarity(code),
    )
