"""What a run leaves to others: a recording to be fetched, or to be heard, by another process or on another machine.

Whoever runs one meeting after the other asks for all of that, and goes on with those that need nothing. Once it is
done, the same notes are run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.records import Recording
from pipeline.run.plan import Source


class HandedOver(Exception):
    """What comes next for a meeting is done elsewhere."""


@dataclass(frozen=True, slots=True)
class WantedTranscript:
    """A recording in one piece that is to be heard, and how."""

    slug: str
    title: str  # of the meeting
    recording: Recording
    sound: str  # what its sound is known by
    source: str | None  # the key of the recording of the meeting
    model: str | None = None
    hotwords: tuple[str, ...] = ()
    track: str | None = None
    which: str = ""  # part of the meeting's recording
    apart: bool = False  # what is heard does not become the meeting's transcript
    anew: bool = False  # though it was heard before


class Elsewhere(Protocol):
    """Who has it done. What is raised for a meeting is HandedOver, or FailedElsewhere where it was tried."""

    def recording(self, source: Source, *, anew: bool) -> Recording:
        """The recording that was fetched; its file may be on another machine.

        Raises:
            HandedOver: it is to be fetched.
            FailedElsewhere: it could not be.
        """

    def sound_key(self, media: Path, track: str | None) -> str:
        """What the sound of a file is known by, wherever the file is; see `inputs.sound_key`."""

    def was_heard(self, slug: str, sound: str) -> bool:
        """Whether it was heard since this run was asked for."""

    def hear(self, wanted: WantedTranscript) -> None:
        """Have it heard.

        Raises:
            HandedOver: it is to be heard.
            FailedElsewhere: it could not be.
        """
