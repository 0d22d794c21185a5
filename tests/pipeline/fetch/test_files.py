from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import fetch
from pipeline.config import Settings
from pipeline.errors import AudioUnreadable, ConfigError, NoNetwork, NotFound
from tests.pipeline.fetch.host import SECONDS


def test_a_file_is_used_where_it_is(settings: Settings, into: Path, tmp_path: Path, sound: bytes) -> None:
    """A file is not copied, and its length is known."""
    file = tmp_path / "Board meeting.ogg"
    file.write_bytes(sound)
    found = fetch.recording(str(file), into=into, settings=settings)
    assert found.media == found.source == str(file)
    assert found.title == "Board meeting"
    assert found.duration == pytest.approx(SECONDS, abs=0.2)
    assert not into.exists()
    assert fetch.captions(str(file), settings=settings) == (found, None)


def test_files_that_will_not_do(settings: Settings, into: Path, tmp_path: Path) -> None:
    """A missing file, a folder, and a text that only claims to be sound."""
    text = tmp_path / "fake.mp3"
    text.write_text("no sound here")
    with pytest.raises(AudioUnreadable, match=r"fake\.mp3"):
        fetch.recording(str(text), into=into, settings=settings)
    with pytest.raises(NotFound, match="no such file"):
        fetch.recording(str(tmp_path / "gone.mp3"), into=into, settings=settings)
    with pytest.raises(NotFound, match="folder"):
        fetch.recording(str(tmp_path), into=into, settings=settings)


def test_cookies_are_neither_changed_nor_shown(settings: Settings, into: Path, tmp_path: Path, capfd: Any) -> None:
    """A file that is missing or no cookies.txt is the user's to solve; its content is repeated nowhere."""
    cookies = tmp_path / "cookies.txt"
    asked = replace(settings, cookies=cookies)
    with pytest.raises(ConfigError, match="JUMPNOTES_COOKIES"):
        fetch.recording("gArDenCall0", into=into, settings=asked)
    cookies.write_text("# Netscape HTTP Cookie File\n.youtube.com\tsecret\n")
    with pytest.raises(ConfigError, match=r"cookies\.txt:2") as caught:
        fetch.recording("gArDenCall0", into=into, settings=asked)
    assert "secret" not in str(caught.value) + "".join(capfd.readouterr())


def test_good_cookies_are_used_from_a_copy(
    settings: Settings, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is as it was, though yt-dlp writes cookies back."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kw: (_ for _ in ()).throw(socket.gaierror(-2, "x")))
    cookies = tmp_path / "cookies.txt"
    text = "# Netscape HTTP Cookie File\n\n#HttpOnly_.youtube.com\tTRUE\t/\tTRUE\t4102444800\tSID\tsecret\n"
    cookies.write_text(text)
    with pytest.raises(NoNetwork):
        fetch.recording("gArDenCall0", into=into, settings=replace(settings, cookies=cookies))
    assert cookies.read_text() == text
    assert not any("secret" in path.read_text() for path in into.rglob("*") if path.is_file())
