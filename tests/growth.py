"""How the work of a reader grows with its input: its processor time at n, 2n and 4n.

A reader of a format is measured here by a line in READERS of `tests/bench/growth.py`; the tests run the same lines on
smaller sizes.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Input = TypeVar("Input")

NEAR_LINEAR = 1.5
"""The exponent up to which growth counts as near linear: quadratic work has 2, and 4n takes 16 times as long as n."""

_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Growth:
    """Processor seconds at n, 2n and 4n."""

    seconds: tuple[float, float, float]

    @property
    def exponent(self) -> float:
        """k, where the time grows as n to the power of k."""
        first, _, last = self.seconds
        return math.log(last / first, 4)


def measure(make: Callable[[int], Input], read: Callable[[Input], object], n: int) -> Growth:
    """The growth of `read(make(size))` over the sizes n, 2n and 4n; making the input is not timed.

    Each time is the least of several, because whatever else the machine does can only add to it. The sizes take turns,
    so that a slow moment is no one's alone, and no garbage is collected meanwhile: that looks through all that the
    process has, of whatever was run before.
    """
    sources = [make(size) for size in (n, 2 * n, 4 * n)]
    gc.collect()
    gc.disable()
    try:
        rounds = [[_cpu_seconds(read, source) for source in sources] for _ in range(_REPEATS)]
    finally:
        gc.enable()
    one, two, four = (max(min(times), 1e-6) for times in zip(*rounds, strict=True))
    return Growth((one, two, four))


def _cpu_seconds(read: Callable[[Input], object], source: Input) -> float:
    start = time.thread_time()
    read(source)
    return time.thread_time() - start
