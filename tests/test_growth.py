"""No reader takes quadratic time: four times the input takes nowhere near sixteen times as long."""

from __future__ import annotations

import time

import pytest

from tests.bench.growth import READERS, Reader
from tests.growth import measure

# Small inputs are read in milliseconds, whose ratios say little: only what is slow as well is measured. The benchmark
# is stricter, and takes longer.
MAX_EXPONENT = 1.75
FAST_SECONDS = 0.06
TRIES = 3


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_the_work_of_a_reader_is_near_linear(reader: Reader) -> None:
    """What is quadratic in its input is slow already here, and shows."""
    source = reader.make(4 * reader.small_n)
    start = time.thread_time()
    reader.read(source)

    if time.thread_time() - start > FAST_SECONDS:
        # Whatever else the machine does may slow the largest alone: what is quadratic is so every time.
        growths = (measure(reader.make, reader.read, reader.small_n) for _ in range(TRIES))
        assert any(growth.exponent < MAX_EXPONENT for growth in growths)
