from __future__ import annotations

import socket
from pathlib import Path

import av
import numpy as np
import pytest
import yt_dlp
from Cryptodome.Cipher import AES
from Cryptodome.Util import Padding

from pipeline import fetch
from pipeline.config import Settings
from pipeline.errors import FetchError, HostNotAllowed, NoNetwork
from pipeline.fetch import ytdlp
from tests.pipeline.fetch.host import WATCH, Host, moved, results, typed


def test_hosts_have_to_be_allowed(host: Host, settings: Settings, into: Path) -> None:
    """An unlisted host hears nothing, and the user hears which setting would change that."""
    with pytest.raises(HostNotAllowed, match="localhost") as caught:
        fetch.recording(host.url("/talk.ogg", "localhost"), into=into, settings=settings)
    assert f"localhost:{host.port} to JUMPNOTES_ALLOW_HOSTS" in caught.value.hint
    assert host.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_other_hosts_are_refused(host: Host, settings: Settings, into: Path, status: int) -> None:
    """Being led away from an allowed host ends there: the other one sees no request."""
    with Host() as other:
        other.answers["/talk.ogg"] = host.answers["/talk.ogg"]
        target = other.url("/talk.ogg", "localhost")
        host.answers["/away"] = lambda handler: handler.head(0, status=status, Location=target)
        with pytest.raises(HostNotAllowed, match=f"localhost:{other.port}"):
            fetch.recording(host.url("/away"), into=into, settings=settings)
        assert other.asked == []
    assert [path for path, _ in host.asked] == ["/away"]


def test_the_download_is_watched_as_well(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """A host that is itself at first and leads away from the media is refused too."""
    visits = iter([host.answers["/talk.ogg"], moved("http://localhost:1/talk.ogg")])
    host.answers["/talk.ogg"] = lambda handler: next(visits)(handler)
    with pytest.raises(HostNotAllowed, match="localhost:1"):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert results(into) == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a.ogg", "data:audio/ogg;base64,T2dn"])
def test_redirects_to_other_schemes_are_refused(host: Host, settings: Settings, into: Path, target: str) -> None:
    """A redirect does not open files or speak other protocols."""
    host.answers["/away"] = moved(target)
    with pytest.raises(FetchError):
        fetch.recording(host.url("/away"), into=into, settings=settings)
    assert results(into) == []


def test_redirects_within_what_is_allowed(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """A redirect on the same host is followed."""
    host.answers["/new"] = moved("/talk.ogg")
    found = fetch.recording(host.url("/new"), into=into, settings=settings)
    assert Path(found.media or "").read_bytes() == sound
    assert found.source == host.url("/new")


def test_without_a_name_service(settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline, YouTube is a matter of the network, and the host is named."""

    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for ask in (
        lambda: fetch.recording("gArDenCall0", into=into, settings=settings),
        lambda: fetch.captions("gArDenCall0", settings=settings),
    ):
        with pytest.raises(NoNetwork, match=r"cannot find www\.youtube\.com: no internet connection"):
            ask()


def form(name: str, **facts: object) -> dict[str, object]:
    known = {"format_id": name, "url": f"https://rr1.googlevideo.com/{name}", "protocol": "https", "language": "en"}
    return known | {"vcodec": "none", "acodec": "opus", "ext": "webm"} | facts


ORIGINAL, DUBBED = {"language_preference": 10}, {"language": "es", "language_preference": -1}


AUDIO = [
    form("249-es", abr=48, **DUBBED),
    form("251-es", abr=128, **DUBBED),
    form("249", abr=50, **ORIGINAL),
    form("251", abr=130, **ORIGINAL),
    form("140", abr=129, acodec="mp4a.40.2", ext="m4a", **ORIGINAL),
]


VIDEO = form("18", vcodec="avc1", acodec="mp4a.40.2", ext="mp4", height=360, tbr=500, **ORIGINAL)
HLS = form("233", protocol="m3u8_native", abr=48, ext="mp4", **ORIGINAL)
RTMP = form("r", protocol="rtmp", url="rtmp://media.example/a", abr=48)


@pytest.mark.parametrize(
    ("formats", "picked"),
    [
        ([VIDEO, *AUDIO, HLS], "249"),
        ([VIDEO, *AUDIO[3:]], "251"),
        ([HLS, VIDEO], "18"),
        ([HLS], "233"),
        ([RTMP], None),
    ],
    ids=["small, original, sound alone", "larger sound", "no sound alone", "only HLS", "another program's"],
)
def test_which_format(formats: list[dict[str, object]], picked: str | None) -> None:
    """The smallest sound that is good enough for speech, never a dubbed one, and nothing yt-dlp cannot fetch itself."""
    info = {"id": "gArDenCall0", "title": "x", "extractor": "youtube", "extractor_key": "Youtube", "formats": formats}
    options = {"format": ytdlp.FORMAT, "quiet": True, "ignore_no_formats_error": True, "no_warnings": True}
    with yt_dlp.YoutubeDL(options) as downloader:
        chosen = downloader.process_ie_result(info | {"webpage_url": WATCH}, download=False)
    assert chosen.get("format_id") == picked


def transport_stream(path: Path) -> bytes:
    """Five seconds of a tone, as the pieces of an HLS recording put together are."""
    with av.open(str(path), "w", format="mpegts") as container:
        stream = container.add_stream("mp2", rate=48_000)
        stream.layout = "mono"
        for start in range(0, 48_000 * 5, 1152):
            tone = (np.sin(np.arange(start, start + 1152) * 2 * np.pi * 440 / 48_000) * 8000).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


def test_a_recording_in_encrypted_pieces(host: Host, settings: Settings, into: Path, tmp_path: Path) -> None:
    """AES-128, as some hosts of video use it: their key is theirs to give. It is undone in C, not in Python."""
    content, key = transport_stream(tmp_path / "tone.ts"), bytes(range(16))
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:5", '#EXT-X-KEY:METHOD=AES-128,URI="/key"']
    for number, start in enumerate(range(0, len(content), 30_000)):
        piece = AES.new(key, AES.MODE_CBC, number.to_bytes(16, "big"))
        encrypted = piece.encrypt(Padding.pad(content[start : start + 30_000], 16))
        host.answers[f"/{number}.ts"] = typed("video/mp2t", encrypted)
        lines += ["#EXTINF:0.5,", f"{number}.ts"]
    host.answers["/key"] = typed("application/octet-stream", key)
    host.answers["/x.m3u8"] = typed("application/vnd.apple.mpegurl", "\n".join([*lines, "#EXT-X-ENDLIST"]).encode())

    found = fetch.recording(host.url("/x.m3u8"), into=into, settings=settings)

    assert Path(found.media or "").read_bytes() == content
    assert yt_dlp.dependencies.Cryptodome.AES is not None
