"""Which workers are alive, by the watch of whoever looks at their heartbeats."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Heartbeats:
    """What was seen of the heartbeats of other workers: since when, on the monotonic clock, each has been the same."""

    since: dict[int, tuple[datetime, float, int]] = field(default_factory=dict)

    def look(self, found: Mapping[int, datetime]) -> None:
        at = time.monotonic()
        self.since = {
            worker: (beat, known[1], known[2] + 1)
            if (known := self.since.get(worker)) and known[0] == beat
            else (beat, at, 1)
            for worker, beat in found.items()
        }

    def alive(self, after: float, min_looks: int) -> set[int]:
        at = time.monotonic()
        return {worker for worker, (_, since, looks) in self.since.items() if at - since < after or looks < min_looks}
