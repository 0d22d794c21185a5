"""A recording in several parts on its page, in the results of a search and in the API: times say in which part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from pipeline.records import Notes, Recording, RecordingPart, Video
from tests.service.corrections import block_id
from tests.service.html_tags import tags
from tests.service.meetings import Library

Open = Callable[[str], str]

FIRST, SECOND = "gArDenCall1", "gArDenCall2"
PAGE = "/meetings/garden"


@pytest.fixture
def videos(library: Library) -> Notes:
    """The garden's meeting, its recording two videos of ten seconds."""
    notes = library.notes()
    library.in_parts(10.0, 10.0, videos=(FIRST, SECOND))
    library.aligned(notes)
    return notes


@pytest.fixture
def files(library: Library) -> Notes:
    """The same, its recording two files."""
    notes = library.notes()
    library.in_parts(10.0, 10.0)
    library.aligned(notes)
    return notes


def listed(html: str) -> list[dict[str, str]]:
    """The attributes of the links to the parts."""
    return [tag.attributes for tag in tags(html) if tag.name == "a" and "data-length" in tag.attributes]


def test_the_parts_and_their_addresses_are_on_the_page(opened: Open, videos: Notes) -> None:
    """With where each begins, and what plays it."""
    html = opened(PAGE)

    assert [(part["href"], part["data-source"], part["data-length"]) for part in listed(html)] == [
        (f"{PAGE}?t=0.00", FIRST, "10.00"),
        (f"{PAGE}?t=10.00", SECOND, "10.00"),
    ]
    assert all(f'href="https://www.youtube.com/watch?v={video}"' in html for video in (FIRST, SECOND))
    assert '<span dir="auto">0:20 in 2 parts</span>' in html


def test_times_say_in_which_part(opened: Open, videos: Notes) -> None:
    """Of blocks and of what was said, on the clock of the part; addresses are on the common one."""
    html = opened(PAGE)

    assert "part 1 · 0:04" in html
    assert f'href="{PAGE}?t=12#{block_id(videos, "Compost heap")}" data-start="12.75"' in html
    assert 'aria-label="Play from part 2 · 0:02: Compost heap"' in html
    assert f'<a href="{PAGE}?t=12.75" data-start="12.75">part 2 · 0:02</a>' in html
    assert '<path class="border" d="M500.0 0V24"' in html


@pytest.mark.parametrize(
    ("asked", "href"),
    [
        ("", f"https://youtu.be/{FIRST}"),
        ("?t=4", f"https://youtu.be/{FIRST}?t=4"),
        ("?t=10", f"https://youtu.be/{SECOND}"),
        ("?t=13.5", f"https://youtu.be/{SECOND}?t=3"),
    ],
)
def test_without_javascript_the_video_of_the_moment_opens_there(
    opened: Open, videos: Notes, asked: str, href: str
) -> None:
    """The part's id, and the second on its own clock."""
    html = opened(PAGE + asked)

    assert f'<a class="facade" href="{href}"' in html
    assert [part["data-source"] for part in listed(html) if "aria-current" in part] == [
        SECOND if SECOND in href else FIRST
    ]


def test_a_file_opens_at_the_moment_of_its_part(opened: Open, files: Notes, client: FlaskClient) -> None:
    """And what the page asks for is there."""
    assert 'src="/media/garden?part=2#t=2.75"' in opened(f"{PAGE}?t=12.75")
    with client.get("/media/garden?part=2") as response:
        assert response.status_code == 200


def test_the_title_of_a_shared_link_says_the_part(opened: Open, videos: Notes) -> None:
    """As the page does."""
    assert "From part 2 · 0:02" in opened(f"{PAGE}?t=12")


def test_videos_have_captions_on_their_own_clock(opened: Open, library: Library, files: Notes) -> None:
    """One player plays sound and pictures, and shows what is said in the part it plays."""
    (library.folder / "1.wav").rename(library.folder / "1.mp4")
    stored = library.store.recording("garden")
    assert stored is not None
    first, second = stored.record.parts
    film = str(library.folder / "1.mp4")
    joined = replace(stored.record, parts=(replace(first, source=film, media=film), second))
    library.store.save_recording("garden", joined, key="garden")

    html = opened(PAGE)

    assert [part["data-kind"] for part in listed(html)] == ["video", "video"]
    assert '<track kind="captions" src="/meetings/garden/transcript.vtt?part=1"' in html
    captions = opened("/meetings/garden/transcript.vtt?part=2")
    assert "00:00:02.750 --> 00:00:05.000" in captions
    assert "rota" not in captions


@pytest.mark.parametrize("part", ["0", "3", "-1", "x", "", "1.0", "9" * 40])
@pytest.mark.parametrize("address", ["/media/garden", "/meetings/garden/transcript.vtt"])
def test_a_part_there_is_not_is_not_found(client: FlaskClient, files: Notes, address: str, part: str) -> None:
    """Whatever is asked for."""
    assert client.get(address, query_string={"part": part}).status_code == 404


def test_one_piece_has_no_parts(client: FlaskClient, full: Notes) -> None:
    """Neither on the page nor in the API nor to be asked for."""
    assert "part" not in client.get(PAGE).text.replace("partial", "")
    assert "recording" not in client.get(f"/api/v1{PAGE}").get_json()
    assert "part" not in client.get("/api/v1/search?q=rota").get_json()["hits"][0]
    assert client.get("/media/garden?part=1").status_code == 404


def test_a_part_whose_file_is_gone_has_no_links(opened: Open, library: Library, files: Notes) -> None:
    """The others have theirs, and the page says what is missing; once it is back, so are they."""
    there = opened(PAGE)
    (library.folder / "2.wav").rename(library.folder / "away.wav")
    html = opened(PAGE)
    (library.folder / "away.wav").rename(library.folder / "2.wav")

    assert "The file of part 2 is missing." in html
    assert f'href="{PAGE}?t=4#' in html
    assert f'href="{PAGE}?t=12' not in html
    assert opened(PAGE) == there


def test_a_part_that_plays_nowhere_here_is_no_obstacle(opened: Open, library: Library) -> None:
    """Of a video and what only another host has, the video plays."""
    notes = library.notes()
    elsewhere = RecordingPart(0.0, 10.0, "https://host.example/1.mp4", "One")
    video = RecordingPart(10.0, 10.0, f"https://www.youtube.com/watch?v={SECOND}", "Two", video_id=SECOND)
    recording = Recording(elsewhere.source, "One", 20.0, parts=(elsewhere, video))
    library.store.save_recording("garden", recording, key="garden")
    library.aligned(notes)

    html = opened(f"{PAGE}?t=3")

    assert f'<a class="facade" href="https://youtu.be/{SECOND}"' in html
    assert 'href="https://host.example/1.mp4"' in html
    assert f'href="{PAGE}?t=12#' in html
    assert f'href="{PAGE}?t=4#' not in html


def test_before_it_is_fetched_the_addresses_of_all_parts_are_there(opened: Open, library: Library) -> None:
    """As the notes have them."""
    notes = library.notes()
    library.store.save_notes(replace(notes, further_parts=(Video(f"https://youtu.be/{SECOND}", SECOND),)))

    html = opened(PAGE)

    assert f'href="https://youtu.be/{SECOND}" aria-label="Part 2 where it is published"' in html
    assert listed(html) == []


def test_the_api_has_the_parts(client: FlaskClient, videos: Notes) -> None:
    """The times of blocks are on the common clock."""
    meeting = client.get(f"/api/v1{PAGE}").get_json()

    assert meeting["recording"]["parts"][1] == {
        "number": 2,
        "start": 10.0,
        "duration": 10.0,
        "title": "Garden call, part 2",
        "url": f"https://www.youtube.com/watch?v={SECOND}",
        "video_id": SECOND,
    }
    assert {block["text"]: block["start"] for block in meeting["blocks"]}["Compost heap"] == 12.75


def test_a_file_of_somebodys_own_has_no_address_in_the_api(client: FlaskClient, files: Notes) -> None:
    """Where it lies on the server is nobody's business."""
    assert [part["url"] for part in client.get(f"/api/v1{PAGE}").get_json()["recording"]["parts"]] == [None, None]


@pytest.mark.parametrize("address", ["/search?q=pallets", "/search.atom?q=pallets"])
def test_what_a_search_finds_says_the_part(opened: Open, videos: Notes, address: str) -> None:
    """On the page and in the feed."""
    assert "part 2 · 0:0" in opened(address)


def test_the_strip_of_hits_shows_where_a_part_ends(opened: Open, videos: Notes) -> None:
    """As the timeline of the meeting does."""
    assert '<path class="border" d="M500.0 0v20"/>' in opened("/search?q=pallets")


def test_a_hit_in_the_api_says_the_part(client: FlaskClient, videos: Notes) -> None:
    """Beside its moment on the common clock."""
    (hit,) = client.get("/api/v1/search?q=broken+in:transcript").get_json()["hits"]

    assert hit["part"]["number"] == 2
    assert hit["part"]["start"] == pytest.approx(hit["start"] - 10.0)
