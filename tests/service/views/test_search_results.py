"""The page of a search: hits by meeting, and what to do when there are none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pipeline.records import Hit, Notes, PassageSource
from service.views.search_results import partial_heading
from tests.service.meetings import Library

Open = Callable[[str], str]


def test_hits_lead_to_moment_and_block(opened: Open, full: Notes) -> None:
    """A spoken hit jumps to its moment, a written one to its block and, if known, its moment."""
    html = re.sub(r">\s+<", "><", opened("/search?q=pallets"))
    assert 'href="/meetings/garden?t=13.88"' in html
    assert "<mark>pallets</mark>" in html
    assert 'class="source transcript">transcript<' in html
    compost = full.sections[2].blocks[0]
    assert f'href="/meetings/garden?t=12#{compost.id}"' in opened("/search?q=compost")
    broken = full.sections[2].blocks[1]
    assert f'href="/meetings/garden#{broken.id}"' in html


def test_hits_are_grouped(opened: Open, library: Library, full: Notes) -> None:
    """A meeting is listed once, with all its hits; those of one minute are one."""
    library.notes(slug="copy")
    html = opened("/search?q=rota")
    assert html.count('class="meeting-hits"') == 2
    assert html.count('class="hit"') == 3


def test_places_with_some_of_the_words_come_last(opened: Open, full: Notes) -> None:
    """They say what is missing, and come below a heading of their own."""
    html = opened("/search?q=watering+kubernetes")
    assert "No place has all of these words. Places with some of them:" in html
    assert "without kubernetes" in html


@pytest.mark.parametrize(
    ("by_meaning", "has_complete", "heading"),
    [
        ([False], False, "No place has all of these words. Places with some of them:"),
        ([False], True, "Places with some of the words"),
        ([False, True], False, "No place has all of these words. Places with some of them, or with the same meaning:"),
        ([False, True], True, "Places with some of the words, or with the same meaning"),
        ([True], False, "No place has these words. Places that may mean the same:"),
        ([True], True, "In other words"),
    ],
)
def test_a_heading_says_what_follows(by_meaning: list[bool], *, has_complete: bool, heading: str) -> None:
    hits = [Hit("a", "A", None, PassageSource.TRANSCRIPT, 0.0, None, (), by_meaning=each) for each in by_meaning]
    assert partial_heading(hits, has_complete=has_complete) == heading


def test_search_without_words(opened: Open) -> None:
    """An empty box explains itself."""
    assert "Type words that were said or written" in opened("/search")
    assert "Type words that were said or written" in opened("/search?q=+")


def test_search_without_hits(opened: Open, full: Notes) -> None:
    """Nothing found is said in words, with what to try."""
    assert "Nothing found" in opened("/search?q=submarine")


def test_a_mistyped_word_is_corrected(opened: Open, full: Notes) -> None:
    """The page offers the word of the archive, as a link."""
    html = opened("/search?q=palets+broken")
    assert 'Did you mean <a href="/search?q=pallets+broken">pallets broken</a>?' in html
    assert "Did you mean" not in opened("/search?q=submarine")


def test_a_hit_names_its_section_and_speaker(opened: Open, full: Notes) -> None:
    """Below the snippet, as far as they are known; the hit in a heading does not repeat it."""
    assert '<span class="context">Ana</span>' in opened("/search?q=evening")
    assert '<span class="context">Compost heap</span>' in opened("/search?q=pallets+in:notes")
    assert '<span class="context">' not in opened("/search?q=compost")
