"""Logging out ends a session for good."""

from __future__ import annotations

import errno
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from pipeline.config import Settings
from pipeline.errors import DiskFull, StoreError
from service.web import sessions
from service.web.sessions import SESSION_LIFETIME, EndedSessions


def test_an_ended_session_stays_ended_until_its_cookie_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process knows it, too; the names of the files are no secrets; old ones go."""
    monkeypatch.setattr(sessions, "_MIN_KEPT", 1)
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


def test_a_clock_that_was_wrong_brings_few_sessions_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are kept whatever their age seems to be: the clock may have been years ahead for a minute."""
    monkeypatch.setattr(sessions, "_MIN_KEPT", 3)
    ended = EndedSessions(tmp_path / "ended")
    for number in range(4):
        ended.add(str(number))
        os.utime(ended._file(str(number)), (number + 1.0, number + 1.0))

    ended.add("newest")

    again = EndedSessions(tmp_path / "ended")
    assert [number for number in range(4) if str(number) in again] == [2, 3]
    assert "newest" in again


def test_what_cannot_be_remembered_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is one, and a folder that cannot be written another."""
    (tmp_path / "ended").write_text("")
    with pytest.raises(StoreError, match="ended: File exists"):
        EndedSessions(tmp_path / "ended").add("first")

    def fill(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "touch", fill)
    others = EndedSessions(tmp_path / "others")
    with pytest.raises(DiskFull):
        others.add("first")
    assert "first" in others


def test_the_key_of_the_cookies_is_one_file_that_only_we_can_read(settings: Settings) -> None:
    """Every process of a server has the same, and a restart ends no session; a damaged one is replaced."""
    first, second = Flask("first"), Flask("second")
    for app in (first, second):
        sessions.register(app, settings)
    file = settings.data_dir / "session-key"
    assert first.secret_key == second.secret_key
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() not in (first.secret_key, b"")
    file.write_bytes(b"cut")
    sessions.register(second, settings)

    assert len(file.read_bytes()) == 32
    assert first.secret_key != second.secret_key
    assert {each.name for each in settings.data_dir.iterdir() if "session-key" in each.name} == {"session-key"}


def test_processes_that_start_at_once_have_one_key(settings: Settings) -> None:
    """Whoever is second takes what the first has made."""
    barrier, apps = threading.Barrier(8), [Flask(f"app{number}") for number in range(8)]

    def start(app: Flask) -> None:
        barrier.wait()
        sessions.register(app, settings)

    threads = [threading.Thread(target=start, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({app.secret_key for app in apps}) == 1


def test_where_nothing_can_be_written_people_log_in_all_the_same(settings: Settings) -> None:
    """The key is that of the process then."""
    nowhere = replace(settings, data_dir=settings.data_dir / "gone")
    app, other = Flask("app"), Flask("other")
    sessions.register(app, nowhere)
    sessions.register(other, nowhere)

    assert app.secret_key
    assert app.secret_key != other.secret_key
