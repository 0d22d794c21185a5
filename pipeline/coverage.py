"""What was said and is not in the notes: the stretches of a recording that no section covers, and what they are about.

The keywords of a stretch are the words that are most typical of it, by log-likelihood ratio against the rest of the
transcript (T. Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby

from pipeline import unspaced
from pipeline.language.word_lists import load_languages
from pipeline.language.words import find_ngrams, fold, folded_words, is_fragment, word_chars
from pipeline.records import Alignment, Keyword, Notes, Segment, Transcript, UncoveredSpan
from pipeline.section_spans import Span, merged, spans_of

GREETING_SECONDS = 60.0
"""From the first word heard: people arrive and greet each other, which is no topic."""

MIN_SPAN_SECONDS = 30.0
MIN_SPAN_WORDS = 20
"""Of three letters and more. A stretch that is shorter, or has fewer, is a pause or small talk."""

MAX_KEYWORDS = 5
_MIN_KEYWORDS = 3  # that are named even where none is significant
_SIGNIFICANT = 3.84  # of the log-likelihood ratio: 95 % sure that the word belongs to the stretch

_FILLER_SHARE = 0.4  # of the minutes of a meeting, in which a word is said whatever the topic
_MIN_FILLER_MINUTES = 10  # of a meeting; a shorter one does not tell how words are spread

_MAX_FURTHER_CHARS = 2  # of a keyword in a script without spaces, beyond those that stand for a word
_MIN_UNSPACED_MENTIONS = 2  # of such a keyword: any characters stand beside each other once

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:[-'’][^\W_]+)*")
_KATAKANA_WORD = re.compile(r"[\u30a1-\u30fa\u30fc]{2,}")
_KANA = re.compile(r"[\u3041-\u30ff]+")


def uncovered(notes: Notes, alignments: Mapping[str, Alignment], transcript: Transcript) -> tuple[UncoveredSpan, ...]:
    """The stretches that no section of `notes` covers, in time order; none while nothing is linked."""
    covered = list(merged(span for section in notes.sections for span in spans_of(section, alignments)))
    runs = list(_runs(transcript, covered)) if covered else []
    if not runs:
        return ()
    stop_words, fillers = _stop_words(transcript.language), _fillers(transcript)
    everywhere = Counter(word.casefold() for segment in transcript.heard for word, _ in _words(segment.text))

    def is_ignored(word: str) -> bool:
        return word in fillers or fold(re.split("['’]", word)[0]) in stop_words

    return tuple(
        UncoveredSpan(run[0].start, run[-1].end, tuple(_keywords(run, everywhere, is_ignored))) for run in runs
    )


def _runs(transcript: Transcript, covered: Sequence[Span]) -> Iterator[tuple[Segment, ...]]:
    """Runs of segments outside all spans, long enough to be about something."""
    position = 0
    placed: list[tuple[int | None, Segment]] = []  # with the span that comes next; None: within one
    for segment in _after_greetings(transcript):
        middle = (segment.start + segment.end) / 2
        while position < len(covered) and covered[position][1] <= middle:
            position += 1
        within = position < len(covered) and covered[position][0] <= middle
        placed.append((None if within else position, segment))
    for following, run in groupby(placed, key=lambda pair: pair[0]):
        segments = tuple(segment for _, segment in run)
        if following is not None and _is_topic(segments):
            yield segments


def _after_greetings(transcript: Transcript) -> Iterator[Segment]:
    first: float | None = None
    for segment in transcript.heard:
        first = segment.start if first is None else first
        if segment.start >= first + GREETING_SECONDS:
            yield segment


def _is_topic(run: Sequence[Segment]) -> bool:
    words = sum(_count_words(segment.text) for segment in run)
    return run[-1].end - run[0].start >= MIN_SPAN_SECONDS and words >= MIN_SPAN_WORDS


def _keywords(run: Sequence[Segment], everywhere: Counter[str], is_ignored: Callable[[str], bool]) -> Iterator[Keyword]:
    here: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    first_said: dict[str, float] = {}
    for spelling, start in (said for segment in run for said in _timed_words(segment)):
        key = spelling.casefold()
        here[key] += 1
        spellings[key][spelling] += 1
        first_said.setdefault(key, start)
    ratio = _log_likelihood(here, everywhere)
    found = (key for key, count in here.items() if count >= _least_mentions(key) and not is_ignored(key))
    typical = sorted(found, key=lambda key: (-ratio(key), -len(key) * unspaced.is_in(key), first_said[key]))
    for rank, key in enumerate(_without_parts(typical)):
        if rank < _MIN_KEYWORDS or ratio(key) > _SIGNIFICANT:
            yield Keyword(_usual_spelling(spellings[key]), first_said[key])


def _count_words(text: str) -> int:
    return len(_WORD.findall(unspaced.blank(text))) + sum(
        unspaced.count_words(run[0]) for run in unspaced.find_runs(text)
    )


def _words(text: str) -> Iterator[tuple[str, int]]:
    """What may be a keyword, and where it begins: words, and all neighbouring characters in scripts without spaces."""
    yield from ((found[0], found.start()) for found in _WORD.finditer(unspaced.blank(text)))
    if not unspaced.is_in(text):
        return
    yield from ((found[0], found.start()) for found in _KATAKANA_WORD.finditer(text))
    for run in unspaced.find_runs(_KANA.sub(lambda kana: "\0" * len(kana[0]), text)):  # in Japanese, words have kanji
        size = word_chars(run[0])
        for ngram, start, end in find_ngrams(run, *range(size, size + _MAX_FURTHER_CHARS + 1)):
            if not is_fragment(ngram) and " " not in text[start:end]:
                yield ngram, start


def _timed_words(segment: Segment) -> Iterator[tuple[str, float]]:
    words = segment.timed_words
    if not unspaced.is_in(segment.text):
        yield from ((spelling, word.start) for word in words for spelling in _WORD.findall(word.text))
        return
    begins = list(accumulate((len(word.text) for word in words[:-1]), initial=0))
    for word, at in _words("".join(word.text for word in words)):
        yield word, words[bisect_right(begins, at) - 1].start


def _least_mentions(key: str) -> int:
    return _MIN_UNSPACED_MENTIONS if unspaced.is_in(key) and not _KATAKANA_WORD.fullmatch(key) else 1


def _without_parts(keys: Sequence[str]) -> list[str]:
    """The first MAX_KEYWORDS of `keys`; in a script without spaces, those that have no part in common."""
    chosen: list[str] = []
    taken: set[str] = set()
    for key in keys:
        if len(chosen) == MAX_KEYWORDS:
            break
        parts = folded_words(key) if unspaced.is_in(key) else ()
        if taken.isdisjoint(parts):
            chosen.append(key)
            taken.update(parts)
    return chosen


def _usual_spelling(spellings: Counter[str]) -> str:
    return max(spellings, key=lambda spelling: (spellings[spelling], spelling.islower()))


def _log_likelihood(here: Counter[str], everywhere: Counter[str]) -> Callable[[str], float]:
    """The ratio for a word: 0 where it is no more frequent here than elsewhere."""
    inside, total = here.total(), everywhere.total()

    def ratio(word: str) -> float:
        count, count_in_all = here[word], everywhere[word]
        expected = count_in_all / total
        if count <= inside * expected:
            return 0.0
        parts = ((count, inside), (count_in_all - count, total - inside))
        return 2 * sum(seen * math.log(seen / (size * expected)) for seen, size in parts if seen)

    return ratio


def _stop_words(language: str) -> frozenset[str]:
    """Of a language by its code; a language without a list has none."""
    code = language.partition("-")[0].lower()
    return next((known.stop_words for known in load_languages() if known.code == code), frozenset())


def _fillers(transcript: Transcript) -> frozenset[str]:
    """Words of most minutes, whatever the topic: "like" in one meeting, the project's name in another."""
    minutes: dict[int, set[str]] = defaultdict(set)
    for segment in transcript.heard:
        minutes[int(segment.start // 60)].update(word.casefold() for word, _ in _words(segment.text))
    if len(minutes) < _MIN_FILLER_MINUTES:
        return frozenset()
    spread = Counter(word for words in minutes.values() for word in words)
    return frozenset(word for word, count in spread.items() if count > _FILLER_SHARE * len(minutes))
