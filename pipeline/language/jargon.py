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
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain

from pipeline import unspaced
from pipeline.language.plain_words import MAX_PLAIN_CHARS, is_compound, is_plain, plain_english
from pipeline.records import Block, BlockKind, Notes

MAX_HOTWORD_TOKENS = 120  # of the 448 that Whisper attends to; the text of 30 s of speech needs the rest

# What the model gains by a word of this form. It knows most acronyms and hardly any identifier. A list without people's
# names did worse on the re-enactment, and not on the names alone (docs/models.md).
_IDENTIFIER_SCORE = 3.0
RARE_SCORE = 3.0
_NAME_SCORE = 3.0
COMPOUND_SCORE = 1.5
ACRONYM_SCORE = 1.0
_SENTENCE_START_WEIGHT = 0.1  # of a capitalised spelling: the capital may be due to the sentence
_MIN_MISSPELT_LETTERS, _MIN_SPARE_LETTERS = 6, 7  # of a word that may lack a letter, and that may have one to spare
_LETTERS_PER_TOKEN = 2.9  # of jargon; it takes about three, so this errs on the safe side
_MAX_WORD_CHARS = int(MAX_HOTWORD_TOKENS * _LETTERS_PER_TOKEN)  # a longer one does not fit, and is none

_UNSPOKEN = frozenset((BlockKind.MARKUP, BlockKind.CODE))
_WORD = re.compile(r"[^\W\d_]\w*(?:['’][^\W\d_]+)?(?:-\d+\b)?")
_ADDRESS = re.compile(r"://|www\.|@[\w-]+\.")  # in a word; nobody says addresses and commit hashes
_COMMIT_HASH = re.compile(r"\b[0-9a-f]{7,}\b")
_BETWEEN_SPACES = re.compile(r"\S+")
_IDENTIFIER = re.compile(r"\w*(?:_\w|[a-z]\d|\d[a-zA-Z]|[A-Z]+\d|[a-z][A-Z]|[A-Z]{2}[a-z]{2})\w*|[A-Z]+-\d+")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_APOSTROPHES = frozenset("'’")
_SENTENCE_ENDINGS = frozenset(".?!:")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


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
        word = max(spellings, key=lambda form: (_has_form_of_identifier(form), spellings[form], form))
        score = _form_score(word)
        if score and not _is_misspelling(key, plain_english()) and not _is_misspelling(key, chosen):
            chosen.add(key)
            rarity = 1.0 if word.istitle() else rarity_among(key)  # people come to every meeting, and are named in each
            scores[word] = score * (1 + math.log1p(sum(spellings.values()))) * rarity
    return tuple(_fitting(sorted(scores, key=lambda word: (-scores[word], word))))


def find_jargon(notes: Notes) -> dict[str, float]:
    """Every spelling in `notes` that is not plain English, with the score of its form by which `hotwords` ranks.

    Unlike `hotwords` it includes misspellings and has no limit.
    """
    scores = {word: _form_score(word) for word in dict.fromkeys(word for word, _ in _spellings(notes))}
    return {word: score for word, score in scores.items() if score}


def find_shared_jargon(texts: Iterable[str]) -> dict[str, float]:
    """The jargon of a folder of Markdown `texts` that at least two of them spell alike: once is often a mistake."""
    frequency = Counter(
        word for text in texts for word in {found.strip("_") for found in _WORD.findall(_without_links(text))}
    )
    scores = {
        word: _form_score(word) for word, count in frequency.items() if count > 1 and _APOSTROPHES.isdisjoint(word)
    }
    known = plain_english()
    return {word: score for word, score in scores.items() if score and not _is_misspelling(word.lower(), known)}


def is_identifier(word: str) -> bool:
    """Whether the form alone shows that `word` is no everyday word in any language: `dns_events`, `TLS`."""
    return _has_form_of_identifier(word) or bool(_ACRONYM.fullmatch(word))


def _has_form_of_identifier(word: str) -> bool:
    return len(word) <= _MAX_WORD_CHARS and bool(_IDENTIFIER.fullmatch(word))


def _spellings(notes: Notes) -> Iterator[tuple[str, float]]:
    """Each word as it is written, and how much that says about its spelling, 0..1."""
    for block in notes.blocks:
        if block.template or block.kind in _UNSPOKEN:
            continue
        if block.speaker:
            yield from ((name, 1.0) for name in _WORD.findall(block.speaker))
        yield from _block_words(block)


def _block_words(block: Block) -> Iterator[tuple[str, float]]:
    text = _without_links(block.text)
    done = 0
    for found in _WORD.finditer(text):
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


def _without_links(text: str) -> str:
    """`text` without addresses and commit hashes, and without scripts that do not show where a word ends."""
    text = unspaced.blank(text)
    if "://" in text or "www." in text or "@" in text:
        text = _BETWEEN_SPACES.sub(lambda found: " " if _ADDRESS.search(found[0]) else found[0], text)
    return _COMMIT_HASH.sub(" ", text)


def _form_score(word: str) -> float:
    """What the model gains by the word; 0 for plain English, and for what is too long."""
    if len(word) > _MAX_WORD_CHARS:
        return 0.0
    key = word.lower()
    if _has_form_of_identifier(word):
        return _IDENTIFIER_SCORE
    if _ACRONYM.fullmatch(word):
        return ACRONYM_SCORE
    if len(word) < 3 or is_plain(key):
        return 0.0
    if is_compound(key):
        return COMPOUND_SCORE
    return _NAME_SCORE if word.istitle() else RARE_SCORE


def _is_misspelling(word: str, known: Container[str]) -> bool:
    """Whether a longer word is a known one with a letter missing or to spare: no need to teach the model a mistake.

    The first letter counts as intended: `ccache` comes from `cache`.
    """
    if not _MIN_MISSPELT_LETTERS <= len(word) <= MAX_PLAIN_CHARS:
        return False
    missing = (word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in _ALPHABET)
    spare = (word[:at] + word[at + 1 :] for at in range(1, len(word)))
    corrections = chain(missing, spare if len(word) >= _MIN_SPARE_LETTERS else ())
    return word.isalpha() and any(word in known for word in corrections)


def _rarity_among(others: Iterable[str]) -> Callable[[str], float]:
    """A weight from 1 (in this note alone) down to 0.5 (in every note), for a lower-case word."""
    count = 0
    frequency: Counter[str] = Counter()
    for text in others:
        count += 1
        frequency.update({word.lower() for word in _WORD.findall(_without_links(text))})
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
