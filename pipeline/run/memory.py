"""What a run remembers for later ones and that belongs to no meeting: the pace of this machine, and what was told."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from pipeline import untrusted
from pipeline.untrusted import InvalidInput

FILE_NAME = "runs.json"

_MAX_BYTES = 64_000
_MAX_KEPT = 100  # models, and things told

_Pace = Annotated[float, Meta(gt=0, le=1_000)]


class _Remembered(msgspec.Struct):
    """The file."""

    pace: dict[str, _Pace] = msgspec.field(default_factory=dict)  # by speech model
    told: list[str] = msgspec.field(default_factory=list)


@dataclass(slots=True)
class RunMemory:
    """Read from the data folder; what cannot be read or written is done without."""

    path: Path
    _remembered: _Remembered = field(default_factory=_Remembered)

    @classmethod
    def of(cls, data_dir: Path) -> RunMemory:
        path = data_dir / FILE_NAME
        with suppress(OSError, InvalidInput, msgspec.MsgspecError):
            return cls(path, msgspec.json.decode(untrusted.read_bytes(path, limit=_MAX_BYTES), type=_Remembered))
        return cls(path)

    def pace(self, model: str) -> float | None:
        """Seconds of work for a second of recording, as it was measured with this speech model."""
        return self._remembered.pace.get(model)

    def note_pace(self, model: str, pace: float) -> None:
        """Raises nothing: a pace that is none is forgotten."""
        with suppress(msgspec.ValidationError):
            paces = {name: known for name, known in self._remembered.pace.items() if name != model}
            paces[model] = msgspec.convert(pace, _Pace)
            self._remembered.pace = dict(list(paces.items())[-_MAX_KEPT:])
            self._save()

    def note_told(self, text: str) -> bool:
        """Note that people are told this; False if they were before."""
        key = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        if key in self._remembered.told:
            return False
        self._remembered.told = [*self._remembered.told, key][-_MAX_KEPT:]
        self._save()
        return True

    def _save(self) -> None:
        written = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with suppress(OSError):
            written.write_bytes(msgspec.json.encode(self._remembered))
            written.replace(self.path)
