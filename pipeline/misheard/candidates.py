"""What in a transcript sounds like which word of the notes: terms, runs of heard words, and the pairs of them.

Comparing everything with everything would take minutes, so it is done in three steps, each on what the one before left
over: the skeletons of the sounds by plain Levenshtein distance, the sounds themselves by `phonetics.distance`, and the
spelling. Far from every block that has the term, the skeletons must agree almost wholly.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipeline.align import lexical
from pipeline.language import jargon
from pipeline.language.terms import Normalizer
from pipeline.language.word_lists import WORD, Language, fold
from pipeline.misheard import phonetics
from pipeline.records import Notes, Transcript

Nearness = NDArray[np.float32]
"""Own terms × words: how much a term is to be expected at a word, 0..1."""

LONGEST = 4  # words a term is heard as
GAP = 1.0  # seconds of silence no term goes across
PHONES = (3, 24)  # of the heard words that are compared
LEAST = 2.0  # weight of a way to say a term: shorter ones match by accident
SHORTEST, SHORTEST_OF_OTHERS = 3, 5  # letters of a term
ROUGH, ROUGH_AFAR = 74.0, 85.0  # 0..100: how alike skeletons must be beside the term's blocks, and elsewhere
BESIDE = 0.3  # nearness from which that counts as beside
ALIKE = 0.6  # 0..1: how alike sounds must be to be weighed at all
TELLING = 3  # digits of a number that tell what it is the number of
STEM = 4  # letters that two forms of one word share
READINGS = 4  # of a run with several words in capitals


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the notes. `worth` is that of its form; `own`: these notes have it, not only others of the folder."""

    text: str
    tokens: tuple[str, ...]  # folded
    ways: tuple[str, ...]  # to say it, in phones
    worth: float
    own: bool

    @property
    def letters(self) -> str:
        return "".join(self.tokens)


@dataclass(frozen=True, slots=True)
class Heard:
    """A word of the transcript. Seconds; `probability` as the recogniser gives it, 0..1, None where it gives none."""

    text: str
    start: float
    end: float
    probability: float | None
    tokens: tuple[str, ...]  # folded


@dataclass(frozen=True, slots=True)
class Run:
    """`length` words that stand together, wherever they do: `at` are the places of the first."""

    tokens: tuple[str, ...]
    ways: tuple[str, ...]  # to read it, in phones
    length: int
    taken: bool  # a word of it is a term as it is written, or part of one
    at: list[int]

    @property
    def letters(self) -> str:
        return "".join(self.tokens)

    def core(self, language: Language) -> tuple[str, ...]:
        """The tokens without stop words before and behind."""
        telling = [at for at, t in enumerate(self.tokens) if t not in language.stop or t in _LETTERS]
        return self.tokens[telling[0] : telling[-1] + 1] if telling else self.tokens


_LETTERS = frozenset("bcdefghjklmnopqrstuvwxyz")  # as spelled ones; "a" and "i" are words


@dataclass(frozen=True, slots=True)
class Pair:
    """A term and a run that sound alike. `sound` 0..1; `distance` and `weight` (the term's) as phonetics has them."""

    term: int
    run: int
    sound: float
    distance: float
    weight: float


def terms(notes: Notes, others: Iterable[str], language: Language) -> list[Term]:
    """What to look for: every jargon word of `notes`, then the clearest of the `others` of the folder.

    What is jargon in a language whose everyday words nobody has listed, only its form tells, or that it is code.
    """
    everyday = jargon.common_english()
    code = {word for block in notes.blocks for span in _CODE.findall(block.html) for word in _NAME.findall(span)}
    found: dict[tuple[str, ...], Term] = {}
    for text, worth in jargon.find_jargon(notes).items():
        if language.rarity or jargon.is_identifier(text) or text in code:
            _add(found, text, worth, everyday, own=True)
    for text, worth in jargon.find_shared_jargon(others).items():
        clear = worth >= jargon.WORTH_RARE and len(text) >= SHORTEST_OF_OTHERS
        if clear and (language.rarity or jargon.is_identifier(text)):
            _add(found, text, worth, everyday, own=False)
    return list(found.values())


_CODE = re.compile(r"<code>([^<]*)</code>")
_NAME = re.compile(r"\w+")


def _add(found: dict[tuple[str, ...], Term], text: str, worth: float, everyday: frozenset[str], *, own: bool) -> None:
    singular = text[:-1] if text.endswith("s") and text[:-1].isupper() else text
    tokens = tuple(WORD.findall(fold(singular)))
    if len(singular) < SHORTEST or not tokens or tokens in found:
        return
    ways = phonetics.said(singular, everyday)
    heavy = tuple(way for way, weight in zip(ways, phonetics.weight(ways), strict=True) if weight >= LEAST)
    if heavy:
        found[tokens] = Term(text, tokens, heavy, worth, own)


def words(transcript: Transcript) -> Iterator[Heard]:
    """Every heard word."""
    for segment in transcript.heard:
        for word in segment.timed_words:
            known = word.probability if segment.words else None
            yield Heard(word.text, word.start, word.end, known, tuple(WORD.findall(fold(word.text))))


def standing(said: Sequence[Heard], sought: Sequence[Term], normalizer: Normalizer) -> list[list[range]]:
    """The places of the words where each term stands as it is written, but for its ending."""
    stream = [(token, at) for at, word in enumerate(said) for token in word.tokens]
    stems = [tuple(normalizer.stem(token) for token in term.tokens) for term in sought]
    beginning: dict[str, list[int]] = defaultdict(list)
    for t, whole in enumerate(stems):
        beginning[whole[0]].append(t)
    initials = {stem[:2] for stem in beginning}  # stemming takes long, and leaves the beginning alone
    found: list[list[range]] = [[] for _ in sought]
    for place, (token, at) in enumerate(stream):
        for t in beginning.get(normalizer.stem(token), ()) if token[:2] in initials else ():
            here = stream[place : place + len(stems[t])]
            if tuple(normalizer.stem(token) for token, _ in here) == stems[t]:
                found[t].append(range(at, here[-1][1] + 1))
    return found


def runs(said: Sequence[Heard], taken: set[int], language: Language) -> list[Run]:
    """Every run of one to four words but for those of stop words alone. `taken` are the places where terms stand."""
    ways = {text: phonetics.heard(text) for text in {word.text for word in said}}
    stop = [all(token in language.stop and len(token) > 1 for token in word.tokens) for word in said]
    found: dict[tuple[tuple[str, ...], int, bool], Run] = {}
    for first in range(len(said)):
        tokens: tuple[str, ...] = ()
        readings: tuple[str, ...] = ("",)
        for last in range(first, min(first + LONGEST, len(said))):
            word = said[last]
            if not word.tokens or (last > first and word.start - said[last - 1].end > GAP):
                break
            tokens += word.tokens
            readings = _joined(readings, ways[word.text])
            if len(readings[0]) > PHONES[1]:
                break
            ragged = (stop[first] or stop[last]) and any(map(str.isdecimal, tokens))  # 2046, not "that 2046"
            if len(readings[0]) < PHONES[0] or all(stop[first : last + 1]) or ragged:
                continue
            length = last + 1 - first
            key = tokens, length, not taken.isdisjoint(range(first, last + 1))
            if (run := found.get(key)) is None:
                run = found[key] = Run(tokens, readings, length, key[2], [])
            run.at.append(first)
    return list(found.values())


def _joined(before: tuple[str, ...], ways: tuple[str, ...]) -> tuple[str, ...]:
    if len(before) == len(ways) == 1:
        return (before[0] + ways[0],)
    return tuple(dict.fromkeys(a + b for a in before for b in ways))[:READINGS]


def pairs(sought: Sequence[Term], heard: Sequence[Run], near: Nearness, language: Language) -> list[Pair]:
    """What sounds alike: of each term and run the way to say and to read them that agree best."""
    skeletons: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for r, run in enumerate(heard):
        for reading in run.ways:
            skeletons[phonetics.skeleton(reading)].append((r, reading))
    nearest = _nearest(near, heard)
    best: dict[tuple[int, int], Pair] = {}
    for least, own in ((ROUGH, True), (ROUGH_AFAR, False)):
        ways = [(t, way) for t, term in enumerate(sought) if term.own is own for way in term.ways]
        rough = [
            (t, r, way, reading)
            for t, way, skeleton, agreement in _rough(ways, list(skeletons), least)
            for r, reading in skeletons[skeleton]
            if agreement >= ROUGH_AFAR or nearest[t, r] >= BESIDE
            # Where a term stands, nothing else was said, unless it is but a part of it: "endpoint security".
            if not heard[r].taken or heard[r].letters == sought[t].letters
            if not _contradicts(sought[t], heard[r], language)
        ]
        for pair in _close(rough):
            known = best.get((pair.term, pair.run))
            if known is None or pair.sound > known.sound:
                best[pair.term, pair.run] = pair
    return list(best.values())


def _contradicts(term: Term, run: Run, language: Language) -> bool:
    """Whether the run is certainly something else: another number, or the same word bent otherwise."""
    letters, heard = term.letters, run.letters
    if letters == heard:
        return False
    number, other = _NOT_DIGITS.sub("", letters), _NOT_DIGITS.sub("", heard)
    if number and other:
        same_number = number == other or (len(other) >= TELLING and number.endswith(other))
        return not same_number or (heard == other and len(other) < TELLING)
    if number:
        return not any(token in language.numbers for token in run.tokens)  # "arm sixty-four"
    core = run.core(language)
    if len(core) > 1:
        return False
    word = core[0]
    shorter, longer = sorted((letters, word), key=len)
    if run.length == 1 and len(shorter) >= STEM and len(longer) > len(shorter) + 1 and shorter in longer:
        return True
    same = next((at for at, (a, b) in enumerate(zip(letters, word, strict=False)) if a != b), len(word))
    return same >= STEM and letters[same:] in _ENDINGS and word[same:] in _ENDINGS


_ENDINGS = frozenset(("", *jargon.ENDINGS, "e", "en", "n", "y", "ies", "ied", "ity", "or", "ors", "ence", "ance"))
_NOT_DIGITS = re.compile(r"\D")


def _rough(ways: Sequence[tuple[int, str]], keys: Sequence[str], least: float) -> Iterator[tuple[int, str, str, float]]:
    if ways and keys:
        for way, key, agreement in lexical.alike([phonetics.skeleton(way) for _, way in ways], keys, least):
            yield *ways[way], keys[key], agreement


def _close(rough: Sequence[tuple[int, int, str, str]]) -> Iterator[Pair]:
    said, read = [way for _, _, way, _ in rough], [reading for _, _, _, reading in rough]
    distance, weight = phonetics.distance(said, read), phonetics.weight(said)
    sound = 1 - distance / np.maximum(weight, phonetics.weight(read))
    for i in np.flatnonzero(sound >= ALIKE).tolist():
        yield Pair(rough[i][0], rough[i][1], float(sound[i]), float(distance[i]), float(weight[i]))


def _nearest(near: Nearness, heard: Sequence[Run]) -> Nearness:
    """The same for runs, at the place of each where the term is to be expected most."""
    if not heard:
        return np.zeros((len(near), 0), dtype=np.float32)
    places = np.fromiter(chain.from_iterable(run.at for run in heard), dtype=np.int64)
    edges = np.cumsum([0, *(len(run.at) for run in heard[:-1])])
    nearest: Nearness = np.maximum.reduceat(near[:, places], edges, axis=1)
    return nearest
