"""What one part of a run asks of the next, and what became of that: JSON in the row of the job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import msgspec

from pipeline.records import Failure

NONE = "[]"
"""As a job is put."""


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """A recording is to be fetched. `anew`: though it is here."""

    key: str  # of its source
    address: str
    anew: bool = False

    @property
    def id(self) -> str:
        """What it is known by among the orders of its job."""
        return f"fetch {self.key}"


@dataclass(frozen=True, slots=True)
class TranscribeOrder:
    """A recording in one piece is to be heard, and what is heard stored with the meeting `slug`."""

    slug: str
    title: str
    sound: str  # what the transcript is known by
    media: str  # the file, by its place in the data folder, or where it is
    sha256: str
    size: int  # bytes
    source: str  # the recording's address, or its file
    machine: str | None = None  # which has the file; None: it is in the exchange
    exchange: str | None = None  # its name there
    key: str | None = None  # of the recording of the meeting
    model: str | None = None
    hotwords: tuple[str, ...] = ()
    language: str | None = None
    track: str | None = None
    which: str = ""  # part of the meeting's recording
    apart: bool = False  # what is heard does not become the meeting's transcript
    anew: bool = False  # though it was heard before

    @property
    def id(self) -> str:
        """What it is known by among the orders of its job."""
        return f"transcribe {self.slug} {self.sound}"


@dataclass(frozen=True, slots=True)
class Finished:
    """An order, by its id, that was carried out, or that failed."""

    order: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """What is to be done, and what was done of earlier orders of the job."""

    fetch: tuple[FetchOrder, ...] = ()
    transcribe: tuple[TranscribeOrder, ...] = ()
    finished: tuple[Finished, ...] = field(default=())

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Those of a job. What cannot be read, as another version wrote it, is asked for anew."""
        try:
            return msgspec.json.decode(text, type=cls) if text != NONE else cls()
        except msgspec.MsgspecError:
            return cls()
