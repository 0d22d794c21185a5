"""The words of the notes that a speech model is likely to mishear: names, identifiers, jargon.

Whisper writes what it knows: `osquery` becomes "Oscar e". Given as hotwords, the spellings of the notes win. There is
room for a few dozen, so they are ranked by form (an identifier is no everyday word), by rarity in English, and by
rarity in the other notes of the folder.

A word is rare in English if it is none of `plain_words`. Their list is the single-token part of the very vocabulary
that Whisper writes with: it has seldom seen a word that takes several tokens.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from pipeline.language.plain_words import plain_english
from pipeline.language.word_forms import (
    WORD,
    form_score,
    has_form_of_identifier,
    is_misspelling,
    without_links,
)
from pipeline.records import Block, BlockKind, Notes

MAX_HOTWORD_TOKENS = 120  # of the 448 that Whisper attends to; the text of 30 s of speech needs the rest

_SENTENCE_START_WEIGHT = 0.1  # of a capitalised spelling: the capital may be due to the sentence
_LETTERS_PER_TOKEN = 2.9  # of jargon; it takes about three, so this errs on the safe side

_UNSPOKEN = frozenset((BlockKind.MARKUP, BlockKind.CODE))
_APOSTROPHES = frozenset("'’")
_SENTENCE_ENDINGS = frozenset(".?!:")


def hotwords(notes: Notes, *, others: Iterable[str] = ()) -> tuple[str, ...]:
    """Spellings from `notes` for the speech model, the most distinctive first.

    `others` are the texts of the other notes of the folder. Joined by ", " the words take at most MAX_HOTWORD_TOKENS,
    estimated on the safe side.
    """
    forms: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word, weight in _spellings(notes):
        forms[word.lower()][word] += weight
    rarity_among = _rarity_among(others)
    scores: dict[str, float] = {}
    chosen: set[str] = set()
    # The more usual spelling comes first, so that of two that differ by a letter the rarer one counts as the mistake.
    for key, spellings in sorted(forms.items(), key=lambda item: -sum(item[1].values())):
        word = max(spellings, key=lambda form: (has_form_of_identifier(form), spellings[form], form))
        score = form_score(word)
        if score and not is_misspelling(key, plain_english()) and not is_misspelling(key, chosen):
            chosen.add(key)
            rarity = 1.0 if word.istitle() else rarity_among(key)  # people come to every meeting, and are named in each
            scores[word] = score * (1 + math.log1p(sum(spellings.values()))) * rarity
    return tuple(_fitting(sorted(scores, key=lambda word: (-scores[word], word))))


def find_jargon(notes: Notes) -> dict[str, float]:
    """Every spelling in `notes` that is not plain English, with the score of its form by which `hotwords` ranks.

    Unlike `hotwords` it includes misspellings and has no limit.
    """
    scores = {word: form_score(word) for word in dict.fromkeys(word for word, _ in _spellings(notes))}
    return {word: score for word, score in scores.items() if score}


def find_shared_jargon(texts: Iterable[str]) -> dict[str, float]:
    """The jargon of a folder of Markdown `texts` that at least two of them spell alike: once is often a mistake."""
    frequency = Counter(
        word for text in texts for word in {found.strip("_") for found in WORD.findall(without_links(text))}
    )
    scores = {
        word: form_score(word) for word, count in frequency.items() if count > 1 and _APOSTROPHES.isdisjoint(word)
    }
    known = plain_english()
    return {word: score for word, score in scores.items() if score and not is_misspelling(word.lower(), known)}


def _spellings(notes: Notes) -> Iterator[tuple[str, float]]:
    """Each word as it is written, and how much that says about its spelling, 0..1."""
    for block in notes.blocks:
        if block.template or block.kind in _UNSPOKEN:
            continue
        if block.speaker:
            yield from ((name, 1.0) for name in WORD.findall(block.speaker))
        yield from _block_words(block)


def _block_words(block: Block) -> Iterator[tuple[str, float]]:
    text = without_links(block.text)
    done = 0
    for found in WORD.finditer(text):
        marks = _marks_before(text, found.start(), done)
        at_start, done = found.start() - len(marks) == 0 and not marks.strip(), found.end()
        word = re.sub(r"['’]s$", "", found.group())
        if "'" in word or "’" in word or len(word) < 2:
            continue
        first = block.kind is BlockKind.HEADING or at_start or not _SENTENCE_ENDINGS.isdisjoint(marks)
        yield word, _SENTENCE_START_WEIGHT if first and word.istitle() else 1.0


def _marks_before(text: str, end: int, start: int) -> str:
    """The characters between `start` and `end` that follow the last letter or digit there."""
    at = end
    while at > start and not (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return text[at:end]


def _rarity_among(others: Iterable[str]) -> Callable[[str], float]:
    """A weight from 1 (in this note alone) down to 0.5 (in every note), for a lower-case word."""
    count = 0
    frequency: Counter[str] = Counter()
    for text in others:
        count += 1
        frequency.update({word.lower() for word in WORD.findall(without_links(text))})
    return lambda word: 1 - 0.5 * math.log1p(frequency[word]) / math.log1p(count) if count else 1.0


def _fitting(words: Iterable[str]) -> Iterator[str]:
    """The words that fit into MAX_HOTWORD_TOKENS: after one that does not fit, shorter ones still may."""
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if estimated_tokens(" " + longer) <= MAX_HOTWORD_TOKENS:
            text = longer
            yield word


def estimated_tokens(hotwords: str) -> int:
    """At most how many of the model's tokens the words take, joined by ", "; a comma is one."""
    return sum(math.ceil(len(word) / _LETTERS_PER_TOKEN) + 1 for word in hotwords.split(", "))
