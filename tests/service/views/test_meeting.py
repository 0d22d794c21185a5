"""The page of a meeting: its player, where it starts, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import (
    Failure,
    Notes,
    Video,
)
from tests.service.html_tags import chips, tags
from tests.service.meetings import VIDEO, Library

Open = Callable[[str], str]


def test_audio_and_video_get_their_player(opened: Open, library: Library, full: Notes) -> None:
    """The file's type decides the player; a video has the transcript as captions."""
    assert '<audio controls preload="metadata" src="/media/garden">' in opened("/meetings/garden")
    library.local(file="garden.mp4")
    html = opened("/meetings/garden")
    assert '<video controls preload="metadata" playsinline src="/media/garden">' in html
    assert '<track kind="captions" src="/meetings/garden/transcript.vtt" srclang="en"' in html


@pytest.mark.parametrize("local", [True, False])
def test_nothing_is_loaded_from_elsewhere(opened: Open, library: Library, local: bool) -> None:
    """Before somebody presses play, a page makes no other site known to the browser but as a link."""
    library.aligned(library.notes())
    if local:
        library.local()
    else:
        library.youtube()
    for tag in tags(opened("/meetings/garden")):
        loading = {name: value for name, value in tag.attributes.items() if name in {"src", "srcset", "poster", "data"}}
        if tag.name == "link":
            loading["href"] = tag.attributes["href"]
        assert all(value.startswith("/") for value in loading.values()), tag
        assert tag.name not in {"iframe", "object", "embed"}
        assert "style" not in tag.attributes


@pytest.mark.parametrize(
    ("asked", "start"),
    [("12", "12"), ("12.5", "12.50"), ("0m12s", "12"), ("0:12", "12"), ("12,15", "12"), ("12,3", "12"), ("12,x", "12")],
)
def test_page_starts_where_asked(opened: Open, full: Notes, asked: str, start: str) -> None:
    """Every way to write a time starts the player there, with and without JavaScript."""
    html = opened(f"/meetings/garden?t={asked}")
    assert f'src="/media/garden#t={start}"' in html
    assert f'data-start="{start}"' in html


@pytest.mark.parametrize(
    "asked", ["soon", "-5", "", "1e3", "99999", "9" * 400, "9" * 5000 + "h", "١٢:xx", "<b>", ",", "x,12"]
)
def test_bad_start_is_ignored(opened: Open, full: Notes, asked: str) -> None:
    """What is not a time in this recording opens the page at the beginning."""
    assert 'src="/media/garden">' in opened(f"/meetings/garden?t={asked}")


def test_a_range_says_where_it_ends(opened: Open, full: Notes) -> None:
    """To the page, and to whoever is sent the link; an end before the start is none."""
    html = opened("/meetings/garden?t=12,15")
    assert 'data-start="12" data-end="15.00"' in html
    assert 'content="0:12–0:15 · 5 Mar 2024' in html
    assert "data-end" not in opened("/meetings/garden?t=12,3").partition("<nav")[0]


def test_youtube_starts_where_asked(opened: Open, library: Library) -> None:
    """Without JavaScript the big button leads to the moment on YouTube."""
    library.notes()
    library.youtube()
    assert f'href="https://youtu.be/{VIDEO}?t=12"' in opened("/meetings/garden?t=0:12")
    assert f'href="https://youtu.be/{VIDEO}"' in opened("/meetings/garden")


def test_notes_without_recording(opened: Open, library: Library) -> None:
    """Notes without a recording can be read, and the page says how to give one."""
    library.notes(video=False)
    html = opened("/meetings/garden")
    assert "No recording is linked in these notes." in html
    assert "jumpnotes run NOTES.md --media FILE" in html
    assert "Two pallets are" in html
    assert 'class="player' not in html


def test_notes_before_the_first_run(opened: Open, library: Library) -> None:
    """A video that was not fetched yet can be watched already; the page says how to get links."""
    library.notes()
    html = opened("/meetings/garden")
    assert f'data-video="{VIDEO}"' in html
    assert "The recording has not been fetched yet" in html
    assert "not found" not in html


def test_recording_on_another_site(opened: Open, library: Library) -> None:
    """A recording this page cannot play is linked, times are plain text, and a script is not taken for an address."""
    notes = library.notes(video=False)
    library.aligned(replace(notes, video=Video("https://meet.example.org/r/1")))
    html = opened("/meetings/garden")
    assert '<a href="https://meet.example.org/r/1">' in html
    assert not chips(html)
    assert ">0:04</span>" in html
    library.aligned(replace(notes, video=Video("javascript:alert(1)")))
    assert "javascript:" not in opened("/meetings/garden")


def test_transcript_without_links(opened: Open, library: Library) -> None:
    """A transcript the notes were not aligned with is shown, and the next step named."""
    library.notes()
    library.local()
    library.transcript()
    html = opened("/meetings/garden")
    assert "have not been linked to the transcript yet" in html
    assert "Good evening everybody." in html


def test_silent_recording(opened: Open, library: Library) -> None:
    """A recording in which nobody speaks is not mistaken for one that was not transcribed."""
    library.notes()
    library.local()
    library.transcript(segments=())
    html = opened("/meetings/garden")
    assert "No speech was found" in html
    assert 'class="lines"' not in html


def test_lost_recording(opened: Open, library: Library, full: Notes, tmp_path: Path) -> None:
    """When the file is missing the page says so, and times are plain text instead of dead links."""
    (tmp_path / "garden.wav").unlink()
    html = opened("/meetings/garden")
    assert "The recording’s file garden.wav is missing" in html
    assert not chips(html)


def test_failed_run(opened: Open, library: Library, full: Notes) -> None:
    """The last failure is shown with its hint, beside what earlier runs found."""
    failure = Failure("fetching", "the video is private", "Run `jumpnotes doctor` & see.", False, datetime.now(UTC))
    library.failed("garden", failure)
    html = opened("/meetings/garden")
    assert "The last run failed (fetching): the video is private" in html
    assert "<p>Run <code>jumpnotes doctor</code> &amp; see.</p>" in html
    assert "Watering rota" in chips(html)
    assert "last run failed" in opened("/")


def test_what_is_for_those_who_run_the_site_is_told_to_nobody_else(
    guarded: Flask, library: Library, full: Notes
) -> None:
    """Neither what failed, nor commands, nor what became of corrections: readers are told what they cannot see."""
    reader = guarded.test_client()
    failure = Failure("fetching", "the video is private", "Run `jumpnotes doctor` & see.", False, datetime.now(UTC))
    library.failed("garden", failure)
    library.notes(slug="silent", video=False)
    library.notes(slug="unfetched")
    pages = {slug: reader.get(f"/meetings/{slug}").text for slug in ("garden", "silent", "unfetched")}
    assert not [slug for slug, html in pages.items() if "jumpnotes run" in html or "failed" in html]
    assert 'class="notice' not in pages["garden"]
    assert "There is no recording of this meeting." in pages["silent"]
    assert "There is no transcript yet, so there are no links into the recording." in pages["unfetched"]


def test_fetched_video_with_local_audio_plays_from_youtube(opened: Open, library: Library, tmp_path: Path) -> None:
    """The audio fetched for transcription does not replace the video."""
    library.notes()
    (tmp_path / "x.m4a").write_bytes(b"audio")
    library.youtube()
    html = opened("/meetings/garden")
    assert 'data-kind="youtube"' in html
    assert "<audio" not in html


def test_shared_moment_is_named_for_its_section(client: FlaskClient, full: Notes) -> None:
    """What a chat shows of a link with a time is the section that is discussed there."""

    def shared(address: str) -> dict[str, str]:
        found = (tag.attributes for tag in tags(client.get(address).text) if tag.name == "meta")
        return {at["property"]: at["content"] for at in found if at.get("property", "").startswith("og:")}

    heap = shared("/meetings/garden?t=13")
    assert heap["og:title"] == "Compost heap · Garden club 2024-03-05"
    assert heap["og:description"] == "From 0:13 · 5 Mar 2024 · 0:20 · jump to 2 of 3 topics"
    assert shared("/meetings/garden")["og:title"] == "Garden club 2024-03-05"
    assert shared("/meetings/garden?t=19")["og:title"] == "Garden club 2024-03-05"


def test_a_shared_moment_of_notes_without_sections_is_named_once(opened: Open, library: Library) -> None:
    """All of them are the section that their title heads."""
    notes = library.notes("# Garden club\n\n- Watering rota\n", video=False)
    library.local()
    library.aligned(notes)
    html = opened("/meetings/garden?t=5")
    assert '<meta property="og:title" content="Garden club">' in html
    assert 'content="From 0:05' in html
