"""What a disk refuses is told as what it is."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pipeline.errors import DiskFull, FileError
from pipeline.whole_files import disk_errors, is_for_want_of_room


@pytest.mark.parametrize(("number", "is_room"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EFBIG, False)])
def test_a_full_disk_is_told_as_one(number: int, is_room: bool) -> None:
    """Also somebody's share of it; and a file that may not be so large, where one is written."""
    error = OSError(number, "no")

    with pytest.raises(DiskFull), disk_errors(Path("here")):
        raise error
    assert is_for_want_of_room(error) is is_room


def test_other_troubles_of_a_disk_are_no_full_one() -> None:
    """Where a file is not there, whoever asked for it knows better what that means."""
    with pytest.raises(FileError, match="cannot be written"), disk_errors(Path("here")):
        raise OSError(errno.EIO, "no")
    with pytest.raises(FileNotFoundError), disk_errors(Path("here")):
        raise FileNotFoundError
