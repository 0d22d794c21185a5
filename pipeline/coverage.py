"""What was said and is not in the notes: the stretches of a recording that no section covers, and what they are about.

The keywords of a stretch are the words that are most typical of it, by log-likelihood ratio against the rest of the
transcript (T. Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from pipeline.language.word_lists import load_languages
from pipeline.language.words import fold
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

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:[-'’][^\W_]+)*")


def uncovered(notes: Notes, alignments: Mapping[str, Alignment], transcript: Transcript) -> tuple[UncoveredSpan, ...]:
    """The stretches that no section of `notes` covers, in time order; none while nothing is linked."""
    covered = list(merged(span for section in notes.sections for span in spans_of(section, alignments)))
    runs = list(_runs(transcript, covered)) if covered else []
    if not runs:
        return ()
    stop_words, fillers = _stop_words(transcript.language), _fillers(transcript)
    everywhere = Counter(word.casefold() for segment in transcript.heard for word in _WORD.findall(segment.text))

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
    words = sum(len(_WORD.findall(segment.text)) for segment in run)
    return run[-1].end - run[0].start >= MIN_SPAN_SECONDS and words >= MIN_SPAN_WORDS


def _keywords(run: Sequence[Segment], everywhere: Counter[str], is_ignored: Callable[[str], bool]) -> Iterator[Keyword]:
    here: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    first_said: dict[str, float] = {}
    for word in (word for segment in run for word in segment.timed_words):
        for spelling in _WORD.findall(word.text):
            key = spelling.casefold()
            here[key] += 1
            spellings[key][spelling] += 1
            first_said.setdefault(key, word.start)
    ratio = _log_likelihood(here, everywhere)
    typical = sorted((key for key in here if not is_ignored(key)), key=lambda key: (-ratio(key), first_said[key]))
    for rank, key in enumerate(typical[:MAX_KEYWORDS]):
        if rank < _MIN_KEYWORDS or ratio(key) > _SIGNIFICANT:
            yield Keyword(_usual_spelling(spellings[key]), first_said[key])


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
        minutes[int(segment.start // 60)].update(word.casefold() for word in _WORD.findall(segment.text))
    if len(minutes) < _MIN_FILLER_MINUTES:
        return frozenset()
    spread = Counter(word for words in minutes.values() for word in words)
    return frozenset(word for word, count in spread.items() if count > _FILLER_SHARE * len(minutes))
