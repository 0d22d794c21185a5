from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipeline import fetch
from pipeline.config import Settings
from pipeline.errors import FetchError, HostNotAllowed, NotFound, Unsupported
from pipeline.fetch.sources import AllowedHosts, RemoteSource, parse_source
from tests.pipeline.fetch.host import Host


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
        ("*.media.example", "https://a1b2.media.example/a", True),
        ("*.media.example", "https://x.y.media.example:443/a", True),
        ("*.media.example", "https://media.example/a", False),
        ("*.media.example", "https://a.media.example:8443/a", False),
        ("*.media.example", "https://evilmedia.example/a", False),
        ("*.media.example", "https://a.media.example.evil.org/a", False),
        ("*", "https://evil.org/a", False),
    ],
)
def test_what_an_entry_of_the_list_allows(listed: str, url: str, allowed: bool) -> None:
    """An entry is one host, on one port if it names one: not what merely looks like it."""
    hosts = AllowedHosts(frozenset({listed}))
    if allowed:
        hosts.check(url)
    else:
        with pytest.raises(HostNotAllowed):
            hosts.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://media.example\\@evil.org/",
        "https://media.example/\r\nHost: x",
        "https://media.example/a\u200b",
        "https://media.example/\u202ea",
        "https://media.example/\x9fa",
        "https://media.example/\x7fa",
        "https://media.example/a b",
        "ftp://media.example/",
        "https:///a",
    ],
)
def test_urls_two_programs_read_differently(url: str) -> None:
    """What is not plainly one host is refused, listed or not."""
    with pytest.raises(Unsupported):
        AllowedHosts(frozenset({"media.example"})).check(url)
    with pytest.raises(Unsupported):
        parse_source(url)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("142.250.1.1", True), ("127.0.0.1", False), ("10.0.0.8", False), ("169.254.169.254", False), ("::1", False)],
)
def test_a_domain_is_not_next_door(address: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names allowed with their domain are followed to public addresses only: somebody else chooses the addresses."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kw: [(0, 0, 0, "", (address, 443))])
    hosts = AllowedHosts(frozenset({"*.media.example"}), youtube=True)
    for url in (
        "https://www.youtube.com/watch?v=gArDenCall0",
        "https://rr3---sn-x.googlevideo.com/videoplayback",
        "https://a1b2.media.example/a",
    ):
        if allowed:
            hosts.check(url)
        else:
            with pytest.raises(HostNotAllowed, match="private network"):
                hosts.check(url)
    with pytest.raises(HostNotAllowed):
        hosts.check("https://googlevideo.com.evil.org/")


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
def test_of_a_youtube_link_only_the_id_is_used(source: str) -> None:
    """Whatever else a YouTube link says, the same page is asked for."""
    url = "https://www.youtube.com/watch?v=gArDenCall0"
    assert parse_source(source) == RemoteSource(url, url, "gArDenCall0", "gArDenCall0")


@pytest.mark.parametrize("source", ["gArDenCall", "gArDenCall0x", "gArDen.Call", "gArDenCall\u0660"])
def test_only_eleven_characters_are_an_id(source: str) -> None:
    """Anything else that is no URL is the path of a file, which does not exist."""
    with pytest.raises(NotFound):
        parse_source(source)


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
    remote = parse_source("--exec-abcd")
    assert isinstance(remote, RemoteSource)
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
    """What comes before the @ of a URL is in no message and no record."""
    with pytest.raises(HostNotAllowed) as caught:
        fetch.recording("https://ann:secret@media.example/a.mp3", into=into, settings=settings)
    assert "secret" not in str(caught.value) + caught.value.hint
