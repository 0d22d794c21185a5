"""Logging out ends a session for good."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from pipeline.errors import DiskFull, StoreError
from service.web import ended_sessions
from service.web.ended_sessions import SESSION_LIFETIME, EndedSessions


def test_an_ended_session_stays_ended_until_its_cookie_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process knows it, too; the names of the files are no secrets; old ones go."""
    monkeypatch.setattr(ended_sessions, "_MIN_KEPT", 1)
    folder = tmp_path / "ended"
    EndedSessions(folder).add("first")
    (file,) = folder.iterdir()
    expired = time.time() - SESSION_LIFETIME.total_seconds() - 60

    assert "first" in EndedSessions(folder)
    assert "second" not in EndedSessions(folder)
    assert "first" not in file.name
    os.utime(file, (expired, expired))
    EndedSessions(folder).add("second")
    assert "first" not in EndedSessions(folder)
    assert "second" in EndedSessions(folder)


def test_a_clock_that_was_wrong_brings_no_session_back(tmp_path: Path) -> None:
    """Few are kept whatever their age seems to be: the clock may have been years ahead for a minute."""
    folder = tmp_path / "ended"
    EndedSessions(folder).add("first")
    (file,) = folder.iterdir()
    os.utime(file, (1.0, 1.0))

    EndedSessions(folder).add("second")

    assert "first" in EndedSessions(folder)


def test_what_cannot_be_remembered_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is one, and a folder that cannot be written another."""
    (tmp_path / "ended").write_text("")
    with pytest.raises(StoreError, match="ended: File exists"):
        EndedSessions(tmp_path / "ended").add("first")

    def fill(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "touch", fill)
    with pytest.raises(DiskFull):
        EndedSessions(tmp_path / "others").add("first")
