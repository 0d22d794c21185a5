"""Whether a transcript tells when something was said, or only about when."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from statistics import median_low

from pipeline.records import Transcript

WARNING = "its times are a minute or more apart, so most of them are estimated"
"""Of the transcripts whose times were estimated between those that the file has."""

_MAX_GAP_SECONDS = 60.0
_MIN_MINUTES = 3  # different ones, for all times to be whole minutes by design and not by chance


def are_coarse(starts: Iterable[float]) -> bool:
    """Whether times of what was said, in seconds, are only by the minute or far apart."""
    different = sorted(set(starts))
    if len(different) < 2:
        return False
    by_minute = len(different) >= _MIN_MINUTES and all(start % 60 == 0 for start in different)
    return by_minute or median_low(after - before for before, after in pairwise(different)) > _MAX_GAP_SECONDS


def is_coarse(transcript: Transcript) -> bool:
    """Whether most times of a transcript that was read from a file are estimated, or too far apart to link to.

    Then the words tell more than the times, where the recording can be heard.
    """
    return WARNING in transcript.warnings or are_coarse(segment.start for segment in transcript.heard)
