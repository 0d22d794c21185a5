"""What is at an address is told by the address alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InvalidWatch
from pipeline.records import WatchKind
from pipeline.watch import addresses


@pytest.mark.parametrize(
    ("text", "kind", "stored"),
    [
        ("https://github.com/garden/minutes", "repository", "https://github.com/garden/minutes"),
        ("https://github.com/garden/minutes/#main", "repository", "https://github.com/garden/minutes#main"),
        ("https://code.example/minutes.git", "repository", "https://code.example/minutes.git"),
        ("git+https://code.example/minutes", "repository", "https://code.example/minutes"),
        ("git@code.example:garden/minutes#v1.2", "repository", "git@code.example:garden/minutes#v1.2"),
        ("ssh://git@code.example/minutes", "repository", "ssh://git@code.example/minutes"),
        ("https://www.youtube.com/@Garden-Club", "listing", "https://www.youtube.com/@Garden-Club"),
        ("https://youtube.com/@Garden-Club/streams", "listing", "https://www.youtube.com/@Garden-Club"),
        ("https://m.youtube.com/channel/UCabc_-1", "listing", "https://www.youtube.com/channel/UCabc_-1"),
        ("https://www.youtube.com/playlist?list=PLabc", "listing", "https://www.youtube.com/playlist?list=PLabc"),
        (
            "https://www.youtube.com/watch?v=gArDenCall0&list=PLabc",
            "listing",
            "https://www.youtube.com/playlist?list=PLabc",
        ),
        ("https://pod.example/feed.rss", "listing", "https://pod.example/feed.rss"),
        ("https://media.example:8443/calls/", "listing", "https://media.example:8443/calls/"),
        ("https://a.media.example/calls/", "listing", "https://a.media.example/calls/"),
    ],
)
def test_an_address_says_what_is_there(text: str, kind: str, stored: str) -> None:
    """However it is written, one place has one address."""
    allowed = {"media.example:8443", "*.media.example"}

    assert addresses.parse(text, allow_hosts=allowed) == addresses.WatchAddress(WatchKind(kind), stored)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch% /tmp/x",
        "ext://sh/x",
        "git+ext::sh",
        "ftp://code.example/minutes.git",
        "git+file://../x#../../y",
        "ssh://-oProxyCommand=x/minutes.git",
        "https://github.com/garden/minutes#--upload-pack=x",
        "https://github.com/garden/minutes#a:b",
        "https://github.com/garden",
        "https://unknown.example/minutes",
        "https://code.example\\@evil.example/minutes.git",
        "https://www.youtube.com/watch?v=gArDenCall0",
        "https://www.youtube.com/feed/trending",
        "https://[::1/minutes.git",
    ],
)
def test_what_cannot_be_watched_is_refused(text: str) -> None:
    """Among them whatever git would take for an option or a command."""
    with pytest.raises(InvalidWatch) as caught:
        addresses.parse(text)

    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    ["https://github.com/garden/minutes/tree/main/2026", "https://www.gitlab.com/garden/club/minutes/-/blob/a.md"],
)
def test_the_address_of_a_page_of_a_repository_leads_to_that_of_all_of_it(url: str) -> None:
    """Browsers show it, and git knows nothing of it."""
    with pytest.raises(InvalidWatch) as caught:
        addresses.parse(url)

    assert caught.value.hint.endswith(("https://github.com/garden/minutes", "https://gitlab.com/garden/club/minutes"))


def test_a_path_is_a_folder_unless_it_is_a_bare_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to where the command was started; a file is refused, a folder that is away for now is not."""
    (tmp_path / "minutes.git" / "objects").mkdir(parents=True)
    (tmp_path / "call.md").write_text("# Call\n")
    monkeypatch.chdir(tmp_path)

    assert addresses.parse("gone") == addresses.WatchAddress(WatchKind.FOLDER, str(tmp_path / "gone"))
    bare = addresses.parse("minutes.git#drafts")
    assert bare == addresses.WatchAddress(WatchKind.REPOSITORY, f"{tmp_path / 'minutes.git'}#drafts")
    with pytest.raises(InvalidWatch, match="no name of a branch"):
        addresses.parse("minutes.git#--x")
    with pytest.raises(InvalidWatch, match="is a file"):
        addresses.parse("call.md")


def test_a_password_is_never_shown() -> None:
    """Neither in lists nor in errors, whatever is wrong; who logs in by ssh is no secret."""
    assert addresses.shown("https://ana:s3cret@code.example/m.git") == "https://code.example/m.git"
    assert addresses.shown("ssh://git@code.example/m.git") == "ssh://git@code.example/m.git"
    assert addresses.shown("https://www.youtube.com/@Garden") == "https://www.youtube.com/@Garden"
    for text in (
        "https://ana:s3cret@unknown.example/minutes",
        "https://ana:s3cret@code.example:99999/minutes.git",
        "https://ana:s3cret@code.example/minutes.git with spaces",
        "https://ana:x/s3cret@code.example/minutes.git",
        "https://ana:s3cret@www.youtube.com/watch?v=gArDenCall0",
        "ssh://ana:s3cret@code.example/minutes.git",
        "git+ssh://ana:s3cret@code.example/minutes.git",
        "git://ana:s3cret@code.example/minutes.git",
        "git+ana:s3cret@code.example:minutes",
        "ana:s3cret@code.example:minutes",
        "git+ana:s3cret@code.example/minutes",
    ):
        assert addresses.is_url(text)
        with pytest.raises(InvalidWatch) as caught:
            addresses.parse(text)
        assert "s3cret" not in f"{caught.value} {caught.value.hint}", text


def test_a_channel_keeps_streams_apart_from_videos() -> None:
    """A recording of a stream is in no other list of the channel."""
    assert addresses.youtube_lists("https://www.youtube.com/@Garden") == (
        "https://www.youtube.com/@Garden/videos",
        "https://www.youtube.com/@Garden/streams",
    )
    assert addresses.youtube_lists("https://www.youtube.com/playlist?list=PL1") == (
        "https://www.youtube.com/playlist?list=PL1",
    )
