"""What is news to somebody: what was written, and what was said, in the language of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Mishearing, RunKey, Segment, SubscriptionKind
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs
from pipeline.subscriptions import digest
from pipeline.subscriptions.finding import NewsFinder
from pipeline.subscriptions.following import follow
from tests.pipeline.subscriptions.club import ABOUT_ISSUE, ISSUE, Club
from tests.service.meetings import Library

TABLE = "code/water_rota"


@pytest.fixture
def german(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive.open(Settings(data_dir=tmp_path / "data", language="german"))) as opened:
        yield opened


def said(archive: Archive, folder: Path, slug: str, notes: str, text: str, *misheard: Mishearing) -> None:
    """A call with these notes, in which that was said."""
    library = Library(archive.store, folder)
    written = library.notes(f"# {slug} 2024-01-02\n\n- {notes}\n", slug=slug, video=False)
    library.local(slug, duration=60.0)
    run = library.transcript(slug, (Segment(0.0, 5.0, text),))
    archive.store.save_alignments(slug, (), AlignmentInputs(archive.store.save_notes(written), run, "1"), misheard)
    archive.store.finish(slug, RunKey(notes="n"))


def test_numbers_are_heard_in_the_language_of_the_archive(german: Archive, tmp_path: Path) -> None:
    said(german, tmp_path, "erste", "https://github.com/club/tools/issues/471", "Guten Abend.")
    said(german, tmp_path, "zweite", "Werkzeug", "Das ist issue vier einundsiebzig.")
    finder = NewsFinder.of(german)
    assert finder.meetings(SubscriptionKind.TOPIC, "issue/club/tools/471") == {"erste", "zweite"}


def test_what_was_misheard_is_news_too(archive: Archive, tmp_path: Path) -> None:
    """With what was heard in its place."""
    slip = Mishearing(0.0, 1.0, "water_rota", "wallaby otter", 0.9)
    said(archive, tmp_path, "first", "`water_rota` waits", "Good evening.")
    made, _ = follow(archive, SubscriptionKind.TOPIC, TABLE, "ana@example.org", "Ben")
    said(archive, tmp_path, "second", "Tools", "wallaby otter waits", slip)
    finder = NewsFinder.of(archive)
    (meeting,) = finder.news(made, {"first"}).meetings
    assert meeting.slug == "second"
    assert [hit.heard for hit in meeting.moments] == ["wallaby otter"]
    assert finder.meetings(made.kind, made.about) == {"first", "second"}


def test_a_topic_is_found_by_what_notes_call_it_now(club: Club) -> None:
    """Followed as a bare number, before a link told whose it is."""
    club.meets("one", ABOUT_ISSUE)
    made = replace(club.follow(), about="issue/4711")
    finder = NewsFinder.of(club.archive)
    assert finder.meetings(made.kind, made.about) == {"one"}
    assert finder.name(made) == "tools#4711"
    assert finder.topic("term/4711") is None


def test_what_nobody_names_is_told(club: Club) -> None:
    """Any more, or yet; and that meetings wait."""
    club.meets("one", ABOUT_ISSUE)
    club.follow()
    club.follow("term/nothing")
    club.meets("two", "Rain", ready=False)
    assert list(digest.remarks(club.archive)) == [
        "1 meeting waits until it has been run: jumpnotes run",
        "2: term/nothing: No notes name this yet.",
    ]
    club.meets("one", "Sun")
    club.meets("three", "Rain", ready=False)
    assert list(digest.remarks(club.archive))[:2] == [
        "2 meetings wait until they have been run: jumpnotes run",
        f"1: {ISSUE}: No notes name this any more.",
    ]
