from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yt_dlp

from pipeline import errors, fetch
from pipeline.config import Settings
from pipeline.errors import (
    AudioUnreadable,
    ConfigError,
    FetchError,
    HostNotAllowed,
    NoNetwork,
    NotFound,
    TimedOut,
    Truncated,
    Unsupported,
)
from pipeline.fetch.facts import choose_captions, not_ready, reach_the_end, recording_from
from pipeline.fetch.failures import clean, failure
from pipeline.fetch.sources import Hosts, Remote, understand
from pipeline.records import Chapter, Origin, Recording, Segment, Transcript

SECONDS = 20

Answer = Callable[["Handler"], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Twenty seconds of a tone, as a podcast would publish them."""
    path = tmp_path_factory.mktemp("sound") / "tone.ogg"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.layout = "mono"
        times = np.arange(48_000 * SECONDS) / 48_000
        tone = (np.sin(times * 2 * np.pi * 440) * 8000).astype(np.int16)
        for start in range(0, len(tone), 960):
            frame = av.AudioFrame.from_ndarray(tone[None, start : start + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


class Handler(BaseHTTPRequestHandler):
    """Answers as the test says, and keeps count."""

    server: Host

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send_error(404)
        else:
            answer(self)

    def log_message(self, *_args: object) -> None:
        pass

    def head(self, size: int, *, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "audio/ogg")
        self.send_header("Content-Length", str(size))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Host(ThreadingHTTPServer):
    """A host on loopback. `release` lets go of answers that stall."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.answers: dict[str, Answer] = {}
        self.release = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the client hung up, as some tests have it do

    @property
    def port(self) -> int:
        return self.server_port

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def host(sound: bytes) -> Iterator[Host]:
    """A host with the tone at /talk.ogg."""
    with Host() as host:
        host.answers["/talk.ogg"] = whole(sound)
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield host
        host.release.set()
        host.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between the test and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", allow_hosts=frozenset({"127.0.0.1"}), timeout=5)


@pytest.fixture
def into(settings: Settings) -> Path:
    return settings.media_dir


def whole(content: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content)

    return answer


def broken(content: bytes, sent: int) -> Answer:
    """Announces everything, sends a part, hangs up."""

    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content[:sent])

    return answer


def stalled(content: bytes, sent: int) -> Answer:
    """Announces everything, sends a part, and keeps the line open."""

    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content[:sent])
        handler.wfile.flush()
        handler.server.release.wait(60)

    return answer


def ranged(content: bytes) -> Answer:
    """Continues where it is asked to."""

    def answer(handler: Handler) -> None:
        start = int((handler.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        rest = content[start:]
        handler.head(
            len(rest), status=206 if start else 200, Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}"
        )
        handler.wfile.write(rest)

    return answer


def moved(url: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(0, status=302, Location=url)

    return answer


def results(into: Path) -> list[str]:
    """The files in the folder that could be taken for a recording."""
    return sorted(path.name for path in into.glob("*") if not path.name.startswith(".") and path.suffix != ".json")


# --- from a host


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


def test_a_damaged_file_is_fetched_again(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """A file that lost its end since is not taken for the recording."""
    media = Path(fetch.recording(host.url("/talk.ogg"), into=into, settings=settings).media or "")
    media.write_bytes(sound[:1000])
    fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert media.read_bytes() == sound


def test_urls_that_differ_are_different_files(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """Two talks of the same name, apart only by their query, do not overwrite each other."""
    found = {fetch.recording(host.url(f"/talk.ogg?part={n}"), into=into, settings=settings).media for n in (1, 2)}
    assert len(found) == 2


def test_a_missing_page(host: Host, settings: Settings, into: Path) -> None:
    """404 is said as such, and not to be tried again."""
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


def test_a_broken_download_is_continued(host: Host, settings: Settings, into: Path, sound: bytes) -> None:
    """The next call asks for the rest only, where the host can do that, and the whole is right."""
    host.answers["/talk.ogg"] = broken(sound, 100_000)
    with pytest.raises(Truncated):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    host.asked.clear()
    host.answers["/talk.ogg"] = ranged(sound)
    found = fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    assert Path(found.media or "").read_bytes() == sound
    assert [asked for _, asked in host.asked] == [None, "bytes=100000-"]


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
    """After kill -9 in mid-download there is nothing to be taken for the recording; the next call gets it whole."""
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
    """No space left is said as such. The unfinished file stands on a device that is always full."""
    host.answers["/talk.ogg"] = broken(sound, 1000)
    with pytest.raises(Truncated):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)
    (part,) = into.glob(".*/*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    host.answers["/talk.ogg"] = whole(sound)
    with pytest.raises(errors.DiskFull):
        fetch.recording(host.url("/talk.ogg"), into=into, settings=settings)


# --- which hosts


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


@pytest.mark.parametrize(
    ("listed", "url", "allowed"),
    [
        ("media.example", "https://media.example/a", True),
        ("media.example", "https://MEDIA.example.:8443/a", True),
        ("media.example:8443", "https://media.example:8443/a", True),
        ("media.example:443", "https://media.example/a", True),
        ("[::1]:80", "http://[::1]/a", True),
        ("media.example:8443", "https://media.example/a", False),
        ("media.example", "https://media.example.evil.org/a", False),
        ("media.example", "https://evil-media.example/a", False),
        ("media.example", "https://media.example@evil.org/a", False),
        ("media.example", "https://sub.media.example/a", False),
    ],
)
def test_what_an_entry_of_the_list_allows(listed: str, url: str, allowed: bool) -> None:
    """An entry is one host, on one port if it names one: not what merely looks like it."""
    hosts = Hosts(frozenset({listed}))
    if allowed:
        hosts.check(url)
    else:
        with pytest.raises(HostNotAllowed):
            hosts.check(url)


@pytest.mark.parametrize(
    "url",
    ["https://media.example\\@evil.org/", "https://media.example/\r\nHost: x", "ftp://media.example/", "https:///a"],
)
def test_urls_two_programs_read_differently(url: str) -> None:
    """What is not plainly one host is refused, listed or not."""
    with pytest.raises(Unsupported):
        Hosts(frozenset({"media.example"})).check(url)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("142.250.1.1", True), ("127.0.0.1", False), ("10.0.0.8", False), ("169.254.169.254", False), ("::1", False)],
)
def test_youtube_is_not_next_door(address: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """YouTube's names are followed to public addresses only; its hosts are known by their domain."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kw: [(0, 0, 0, "", (address, 443))])
    hosts = Hosts(frozenset(), youtube=True)
    for url in ("https://www.youtube.com/watch?v=gArDenCall0", "https://rr3---sn-x.googlevideo.com/videoplayback"):
        if allowed:
            hosts.check(url)
        else:
            with pytest.raises(HostNotAllowed, match="private network"):
                hosts.check(url)
    with pytest.raises(HostNotAllowed):
        hosts.check("https://googlevideo.com.evil.org/")


# --- what is asked for


@pytest.mark.parametrize(
    "source",
    [
        "gArDenCall0",
        "https://youtu.be/gArDenCall0?t=30",
        "https://www.youtube.com/watch?list=PL1&v=gArDenCall0&index=10",
        "https://www.youtube.com/live/gArDenCall0?si=x",
        "https://www.youtube-nocookie.com/embed/gArDenCall0",
    ],
)
def test_youtube_links_are_built_anew(source: str) -> None:
    """Of a YouTube link only the id is taken."""
    url = "https://www.youtube.com/watch?v=gArDenCall0"
    assert understand(source) == Remote(url, url, "gArDenCall0", "gArDenCall0")


def test_nothing_is_an_option(settings: Settings, into: Path, tmp_path: Path, host: Host) -> None:
    """A value that looks like an option of yt-dlp is an id, a path or a URL, whatever it says."""
    evidence = tmp_path / "executed"
    for source in (
        "--exec",
        f"--exec=touch {evidence}",
        "-o/etc/passwd",
        f"--exec touch {evidence} https://youtu.be/x",
    ):
        with pytest.raises(FetchError):
            fetch.recording(source, into=into, settings=settings)
    with pytest.raises(FetchError):
        fetch.recording(host.url(f"/--exec=touch%20{evidence}"), into=into, settings=settings)
    assert not evidence.exists()
    remote = understand("--exec-abcd")
    assert isinstance(remote, Remote)
    assert remote.url == "https://www.youtube.com/watch?v=--exec-abcd"


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.mp3",
        "data:audio/ogg;base64,T2dn",
        "ytsearch:meeting",
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/playlist?list=PL1",
        "http://",
    ],
)
def test_other_things_are_refused(source: str, settings: Settings, into: Path) -> None:
    """Other schemes, yt-dlp's own pseudo-URLs, and pages of YouTube that are not a video."""
    with pytest.raises(Unsupported):
        fetch.recording(source, into=into, settings=settings)


def test_passwords_are_not_repeated(settings: Settings, into: Path) -> None:
    """What stands before the @ of a URL is in no message and no record."""
    with pytest.raises(HostNotAllowed) as caught:
        fetch.recording("https://ann:secret@media.example/a.mp3", into=into, settings=settings)
    assert "secret" not in str(caught.value) + caught.value.hint


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


# --- YouTube, which cannot be reached from here


def test_without_a_name_service(settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off line, YouTube is a matter of the network, soon."""

    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for ask in (
        lambda: fetch.recording("gArDenCall0", into=into, settings=settings),
        lambda: fetch.captions("gArDenCall0", settings=settings),
    ):
        with pytest.raises(NoNetwork, match="name is not known"):
            ask()


def test_cookies_are_neither_changed_nor_told(settings: Settings, into: Path, tmp_path: Path, capfd: Any) -> None:
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


WATCH = "https://www.youtube.com/watch?v=gArDenCall0"
REMOTE = Remote(WATCH, WATCH, "gArDenCall0", "gArDenCall0")


def track(lang: str, *, auto: bool = True, tlang: str | None = None) -> list[dict[str, str]]:
    kind = "&kind=asr" if auto else ""
    address = f"https://www.youtube.com/api/timedtext?v=gArDenCall0{kind}&lang={lang}"
    address += f"&tlang={tlang}" if tlang else ""
    return [
        {"ext": ext, "url": f"{address}&fmt={ext}", "name": lang} for ext in ("json3", "srv1", "ttml", "srt", "vtt")
    ]


AUTOMATIC = {
    "de": track("en", tlang="de"),
    "en": track("en"),
    "en-orig": track("en"),
    "fr": track("en", tlang="fr"),
}


EN_GB = {"en-GB": track("en-GB", auto=False)}
GERMAN = {"de": track("de", auto=False)}
CHAT = {"live_chat": [{"ext": "json", "url": "https://www.youtube.com/live_chat_replay"}]}


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param({"language": "en", "automatic_captions": AUTOMATIC}, ("en", "kind=asr"), id="heard"),
        pytest.param({"automatic_captions": AUTOMATIC}, ("en", "kind=asr"), id="heard, language unknown"),
        pytest.param(
            {"language": "en", "subtitles": EN_GB, "automatic_captions": AUTOMATIC},
            ("en-GB", "lang=en-GB"),
            id="written",
        ),
        pytest.param(
            {"language": "en", "subtitles": GERMAN, "automatic_captions": AUTOMATIC},
            ("en", "kind=asr"),
            id="written in translation",
        ),
        pytest.param({"subtitles": GERMAN | CHAT}, ("de", "lang=de"), id="only written"),
        pytest.param(
            {"language": "de", "automatic_captions": {"de": track("en", tlang="de"), "en": track("en")}},
            None,
            id="only translated",
        ),
        pytest.param({"language": "en", "subtitles": CHAT}, None, id="only chat"),
        pytest.param({"language": "yue", "automatic_captions": {"yue": track("yue")}}, ("yue", "lang=yue"), id="plain"),
        pytest.param({}, None, id="none"),
    ],
)
def test_which_captions(info: dict[str, object], expected: tuple[str, str] | None) -> None:
    """Written in the spoken language before heard, never a translation, never the chat, always with word times."""
    chosen = choose_captions(info)
    if expected is None:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen[0] == expected[0]
        assert expected[1] in chosen[1]
        assert "fmt=json3" in chosen[1]
        assert "tlang" not in chosen[1]


def test_facts_of_a_video() -> None:
    """Title, length, language and chapters come with the video; what is malformed is left out."""
    info = {
        "id": "gArDenCall0",
        "title": "Office hours",
        "duration": 3601,
        "live_status": "was_live",
        "language": "en",
        "chapters": [
            {"start_time": 0, "end_time": 60.5, "title": "Intro"},
            {"start_time": 60.5, "title": "Rest"},
            {"start_time": 70, "end_time": 60, "title": "Odd"},
        ],
    }
    found = recording_from(info, REMOTE, media="a.webm")
    assert found.source == WATCH
    assert (found.title, found.duration, found.language) == ("Office hours", 3601.0, "en")
    assert found.chapters == (Chapter(0.0, 60.5, "Intro"), Chapter(60.5, 3601.0, "Rest"))
    assert recording_from({"title": None, "chapters": None}, REMOTE).title == "gArDenCall0"


def test_what_is_not_ready() -> None:
    """A broadcast to come says when; one that is on, or just over, is told apart."""
    coming = not_ready({"live_status": "is_upcoming", "release_timestamp": 1893456000}, REMOTE)
    assert isinstance(coming, errors.Upcoming)
    assert coming.at == datetime(2030, 1, 1, tzinfo=UTC)
    assert "2030-01-01 00:00 UTC" in str(coming)
    assert isinstance(not_ready({"live_status": "is_live"}, REMOTE), errors.Live)
    assert isinstance(not_ready({"live_status": "post_live"}, REMOTE), errors.Processing)
    assert not_ready({"live_status": "was_live"}, REMOTE) is None
    assert not_ready({}, REMOTE) is None


COOKIES = (
    "Use --cookies-from-browser or --cookies for the authentication. See  "
    "https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies. "
    "Also see  https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies  "
    "for tips on effectively exporting YouTube cookies"
)
REPORT = (
    "; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue "
    "template. Confirm you are on the latest version using  yt-dlp -U"
)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (f"Sign in to confirm you\u2019re not a bot. {COOKIES}", errors.BotCheck),
        (f"Sign in to confirm you're not a bot. {COOKIES}", errors.BotCheck),
        ("Playback error. YouTube is requiring a captcha challenge before playback", errors.BotCheck),
        ("All player responses are invalid. Your IP is likely being blocked by Youtube", errors.BotCheck),
        (
            f"Sign in to confirm your age. This video may be inappropriate for some users. {COOKIES}",
            errors.AgeRestricted,
        ),
        (f"Private video. Sign in if you've been granted access to this video. {COOKIES}", errors.LoginRequired),
        ("Video unavailable. This video is private", errors.LoginRequired),
        (
            "Join this channel to get access to members-only content like this video, and other exclusive perks.",
            errors.LoginRequired,
        ),
        (f"Please sign in. {COOKIES}", errors.LoginRequired),
        ("Video unavailable. This video has been removed by the uploader", errors.Removed),
        (
            "Video unavailable. This video is no longer available because the YouTube account associated with this "
            "video has been terminated.",
            errors.Removed,
        ),
        (
            "Video unavailable. This video contains content from X, who has blocked it on copyright grounds",
            errors.Removed,
        ),
        ("This live stream recording is not available.", errors.Removed),
        ("Video unavailable. The uploader has not made this video available in your country", errors.GeoBlocked),
        (
            "This video is not available from your location due to geo restriction\n"
            "You might want to use a VPN or a proxy server (with --proxy) to workaround.",
            errors.GeoBlocked,
        ),
        (
            "Video unavailable. This content isn\u2019t available, try again later. The current session has been "
            "rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay",
            errors.RateLimited,
        ),
        ("Unable to download API page: HTTP Error 429: Too Many Requests", errors.RateLimited),
        ("Premieres in 3 hours", errors.Upcoming),
        ("This live event will begin in 2 days.", errors.Upcoming),
        ("The channel is not currently live", errors.Upcoming),
        ("We're processing this video. Check back later.", errors.Processing),
        (
            "Requested format is not available. Use --list-formats for a list of available formats",
            errors.FormatUnavailable,
        ),
        (
            "No supported JavaScript runtime could be found. Only deno is enabled by default; to use another runtime "
            "add  --js-runtimes RUNTIME[:PATH]  to your command/config.",
            errors.NoJavaScript,
        ),
        ("unable to download video data: HTTP Error 403: Forbidden", errors.MediaForbidden),
        (
            "The provided YouTube account cookies are no longer valid. They have likely been rotated",
            errors.CookiesExpired,
        ),
        ("This video is DRM protected", errors.Unsupported),
        (
            "Unable to download API page: [Errno -3] Temporary failure in name resolution (caused by "
            "TransportError('[Errno -3] Temporary failure in name resolution'))",
            errors.NoNetwork,
        ),
        ("Unable to download webpage: The read operation timed out", errors.TimedOut),
        ("[download] Got error: 1000 bytes read, 4000 more expected. Giving up after 2 retries", errors.Truncated),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize(
    "form", ["{}", "ERROR: [youtube] gArDenCall0: {}", "\x1b[0;31mERROR:\x1b[0m [youtube] gArDenCall0: {}"]
)
def test_each_message_finds_its_error(message: str, error: type[FetchError], form: str) -> None:
    """What yt-dlp says of YouTube, in all its dresses, is the error a user can do something about."""
    found = failure(WATCH, form.format(message))
    assert type(found) is error
    assert found.url == WATCH
    for noise in ("ERROR", "\x1b", "--cookies-from-browser", "github.com", "caused by"):
        assert noise not in str(found)


def test_an_unknown_message_is_passed_on_clean() -> None:
    """What is new is told in yt-dlp's words, without its label, colour, cause and request to report."""
    said = f"\x1b[0;31mERROR:\x1b[0m [generic] talk: Something  odd happened (caused by KeyError('x')){REPORT}"
    assert clean(said) == "Something odd happened"
    found = failure(WATCH, said)
    assert type(found) is FetchError
    assert str(found) == f"{WATCH}: Something odd happened"
    assert found.hint


@pytest.mark.parametrize(
    ("message", "warning", "error"),
    [
        ("No video formats found", "n challenge solving failed: Some formats may be missing", errors.NoJavaScript),
        (
            "No video formats found",
            f"Private video. Sign in if you've been granted access. {COOKIES}",
            errors.LoginRequired,
        ),
        ("No video formats found", "Please sign in", errors.LoginRequired),
        ("No video formats found", "Sign in to confirm you\u2019re not a bot", errors.BotCheck),
        ("Sign in to confirm you\u2019re not a bot", "account cookies are no longer valid", errors.CookiesExpired),
        ("Video unavailable. This video has been removed", "account cookies are no longer valid", errors.Removed),
        ("HTTP Error 404: Not Found", "No supported JavaScript runtime could be found", errors.NotFound),
    ],
)
def test_warnings_explain_vague_errors(message: str, warning: str, error: type[FetchError]) -> None:
    """Nothing to choose from, or to sign in, may have a cause that was told before; clear errors need none."""
    noise = "[youtube] gArDenCall0: Something else. See  https://github.com/yt-dlp/yt-dlp"
    found = failure(WATCH, message, warnings=[noise, f"[youtube] gArDenCall0: {warning}", "[youtube] " + message])
    assert type(found) is error


def test_a_reason_nobody_foresaw_is_passed_on() -> None:
    """When there is nothing to fetch and YouTube gives a new reason, the user hears it."""
    found = failure(WATCH, "No video formats found", warnings=["[youtube] gArDenCall0: The moon is in the way"])
    assert type(found) is errors.FormatUnavailable
    assert "The moon is in the way" in str(found)


def test_a_refused_address_is_asked_for_anew_once(
    settings: Settings, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """YouTube's media addresses expire: after a 403 they are extracted once more, and only once."""
    calls: list[bool] = []

    def refused(asked: Remote, *_args: object, force: bool = False) -> None:
        calls.append(force)
        raise errors.MediaForbidden(asked.name, "refused")

    monkeypatch.setattr(fetch, "_fetched", refused)
    with pytest.raises(errors.MediaForbidden):
        fetch.recording("gArDenCall0", into=into, settings=settings)
    assert calls == [False, True]


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
    options = {"format": fetch._FORMAT, "quiet": True, "ignore_no_formats_error": True, "no_warnings": True}
    with yt_dlp.YoutubeDL(options) as downloader:
        chosen = downloader.process_ie_result(info | {"webpage_url": WATCH}, download=False)
    assert chosen.get("format_id") == picked


# --- captions


PAGE = b"""<!doctype html><html><head><title>Office hours</title></head><body>
<video src="/talk.ogg" type="audio/ogg"><track kind="subtitles" src="/talk.vtt" srclang="en"></video></body></html>"""
VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:19.000\n<v Ann>hello everyone\n"


@pytest.fixture
def page(host: Host) -> str:
    """A page with a player and its captions."""
    host.answers["/page"] = typed("text/html", PAGE)
    host.answers["/talk.vtt"] = typed("text/vtt", VTT)
    return host.url("/page")


def typed(kind: str, content: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


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


@pytest.mark.parametrize(("last", "complete"), [(3.0, False), (2000.0, False), (3300.0, True), (3650.0, True)])
def test_captions_have_to_reach_the_end(last: float, complete: bool) -> None:
    """Captions that stop long before the recording would leave the rest of the notes without a place."""
    transcript = Transcript("en", Origin.CAPTIONS, None, (Segment(0.0, last, "x"),), last)
    known = Recording(WATCH, "Office hours", 3600.0)
    assert reach_the_end(transcript, known) is complete
    assert reach_the_end(transcript, replace(known, duration=None))


def test_the_folder_is_left_tidy(host: Host, settings: Settings, into: Path) -> None:
    """After a download only the media, its description and the lock remain."""
    media = Path(fetch.recording(host.url("/talk.ogg"), into=into, settings=settings).media or "")
    assert {path.name for path in into.iterdir()} <= {media.name, media.with_suffix(".json").name, ".lock", ".cache"}
    assert json.loads(media.with_suffix(".json").read_text())["bytes"] == os.path.getsize(media)  # noqa: PTH202
