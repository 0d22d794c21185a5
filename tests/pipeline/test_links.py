from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import links
from pipeline.records import Hint, Video

ID = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "url",
    [
        f"https://youtu.be/{ID}",
        f"youtu.be/{ID}",
        f"https://youtu.be/{ID}?si=abc&t=5",
        f"http://youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}&list=PLx&index=10&t=0s",
        f"https://www.youtube.com/watch?list=PLx&v={ID}",
        f"https://www.youtube.com/watch?list=PLx&amp;v={ID}",
        f"https://m.youtube.com/watch?v={ID}",
        f"https://music.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/live/{ID}?feature=share",
        f"https://www.youtube.com/embed/{ID}",
        f"https://www.youtube.com/shorts/{ID}/",
        f"https://www.youtube.com/v/{ID}",
        f"https://www.youtube-nocookie.com/embed/{ID}",
        f"HTTPS://YOUTU.BE/{ID}#t=5",
    ],
)
def test_finds_the_id_in_every_form_of_link(url: str) -> None:
    """All ways YouTube writes a link name the same video."""
    assert links.youtube_id(url) == ID


@pytest.mark.parametrize(
    "url",
    [
        f"https://youtube.com.evil.org/watch?v={ID}",
        f"https://evil.org/youtube.com/watch?v={ID}",
        f"https://notyoutube.com/watch?v={ID}",
        f"https://youtube.com@evil.org/watch?v={ID}",
        f"https://evil.org\\@youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}x",
        f"https://www.youtube.com/watch?v={ID}&a=\u200b",
        f"https://www.youtube.com/watch?v={ID}&a=\u202e",
        f"https://www.youtube.com/watch?v={ID}&a=\x9f",
        f"https://www.youtube.com/watch?v={ID}&a=\x7f",
        f"https://www.youtube.com/watch?v={ID}&a b",
        "https://www.youtube.com/watch?v=short",
        f"https://youtu.be/{ID[:10]}",
        "https://www.youtube.com/playlist?list=PLciHOL_J7Iw",
        f"https://www.youtube.com/c/{ID}",
        f"https://youtu.be/{ID}/more",
        f"ftp://youtu.be/{ID}",
        f"javascript:youtu.be/{ID}",
        f"https://youtu.be:8080/{ID}",
        "https://[youtu.be",
        "",
    ],
)
def test_anything_else_names_no_video(url: str) -> None:
    """A lookalike host, a playlist or a broken URL is never a video."""
    assert links.youtube_id(url) is None


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        (f"https://youtu.be/{ID}?t=184", Hint(184)),
        (f"https://youtu.be/{ID}?t=3m4s", Hint(184)),
        (f"https://youtu.be/{ID}?t=184&t=190", Hint(190)),
        (f"https://www.youtube.com/watch?v={ID}&amp;t=8s", Hint(8)),
        (f"https://www.youtube.com/embed/{ID}?start=10&end=20", Hint(10, 20)),
        ("https://example.org/a.mp4#t=10,20", Hint(10, 20)),
        ("#t=00:11", Hint(11)),
        (f"https://youtu.be/{ID}?t=soon", None),
        (f"https://youtu.be/{ID}", None),
    ],
)
def test_reads_the_time_a_link_asks_for(url: str, hint: Hint | None) -> None:
    """`t` and `start` are read from query and fragment; the last one wins."""
    assert links.time_in_url(url) == hint


def test_another_time_in_the_same_file_is_the_same_recording() -> None:
    """Away from YouTube, two URLs open the same recording when only their times differ."""
    recording = Video("https://example.org/rec/1.mp4?key=a")
    assert links.opens_recording("https://example.org/rec/1.mp4?key=a#t=5", recording)
    assert not links.opens_recording("https://example.org/rec/2.mp4?key=a#t=5", recording)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is in place of a URL, the answer is an id of 11 characters or nothing."""
    found = links.youtube_id(text)
    assert found is None or len(found) == 11
    links.time_in_url(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"https://youtu.be/{ID}\u200b", f"https://youtu.be/{ID}"),
        (f"\ufeff https://youtu.be/{ID}%E2%80%8B", f"https://youtu.be/{ID}"),
        (f"www.youtube.com/watch?v={ID}", f"https://www.youtube.com/watch?v={ID}"),
        (f"//www.youtube.com/embed/{ID}", f"https://www.youtube.com/embed/{ID}"),
        (f"https://www.google.com/url?q=https://youtu.be/{ID}%3Ft%3D8&sa=D&ust=1", f"https://youtu.be/{ID}?t=8"),
        ("https://www.google.com/url?q=javascript:x", "https://www.google.com/url?q=javascript:x"),
        ("audio/call.ogg", "audio/call.ogg"),
        ("youtube.example/watch", "youtube.example/watch"),
    ],
)
def test_a_link_as_somebody_meant_it(written: str, meant: str) -> None:
    """What editors and people do to a link is undone; what may be anything stays."""
    assert links.tidy(written) == meant


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("call.mp4", True),
        ("../a b/Call.OGG#t=3", True),
        ("https://example.org/call.mp4", False),
        ("file:///call.mp4", False),
        ("//example.org/call.mp4", False),
        ("#call.mp4", False),
        ("call.pdf", False),
    ],
)
def test_a_file_beside_the_notes(path: str, beside: bool) -> None:
    """A path to sound or video, not an address."""
    assert links.is_file_beside(path) is beside


@pytest.mark.parametrize(
    "url", ["https://www.youtube.com/embed/videoseries?list=x", "https://www.youtube.com/embed/live_stream"]
)
def test_words_of_eleven_characters_are_no_ids(url: str) -> None:
    """A playlist and a channel may be embedded in the place of a video."""
    assert links.youtube_id(url) is None
    assert links.is_on_youtube(url)
