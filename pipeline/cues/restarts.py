"""Two recordings in one file: the clock starts again in the middle of it.

Cues that are merely out of order belong to one clock; where the times go back to about the beginning and go on from
there, a second recording begins. The two must not be sorted into each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from pipeline.cues.draft_cue import DraftCue

_MIN_BEGINNING_SECONDS = 10.0  # after the first time of the file that are its beginning
_BEGINNING_SHARE = 0.15  # of a long file that is its beginning
_MIN_CUES = 3  # that go on from the beginning
_MIN_SHORT_CUES = 2  # the same, where the recording before has few
_LOOK_AHEAD = 20  # cues, for times that go forward again
_HOUR_SECONDS = 3600.0


def joined(cues: Sequence[DraftCue]) -> tuple[list[DraftCue], tuple[str, ...]]:
    """The cues, each recording after the end of the one before, and a warning where there are several.

    Times may come to lie beyond a week.
    """
    starts = _starts_of_recordings(cues)
    if len(starts) == 1:
        return list(cues), ()
    result: list[DraftCue] = []
    till = 0.0
    for first, stop in zip(starts, [*starts[1:], len(cues)], strict=True):
        part = cues[first:stop]
        # A clock that begins at one o'clock does so each time; the silence before the first word is part of it.
        zero = min(cue.start for cue in part) // _HOUR_SECONDS * _HOUR_SECONDS if first else 0.0
        moved = [_moved(cue, till - zero) for cue in part] if first else list(part)
        result.extend(moved)
        till = max(till, max(cue.start if cue.end is None else max(cue.start, cue.end) for cue in moved))
    return result, (_warning(cues, starts[1:]),)


def _warning(cues: Sequence[DraftCue], starts: Sequence[int]) -> str:
    line = cues[starts[0]].line
    place = f"line {line}" if line else f"cue {starts[0] + 1}"
    if len(starts) == 1:
        return f"times go back at {place}: two recordings in one file? The second was put after the first"
    return (
        f"times go back at {place} and {len(starts) - 1:,} times after it: several recordings in one file? "
        "Each was put after the one before"
    )


def _starts_of_recordings(cues: Sequence[DraftCue]) -> list[int]:
    """The places of the first cues of the recordings."""
    starts = [0]
    begin = latest = cues[0].start if cues else 0.0
    for place, cue in enumerate(cues):
        if cue.start < latest and _restarts(cues, place, starts[-1], begin, latest):
            starts.append(place)
            begin = latest = cue.start
        latest = max(latest, cue.start)
    return starts


def _restarts(cues: Sequence[DraftCue], place: int, first: int, begin: float, latest: float) -> bool:
    """Whether another recording begins here; the one before began with cue `first` and goes from `begin` to `latest`.

    The cues from here on begin near the beginning, and do not return to where the ones before them ended.
    """
    start = cues[place].start
    length = latest - begin
    if start > begin + min(max(_MIN_BEGINNING_SECONDS, _BEGINNING_SHARE * length), length / 2):
        return False
    if cues[place].is_first:
        return True
    count, last = 0, start
    for cue in cues[place : place + _LOOK_AHEAD]:
        if cue.start > latest:
            if last < (start + latest) / 2:
                return False  # a few that were out of order
            break
        count, last = count + 1, max(last, cue.start)
    few = 3 * count >= place - first
    return count >= (_MIN_SHORT_CUES if few else _MIN_CUES) and last > start


def _moved(cue: DraftCue, seconds: float) -> DraftCue:
    words = tuple(
        msgspec.structs.replace(word, start=round(word.start + seconds, 3), end=round(word.end + seconds, 3))
        for word in cue.words
    )
    end = None if cue.end is None else round(max(cue.end + seconds, 0.0), 3)
    return replace(cue, start=round(cue.start + seconds, 3), end=end, words=words)
