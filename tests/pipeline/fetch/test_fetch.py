from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import errors, fetch
from pipeline.config import Settings
from pipeline.errors import (
    AudioUnreadable,
    ConfigError,
    FetchError,
    NoNetwork,
    NotFound,
    TimedOut,
    Truncated,
    Unsupported,
)
from pipeline.fetch.sources import RemoteSource
from tests.pipeline.fetch.host import SECONDS, Host, broken, ranged, results, stalled, typed, whole


def test_a_download(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """The file arrives whole and readable, with its facts, and the bytes are counted on the way."""
    heard: list[tuple[float, float]] = []
    found = fetch.recording(
        host.url("/talk.ogg#t=5"),
        into=into,
        settings=settings,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert found.media is not None
    assert Path(found.media).read_bytes() == sound
    assert Path(found.media).parent == into
    assert found.source == host.url("/talk.ogg")
    assert found.title == "talk"
    assert found.duration == pytest.approx(SECONDS, abs=0.2)
    assert heard == sorted(heard)
    assert set(heard[-1]) == {len(sound)}
    assert results(into) == [Path(found.media).name]


def test_a_second_call_uses_no_network(host: Host, settings: Settings, into: Path) -> None:
    """What was fetched is used again, with all its facts, until it is forced."""
    first = fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    requests = len(host.asked)
    assert fetch.recording(host.url("/talk.ogg"), into=into, settings=settings) == first
    assert len(host.asked) == requests
    assert fetch.recording(host.url("/talk.ogg"), into=into, settings=settings, force=True) == first
    assert len(host.asked) > requests


def test_the_facts_of_a_recording_come_without_its_sound(host: Host, settings: Settings) -> None:
    """Once it was fetched, they are all there, and nobody is asked again."""
    asked = fetch.facts(host.url("/talk.ogg"), settings=settings)
    fetched = fetch.recording(host.url("/talk.ogg"), into=settings.media_dir, settings=settings)
    requests = len(host.asked)

    assert (asked.title, asked.media) == ("talk", None)
    assert fetch.facts(host.url("/talk.ogg"), settings=settings) == fetched
    assert len(host.asked) == requests


def test_a_damaged_file_is_fetched_again(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """A file that has lost its end does not count as the recording."""
    media = Path(fetch.recording(host.url("/talk.ogg"), into=into, settings=settings).media or "")
    media.write_bytes(sound[:1000])
    fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert media.read_bytes() == sound


def test_urls_that_differ_are_different_files(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """Two talks of the same name that differ only in their query do not overwrite each other."""
    found = {fetch.recording(host.url(f"/talk.ogg?part={n}"), into=into, settings=settings).media for n in (1, 2)}
    assert len(found) == 2


def test_a_missing_page(host: Host, settings: Settings, into: Path) -> None:
    """404 is an error of its own, and not to be tried again."""
    with pytest.raises(NotFound, match="no such page") as caught:
        fetch.recording(host.url("/nothing.ogg"), into=into, settings=settings)
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.LoginRequired),
        (403, errors.FetchBlocked),
        (410, errors.NotFound),
        (429, errors.RateLimited),
        (503, errors.ServerFailing),
    ],
)
def test_refusals(host: Host, settings: Settings, into: Path, status: int, error: type[FetchError]) -> None:
    """Each status that means something to the user is an error of its own."""
    host.answers["/x"] = lambda handler: handler.send_error(status)
    with pytest.raises(error) as caught:
        fetch.recording(host.url("/x"), into=into, settings=settings)
    assert type(caught.value) is error


def test_a_truncated_download(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """Less than was announced is an error, never a short recording."""
    host.answers["/talk.ogg"] = broken(sound, len(sound) // 2)
    with pytest.raises(Truncated) as caught:
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert caught.value.retryable
    assert results(into) == []


def test_a_broken_download_is_resumed(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """The next call asks for the rest only, where the host can do that, and the whole is right."""
    host.answers["/talk.ogg"] = broken(sound, 100_000)
    with pytest.raises(Truncated):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    host.asked.clear()
    host.answers["/talk.ogg"] = ranged(sound)
    found = fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert Path(found.media or "").read_bytes() == sound
    assert [asked for _, asked in host.asked] == [None, "bytes=100000-"]


ANNOUNCED = """<!doctype html><html><head><title>Office hours</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "VideoObject", "name": "Office hours", "uploadDate": "2024-03-05",
 "duration": "PT%dS", "contentUrl": "%s", "encodingFormat": "audio/ogg"}</script></head><body></body></html>"""


@pytest.mark.parametrize(("announced", "whole"), [(18, True), (23, True), (24, False), (3600, False)])
def test_a_download_that_is_shorter_than_announced_is_refused(
    host: Host, settings: Settings, into: Path, announced: int, whole: bool
) -> None:
    """A page says how long its recording is: 20 seconds are 23 give or take a few, and never an hour."""
    host.answers["/page"] = typed("text/html", (ANNOUNCED % (announced, host.url("/talk.ogg"))).encode())
    if whole:
        assert fetch.recording(host.url("/page"), into=into, settings=settings).duration == announced
        return
    with pytest.raises(Truncated, match=f"20 of {announced} seconds arrived") as caught:
        fetch.recording(host.url("/page"), into=into, settings=settings)
    assert caught.value.retryable
    assert {path.name for path in into.iterdir()} <= {".locks", ".cache"}


@pytest.mark.parametrize("sent", [0, 100_000])
def test_a_stalled_host(host: Host, settings: Settings, into: Path, sound: bytes, sent: int) -> None:
    """A host that stops sending is given up after the set time."""
    host.answers["/talk.ogg"] = stalled(sound, sent)
    with pytest.raises(TimedOut) as caught:
        fetch.recording(host.url("/talk.ogg"), into=into, settings=replace(settings, timeout=0.3))
    assert caught.value.retryable
    assert results(into) == []


def test_a_host_that_does_not_answer(settings: Settings, into: Path) -> None:
    """Nobody listening is a matter of the network."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NoNetwork):
            fetch.recording(f"http://127.0.0.1:{unused.getsockname()[1]}/a.ogg", into=into, settings=settings)


def test_what_is_not_sound(host: Host, settings: Settings, into: Path) -> None:
    """A text called .mp3 is refused after the download, and not kept."""
    host.answers["/fake.mp3"] = whole(b"no sound here " * 1000)
    with pytest.raises(AudioUnreadable):
        fetch.recording(host.url("/fake.mp3"), into=into, settings=settings)
    assert results(into) == []


def test_a_page_without_a_recording(host: Host, settings: Settings, into: Path) -> None:
    """A web page is not a recording."""

    host.answers["/page"] = typed("text/html", b"<!doctype html><html><body>hello</body></html>")
    with pytest.raises(Unsupported):
        fetch.recording(host.url("/page"), into=into, settings=settings)


KILLED = """
import sys
from pathlib import Path
from pipeline import fetch
from pipeline.config import Settings

settings = Settings(data_dir=Path(sys.argv[2]).parent, allow_hosts=frozenset({"127.0.0.1"}), timeout=60)
fetch.recording(sys.argv[1], into=Path(sys.argv[2]), settings=settings, progress=lambda *_: print("half", flush=True))
"""


def test_a_killed_download_leaves_no_result(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """After kill -9 in mid-download nothing looks like the recording; the next call gets it whole."""
    host.answers["/talk.ogg"] = stalled(sound, 100_000)
    command = [sys.executable, "-c", KILLED, host.url("/talk.ogg"), str(into)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(fetch.__file__).parents[2]) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert results(into) == []
    host.answers["/talk.ogg"] = ranged(sound)
    assert Path(fetch.recording(host.url("/talk.ogg"), into=into, settings=settings).media or "").read_bytes() == sound


def test_a_folder_that_cannot_be_made(host: Host, settings: Settings, tmp_path: Path) -> None:
    """Trouble with the folder names the folder and the setting."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file/media: cannot be written") as caught:
        fetch.recording(host.url("/talk.ogg"), into=tmp_path / "file" / "media", settings=settings)
    assert "--data-dir" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """No space left is an error of its own. The unfinished file is on a device that is always full."""
    host.answers["/talk.ogg"] = broken(sound, 1000)
    with pytest.raises(Truncated):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    (part,) = into.glob(".*/*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    host.answers["/talk.ogg"] = whole(sound)
    with pytest.raises(errors.DiskFull):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)


def test_a_refused_address_is_asked_for_again_once(
    settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """YouTube's media addresses expire: after a 403 they are extracted once more, and only once."""
    calls: list[bool] = []

    def refused(remote: RemoteSource, *_args: object, force: bool = False) -> None:
        calls.append(force)
        raise errors.MediaForbidden(remote.shown_url, "refused")

    monkeypatch.setattr(fetch, "_download", refused)
    with pytest.raises(errors.MediaForbidden):
        fetch.recording("gArDenCall0", into=into, settings=settings)
    assert calls == [False, True]


def test_the_folder_is_left_tidy(host: Host, settings: Settings, into: Path) -> None:
    """After a download only the media, its description and the lock remain."""
    media = Path(fetch.recording(host.url("/talk.ogg"), into=into, settings=settings).media or "")
    assert {path.name for path in into.iterdir()} <= {media.name, media.with_suffix(".json").name, ".locks", ".cache"}
    assert json.loads(media.with_suffix(".json").read_text())["bytes"] == os.path.getsize(media)  # noqa: PTH202


PAGE = b"""<!doctype html><html><head><title>Office hours</title></head><body>
<video src="/talk.ogg" type="audio/ogg"><track kind="subtitles" src="/talk.vtt" srclang="en"></video></body></html>"""


VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:19.000\n<v Ann>hello everyone\n"


@pytest.fixture
def page(host: Host) -> str:
    """A page with a player and its captions."""
    host.answers["/page"] = typed("text/html", PAGE)
    host.answers["/talk.vtt"] = typed("text/vtt", VTT)
    return host.url("/page")


def test_published_captions(host: Host, page: str, settings: Settings) -> None:
    """Captions come with their language and the recording's facts; the media is not fetched."""
    found, transcript = fetch.captions(page, settings=settings)
    assert (found.source, found.media) == (page, None)
    assert found.title.startswith("Office hours")
    assert transcript is not None
    assert transcript.language == "en"
    assert [(segment.speaker, segment.text) for segment in transcript.segments] == [("Ann", "hello everyone")]
    assert "/talk.ogg" not in [path for path, _ in host.asked]


def test_captions_that_cannot_be_read(host: Host, page: str, settings: Settings) -> None:
    """Broken captions are as good as none."""
    host.answers["/talk.vtt"] = typed("text/vtt", b"<html>sorry</html>")
    found, transcript = fetch.captions(page, settings=settings)
    assert found.source == page
    assert transcript is None


def test_captions_refused(host: Host, page: str, settings: Settings) -> None:
    """Too many requests for captions leave the sound as the way out."""
    host.answers["/talk.vtt"] = lambda handler: handler.send_error(429)
    with pytest.raises(errors.CaptionsRateLimited) as caught:
        fetch.captions(page, settings=settings)
    assert "recognised" in caught.value.hint


def test_no_captions(host: Host, settings: Settings) -> None:
    """A bare sound file has none."""
    found, transcript = fetch.captions(host.url("/talk.ogg"), settings=settings)
    assert found.title == "talk"
    assert transcript is None
