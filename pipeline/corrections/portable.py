"""A correction that can travel: its block is described by its words, because ids differ between databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.corrections.locate import BlockLocator
from pipeline.records import Verdict


@dataclass(frozen=True, slots=True)
class PortableCorrection:
    """What `author` said of a block at `at` (UTC). `start` in seconds, of Verdict.TIME alone.

    `meeting` is the slug of the notes it was said of where a file has several, else "".
    """

    locator: BlockLocator
    verdict: Verdict
    start: float | None
    author: str
    at: datetime
    meeting: str = ""


class ImportOutcome(StrEnum):
    """What became of a correction that was imported."""

    ADDED = "added"
    KNOWN = "already known"
    OLDER = "older than the current correction"
    NO_BLOCK = "no such line in the notes"
    OUTSIDE = "not within the recording"
