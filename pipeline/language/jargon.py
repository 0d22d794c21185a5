"""The words of the notes a speech model is likely to mishear: names, identifiers, jargon.

Whisper writes what it knows: `osquery` becomes "Oscar e". Given as hotwords, the notes' own spellings win. There is
room for a few dozen, so they are ranked: by form (an identifier is nobody's everyday word), by rarity in English,
and by rarity in the other notes of the folder.

Rare in English is what a list of some 7,000 stems does not hold (`plain_english.txt`). The list is the single-token
part of the very vocabulary Whisper writes with: what it needs several tokens for, it has seldom seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from importlib import resources
from itertools import chain

from pipeline.records import Block, BlockKind, Notes

_UNSPOKEN = frozenset((BlockKind.MARKUP, BlockKind.CODE))
_WORD = re.compile(r"[^\W\d_]\w*(?:['’][^\W\d_]+)?(?:-\d+\b)?")
_LINK = re.compile(r"\S*(?:://|www\.|@[\w-]+\.)\S*|\b[0-9a-f]{7,}\b")  # addresses and commit hashes: nobody says them
_IDENTIFIER = re.compile(r"\w*(?:_\w|[a-z]\d|\d[a-zA-Z]|[A-Z]+\d|[a-z][A-Z]|[A-Z]{2}[a-z]{2})\w*|[A-Z]+-\d+")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_APOSTROPHE = frozenset("'’")
_SENTENCE_END = re.compile(r"[.?!:]\W*$")
ENDINGS = (
    *("s", "es", "ed", "d", "er", "r", "ers", "ing", "ings", "ly", "able", "ness", "ment", "ments", "ally"),
    *("al", "ion", "ions", "ation", "ize", "ized", "izing", "ification"),
)
_PREFIXES = ("un", "re", "non", "dis", "pre", "mis", "over", "sub", "up")

# What a form is worth. The model knows most acronyms and hardly any identifier. A glossary without people's names did
# worse on the re-enactment, and not on the names alone (docs/models.md).
_WORTH_IDENTIFIER = 3.0
WORTH_RARE = 3.0
_WORTH_NAME = 3.0
WORTH_ACRONYM = 1.0
WORTH_COMPOUND = 1.5
_SENTENCE_START = 0.1  # what a capital at the start of a sentence tells of the spelling


def hotwords(
    notes: Notes,
    *,
    others: Iterable[str] = (),
    count_tokens: Callable[[str], int] | None = None,
    budget: int = 120,
) -> tuple[str, ...]:
    """Spellings from `notes` for the speech model, most distinctive first.

    `others` are the texts of the other notes of the folder. `count_tokens` counts the tokens of a text as the model
    does; without it the count is estimated on the safe side. Joined by ", " the words take at most `budget` tokens.
    """
    forms: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word, weight in _spellings(notes):
        forms[word.lower()][word] += weight
    elsewhere = _document_frequency(others)
    common = _common_words()
    scores: dict[str, float] = {}
    taken: set[str] = set()
    # The more usual spelling comes first, so that of two that differ by a letter it is the rarer that counts as a slip.
    for key, spellings in sorted(forms.items(), key=lambda item: -sum(item[1].values())):
        word = max(spellings, key=lambda form: (bool(_IDENTIFIER.fullmatch(form)), spellings[form], form))
        worth = _worth(word, common)
        if worth and not _misspelt(key, common) and not _misspelt(key, taken):
            taken.add(key)
            rarity = 1.0 if word.istitle() else elsewhere(key)  # people come to every meeting, and are named in each
            scores[word] = worth * (1 + math.log1p(sum(spellings.values()))) * rarity
    ranked = sorted(scores, key=lambda word: (-scores[word], word))
    return tuple(_fitting(ranked, count_tokens or _estimated_tokens, budget))


def find_jargon(notes: Notes) -> dict[str, float]:
    """Every spelling in `notes` that is not plain English, and what its form is worth, as `hotwords` ranks it.

    Unlike there, slips of the pen are among them, and there is no budget.
    """
    common = _common_words()
    worths = {word: _worth(word, common) for word in dict.fromkeys(word for word, _ in _spellings(notes))}
    return {word: worth for word, worth in worths.items() if worth}


def find_shared_jargon(texts: Iterable[str]) -> dict[str, float]:
    """The same for the Markdown `texts` of a folder, of what at least two of them spell alike: once is often a slip."""
    frequency = Counter(
        word for text in texts for word in {found.strip("_") for found in _WORD.findall(_LINK.sub(" ", text))}
    )
    common = _common_words()
    worths = {
        word: _worth(word, common) for word, count in frequency.items() if count > 1 and _APOSTROPHE.isdisjoint(word)
    }
    return {word: worth for word, worth in worths.items() if worth and not _misspelt(word.lower(), common)}


def is_identifier(word: str) -> bool:
    """Whether the form alone tells that `word` is nobody's everyday word, in any language: `dns_events`, `TLS`."""
    return bool(_IDENTIFIER.fullmatch(word) or _ACRONYM.fullmatch(word))


def common_english() -> frozenset[str]:
    """Stems of plain English, in lower case."""
    return _common_words()


def _spellings(notes: Notes) -> Iterator[tuple[str, float]]:
    """Each word as it is written, and how much the spelling tells."""
    for block in notes.blocks:
        if block.template or block.kind in _UNSPOKEN:
            continue
        if block.speaker:
            yield from ((name, 1.0) for name in _WORD.findall(block.speaker))
        yield from _block_words(block)


def _block_words(block: Block) -> Iterator[tuple[str, float]]:
    text = _LINK.sub(" ", block.text)
    for found in _WORD.finditer(text):
        word = re.sub(r"['’]s$", "", found.group())
        if "'" in word or "’" in word or len(word) < 2:
            continue
        before = text[: found.start()]
        first = block.kind is BlockKind.HEADING or not before.strip() or bool(_SENTENCE_END.search(before))
        yield word, _SENTENCE_START if first and word.istitle() else 1.0


def _worth(word: str, common: frozenset[str]) -> float:
    """What the model gains by the word; 0 for plain English."""
    key = word.lower()
    if _IDENTIFIER.fullmatch(word):
        return _WORTH_IDENTIFIER
    if _ACRONYM.fullmatch(word):
        return WORTH_ACRONYM
    if len(word) < 3 or _is_common(key, common):
        return 0.0
    if _is_compound(key, common):
        return WORTH_COMPOUND
    return _WORTH_NAME if word.istitle() else WORTH_RARE


def _is_common(word: str, common: frozenset[str]) -> bool:
    """Whether `word` is plain English, as it stands or bent."""
    stems = {word} | {word.removeprefix(prefix) for prefix in _PREFIXES}
    for _ in range(2):  # normal-iz-ed, execut-able-s
        stems |= {bare for stem in stems for bare in _unbent(stem)}
    return not stems.isdisjoint(common)


def _unbent(word: str) -> Iterator[str]:
    """What `word` may be made of: releas-ing of release, stop-p-ed of stop, polic-ies of policy."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = word.removesuffix(ending)
            yield bare
            yield bare + "e"
            yield bare[:-1] if bare[-1] == bare[-2] else bare
            yield bare.removesuffix("i") + "y"


def _is_compound(word: str, common: frozenset[str]) -> bool:
    """Whether `word` is two common words in one, which the model at worst writes as two: `handoff`, `checklist`."""
    return any(_is_common(word[:at], common) and _is_common(word[at:], common) for at in range(3, len(word) - 2))


def _misspelt(word: str, known: Container[str]) -> bool:
    """Whether a longer word is a known one with a letter missing or to spare: no need to teach the model a slip.

    The first letter counts as meant: people make `ccache` of `cache`.
    """
    letters = "abcdefghijklmnopqrstuvwxyz"
    missing = (word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in letters)
    spare = (word[:at] + word[at + 1 :] for at in range(1, len(word)))
    slips = chain(missing, spare if len(word) > 6 else ())
    return len(word) >= 6 and word.isalpha() and any(slip in known for slip in slips)


def _document_frequency(others: Iterable[str]) -> Callable[[str], float]:
    """A weight from 1 (in this note alone) down to 0.5 (in every note), for a lower-case word."""
    count = 0
    frequency: Counter[str] = Counter()
    for text in others:
        count += 1
        frequency.update({word.lower() for word in _WORD.findall(_LINK.sub(" ", text))})
    return lambda word: 1 - 0.5 * math.log1p(frequency[word]) / math.log1p(count) if count else 1.0


def _common_words() -> frozenset[str]:
    text = (resources.files(__package__) / "plain_english.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def _fitting(words: Iterable[str], count_tokens: Callable[[str], int], budget: int) -> Iterator[str]:
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if count_tokens(" " + longer) <= budget:
            text = longer
            yield word


def _estimated_tokens(text: str) -> int:
    """Jargon takes about three letters a token, and a comma is one: a little more than that is safe."""
    return sum(math.ceil(len(word) / 2.9) + 1 for word in text.split(", "))
