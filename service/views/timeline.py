"""The recording at a glance: which stretch of it each section of the notes covers, and what was said in between."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby, pairwise

from pipeline import timecode
from pipeline.records import LINK_CONFIDENCE, Alignment, Notes, Segment, Transcript
from service.views.notes import COLOURS, Jump

WIDTH = 1000
"""Units of the drawing that are the whole recording."""

_NARROWEST = 4.0  # units; a short topic can still be seen and hit
_SEAM = 2.0  # units between neighbours
_BREATH = 15.0  # seconds within a section that nothing covers, and that are no gap
_UNNOTED_SECONDS = 30.0
_UNNOTED_WORDS = 20
"""A stretch that is shorter, or has fewer words of three letters and more, is a pause or a greeting, no topic."""

_TELLING = 5
_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:[-'’][^\W_]+)*")
_EVERYWHERE = 0.4  # of the minutes that have a word
_FEW_MINUTES = 10  # say nothing of how a word is spread
_SOUND = 3.84  # of the log-likelihood ratio: 95 % sure that the word belongs to the stretch


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the strip: a section of the notes, or, with no `colour`, one that the notes do not cover."""

    x: str
    width: str
    start: str
    end: str
    clock: str
    href: str
    name: str
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that sets a stretch apart from the rest, and where it was first said."""

    text: str
    start: str
    clock: str
    href: str


@dataclass(frozen=True, slots=True)
class Unnoted:
    """A stretch that was said and is not in the notes."""

    start: str
    clock: str
    until: str
    href: str
    words: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """`length` is the recording's, in seconds."""

    length: str
    pieces: tuple[Piece, ...]
    unnoted: tuple[Unnoted, ...]
    unnoted_minutes: int


@dataclass(frozen=True, slots=True)
class _Span:
    start: float
    end: float
    section: int


def strip(
    notes: Notes, alignments: Mapping[str, Alignment], transcript: Transcript | None, duration: float | None, jump: Jump
) -> Strip | None:
    """The strip of one meeting; None while nothing is linked, or the recording's length is not known."""
    spans = _spans(notes, alignments)
    if not duration or not spans:
        return None
    duration = max(duration, spans[-1].end)  # a length that is told may be rounded
    gaps = tuple(_gaps(transcript, spans)) if transcript else ()
    unnoted = tuple(_unnoted(gaps, transcript, jump)) if transcript else ()
    names = [section.title or notes.title for section in notes.sections]
    pieces = [_piece(span, duration, jump, names[span.section], span.section % COLOURS) for span in spans]
    for gap, told in zip(gaps, unnoted, strict=True):
        words = ", ".join(word.text for word in told.words)
        name = "Not in the notes" + (f": {words}" if words else "")
        pieces.append(_piece(_Span(gap[0].start, gap[-1].end, -1), duration, jump, name, None))
    seconds = sum(gap[-1].end - gap[0].start for gap in gaps)
    ordered = sorted(pieces, key=lambda piece: float(piece.start))
    return Strip(f"{duration:.2f}", tuple(ordered), unnoted, max(1, round(seconds / 60)))


def section_at(found: Strip | None, seconds: float) -> str:
    """The name of the section that is discussed at a moment; "" where none is."""
    begun = [p for p in found.pieces if float(p.start) <= seconds + 1 and seconds < float(p.end)] if found else []
    return begun[-1].name if begun and begun[-1].colour is not None else ""


def _piece(span: _Span, duration: float, jump: Jump, name: str, colour: int | None) -> Piece:
    x = min(span.start / duration, 1.0) * WIDTH
    width = max((min(span.end, duration) - span.start) / duration * WIDTH - _SEAM, _NARROWEST)
    x = min(x, WIDTH - width)
    clock = timecode.clock(span.start)
    start, end = f"{span.start:.2f}", f"{span.end:.2f}"
    return Piece(f"{x:.1f}", f"{width:.1f}", start, end, clock, jump(span.start), name, colour)


def _spans(notes: Notes, alignments: Mapping[str, Alignment]) -> tuple[_Span, ...]:
    """Where each section was discussed, in time order and without overlaps."""
    told: list[_Span] = []
    for index, section in enumerate(notes.sections):
        placed = [alignments[block.id] for block in section.blocks if block.id in alignments]
        linked = [place for place in placed if place.confidence >= LINK_CONFIDENCE]
        stretches = [(place.start, place.end) for place in linked]
        stretches += [(moment.start, moment.end) for place in linked for moment in place.also]
        told.extend(_Span(start, end, index) for start, end in _joined(stretches))
    return tuple(_on_top(told))


def _on_top(spans: Sequence[_Span]) -> Iterator[_Span]:
    """Of spans that overlap, the one that began last is seen; what it covered goes on behind it."""
    cuts = sorted({span.start for span in spans} | {span.end for span in spans})
    open_span: _Span | None = None
    for start, end in pairwise(cuts):
        over = [span for span in spans if span.start <= start and end <= span.end]
        seen = max(over, key=lambda span: (span.start, -span.end)).section if over else None
        if open_span and seen == open_span.section:
            open_span = _Span(open_span.start, end, open_span.section)
            continue
        if open_span:
            yield open_span
        open_span = None if seen is None else _Span(start, end, seen)
    if open_span:
        yield open_span


def _joined(stretches: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The stretches in time order, those with hardly anything between them made one."""
    current: tuple[float, float] | None = None
    for start, end in sorted(stretches):
        if current and start <= current[1] + _BREATH:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current


# -- said, not in the notes --------------------------------------------------------------------------------------------


def _gaps(transcript: Transcript, spans: Sequence[_Span]) -> Iterator[tuple[Segment, ...]]:
    """Runs of segments that no section covers, long enough to be about something."""
    at = 0
    placed: list[tuple[int | None, Segment]] = []  # with the section that comes next; None: within one
    for segment in transcript.heard:
        middle = (segment.start + segment.end) / 2
        while at < len(spans) and spans[at].end <= middle:
            at += 1
        within = at < len(spans) and spans[at].start <= middle
        placed.append((None if within else at, segment))
    for before, run in groupby(placed, key=lambda pair: pair[0]):
        segments = tuple(segment for _, segment in run)
        if before is not None and _matters(segments):
            yield segments


def _matters(run: Sequence[Segment]) -> bool:
    words = sum(len(_WORD.findall(segment.text)) for segment in run)
    return run[-1].end - run[0].start >= _UNNOTED_SECONDS and words >= _UNNOTED_WORDS


def _unnoted(gaps: Iterable[tuple[Segment, ...]], transcript: Transcript, jump: Jump) -> Iterator[Unnoted]:
    stop = _stop_words(transcript.language) | _fillers(transcript)
    everywhere = Counter(word.casefold() for segment in transcript.heard for word in _WORD.findall(segment.text))
    for gap in gaps:
        start = gap[0].start
        words = tuple(_telling(gap, everywhere, stop, jump))
        yield Unnoted(f"{start:.2f}", timecode.clock(start), timecode.clock(gap[-1].end), jump(start), words)


def _telling(gap: Sequence[Segment], everywhere: Counter[str], stop: frozenset[str], jump: Jump) -> Iterator[Telling]:
    """The words that are most typical of `gap`: by log-likelihood ratio against the rest of the transcript
    (Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993)."""
    here: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, float] = {}
    for text, start in ((word.text, word.start) for segment in gap for word in segment.timed_words):
        for form in _WORD.findall(text):
            word = form.casefold()
            here[word] += 1
            forms[word][form] += 1
            first.setdefault(word, start)
    surprise = _surprise(here, everywhere)
    best = sorted(
        (word for word in here if re.split("['’]", word)[0] not in stop),
        key=lambda word: (-surprise(word), first[word]),
    )
    chosen = [word for position, word in enumerate(best[:_TELLING]) if position < 3 or surprise(word) > _SOUND]
    for word in chosen:
        seconds = first[word]
        text = max(forms[word], key=lambda form, seen=forms[word]: (seen[form], form.islower()))  # type: ignore[misc]
        yield Telling(text, f"{seconds:.2f}", timecode.clock(seconds), jump(seconds))


def _surprise(here: Counter[str], everywhere: Counter[str]) -> Callable[[str], float]:
    inside, total = here.total(), everywhere.total()

    def ratio(word: str) -> float:
        seen, all_seen = here[word], everywhere[word]
        parts = ((seen, inside), (all_seen - seen, total - inside))
        expected = all_seen / total
        if seen <= inside * expected:
            return 0.0
        return 2 * sum(count * math.log(count / (size * expected)) for count, size in parts if count)

    return ratio


def _fillers(transcript: Transcript) -> frozenset[str]:
    """Words of most minutes, whatever the topic: "like" in one meeting, the project's name in another."""
    minutes: dict[int, set[str]] = defaultdict(set)
    for segment in transcript.heard:
        minutes[int(segment.start // 60)].update(word.casefold() for word in _WORD.findall(segment.text))
    if len(minutes) < _FEW_MINUTES:
        return frozenset()
    spread = Counter(word for words in minutes.values() for word in words)
    return frozenset(word for word, count in spread.items() if count > _EVERYWHERE * len(minutes))


@cache
def _stop_words(language: str) -> frozenset[str]:
    """Of the aligner's list; a language it does not know has none."""
    known = json.loads((resources.files("pipeline") / "language" / "word_lists.json").read_text(encoding="utf-8"))
    return frozenset(known.get(language.partition("-")[0].lower(), {}).get("stop", "").split())
