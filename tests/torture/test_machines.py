"""A minute of what `python -m tests.torture.machines` does for a quarter of an hour."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.torture.machines import SHORT, torture


@pytest.mark.model
def test_every_meeting_is_made_once_whatever_happens_to_its_machines() -> None:
    """Workers and machines are killed, the database crashes, clocks jump: all is as if nothing had happened."""
    # Not in pytest's own folder: whoever runs other tests beside these shuts that to the server.
    with TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
        survived = torture(Path(folder), SHORT)

    assert survived.is_good(SHORT), f"{survived}\n{survived.log}"
    assert (sum(survived.killed.values()), survived.stops) == (SHORT.kills, len(SHORT.stops))
    assert survived.linked > 0
