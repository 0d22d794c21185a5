"""Only what is in a file itself is read: lists of other files are none, whatever they are called."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import pytest

from pipeline.audio import containers, open_sound
from pipeline.audio.containers import open_container
from pipeline.audio.muting import mute
from pipeline.errors import AudioUnreadable

SCRIPT = b"ffconcat version 1.0\nfile secret.wav\n"
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXTINF:1,\nfile:///%s\n#EXT-X-ENDLIST\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A recording that is somebody else's, and that FFmpeg would read for a list."""
    path = tmp_path / "secret.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    (tmp_path / "list.mp4").write_bytes(SCRIPT)
    with av.open(str(tmp_path / "list.mp4")) as container:
        assert container.format.name == "concat"
        assert container.streams.audio
    return path


@pytest.mark.parametrize("tail", [b"", b"\x00\x01", b"\xff" * 2000], ids=["plain", "binary", "long"])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"\n \t"], ids=["first", "mark", "blank"])
def test_a_list_of_files_is_no_recording(secret: Path, head: bytes, tail: bytes) -> None:
    """Of whichever kind, and whatever comes before and after."""
    lists = [SCRIPT, PLAYLIST % bytes(secret), b"v=0\r\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", b"<MPD></MPD>"]
    for number, content in enumerate(lists):
        call = secret.with_name(f"call{number}.mp4")
        call.write_bytes(head + content + tail)
        with pytest.raises(AudioUnreadable, match="not a sound or video file"), open_sound(call):
            pass
        with pytest.raises(AudioUnreadable):
            mute(call, [(0.0, 0.5)], secret.with_name("muted.mp4"))


def test_what_is_found_to_be_a_list_only_when_it_is_open_is_closed(
    secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form of list that begins as none of those known."""
    monkeypatch.setattr(containers, "_OTHER_KINDS", {})
    monkeypatch.setattr(containers, "_is_text", lambda _: False)
    with pytest.raises(AudioUnreadable, match="list of files"):
        open_container(secret.with_name("list.mp4"))
