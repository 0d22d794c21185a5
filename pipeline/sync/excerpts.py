"""The clock of a transcript, found by listening to a few excerpts of its recording.

Where people speak tells a clock that is merely late. It tells too little where a recording was cut into pieces of a few
minutes, or where the times are rough; a few words tell at once where they are. Recognising a tenth of the speech is
enough (`excerpt_plan`), if what lies between is left to the sound (`speech_clock.fit_with_places`).
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from statistics import median

from pipeline.records import ClockBasis, ClockPiece, Segment, SpeechActivity, Transcript, TranscriptClock
from pipeline.sync import excerpt_plan
from pipeline.sync.findings import ClockFinding
from pipeline.sync.said_places import HeardExcerpt, Stretch, find_places
from pipeline.sync.speech_clock import fit_with_places, is_long_enough
from pipeline.sync.spoken_tokens import spoken_tokens

Recogniser = Callable[[Sequence[Stretch]], Transcript]
"""What is said in some stretches of a recording, which are in order and apart, by the recording's clock."""

BUDGET_SHARE = 0.013  # of the recording's length, for recognition
MIN_BUDGET_SECONDS = 15.0

_SURE_CONFIDENCE = 0.9  # of what the sound tells, in a constant offset
_MAX_ROUNDS = 7  # each reads the recording anew
_MIN_LATER_EXCERPTS = 4  # in a round, as a model hears several at once
_MAX_END_SHARE, _MAX_END_SECONDS = 0.075, 100.0  # of the recording, in which nothing was found at either end
_SLOWEST, _SPARE_SECONDS = 1.2, 0.5  # times as slowly as usual that somebody speaks, and beside that
_MIN_LONELY_NATS = 14.0  # of an excerpt whose offset no other has
_MIN_CONFIRMING_SHARE = 0.5  # of the excerpts, for what the sound tells
_MIN_LOCATED = 3  # excerpts, to believe in a clock ...
_MIN_LOCATED_SHARE = 0.4  # ... and of those in which enough is heard
_MIN_WORDS = 12  # in an excerpt, to expect that it is found
_MIN_WORDS_OF_ANOTHER = 120  # heard, without any excerpt that is found
_MAX_CHANCE_SHARE = 0.25  # of the excerpts, that are found at odd places in another meeting's transcript
_MIN_KNOWN_SHARE = 0.35  # of the words heard, that are anywhere in the transcript: they are of one language
_SAME_SECONDS = 0.5
_RIGHT_SECONDS = 2.0  # between what was heard and the clock, beside the doubt
_MIN_RIGHT_SHARE = 0.8  # of the excerpts
_MAX_OPEN_SHARE = 0.15  # of the recording, in gaps between excerpts that do not agree


def find_by_excerpts(
    given: Transcript,
    speech: SpeechActivity,
    recognise: Recogniser,
    by_sound: ClockFinding,
    *,
    budget: float | None = None,
    now: Callable[[], float] = time.monotonic,
) -> ClockFinding:
    """The clock of `given`, by the words of excerpts of its recording and by where people speak in it.

    A few excerpts are recognised in any case; more until it is clear, or until about `budget` seconds of `now` are
    spent: BUDGET_SHARE of the recording's length without it. What is known `by_sound` stays where it is one constant
    offset and no word speaks against it. `is_of_another`: a lot was heard, and none of it is in the transcript.
    """
    if not is_long_enough(tuple(given.heard), speech):
        return by_sound
    search = _Search(given, speech, recognise, by_sound)
    search.listen(max(BUDGET_SHARE * speech.duration, MIN_BUDGET_SECONDS) if budget is None else budget, now)
    located = [each for each in search.heard if each.places]
    if _is_of_another(search.heard, located):
        return ClockFinding(None, is_of_another=True)
    if search.sound_stands and not _is_understood(search.heard):
        return by_sound
    if len(located) < max(_MIN_LOCATED, _MIN_LOCATED_SHARE * _expected(search.heard)):
        return ClockFinding(None)
    slope = excerpt_plan.usual_drift(located)
    places = [place for each in located for place in each.places]
    clock = fit_with_places(tuple(given.heard), speech, places, slope / (1 - slope))
    if is_plain(by_sound) and _is_same(clock, by_sound.clock):
        return by_sound
    confidence = _confidence(clock, located, by_sound.clock, speech.duration)
    return ClockFinding(replace(clock, basis=ClockBasis.WORDS, confidence=confidence) if confidence else None)


class _Search:
    """The excerpts that were heard so far, in order."""

    def __init__(
        self, given: Transcript, speech: SpeechActivity, recognise: Recogniser, by_sound: ClockFinding
    ) -> None:
        self.heard: list[HeardExcerpt] = []
        self._speech, self._recognise, self._by_sound = speech, recognise, by_sound
        self._tokens = spoken_tokens(_without_pauses(tuple(given.heard)))
        self._segments: list[Segment] = []

    def listen(self, budget: float, now: Callable[[], float]) -> None:
        """Round after round, until there is nothing to be found out any more, or no time for it."""
        usable = excerpt_plan.candidates(self._speech)
        end = self._speech.duration
        begun, count = now(), excerpt_plan.first_count(end)
        for _ in range(_MAX_ROUNDS):
            stretches = excerpt_plan.next_excerpts(usable, self.heard, end, count)
            if not stretches:
                return
            self._hear(stretches)
            spent = now() - begun
            affordable = int((budget - spent) / max(spent / len(self.heard), 1e-6))
            if affordable < 2 or (self.sound_stands and self.is_confirmed):
                return
            count = min(affordable, max(_MIN_LATER_EXCERPTS, affordable // 2))

    def _hear(self, stretches: Sequence[Stretch]) -> None:
        self._segments += self._recognise(stretches).heard
        self._segments.sort(key=lambda segment: segment.start)
        whole = sorted([*(each.stretch for each in self.heard), *stretches])
        self.heard = _without_accidents(find_places(self._tokens, self._segments, whole, self._by_sound.clock))

    @property
    def sound_stands(self) -> bool:
        """Whether the sound tells one constant offset, and no excerpt another."""
        clock = self._by_sound.clock
        if clock is None or not is_plain(self._by_sound):
            return False
        return all(_is_right(clock, each) for each in self.heard if each.places)

    @property
    def is_confirmed(self) -> bool:
        """Whether enough excerpts were found for what the sound tells, and some at either end."""
        located = [each for each in self.heard if each.places]
        if len(located) < max(_MIN_LOCATED, _MIN_CONFIRMING_SHARE * _expected(self.heard)) or not self._by_sound.clock:
            return False
        first, last = (self._by_sound.clock.pieces[0].moved(float(at)) for at in self._tokens.starts[[0, -1]])
        end = self._speech.duration
        before = located[0].stretch[0] - max(first, 0.0)
        after = min(last, end) - located[-1].stretch[1]
        return max(before, after) <= max(_MAX_END_SHARE * end, _MAX_END_SECONDS)


def _without_pauses(segments: Sequence[Segment]) -> list[Segment]:
    """The same, those shorter that last longer than their text takes: captions stay until the next one comes."""
    lengths = [len(segment.text) + 1 for segment in segments]
    paces = [(each.end - each.start) / length for each, length in zip(segments, lengths, strict=True)]
    slowest = _SLOWEST * median(paces)
    return [
        replace(each, end=min(each.end, each.start + slowest * length + _SPARE_SECONDS)) if not each.words else each
        for each, length in zip(segments, lengths, strict=True)
    ]


def _without_accidents(heard: Sequence[HeardExcerpt]) -> list[HeardExcerpt]:
    """The same without places of which little is known, and that agree with no other."""
    drift = excerpt_plan.usual_drift(heard)
    located = [each for each in heard if each.places]
    return [
        replace(each, places=())
        if sum(place.nats for place in each.places) < _MIN_LONELY_NATS
        and not any(other is not each and excerpt_plan.agree(each, other, drift) for other in located)
        else each
        for each in heard
    ]


def _expected(heard: Sequence[HeardExcerpt]) -> int:
    """How many excerpts should be found: a transcript may begin later than the recording, or end earlier."""
    numbers = [number for number, each in enumerate(heard) if each.places]
    within = heard[numbers[0] : numbers[-1] + 1] if numbers else ()
    return sum(each.words >= _MIN_WORDS or bool(each.places) for each in within)


def is_plain(by_sound: ClockFinding) -> bool:
    """Whether what the sound tells needs no words but to make sure: one constant offset."""
    clock = by_sound.clock
    if clock is None or len(clock.pieces) > 1 or clock.pieces[0].drift:
        return False
    return clock.confidence >= _SURE_CONFIDENCE


def _is_understood(heard: Sequence[HeardExcerpt]) -> bool:
    """Whether the words are of the transcript's language, and many."""
    words = sum(each.words for each in heard)
    return words >= _MIN_WORDS_OF_ANOTHER and sum(each.known_words for each in heard) >= _MIN_KNOWN_SHARE * words


def _is_of_another(heard: Sequence[HeardExcerpt], located: Sequence[HeardExcerpt]) -> bool:
    if not _is_understood(heard) or len(located) > _MAX_CHANCE_SHARE * len(heard):
        return False
    drift = excerpt_plan.usual_drift(located)
    return not any(excerpt_plan.agree(one, two, drift) for one, two in combinations(located, 2))


def _is_same(clock: TranscriptClock, by_sound: TranscriptClock | None) -> bool:
    """Whether a clock is the same constant offset."""
    only = clock.pieces[0]
    return (
        by_sound is not None
        and len(clock.pieces) == 1
        and not only.drift
        and abs(only.offset - by_sound.pieces[0].offset) <= _SAME_SECONDS
    )


def _is_right(clock: TranscriptClock, each: HeardExcerpt) -> bool:
    """Whether most of what was heard in an excerpt is where `clock` has it."""
    starts = [piece.start for piece in clock.pieces]
    errors = [abs(_piece(clock, starts, p.time).moved(p.time) - p.time - p.lag) - p.doubt for p in each.places]
    return sorted(errors)[len(errors) // 2] <= _RIGHT_SECONDS


def _confidence(
    clock: TranscriptClock, located: Sequence[HeardExcerpt], by_sound: TranscriptClock | None, seconds: float
) -> float:
    """That the times of the transcript are right by this clock, 0..1; 0 for one that is not to be used."""
    starts = [piece.start for piece in clock.pieces]
    right = [each for each in located if _is_right(clock, each)]
    share = len(right) / len(located)
    numbers = [bisect_right(starts, each.time) - 1 for each in right]
    unheard = set(range(len(starts))) - set(numbers)
    if share < _MIN_RIGHT_SHARE or not all(_is_told_by_sound(clock, number, by_sound) for number in unheard):
        return 0.0
    open_seconds = sum(
        min(after.time - before.time, after.stretch[0] - before.stretch[1])
        for (before, one), (after, other) in pairwise(zip(right, numbers, strict=True))
        if one != other
    )
    open_share = open_seconds / seconds
    return 0.0 if open_share > _MAX_OPEN_SHARE else clock.confidence * share * (1 - open_share / 2)


def _is_told_by_sound(clock: TranscriptClock, number: int, by_sound: TranscriptClock | None) -> bool:
    """Whether the sound alone tells of a piece in which no words were found."""
    piece = clock.pieces[number]
    return by_sound is not None and any(abs(each.offset - piece.offset) <= 1.0 for each in by_sound.pieces)


def _piece(clock: TranscriptClock, starts: Sequence[float], at: float) -> ClockPiece:
    return clock.pieces[max(bisect_right(starts, at) - 1, 0)]
