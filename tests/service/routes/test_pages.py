"""The three pages show what is stored, say what is missing, and stay harmless."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    FurtherMoment,
    MeetingSummary,
    Notes,
    Origin,
    Recording,
    Segment,
    Transcript,
    Video,
    Word,
)
from pipeline.store import MadeFrom
from tests.service.conftest import SEGMENTS, VIDEO, Library, Tag, tags

Open = Callable[[str], str]


def chips(html: str) -> dict[str, Tag]:
    """The chips of a page by what they are about."""
    found = (tag for tag in tags(html) if tag.name == "a" and "chip" in tag.attributes.get("class", "").split())
    return {tag.attributes["aria-label"].partition(": ")[2]: tag for tag in found}


def visible(html: str) -> str:
    """The page's words, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("</head>")[2]).split())


# -- all meetings ------------------------------------------------------------------------------------------------------


def test_empty_list_says_what_to_run(opened: Open) -> None:
    """The first page of a new installation names the command that fills it."""
    assert "jumpnotes run NOTES.md" in opened("/")


def test_list_is_newest_first_with_facts(opened: Open, library: Library, full: Notes) -> None:
    """Every meeting has a line with its date, length and links, the newest on top, and what is missing is said."""
    library.notes("# Autumn call 2024-10-01\n\n## Leaves\n", slug="autumn")
    library.notes("# Winter call 2023-12-01\n\nRecording: https://youtu.be/gArDenCall0\n", slug="winter")
    words = visible(opened("/"))
    assert words.index("Autumn call") < words.index("Garden club") < words.index("Winter call")
    assert "5 Mar 2024 Garden club 2024-03-05 2 of 3 sections linked 0:20" in words
    assert "no recording" in words
    assert "not transcribed yet" in words


def test_list_holds_a_thousand_meetings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long history is one plain page."""
    many = tuple(
        MeetingSummary(f"call-{n}", f"Call {n}", date.fromordinal(738000 - n), None, 1, 0) for n in range(1000)
    )
    monkeypatch.setattr(app.extensions["jumpnotes.store"], "meetings", lambda: many)
    html = app.test_client().get("/").text
    assert html.count('class="row"') == 1000
    assert html.count('class="shelf"') == len({summary.date.year for summary in many if summary.date})


# -- one meeting: links ------------------------------------------------------------------------------------------------


def test_local_recording_links_to_this_page(opened: Open, full: Notes) -> None:
    """A chip of a local recording is a link that works without JavaScript and never starts late."""
    found = chips(opened("/meetings/garden"))
    assert found["Watering rota"].attributes["href"] == "/meetings/garden?t=4"
    assert found["Watering rota"].attributes["aria-label"] == "Play from 0:04: Watering rota"
    assert found["Compost heap"].attributes["href"] == "/meetings/garden?t=12"


def test_youtube_recording_links_through_the_page(opened: Open, library: Library) -> None:
    """A chip of a YouTube recording is a link to share; the page it leads to opens that video at the moment."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    assert chips(opened("/meetings/garden"))["Compost heap"].attributes["href"] == "/meetings/garden?t=12"
    assert f'href="https://youtu.be/{VIDEO}?t=12"' in opened("/meetings/garden?t=12")


def test_doubt_is_shown(opened: Open, full: Notes) -> None:
    """A link we are less sure of says so to eyes and ears; below the limit there is none."""
    html = opened("/meetings/garden")
    found = chips(html)
    doubtful = found["Priya drafted a rota for July (likely, heard there: rota)"]
    assert doubtful.attributes["class"] == "chip likely"
    assert doubtful.attributes["data-why"] == "likely, heard there: rota"
    assert found["Watering rota"].attributes["class"] == "chip sure"
    assert found["Watering rota"].attributes["data-why"] == "sure, heard there: rota"
    assert not [label for label in found if "nobody wants August" in label]
    guesses = [tag for tag in tags(html) if tag.attributes.get("aria-label", "").startswith("Play from 0:07")]
    assert [tag.attributes["data-why"] for tag in guesses] == ["unsure, heard there: rota"]
    assert '<details class="guess">' in html


def test_further_moments_are_told_beside_the_block(opened: Open, library: Library, full: Notes) -> None:
    """Where a topic comes back stands after its text, and plays from there like its chip."""
    store = library.store
    transcript, links = store.transcript("garden"), store.meeting("garden").alignments.values()
    assert transcript
    also = (FurtherMoment(2.6, 4.0, 0.7), FurtherMoment(18.0, 19.0, 0.6))
    heap = next(block.id for block in full.blocks if block.text == "Compost heap")
    told = tuple(replace(link, also=also) if link.block_id == heap else link for link in links)
    store.save_alignments("garden", told, MadeFrom(store.save_notes(full), transcript.id, "2"))

    html = opened("/meetings/garden")

    assert "Compost heap also at 0:02 , 0:18" in visible(html)
    assert visible(html).count("also at") == 1
    found = {tag.attributes.get("aria-label", ""): tag.attributes for tag in tags(html)}
    further = found["Also discussed at 0:02: Compost heap"]
    assert (further["href"], further["data-start"]) == ("/meetings/garden?t=2", "2.60")


def test_heading_without_moment_says_so(opened: Open, full: Notes) -> None:
    """A section that was not found is not left in silence, and the figure above counts it."""
    words = visible(opened("/meetings/garden"))
    assert "Seed swap # no moment found" in words
    assert "2 of 3 sections linked" in words


def test_template_heading_is_named(opened: Open, library: Library, full: Notes) -> None:
    """A heading that stands in every meeting's notes is not counted as missing."""
    seed = full.sections[-1]
    marked = replace(seed, blocks=(replace(seed.blocks[0], template=True),))
    library.aligned(replace(full, sections=(*full.sections[:-1], marked)))
    words = visible(opened("/meetings/garden"))
    assert "Seed swap # template text" in words
    assert "2 of 2 sections linked" in words


def test_notes_keep_their_structure(opened: Open, full: Notes) -> None:
    """Headings, nested lists, tables and markup come out as such, each block with its id."""
    html = re.sub(r">\s+<", "><", opened("/meetings/garden"))
    assert re.search(r"<h1>Garden club 2024-03-05</h1>", html)
    assert re.search(r"<h2>Watering rota</h2>", html)
    assert re.search(r"(?s)<ul><li><div[^>]*>.*?for July\s*</div><ul><li>.*?August\s*</div></li></ul></li>", html)
    assert "Two pallets are <em>broken</em>." in html
    assert '<th scope="col">who</th><th scope="col">what</th>' in html
    assert "<td>Tomasz</td><td>collects <code>pallets</code></td>" in html
    assert "YouTube Link" in html
    ids = [tag.attributes["id"] for tag in tags(html) if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
    assert {block.id for block in full.blocks if block.html} <= set(ids)


def test_comments_of_the_notes_are_not_shown(opened: Open, library: Library) -> None:
    """What its author commented out stays out."""
    library.notes("# A\n\n<!-- do not publish -->\n\nText.\n")
    assert "publish" not in opened("/meetings/garden")


# -- one meeting: player and transcript --------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("asked", "start"), [("12", "12"), ("12.5", "12.5"), ("0m12s", "12"), ("0:12", "12")])
def test_page_starts_where_asked(opened: Open, full: Notes, asked: str, start: str) -> None:
    """Every way to write a time starts the player there, with and without JavaScript."""
    html = opened(f"/meetings/garden?t={asked}")
    assert f'src="/media/garden#t={start}"' in html
    assert f'data-start="{start}"' in html


@pytest.mark.parametrize("asked", ["soon", "-5", "", "1e3", "99999", "9" * 400, "9" * 5000 + "h", "١٢:xx", "<b>"])
def test_bad_start_is_ignored(opened: Open, full: Notes, asked: str) -> None:
    """What is no time of this recording opens the page at its beginning."""
    assert 'src="/media/garden">' in opened(f"/meetings/garden?t={asked}")


def test_youtube_starts_where_asked(opened: Open, library: Library) -> None:
    """Without JavaScript the big button leads to the moment on YouTube."""
    library.notes()
    library.youtube()
    assert f'href="https://youtu.be/{VIDEO}?t=12"' in opened("/meetings/garden?t=0:12")
    assert f'href="https://youtu.be/{VIDEO}"' in opened("/meetings/garden")


def test_transcript_is_shown(opened: Open, library: Library, full: Notes) -> None:
    """Each thing said stands there with its time as a link, a speaker where the speaker changes."""
    library.transcript(segments=(*SEGMENTS, Segment(18.0, 19.0, "Thanks for watching!", suspect=True)))
    html = opened("/meetings/garden")
    words = visible(html)
    assert "0:00 Ana Good evening everybody. 0:04 Priya Priya drafted a watering rota. 0:12 Two of the" in words
    assert '<a href="/meetings/garden?t=12" data-start="12.75">0:12</a>' in html
    assert "Thanks for watching" not in html


# -- one meeting: what is missing --------------------------------------------------------------------------------------


def test_notes_without_recording(opened: Open, library: Library) -> None:
    """Notes that name no recording are readable and say how to give one."""
    library.notes(video=False)
    html = opened("/meetings/garden")
    assert "These notes name no recording." in html
    assert "jumpnotes run NOTES.md --media FILE" in html
    assert "Two pallets are" in html
    assert 'class="player' not in html


def test_notes_before_the_first_run(opened: Open, library: Library) -> None:
    """A video that was not fetched yet can be watched already; the page says how to get links."""
    library.notes()
    html = opened("/meetings/garden")
    assert f'data-video="{VIDEO}"' in html
    assert "The recording was not fetched yet" in html
    assert "no moment found" not in html


def test_recording_on_another_site(opened: Open, library: Library) -> None:
    """A recording this page cannot play is linked, its moments are told, and a script is no address."""
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
    assert "not linked with the transcript yet" in html
    assert "Good evening everybody." in html


def test_silent_recording(opened: Open, library: Library) -> None:
    """A recording in which nobody speaks is told apart from one that was not transcribed."""
    library.notes()
    library.local()
    library.transcript(segments=())
    html = opened("/meetings/garden")
    assert "No speech was heard" in html
    assert "<details" not in html


def test_lost_recording(opened: Open, library: Library, full: Notes, tmp_path: Path) -> None:
    """When the file is gone the page says so, and its times are no dead links."""
    (tmp_path / "garden.wav").unlink()
    html = opened("/meetings/garden")
    assert "The file of the recording is gone" in html
    assert not chips(html)


def test_failed_run(opened: Open, library: Library, full: Notes) -> None:
    """The last failure is shown with its hint, beside what earlier runs found."""
    failure = Failure("fetching", "the video is private", "Give the recording yourself.", False, datetime.now(UTC))
    library.failed("garden", failure)
    html = opened("/meetings/garden")
    assert "The last run failed (fetching): the video is private" in html
    assert "Give the recording yourself." in html
    assert "Watering rota" in chips(html)
    assert "last run failed" in opened("/")


def test_fetched_video_with_local_audio_plays_from_youtube(opened: Open, library: Library, tmp_path: Path) -> None:
    """The audio fetched for transcription is no replacement for the video."""
    library.notes()
    (tmp_path / "x.m4a").write_bytes(b"audio")
    library.youtube()
    html = opened("/meetings/garden")
    assert 'data-kind="youtube"' in html
    assert "<audio" not in html


# -- search ------------------------------------------------------------------------------------------------------------


def test_hits_lead_to_moment_and_block(opened: Open, full: Notes) -> None:
    """A spoken hit jumps to its moment, a written one to its block and, if known, its moment."""
    html = re.sub(r">\s+<", "><", opened("/search?q=pallets"))
    assert 'href="/meetings/garden?t=13"' in html
    assert "<mark>pallets</mark>" in html
    assert 'class="source transcript">transcript<' in html
    compost = full.sections[2].blocks[0]
    assert f'href="/meetings/garden?t=12#{compost.id}"' in opened("/search?q=compost")
    broken = full.sections[2].blocks[1]
    assert f'href="/meetings/garden#{broken.id}"' in html


def test_hits_are_grouped(opened: Open, library: Library, full: Notes) -> None:
    """A meeting stands once, with all its hits; those of one minute are one."""
    library.notes(slug="copy")
    html = opened("/search?q=rota")
    assert html.count('class="finding"') == 2
    assert html.count('class="place"') == 3


def test_places_with_some_of_the_words_come_last(opened: Open, full: Notes) -> None:
    """They say what is missing, and stand below a heading of their own."""
    html = opened("/search?q=watering+kubernetes")
    assert "these places have some of them" in html
    assert "without kubernetes" in html


def test_search_without_words(opened: Open) -> None:
    """An empty box explains itself."""
    assert "Type words from a meeting" in opened("/search")
    assert "Type words from a meeting" in opened("/search?q=+")


def test_search_without_hits(opened: Open, full: Notes) -> None:
    """Nothing found is said in words, with what to try."""
    assert "Nothing found" in opened("/search?q=submarine")


def test_a_mistyped_word_is_put_right(opened: Open, full: Notes) -> None:
    """The page offers the word of the archive, as a link."""
    html = opened("/search?q=palets+broken")
    assert 'Did you mean <a href="/search?q=pallets+broken">pallets broken</a>?' in html
    assert "Did you mean" not in opened("/search?q=submarine")


def test_a_hit_says_where_it_stands(opened: Open, full: Notes) -> None:
    """Section and speaker stand below the snippet, as far as they are known; a heading does not say itself twice."""
    assert '<span class="where">Ana</span>' in opened("/search?q=evening")
    assert '<span class="where">Compost heap</span>' in opened("/search?q=pallets+in:notes")
    assert '<span class="where">' not in opened("/search?q=compost")


@pytest.mark.parametrize("query", ['"', "*", "- (", '""'])
def test_query_without_words_is_answered_friendly(client: FlaskClient, full: Notes, query: str) -> None:
    """A query of signs alone is the reader's slip: the page says what to type and keeps the box."""
    response = client.get("/search", query_string={"q": query})
    assert response.status_code == 400
    assert "Type one or more words." in response.text
    assert 'name="q"' in response.text


@pytest.mark.parametrize("query", ["NOT", "a:b:c", "rota*", 'rota "', "rota AND", "NEAR(rota)", "text:rota", "x\x00y"])
def test_query_syntax_is_just_text(client: FlaskClient, full: Notes, query: str) -> None:
    """Nothing a reader types is a command."""
    assert client.get("/search", query_string={"q": query}).status_code == 200


# -- harm --------------------------------------------------------------------------------------------------------------

EVIL = '<script>alert("x")</script>'


def test_query_is_echoed_escaped(opened: Open, full: Notes) -> None:
    """A query cannot bring a script into the page."""
    html = opened("/search?q=<script>alert(1)</script>")
    assert "<script>" not in html
    assert [tag.attributes["src"] for tag in tags(html) if tag.name == "script"] == ["/static/search.js"]
    assert "&lt;script&gt;" in html


def test_stored_text_is_escaped(opened: Open, library: Library) -> None:
    """Titles, words, speakers and messages are text, whoever wrote them."""
    notes = replace(library.notes(), title=EVIL)
    library.store.save_notes(notes)
    library.transcript(segments=(Segment(0.0, 1.0, f"alert {EVIL}", speaker=EVIL),))
    library.store.save_recording("garden", Recording("x", EVIL, 20.0, video_id=VIDEO), key="x")
    library.failed("garden", Failure(EVIL, EVIL, EVIL, False, datetime.now(UTC)))
    for address in ("/", "/meetings/garden", "/search?q=alert"):
        scripts = [tag for tag in tags(opened(address)) if tag.name == "script"]
        assert all(tag.attributes.get("src", "").startswith("/static/") for tag in scripts), address


def test_markup_in_notes_is_harmless(opened: Open, library: Library) -> None:
    """Raw HTML in notes runs nothing."""
    library.notes(f'# A\n\n{EVIL}\n\n- <img src=x onerror=alert(1)> [go](javascript:alert(1)) <b onclick="x">b</b>\n')
    found = tags(opened("/meetings/garden"))
    assert not [tag for tag in found for name in tag.attributes if name.startswith("on")]
    assert not [tag for tag in found if "javascript:" in tag.attributes.get("href", "")]
    assert [tag.attributes["src"] for tag in found if tag.name == "script"] == []


@pytest.mark.parametrize("slug", ["..", "../../etc/passwd", "%2e%2e%2fetc%2fpasswd", "nobody", "a%00b", "'--"])
@pytest.mark.parametrize("place", ["/meetings/{}", "/media/{}", "/meetings/{}/transcript.vtt"])
def test_slug_is_only_a_name(client: FlaskClient, full: Notes, place: str, slug: str) -> None:
    """A slug is looked up, never opened."""
    response = client.get(place.format(slug))
    assert response.status_code in {404, 308}
    assert b"root:" not in response.data


# -- large and small ---------------------------------------------------------------------------------------------------


def three_hours(library: Library) -> None:
    """A meeting of 300 blocks and 30,000 words, out of a vocabulary as large as that of real ones."""
    dice = random.Random(1)
    vocabulary = ["".join(dice.choices("aeioubcdfghlmnprst", k=dice.randint(2, 9))) for _ in range(4000)]
    shares = [1 / (rank + 1) for rank in range(4000)]  # Zipf's law

    def words(count: int) -> list[str]:
        return dice.choices(vocabulary, shares, k=count)

    lines = "".join(
        (f"## {' '.join(words(4))}\n\n" if n % 10 == 0 else "") + f"- {' '.join(words(15))}\n" for n in range(270)
    )
    notes = library.notes(f"# Long 2024-01-01\n\n{lines}", slug="hours")
    url = f"https://www.youtube.com/watch?v={VIDEO}"
    library.store.save_recording("hours", Recording(url, "Call", 10_800.0, video_id=VIDEO), key="hours")
    segments = []
    for at in range(3000):
        spoken = words(10)
        times = [at * 3.6 + n * 0.33 + dice.random() * 0.1 for n in range(10)]
        timed = tuple(Word(start, start + 0.3, word) for start, word in zip(times, spoken, strict=True))
        segments.append(Segment(at * 3.6, at * 3.6 + 3.5, " ".join(spoken), timed))
    transcript = Transcript("en", Origin.ASR, "small.en", tuple(segments), 10_800.0)
    stored = library.store.save_transcript("hours", transcript, key="k")
    placed = tuple(
        Alignment(block.id, n * 36.0, n * 36.0 + (30.0 if n % 7 else 5.0), dice.random(), Basis.MATCH, tuple(words(5)))
        for n, block in enumerate(notes.blocks)
    )
    library.store.save_alignments("hours", placed, MadeFrom(library.store.save_notes(notes), stored, "1"))


def test_three_hours_are_a_small_page(client: FlaskClient, library: Library) -> None:
    """300 blocks and 30,000 words with their times travel in less than 300 kB, and arrive whole."""
    three_hours(library)
    plain = client.get("/meetings/hours")
    packed = client.get("/meetings/hours", headers={"Accept-Encoding": "gzip, br"})
    assert plain.text.count("data-words=") == 3000
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < 300_000
    assert gzip.decompress(packed.data) == plain.data


def test_recordings_are_not_compressed(client: FlaskClient, full: Notes) -> None:
    """A player asks for pieces of the file as it is."""
    with client.get("/media/garden", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-3"}) as response:
        assert (response.status_code, response.data) == (206, b"RIFF")
        assert "Content-Encoding" not in response.headers


def test_shared_moment_is_named_for_its_section(client: FlaskClient, full: Notes) -> None:
    """What a chat shows of a link with a time is the section that is discussed there."""

    def shared(address: str) -> dict[str, str]:
        found = (tag.attributes for tag in tags(client.get(address).text) if tag.name == "meta")
        return {at["property"]: at["content"] for at in found if at.get("property", "").startswith("og:")}

    heap = shared("/meetings/garden?t=13")
    assert heap["og:title"] == "Compost heap · Garden club 2024-03-05"
    assert heap["og:description"] == "From 0:13 · 5 Mar 2024 · 0:20 · 2 of 3 sections linked"
    assert shared("/meetings/garden")["og:title"] == "Garden club 2024-03-05"
    assert shared("/meetings/garden?t=19")["og:title"] == "Garden club 2024-03-05"


def test_moment_set_by_a_person(opened: Open, library: Library, full: Notes) -> None:
    """A moment that somebody set says so."""
    store = library.store
    transcript, links = store.transcript("garden"), store.meeting("garden").alignments.values()
    assert transcript
    told = tuple(replace(link, basis=Basis.PINNED, confidence=1.0) for link in links)
    store.save_alignments("garden", told, MadeFrom(store.save_notes(full), transcript.id, "2"))
    html = opened("/meetings/garden")
    assert chips(html)["Compost heap (set by a person)"].attributes["class"] == "chip set"
    assert "1:23 set by a person" in visible(html)


def test_transcript_without_notes(opened: Open, library: Library) -> None:
    """Notes without a word leave the transcript to be read, and say what is missing."""
    library.notes("", slug="blank", video=False)
    library.local("blank")
    library.transcript("blank")
    html = opened("/meetings/blank")
    assert "These notes are empty" in html
    assert "Good evening everybody." in html


def test_years_are_folded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last year is open, those far back wait folded."""
    many = tuple(
        MeetingSummary(f"call-{n}", f"Call {n}", date.fromordinal(738000 - n), None, 1, 0) for n in range(1000)
    )
    monkeypatch.setattr(app.extensions["jumpnotes.store"], "meetings", lambda: many)
    shelves = [tag for tag in tags(app.test_client().get("/").text) if tag.attributes.get("class") == "shelf"]
    assert ["open" in shelf.attributes for shelf in shelves] == [True] + [False] * (len(shelves) - 1)
