"""How long a run takes: by the lengths of the recordings, and by how fast earlier runs were on this machine."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pipeline.file_names import stored
from pipeline.records import MeetingSummary
from pipeline.store import Store

DEFAULT_RECORDING_SECONDS = 3600.0
"""Of a meeting of which nothing is known, in an archive that has none either."""

DEFAULT_PACE = 0.15
"""Seconds of work for a second of recording, before any was measured: `small` on eight threads of a desktop."""

_MAX_READ_NOTES = 40  # from which it is concluded how many recordings the others have
_MIN_HEARD_SECONDS = 60.0  # of which a pace is measured


@dataclass(frozen=True, slots=True)
class Workload:
    """What there is to hear in each notes file that there is something to do for, in seconds of recording."""

    seconds: Mapping[Path, float]
    pace: float = DEFAULT_PACE

    @property
    def recorded(self) -> float:
        return sum(self.seconds.values())

    def __str__(self) -> str:
        """As people are told."""
        if not self.recorded:
            return f"{len(self.seconds)} to do"
        hours = f"about {in_words(self.recorded)} of recordings"
        return f"{len(self.seconds)} to do, {hours}; this takes about {in_words(self.pace * self.recorded)}"


def workload(
    store: Store, pending: Sequence[Path], recordings: Callable[[Path], int], *, anew: bool, pace: float | None
) -> Workload:
    """What there is to hear for the `pending` notes.

    Args:
        recordings: how many of the meetings in a file have a recording that may have to be heard. Called for some of
            the notes, as it takes as long as reading them.
        anew: what has been heard is heard again.
        pace: as it was measured, if it was.
    """
    summaries = {each.slug: each for each in store.meetings()}
    typical = median([each.duration for each in summaries.values() if each.duration] or [DEFAULT_RECORDING_SECONDS])
    known: dict[str, list[MeetingSummary]] = defaultdict(list)
    for slug, name in store.notes_paths().items():
        if slug in summaries:
            known[name].append(summaries[slug])
    counts = {path: recordings(path) for path in pending[:: max(math.ceil(len(pending) / _MAX_READ_NOTES), 1)]}
    mean = sum(counts.values()) / max(len(counts), 1)
    seconds: dict[Path, float] = {}
    for path in pending:
        count = counts.get(path, mean)
        meetings = known.get(_stored_path(path))
        lengths = [each.duration or typical for each in meetings or () if anew or not each.has_transcript]
        seconds[path] = typical * count if meetings is None else sum(lengths, 0.0) * min(count, 1)
    return Workload(seconds, DEFAULT_PACE if pace is None else pace)


def _stored_path(path: Path) -> str:
    try:
        return stored(path.resolve())
    except (OSError, RuntimeError):  # the run says what is wrong with it
        return ""


class Pacemeter:
    """Measures how long it takes to hear a recording, by what a stage says of its progress."""

    def __init__(self) -> None:
        self._heard = self._worked = 0.0
        self._before: tuple[float, float] | None = None  # of the recording, and of the clock

    @property
    def pace(self) -> float | None:
        """Seconds of work for a second of recording; None before a minute has been heard."""
        return self._worked / self._heard if self._heard >= _MIN_HEARD_SECONDS else None

    def begin(self) -> None:
        """A stage begins, perhaps where an interrupted one stopped: what comes before its first word is not counted."""
        self._before = None

    def note(self, done: float) -> None:
        """The stage has come to this second of the recording."""
        now = time.monotonic()
        if self._before is not None:
            self._heard += max(done - self._before[0], 0.0)
            self._worked += now - self._before[1]
        self._before = done, now


def in_words(seconds: float) -> str:
    """A length of time as it is said where it is not known well.

    >>> in_words(40), in_words(2_500), in_words(5_000), in_words(110_000)
    ('1 min', '42 min', '1.4 h', '31 h')
    """
    hours = seconds / 3600
    if hours < 1:
        return f"{max(round(seconds / 60), 1)} min"
    return f"{hours:.1f} h" if hours < 5 else f"{hours:.0f} h"
