"""`kill -9` at random moments, briefly; `make torture` does it for longer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.torture.jobs import torture


@pytest.mark.model
def test_each_result_is_there_once_whoever_is_killed(tmp_path: Path) -> None:
    """None is lost, none stuck, none doubled, and each is what an undisturbed run makes."""
    done = torture(tmp_path, kills=2, jobs=2, rng=random.Random(7), piece_seconds=65)

    assert done.kills + done.worker_kills > 1
    assert done.is_good, str(done)
