"""What in a transcript sounds like which word of the notes: terms, ngrams of heard words, and the pairs of them.

Comparing everything with everything would take minutes, so it is done in steps, each on what is left of the one before:
the skeletons of the sounds by plain Levenshtein distance, the sounds themselves by `phonetics.distance`, and the
spelling. Far from every block that has the term, the skeletons must agree almost wholly.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Protocol

import numpy as np

from pipeline.language import jargon, plain_words, similarity, word_forms
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import Language
from pipeline.language.words import folded_words
from pipeline.misheard import phonetics
from pipeline.records import Notes, Transcript

MAX_NGRAM_WORDS = 4  # that a term may be heard as
MAX_SILENCE_SECONDS = 1.0  # within an ngram
MIN_PHONES, MAX_PHONES = 3, 24  # of an ngram
MIN_PRONUNCIATION_WEIGHT = 2.0  # of a term: shorter ones match by accident
MIN_TERM_LETTERS, MIN_SHARED_TERM_LETTERS = 3, 5  # of a term of these notes, and of the other ones
MIN_SKELETON_PERCENT, MIN_FAR_SKELETON_PERCENT = 74.0, 85.0  # agreement beside the term's blocks, and elsewhere
MIN_PERCENT = {True: MIN_SKELETON_PERCENT, False: MIN_FAR_SKELETON_PERCENT}  # by whether a term is of these notes
MIN_EXPECTED = 0.3  # from which a word is beside the term's blocks
MIN_PHONETIC_SIMILARITY = 0.6  # 0..1, of a candidate
MIN_NUMBER_DIGITS = 3  # that identify a number by its end
MIN_STEM_LETTERS = 4  # that two forms of one word share
MAX_READINGS = 4  # of an ngram with several words in capitals
WORDS_AT_ONCE = 50_000  # of the transcript, whose ngrams are in memory at once, most of which sound like no term
MAX_COMPARISONS = 1_000_000_000  # pronunciations of terms × words of the transcript; of more terms, the last are left


@dataclass(frozen=True, slots=True)
class JargonTerm:
    """A word of the notes. `score` is that of its form; `own`: these notes have it, not only others of the folder."""

    text: str
    folded: tuple[str, ...]  # its words
    pronunciations: tuple[str, ...]  # in phones
    score: float
    own: bool

    @property
    def letters(self) -> str:
        return "".join(self.folded)


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of the transcript. Seconds; `probability` as the recogniser gives it, 0..1, None where it gives none."""

    text: str
    start: float
    end: float
    probability: float | None
    folded: tuple[str, ...]  # the words in it


@dataclass(frozen=True, slots=True)
class Ngram:
    """`length` successive words, and every place they are heard at: `at` are the indices of the first word."""

    folded: tuple[str, ...]
    readings: tuple[str, ...]  # in phones
    length: int
    has_written_term: bool  # a word of it is a term as it is written, or part of one
    at: list[int]

    @property
    def letters(self) -> str:
        return "".join(self.folded)

    def core(self, language: Language) -> tuple[str, ...]:
        """The words without stop words at the beginning and the end."""
        inner = [at for at, word in enumerate(self.folded) if word not in language.stop_words or word in _LETTERS]
        return self.folded[inner[0] : inner[-1] + 1] if inner else self.folded


_LETTERS = frozenset("bcdefghjklmnopqrstuvwxyz")  # that were spelled; "a" and "i" are words


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Indices of a term and an ngram that sound alike: `similarity` 0..1, `distance` and `term_weight` in phones."""

    term: int
    ngram: int
    similarity: float
    distance: float
    term_weight: float


class Expected(Protocol):
    """How much each term of these notes is to be expected at a word, 0..1."""

    def most(self, term: int, places: Sequence[int]) -> float:
        """At that of the words where it is to be expected most."""


def jargon_terms(notes: Notes, others: Iterable[str], language: Language) -> list[JargonTerm]:
    """What to look for: every jargon word of `notes`, then the clearest of the `others` of the folder.

    In a language without a list of everyday words, only its form shows that a word is jargon, or that it is code.
    """
    everyday = plain_words.plain_english()
    code = {word for block in notes.blocks for span in _CODE.findall(block.html) for word in _NAME.findall(span)}
    found: dict[tuple[str, ...], JargonTerm] = {}
    for text, score in jargon.find_jargon(notes).items():
        if language.rarity or word_forms.is_identifier(text) or text in code:
            _add_term(found, text, score, everyday, own=True)
    for text, score in jargon.find_shared_jargon(others).items():
        clear = score >= word_forms.RARE_SCORE and len(text) >= MIN_SHARED_TERM_LETTERS
        if clear and (language.rarity or word_forms.is_identifier(text)):
            _add_term(found, text, score, everyday, own=False)
    return list(found.values())


_CODE = re.compile(r"<code>([^<]*)</code>")
_NAME = re.compile(r"\w+")


def _add_term(
    found: dict[tuple[str, ...], JargonTerm], text: str, score: float, everyday: frozenset[str], *, own: bool
) -> None:
    singular = text[:-1] if text.endswith("s") and text[:-1].isupper() else text
    folded = tuple(folded_words(singular))
    if len(singular) < MIN_TERM_LETTERS or not folded or folded in found:
        return
    ways = phonetics.pronunciations(singular, everyday)
    weights = phonetics.weight(ways)
    audible = tuple(way for way, weight in zip(ways, weights, strict=True) if weight >= MIN_PRONUNCIATION_WEIGHT)
    if audible:
        found[folded] = JargonTerm(text, folded, audible, score, own)


def heard_words(transcript: Transcript) -> Iterator[HeardWord]:
    """Every heard word."""
    for segment in transcript.heard:
        for word in segment.timed_words:
            probability = word.probability if segment.words else None
            yield HeardWord(word.text, word.start, word.end, probability, tuple(folded_words(word.text)))


def find_written(
    words: Sequence[HeardWord], terms: Sequence[JargonTerm], extractor: TermExtractor
) -> list[list[range]]:
    """The places of the words at which the transcript has each term as it is written, but for its ending."""
    stream = [(folded, at) for at, word in enumerate(words) for folded in word.folded]
    stems = [tuple(extractor.stem(word) for word in term.folded) for term in terms]
    by_stems: dict[tuple[str, ...], list[int]] = defaultdict(list)
    lengths: dict[str, set[int]] = defaultdict(set)  # of the terms that begin with a stem
    for t, term_stems in enumerate(stems):
        by_stems[term_stems].append(t)
        lengths[term_stems[0]].add(len(term_stems))
    initials = {stem[:2] for stem in lengths}  # stemming takes long, and leaves the beginning alone
    found: list[list[range]] = [[] for _ in terms]
    for place, (folded, at) in enumerate(stream):
        for length in lengths.get(extractor.stem(folded), ()) if folded[:2] in initials else ():
            here = stream[place : place + length]
            for t in by_stems.get(tuple(extractor.stem(word) for word, _ in here), ()):
                found[t].append(range(at, here[-1][1] + 1))
    return found


def limited(terms: Sequence[JargonTerm], words: int) -> list[JargonTerm]:
    """The first of the terms, as many as can be compared with so many words."""
    ways = accumulate(len(term.pronunciations) for term in terms)
    return [term for term, count in zip(terms, ways, strict=True) if count * words <= MAX_COMPARISONS]


def find_ngrams(
    words: Sequence[HeardWord], terms: Sequence[JargonTerm], written_places: set[int], language: Language
) -> list[Ngram]:
    """Every run of one to four words that sounds at all like a term, but for those of stop words alone.

    `written_places` are the indices of the words that belong to a term as it is written.
    """
    spoken = [
        (min_percent, [phonetics.skeleton(way) for term in terms if term.own is own for way in term.pronunciations])
        for own, min_percent in MIN_PERCENT.items()
    ]
    found: dict[_NgramKey, Ngram] = {}
    for first in range(0, len(words), WORDS_AT_ONCE):
        here = _ngrams_from(range(first, min(first + WORDS_AT_ONCE, len(words))), words, written_places, language)
        skeletons = {key: [phonetics.skeleton(way) for way in ngram.readings] for key, ngram in here.items()}
        every = list(dict.fromkeys(chain.from_iterable(skeletons.values())))
        alike = {skeleton for least, own in spoken for skeleton in similarity.similar_to_any(own, every, least)}
        for key, ngram in here.items():
            if not alike.isdisjoint(skeletons[key]):
                if known := found.get(key):
                    known.at.extend(ngram.at)
                else:
                    found[key] = ngram
    return list(found.values())


_NgramKey = tuple[tuple[str, ...], int, bool]


def _ngrams_from(
    beginnings: range, words: Sequence[HeardWord], written_places: set[int], language: Language
) -> dict[_NgramKey, Ngram]:
    """The runs that begin at these words."""
    until = min(beginnings.stop + MAX_NGRAM_WORDS, len(words))
    readings_of = {text: phonetics.readings(text) for text in {words[at].text for at in range(beginnings.start, until)}}
    stop = {
        at: all(folded in language.stop_words and len(folded) > 1 for folded in words[at].folded)
        for at in range(beginnings.start, until)
    }
    found: dict[_NgramKey, Ngram] = {}
    for first in beginnings:
        folded: tuple[str, ...] = ()
        readings: tuple[str, ...] = ("",)
        for last in range(first, min(first + MAX_NGRAM_WORDS, len(words))):
            word = words[last]
            if not word.folded or (last > first and word.start - words[last - 1].end > MAX_SILENCE_SECONDS):
                break
            folded += word.folded
            readings = _joined(readings, readings_of[word.text])
            if len(readings[0]) > MAX_PHONES:
                break
            ragged = (stop[first] or stop[last]) and any(map(str.isdecimal, folded))  # 2046, not "that 2046"
            if len(readings[0]) < MIN_PHONES or all(stop[at] for at in range(first, last + 1)) or ragged:
                continue
            length = last + 1 - first
            key = folded, length, not written_places.isdisjoint(range(first, last + 1))
            if (ngram := found.get(key)) is None:
                ngram = found[key] = Ngram(folded, readings, length, key[2], [])
            ngram.at.append(first)
    return found


def _joined(before: tuple[str, ...], readings: tuple[str, ...]) -> tuple[str, ...]:
    if len(before) == len(readings) == 1:
        return (before[0] + readings[0],)
    return tuple(dict.fromkeys(a + b for a in before for b in readings))[:MAX_READINGS]


def find_similar_pairs(
    terms: Sequence[JargonTerm], ngrams: Sequence[Ngram], expected: Expected, language: Language
) -> list[SimilarPair]:
    """What sounds alike: of each term and ngram the pronunciation and the reading that agree best."""
    skeletons: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for n, ngram in enumerate(ngrams):
        for reading in ngram.readings:
            skeletons[phonetics.skeleton(reading)].append((n, reading))
    best: dict[tuple[int, int], SimilarPair] = {}
    for own, min_percent in MIN_PERCENT.items():
        spoken = [(t, way) for t, term in enumerate(terms) if term.own is own for way in term.pronunciations]
        rough = [
            (t, n, way, reading)
            for t, way, skeleton, percent in _similar_skeletons(spoken, list(skeletons), min_percent)
            for n, reading in skeletons[skeleton]
            if percent >= MIN_FAR_SKELETON_PERCENT or expected.most(t, ngrams[n].at) >= MIN_EXPECTED
            # Where a term is written, nothing else was said, unless it is but a part of it: "endpoint security".
            if not ngrams[n].has_written_term or ngrams[n].letters == terms[t].letters
            if not _contradicts(terms[t], ngrams[n], language)
        ]
        for pair in _by_sound(rough):
            known = best.get((pair.term, pair.ngram))
            if known is None or pair.similarity > known.similarity:
                best[pair.term, pair.ngram] = pair
    return list(best.values())


def _contradicts(term: JargonTerm, ngram: Ngram, language: Language) -> bool:
    """Whether the ngram is certainly something else: another number, or another form of the same word."""
    letters, heard = term.letters, ngram.letters
    if letters == heard:
        return False
    number, other = _NOT_DIGITS.sub("", letters), _NOT_DIGITS.sub("", heard)
    if number and other:
        same_number = number == other or (len(other) >= MIN_NUMBER_DIGITS and number.endswith(other))
        return not same_number or (heard == other and len(other) < MIN_NUMBER_DIGITS)
    if number:
        return not any(word in language.number_words for word in ngram.folded)  # "arm sixty-four"
    core = ngram.core(language)
    if len(core) > 1:
        return False
    word = core[0]
    shorter, longer = sorted((letters, word), key=len)
    if ngram.length == 1 and len(shorter) >= MIN_STEM_LETTERS and len(longer) > len(shorter) + 1 and shorter in longer:
        return True
    same = next((at for at, (a, b) in enumerate(zip(letters, word, strict=False)) if a != b), len(word))
    return same >= MIN_STEM_LETTERS and letters[same:] in _ENDINGS and word[same:] in _ENDINGS


_ENDINGS = frozenset(
    ("", *plain_words.INFLECTIONS, "e", "en", "n", "y", "ies", "ied", "ity", "or", "ors", "ence", "ance")
)
_NOT_DIGITS = re.compile(r"\D")


def _similar_skeletons(
    spoken: Sequence[tuple[int, str]], skeletons: Sequence[str], min_percent: float
) -> Iterator[tuple[int, str, str, float]]:
    if spoken and skeletons:
        own = [phonetics.skeleton(way) for _, way in spoken]
        for way, skeleton, percent in similarity.similar_pairs(own, skeletons, min_percent):
            yield *spoken[way], skeletons[skeleton], percent


def _by_sound(rough: Sequence[tuple[int, int, str, str]]) -> Iterator[SimilarPair]:
    spoken, read = [way for _, _, way, _ in rough], [reading for _, _, _, reading in rough]
    distance, weight = phonetics.distance(spoken, read), phonetics.weight(spoken)
    alike = 1 - distance / np.maximum(weight, phonetics.weight(read))
    for i in np.flatnonzero(alike >= MIN_PHONETIC_SIMILARITY).tolist():
        yield SimilarPair(rough[i][0], rough[i][1], float(alike[i]), float(distance[i]), float(weight[i]))
