"""The page of a search: hits by meeting, and what to do when there are none."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.records import (
    Notes,
)
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
    """They say what is missing, and stand below a heading of their own."""
    html = opened("/search?q=watering+kubernetes")
    assert "No place has all of these words. Places with some of them:" in html
    assert "without kubernetes" in html


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


def test_a_hit_says_where_it_stands(opened: Open, full: Notes) -> None:
    """Section and speaker stand below the snippet, as far as they are known; a heading does not say itself twice."""
    assert '<span class="context">Ana</span>' in opened("/search?q=evening")
    assert '<span class="context">Compost heap</span>' in opened("/search?q=pallets+in:notes")
    assert '<span class="context">' not in opened("/search?q=compost")
