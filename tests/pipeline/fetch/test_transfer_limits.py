from __future__ import annotations

import resource
import shutil
import signal
import time
import zlib
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from pipeline import fetch
from pipeline.config import Settings
from pipeline.errors import Busy, DiskFull, FetchError, NoNetwork, TimedOut, TooLarge
from pipeline.fetch import files, transfer_limits
from tests.faults.small_disk import small_disk
from tests.pipeline.fetch.host import Answer, Handler, Host, broken, ranged, typed, whole

HLS = "application/vnd.apple.mpegurl"
Disk = namedtuple("Disk", "total used free")


def raw(first: bytes, block: bytes, pause: float = 0.0) -> Answer:
    """Sends `first` and then `block` again and again."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(first)
        while not handler.server.release.wait(pause):
            handler.wfile.write(block)

    return answer


def endless(kind: str, block: bytes, pause: float = 0.0) -> Answer:
    return raw(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode(), block, pause)


def left(into: Path) -> list[str]:
    """What is in the folder, our own hidden folders aside."""
    return sorted(path.name for path in into.iterdir() if path.name not in {".locks", ".cache"})


@pytest.fixture
def url(host: Host) -> str:
    return host.url("/x")


def give_disk(monkeypatch: pytest.MonkeyPatch, free: Iterator[int]) -> None:
    """Let the disk of 100 MB, so with a reserve of 20, have `free` bytes each time somebody looks."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(100_000_000, 0, next(free)))


def test_a_recording_that_announces_too_much(
    host: Host, url: str, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100 GB are refused before the first byte is stored: as more than is fetched, or than there is room for."""
    host.answers["/x"] = lambda handler: handler.head(100_000_000_000)
    with pytest.raises(TooLarge, match="the recording is larger than 20 GB"):
        fetch.recording(url, into=into, settings=settings)
    settings = replace(settings, download_mb=1_000_000)
    give_disk(monkeypatch, iter(lambda: 90_000_000, 0))
    with pytest.raises(DiskFull, match="takes 100 GB, and the disk has 90 MB free, of which 20 MB are kept") as caught:
        fetch.recording(url, into=into, settings=settings)
    assert caught.value.retryable
    assert left(into) == []


def test_a_recording_without_end(
    host: Host, url: str, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops at the reserve, or at the most that is fetched, and what had arrived gives its room back."""
    host.answers["/x"] = endless("audio/mpeg", bytes(100_000))
    give_disk(monkeypatch, iter(range(30_000_000, 0, -1_000_000)))
    with pytest.raises(DiskFull, match="no room for more of the recording"):
        fetch.recording(url, into=into, settings=settings)
    assert left(into) == []
    monkeypatch.undo()
    with pytest.raises(TooLarge, match="the recording is larger than 3 MB") as caught:
        fetch.recording(url, into=into, settings=replace(settings, download_mb=3))
    assert "JUMPNOTES_DOWNLOAD_MB" in caught.value.hint
    assert left(into) == []


def test_room_is_made_from_what_was_interrupted(
    host: Host, settings: Settings, into: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, unfinished downloads go, but not one that is in progress."""
    for name in ("/a.ogg", "/b.ogg"):
        host.answers[name] = broken(sound, 100_000)
        with pytest.raises(NoNetwork):
            fetch.recording(host.url(name), into=into, settings=settings)
    (in_progress,) = (into / ".locks").glob("a-*.lock")
    give_disk(monkeypatch, iter(lambda: 1, 0))
    with filelock.FileLock(in_progress), pytest.raises(DiskFull):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert left(into) == [f".{in_progress.stem}"]


PACKER = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
PACKED = PACKER.compress(bytes(3_000_000)) + PACKER.flush()
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (endless("text/html", b"<!doctype html><html>" + b"<p>and so on</p>" * 5000), "a page or manifest .* 1 MB"),
        (endless(HLS, b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + b"#EXTINF:9,\na.ts\n" * 5000), "a page or manifest"),
        (
            raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
                % (len(PACKED), PACKED),
                b"",
                60,
            ),
            "a page or manifest .* 1 MB",
        ),
        (raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), "what the host sends before it"),
        (raw(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 1000), "what the host sends before it"),
        (
            lambda handler: handler.head(0, status=302, Location=f"/x?{time.monotonic_ns()}"),
            "more requests than|redirect loop",
        ),
    ],
    ids=["page", "manifest", "packed page", "100 Continue", "trailers", "redirects"],
)
def test_pages_without_end(
    host: Host,
    url: str,
    settings: Settings,
    into: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    problem: str,
) -> None:
    """What is read into memory is bounded, unpacked and with all that is sent before and after it."""
    monkeypatch.setattr(transfer_limits, "MAX_PAGE_BYTES", 1_000_000)
    monkeypatch.setattr(transfer_limits, "MAX_HEADER_BYTES", 100_000)
    host.answers["/x"] = answer
    with pytest.raises(FetchError, match=problem):
        fetch.recording(url, into=into, settings=settings)
    assert left(into) == []


def test_a_page_that_leads_to_another_and_so_on(
    host: Host, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of requests is bounded."""
    monkeypatch.setattr(transfer_limits, "MAX_LOOKUP_REQUESTS", 9)

    def answer(handler: Handler) -> None:
        refresh = f'<meta http-equiv="refresh" content="0; url=/x.html?{time.monotonic_ns()}">'
        typed("text/html", f"<!doctype html><html><head>{refresh}</head></html>".encode())(handler)

    host.answers["/x.html"] = answer
    with pytest.raises(TooLarge, match="more requests"):
        fetch.recording(host.url("/x.html"), into=into, settings=settings)
    assert len(host.asked) == transfer_limits.MAX_LOOKUP_REQUESTS


def test_all_pages_together_without_end(
    host: Host, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though each of them is small enough."""
    monkeypatch.setattr(transfer_limits, "MAX_LOOKUP_BYTES", 100_000)

    def answer(handler: Handler) -> None:
        refresh = f'<meta http-equiv="refresh" content="0; url=/x.html?{time.monotonic_ns()}">'
        head = f"<!doctype html><html><head>{refresh}</head>".encode()
        typed("text/html", head + b"<p>and so on</p>" * 2500 + b"</html>")(handler)

    host.answers["/x.html"] = answer
    with pytest.raises(TooLarge, match="what the host says about it is larger than 100 kB"):
        fetch.recording(host.url("/x.html"), into=into, settings=settings)
    assert 1 < len(host.asked) < transfer_limits.MAX_LOOKUP_REQUESTS


@pytest.mark.parametrize("by_setting", [True, False])
def test_a_page_takes_no_longer_than_it_may(
    host: Host, url: str, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch, *, by_setting: bool
) -> None:
    """A setting is named only where setting it higher would help."""
    host.answers["/x"] = endless("text/html", b"<!doctype html><html>" + b"<p>and so on</p>" * 50, 0.01)
    if by_setting:
        settings = replace(settings, download_hours=0.2 / 3600)
    else:
        monkeypatch.setattr(transfer_limits, "MAX_LOOKUP_SECONDS", 0.2)
    with pytest.raises(TimedOut, match=r"longer than 5\.56e-05 hours") as caught:
        fetch.recording(url, into=into, settings=settings)
    assert ("JUMPNOTES_" in caught.value.hint) is by_setting


@pytest.mark.parametrize(
    "answer",
    [endless("audio/mpeg", b"x", 0.02), raw(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.02)],
    ids=["content", "headers"],
)
def test_a_host_that_drips(host: Host, url: str, settings: Settings, into: Path, answer: Answer) -> None:
    """A byte now and then is no download: in twice the timeout something has to arrive."""
    host.answers["/x"] = answer
    with pytest.raises(TimedOut, match="sends too slowly") as caught:
        fetch.recording(url, into=into, settings=replace(settings, timeout=0.1))
    assert caught.value.retryable


def test_a_slow_host_is_waited_for(host: Host, url: str, settings: Settings, into: Path, sound: bytes) -> None:
    """A connection that is slow and honest brings everything, though it takes many times the timeout. How slow it may
    be is a setting.
    """

    def answer(handler: Handler) -> None:
        handler.head(len(sound))
        for start in range(0, len(sound), 8000):
            handler.wfile.write(sound[start : start + 8000])
            time.sleep(0.03)

    host.answers["/x"] = answer
    with pytest.raises(TimedOut, match="too slowly") as caught:
        fetch.recording(url, into=into, settings=replace(settings, timeout=0.1, download_rate=10_000))
    assert "JUMPNOTES_DOWNLOAD_RATE" in caught.value.hint
    found = fetch.recording(url, into=into, settings=replace(settings, timeout=0.1, download_rate=50))
    assert Path(found.media or "").read_bytes() == sound


def test_a_download_takes_hours_at_most_and_the_next_goes_on(
    host: Host, settings: Settings, into: Path, sound: bytes
) -> None:
    """One that is just fast enough ends as well; what came is kept, and the next run fetches the rest."""

    def answer(handler: Handler) -> None:
        handler.head(len(sound))
        for start in range(0, len(sound), 200):
            handler.wfile.write(sound[start : start + 200])
            handler.server.release.wait(0.005)

    host.answers["/talk.ogg"] = answer
    with pytest.raises(TimedOut, match="longer than") as caught:
        fetch.recording(host.url("/talk.ogg"), into=into, settings=replace(settings, download_hours=0.3 / 3600))
    assert "JUMPNOTES_DOWNLOAD_HOURS" in caught.value.hint
    (part,) = into.glob(".talk-*/*.part")
    had = part.stat().st_size
    host.answers["/talk.ogg"] = ranged(sound)
    found = fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert had
    assert f"bytes={had}-" in [asked for _, asked in host.asked]
    assert Path(found.media or "").read_bytes() == sound


REPEATED = b"""<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
mediaPresentationDuration="PT9000000000S"><Period><AdaptationSet mimeType="audio/mp4">
<Representation id="a" bandwidth="64000"><SegmentTemplate timescale="1" media="$Number$.m4s"><SegmentTimeline>
<S t="0" d="2" r="1000000000"/></SegmentTimeline></SegmentTemplate></Representation></AdaptationSet></Period></MPD>"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_a_manifest_that_says_a_billion_times(
    host: Host, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a few bytes ask for may not fill the memory; afterwards everything else has as much of it as before."""
    monkeypatch.setattr(transfer_limits, "MAX_MEMORY_BYTES", 50_000_000)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    host.answers["/x.mpd"] = typed("application/dash+xml", REPEATED)
    with pytest.raises(TooLarge, match="too large or too deep"):
        fetch.recording(host.url("/x.mpd"), into=into, settings=settings)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_page_that_takes_hours_to_read(
    host: Host, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """yt-dlp looks for players with patterns that a page can be made for; that ends, and leaves no alarm behind."""
    monkeypatch.setattr(transfer_limits, "MAX_LOOKUP_PROCESSING_SECONDS", 0.5)
    host.answers["/x.html"] = typed("text/html", b"<!doctype html><html>" + b"<video " * 50_000)
    with pytest.raises(TooLarge, match="too long to make sense of"):
        fetch.recording(host.url("/x.html"), into=into, settings=settings)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_a_recording_in_too_many_pieces(
    host: Host, settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither their number nor the size of one is without bounds."""
    monkeypatch.setattr(transfer_limits, "MAX_DOWNLOAD_REQUESTS", 20)
    manifest = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + b"#EXTINF:9,\na.ts\n" * 30 + b"#EXT-X-ENDLIST\n"
    host.answers["/x.m3u8"] = typed(HLS, manifest)
    host.answers["/a.ts"] = typed("video/mp2t", b"G" * 188)
    with pytest.raises(TooLarge, match="comes in 30 pieces"):
        fetch.recording(host.url("/x.m3u8"), into=into, settings=settings)
    monkeypatch.setattr(transfer_limits, "MAX_FRAGMENT_BYTES", 1_000_000)
    host.answers["/x.m3u8"] = typed(HLS, manifest.replace(b"#EXTINF:9,\na.ts\n" * 29, b""))
    host.answers["/a.ts"] = endless("video/mp2t", b"G" * 18_800)
    with pytest.raises(TooLarge, match="a piece of it is larger than 1 MB"):
        fetch.recording(host.url("/x.m3u8"), into=into, settings=settings)
    assert left(into) == []


def test_captions_without_end(host: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are as good as none: the sound can still be had."""
    monkeypatch.setattr(transfer_limits, "MAX_PAGE_BYTES", 100_000)
    page = b'<!doctype html><html><body><video src="/talk.ogg" type="audio/ogg">'
    host.answers["/page"] = typed("text/html", page + b'<track kind="subtitles" src="/talk.vtt" srclang="en"></video>')
    host.answers["/talk.vtt"] = endless("text/vtt", b"WEBVTT\n\n" * 1000)
    assert fetch.captions(host.url("/page"), settings=settings)[1] is None


def test_one_download_does_not_hold_up_another(
    host: Host, settings: Settings, into: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same recording is waited for, within reason; any other of the same host is not."""
    monkeypatch.setattr(files, "MAX_LOCKED_SECONDS", 0.05)
    fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    (lock,) = (into / ".locks").iterdir()
    host.answers["/other.ogg"] = ranged(sound)
    with filelock.FileLock(lock):
        with pytest.raises(Busy, match="another jumpnotes") as caught:
            fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
        assert caught.value.retryable
        assert fetch.recording(host.url("/other.ogg"), into=into, settings=settings).media


def pieces(host: Host, count: int, piece: Answer) -> None:
    """A recording at /x.m3u8 in so many pieces."""
    lines = [f"#EXTINF:9,\n{number}.ts\n" for number in range(count)]
    manifest = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + "".join(lines) + "#EXT-X-ENDLIST\n"
    host.answers["/x.m3u8"] = typed(HLS, manifest.encode())
    host.answers |= {f"/{number}.ts": piece for number in range(count)}


PIECE = b"G" + bytes(400_000)


def test_the_sum_of_the_pieces_counts(host: Host, settings: Settings, into: Path) -> None:
    """No piece is too large, and all of them are; what an interrupted run has left counts as well. None is left."""
    small = replace(settings, download_mb=1.5)
    pieces(host, 5, typed("video/mp2t", PIECE))
    with pytest.raises(TooLarge, match=r"the recording is larger than 1\.5 MB"):
        fetch.recording(host.url("/x.m3u8"), into=into, settings=small)
    assert left(into) == []
    host.answers["/2.ts"] = broken(PIECE, 1000)
    with pytest.raises(NoNetwork):
        fetch.recording(host.url("/x.m3u8"), into=into, settings=small)
    assert left(into) != []
    host.asked.clear()
    host.answers["/2.ts"] = typed("video/mp2t", PIECE)
    with pytest.raises(TooLarge, match=r"the recording is larger than 1\.5 MB"):
        fetch.recording(host.url("/x.m3u8"), into=into, settings=small)
    assert [path for path, _ in host.asked if path.endswith(".ts")] == ["/2.ts", "/3.ts"]
    assert left(into) == []


def test_what_was_fetched_before_counts_and_what_is_fetched_anew_counts_once(
    host: Host, settings: Settings, into: Path, sound: bytes
) -> None:
    """The rest of a recording is refused where the whole would be too large; a host that begins again is not."""
    small = replace(settings, download_mb=1.5)
    with_more = sound + bytes(1_400_000 - len(sound))
    host.answers["/x"] = broken(with_more, 1_000_000)
    for size, error in ((1_400_000, None), (1_600_000, TooLarge)):
        with pytest.raises(NoNetwork):
            fetch.recording(host.url("/x"), into=into, settings=small)
        if error:
            host.answers["/x"] = ranged(with_more + bytes(200_000))
            with pytest.raises(TooLarge, match=r"larger than 1\.5 MB"):
                fetch.recording(host.url("/x"), into=into, settings=small)
            assert left(into) == []
        else:
            host.answers["/x"] = whole(with_more)
            found = fetch.recording(host.url("/x"), into=into, settings=small)
            assert Path(found.media or "").stat().st_size == size
            files.drop(Path(found.media or ""), into)
            host.answers["/x"] = broken(with_more, 1_000_000)


def test_a_page_may_be_larger_than_a_small_limit(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """It is no recording: what counts is what is kept."""
    page = b'<!doctype html><html><body><video src="/talk.ogg" type="audio/ogg"></video>' + b"<p>and so on</p>" * 90_000
    host.answers["/page"] = typed("text/html", page)
    assert fetch.recording(host.url("/page"), into=into, settings=replace(settings, download_mb=1)).media


@pytest.mark.parametrize("name", ["x.m3u8", "x"], ids=["in pieces", "in one"])
def test_a_disk_that_fills_up(host: Host, settings: Settings, tmp_path: Path, name: str) -> None:
    """Nothing is written into the reserve of a real disk, and what had come gives its room back."""
    pieces(host, 30, endless("video/mp2t", PIECE))
    host.answers["/x"] = endless("audio/mpeg", bytes(100_000))
    with small_disk(tmp_path / "data", 8) as disk:
        lowest = shutil.disk_usage(disk).free
        with pytest.raises(DiskFull):
            fetch.recording(host.url(f"/{name}"), into=settings.media_dir, settings=settings)
        assert left(settings.media_dir) == []
        assert shutil.disk_usage(disk).free > 0.95 * lowest
