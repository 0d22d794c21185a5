"""A command that is disturbed leaves nothing damaged, and the next one ends as if nothing had happened."""

from __future__ import annotations

import random

import pytest

from tests.faults.harness import Fault, Undisturbed, disturb, undisturbed
from tests.faults.mishaps import CLOCK, KILL
from tests.faults.scenes import AGAIN


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed(AGAIN, tmp_path_factory.mktemp("known"))


@pytest.mark.parametrize("fault", [KILL, CLOCK], ids=lambda fault: fault.name)
def test_the_next_run_ends_as_undisturbed(known: Undisturbed, fault: Fault) -> None:
    """Killed, or its clock put by years; `python -m tests.faults.long` does that and more for hours."""
    assert disturb(known, fault, random.Random(3)) == []
