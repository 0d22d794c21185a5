"""What an assistant is told of a garden club's meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import BlockNotFound, MeetingNotFound
from pipeline.mcp_server.tools import MAX_CHARS, ArchiveTools, CannotAnswer
from pipeline.meeting_list import MeetingFilter
from pipeline.records import Notes, Recording, Segment, Verdict
from pipeline.refresh import Archive
from tests.service.meetings import VIDEO, Library

SITE = "https://garden.example"
PAGE = f"{SITE}/meetings/garden"


@pytest.fixture
def library(archive: Archive, tmp_path: Path) -> Library:
    return Library(archive.store, tmp_path)


@pytest.fixture
def full(library: Library) -> Notes:
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    library.spans(notes, {"nobody wants August": (4.0, 9.5)})
    return notes


@pytest.fixture
def tools(archive: Archive) -> ArchiveTools:
    return ArchiveTools(archive, SITE)


@pytest.fixture
def block_id(full: Notes) -> Callable[[str], str]:
    return {block.text: block.id for block in full.blocks}.__getitem__


def test_meetings_are_listed_in_pages(tools: ArchiveTools, library: Library, full: Notes) -> None:
    """The newest first, each with its page; narrowed down as in the API."""
    library.notes("# Plan 2025-01-01\n", slug="plan", video=False)
    first = tools.meetings(MeetingFilter(), 1, None)
    second = tools.meetings(MeetingFilter(), 1, first.next_cursor)

    assert [each.slug for each in first.meetings] == ["plan"]
    (garden,) = second.meetings
    assert (garden.slug, garden.date, garden.series, garden.duration) == ("garden", "2024-03-05", "Garden club", "0:20")
    assert (garden.sections, garden.linked, garden.url) == (3, 2, PAGE)
    assert second.next_cursor is None
    assert tools.meetings(MeetingFilter(before=date(2024, 1, 1)), 1, None).meetings == []


def test_hits_say_who_said_it_when_and_where_to_hear_it(tools: ArchiveTools, library: Library, full: Notes) -> None:
    """A page of them at a time."""
    library.notes(slug="copy")
    said = tools.search("evening", None, 10, 0)
    (hit,) = said.hits
    assert (hit.who, hit.when, hit.url) == ("Ana", "0:01", f"{PAGE}?t=1.33")
    assert "Good evening" in hit.text
    pages = [tools.search("rota", None, 1, offset) for offset in (0, 1)]
    whole = tools.search("rota", None, 10, 0)
    assert [page.hits[0] for page in pages] == whole.hits[:2]
    assert (pages[0].next_offset, whole.next_offset) == (1, None)


def test_a_word_that_was_not_quite_said_is_remarked(tools: ArchiveTools, full: Notes) -> None:
    """An assistant would else say that it was."""
    (hit,) = tools.search("evenning", None, 10, 0).hits
    assert "evening" in hit.remark


def test_a_search_in_an_unknown_meeting_is_a_mistake(tools: ArchiveTools, full: Notes) -> None:
    """Not a meeting in which there is nothing."""
    assert tools.search("rota", "garden", 10, 0).hits
    with pytest.raises(MeetingNotFound):
        tools.search("rota", "gardn", 10, 0)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ((None, None, None, None), ["Good evening everybody.", "Priya drafted", "Two of the pallets"]),
        ((None, None, 4.0, None), ["Priya drafted", "Two of the pallets"]),
        ((None, None, None, 4.0), ["Good evening everybody."]),
        ((None, None, 5.0, 12.75), ["Priya drafted"]),
        ((None, 74.0, None, None), ["Two of the pallets"]),
    ],
)
def test_a_transcript_is_read_in_part(
    tools: ArchiveTools,
    full: Notes,
    asked: tuple[str | None, float | None, float | None, float | None],
    spoken: list[str],
) -> None:
    """What is being said at the edges is there, too; a moment has the minute before it and after it."""
    read = tools.transcript("garden", *asked)
    assert [line.text[: len(text)] for line, text in zip(read.lines, spoken, strict=True)] == spoken
    assert read.next_start is None


def test_a_transcript_is_read_about_something(tools: ArchiveTools, library: Library, full: Notes) -> None:
    """Around the moment that fits best; the others are told. Notes that say the same are no transcript."""
    pallets = [Segment(600.0, 603.0, "The pallets came.", speaker="Ana"), Segment(9.0, 12.0, "Two pallets are broken.")]
    library.aligned(full)
    library.transcript("garden", tuple(sorted(pallets, key=lambda each: each.start)))
    best = tools.transcript("garden", "two broken pallets", None, None, None)
    assert [line.text for line in best.lines] == ["Two pallets are broken."]
    either = tools.transcript("garden", "pallets", None, None, None)
    assert len(either.lines) == len(either.other_moments) == 1
    assert abs(either.lines[0].seconds - either.other_moments[0]) > 500
    with pytest.raises(CannotAnswer, match="is about zebra"):
        tools.transcript("garden", "zebra", None, None, None)


def test_a_long_transcript_comes_in_pages(tools: ArchiveTools, library: Library, full: Notes) -> None:
    """All of it, once; a single text is no longer than a page."""
    long = [Segment(at * 10.0, at * 10.0 + 9.0, f"{at} " + "so " * 1500, speaker="Ana") for at in range(9)]
    library.transcript("garden", (*long, Segment(90.0, 99.0, "x" * 3 * MAX_CHARS)))
    seen, start = [], None
    while True:
        page = tools.transcript("garden", None, None, start, None)
        assert sum(len(line.text) for line in page.lines) <= MAX_CHARS
        seen += [line.seconds for line in page.lines]
        if (start := page.next_start) is None:
            break
    assert seen == [at * 10.0 for at in range(10)]


def test_what_was_not_said_is_told(tools: ArchiveTools, library: Library, full: Notes) -> None:
    """With how long the recording is; notes alone have nothing that was said."""
    with pytest.raises(CannotAnswer, match="nobody speaks") as caught:
        tools.transcript("garden", None, None, 900.0, None)
    assert "20 seconds" in caught.value.hint
    library.notes("# Plan\n", slug="plan", video=False)
    with pytest.raises(CannotAnswer, match="nothing is known"):
        tools.transcript("plan", None, None, None, None)


def test_notes_say_how_far_each_link_is_known(tools: ArchiveTools, full: Notes) -> None:
    """And open at the block and its moment; a guess is not told."""
    read = tools.notes("garden", 200, 0)
    told = {
        block.text: (block.link, block.when, block.url.removeprefix(PAGE).partition("#")[0]) for block in read.blocks
    }
    assert told["Watering rota"] == ("sure", "0:04", "?t=4")
    assert told["Priya drafted a rota for July"] == ("likely", "0:04", "?t=4")
    assert told["nobody wants August"] == ("within", "0:04–0:09", "?t=4")
    assert told["Seed swap"] == ("none", None, "")
    assert (read.duration, read.recording_url) == ("0:20", f"https://youtu.be/{VIDEO}")


def test_notes_come_in_pages(tools: ArchiveTools, full: Notes) -> None:
    """Each block once."""
    whole, pages, offset = tools.notes("garden", 200, 0), [], 0
    while True:
        page = tools.notes("garden", 3, offset)
        pages += page.blocks
        assert page.total == len(whole.blocks)
        if page.next_offset is None:
            break
        offset = page.next_offset
    assert pages == whole.blocks
    assert tools.notes("garden", 3, 999).blocks == []


def test_a_moment_is_opened_on_its_page_and_at_its_host(
    tools: ArchiveTools, full: Notes, block_id: Callable[[str], str]
) -> None:
    """By its second, by its block, or by both."""
    heap = block_id("Compost heap")
    by_second, by_block = tools.moment("garden", 13.5, None), tools.moment("garden", None, heap)
    assert (by_second.url, by_second.recording_url) == (f"{PAGE}?t=13.50", f"https://youtu.be/{VIDEO}?t=13")
    assert (by_block.url, by_block.recording_url) == (f"{PAGE}?t=12#{heap}", f"https://youtu.be/{VIDEO}?t=12")
    assert (by_block.when, by_block.link, by_block.text) == ("0:12", "sure", "Compost heap")
    assert tools.moment("garden", 3.0, heap).url == f"{PAGE}?t=3#{heap}"
    assert tools.moment("garden", None, None).url == PAGE
    with pytest.raises(BlockNotFound):
        tools.moment("garden", None, "nothing-1")
    with pytest.raises(CannotAnswer, match="over by then"):
        tools.moment("garden", 21.0, None)


def test_what_a_person_set_is_told_as_such(
    tools: ArchiveTools, archive: Archive, full: Notes, block_id: Callable[[str], str]
) -> None:
    swap = block_id("Seed swap")
    archive.store.correct("garden", swap, Verdict.NOT_DISCUSSED, None, "Ana", seen=None)
    opened = tools.moment("garden", None, swap)
    assert (opened.link, opened.when, opened.url) == ("not_discussed", None, f"{PAGE}#{swap}")


def test_the_part_of_a_recording_is_opened_at_its_own_second(tools: ArchiveTools, library: Library) -> None:
    """Of the second part, by its clock; a file of the server's has no address."""
    notes = library.notes()
    library.in_parts(10.0, 10.0, videos=("gArDenCall0", "gArDenCall1"))
    library.aligned(notes)
    opened = tools.moment("garden", 13.5, None)
    assert (opened.recording_url, opened.when) == ("https://youtu.be/gArDenCall1?t=3", "part 2 · 0:03")
    library.local()
    assert tools.moment("garden", 13.5, None).recording_url is None


def test_a_recording_of_another_host_is_opened_at_its_second(
    tools: ArchiveTools, archive: Archive, full: Notes
) -> None:
    """As browsers understand it."""
    archive.store.save_recording("garden", Recording("https://club.example/a.mp3", "Call", 20.0), key="a")
    assert tools.moment("garden", 13.5, None).recording_url == "https://club.example/a.mp3#t=13"
    archive.store.save_recording("garden", Recording("https://club.example/a.mp3#t=1", "Call", 20.0), key="a")
    assert tools.moment("garden", 13.5, None).recording_url == "https://club.example/a.mp3#t=13"
