"""The page of a search: hits by meeting, and what to do when there are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from pipeline.records import Hit, Notes, PassageSource
from pipeline.search.snippet import MAX_MISSING
from service.routes import pages
from service.views.search_results import hits_by_meeting, partial_heading, results_heading
from tests.service.html_tags import visible
from tests.service.meetings import Library

Open = Callable[[str], str]


def test_hits_lead_to_moment_and_block(opened: Open, full: Notes) -> None:
    """A spoken hit jumps to its moment, and the block discussed then; a written one to its block."""
    html = re.sub(r">\s+<", "><", opened("/search?q=pallets"))
    compost = full.sections[2].blocks[0]
    assert f'href="/meetings/garden?t=13.88#{compost.id}"' in html
    assert "<mark>pallets</mark>" in html
    assert 'class="source transcript">transcript<' in html
    assert f'href="/meetings/garden?t=12#{compost.id}"' in opened("/search?q=compost")
    broken = full.sections[2].blocks[1]
    assert f'href="/meetings/garden#{broken.id}"' in html


def test_hits_are_grouped(opened: Open, library: Library, full: Notes) -> None:
    """A meeting is listed once, with all its hits; those of one minute are one."""
    library.notes(slug="copy")
    html = opened("/search?q=rota")
    assert html.count('class="meeting-hits"') == 2
    assert html.count('class="hit"') == 3


@pytest.fixture
def five(library: Library) -> None:
    """Five meetings with compost, the best of them neither the newest nor the oldest, and one without."""
    for month, text in enumerate(("- some compost", "# Compost", "- compost\n- and\n- compost", "- compost 9"), 1):
        library.notes(f"# Club {2022 + month}-03-01\n\n{text}\n", slug=f"m{month}", video=False)
    library.notes("# Club without a day\n\n- compost\n", slug="undated", video=False)
    library.notes("# Club 2027-09-01\n\n- hose\n", slug="hose", video=False)


def found(html: str) -> list[str]:
    return re.findall(r'<h2><a href="/meetings/([\w-]+)"', html)


@pytest.mark.usefixtures("five")
def test_results_can_be_had_newest_first(opened: Open) -> None:
    """Where was it discussed last? The order is a link, and stays with the filters and with another query."""
    best_first, html = opened("/search?q=compost"), opened("/search?q=compost&order=newest")
    assert found(html) == ["m4", "m3", "m2", "m1", "undated"] != found(best_first)
    assert "<h1>5 meetings</h1>" in html
    assert 'href="/search?q=compost&amp;order=newest">Newest first' in best_first
    assert 'href="/search?q=compost">Best first' in html
    assert 'aria-current="page">Newest first' in html
    assert '<input type="hidden" name="order" value="newest">' in html
    assert 'href="/search?q=compost+year:2024&amp;order=newest"' in html
    assert found(opened("/search?q=compost+before%3A2025&order=newest")) == ["m2", "m1"]


@pytest.mark.usefixtures("five")
def test_pages_of_the_newest_follow_each_other(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each meeting is on one of them; beyond the last are the best ones again."""
    monkeypatch.setattr(pages, "_MAX_MEETINGS", 2)
    address, seen = "/search?q=compost&order=newest", []
    for _ in range(3):
        html = opened(address)
        seen.append(found(html))
        following = re.search(r'rel="next" href="([^"]*)"', html)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [["m4", "m3"], ["m2", "m1"], ["undated"]]
    assert address == ""


@pytest.mark.usefixtures("five")
def test_what_is_in_no_meeting_as_asked_has_no_order(opened: Open) -> None:
    """Places with some of the words are by how good they are."""
    html = opened("/search?q=compost+submarine&order=newest")
    assert "Nothing has all of these words." in html
    assert "Newest first" not in html
    assert "Newest first" not in opened("/search?q=hose")


def test_places_with_some_of_the_words_come_last(opened: Open, full: Notes) -> None:
    """They say what is missing, and come below a heading of their own."""
    html = opened("/search?q=watering+kubernetes")
    assert "Nothing has all of these words. Results with some of them:" in html
    assert "without kubernetes" in html


@pytest.mark.parametrize(
    ("by_meaning", "has_complete", "heading"),
    [
        ([False], False, "Nothing has all of these words. Results with some of them:"),
        ([False], True, "Results with some of the words"),
        ([False, True], False, "Nothing has all of these words. Results with some of them, or with the same meaning:"),
        ([False, True], True, "Results with some of the words, or with the same meaning"),
        ([True], False, "Nothing has these words. Results that may mean the same:"),
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
    assert 'Did you mean <a class="target" href="/search?q=pallets+broken" dir="auto">pallets broken</a>?' in html
    assert "Did you mean" not in opened("/search?q=submarine")


def test_a_hit_names_its_section_and_speaker(opened: Open, full: Notes) -> None:
    """Below the snippet, as far as they are known; the hit in a heading does not repeat it."""
    assert '<span class="context" dir="auto">Ana</span>' in opened("/search?q=evening")
    assert '<span class="context" dir="auto">Compost heap</span>' in opened("/search?q=pallets+in:notes")
    assert 'class="context"' not in opened("/search?q=compost")


def test_a_search_says_how_much_it_found(opened: Open, library: Library, full: Notes) -> None:
    """Results and meetings, as many as are shown."""
    assert "<h1>1 result in 1 meeting</h1>" in opened("/search?q=evening")
    assert "<h1>2 results in 1 meeting</h1>" in opened("/search?q=evening+OR+hose")
    library.notes(slug="copy")
    assert "<h1>3 results in 2 meetings</h1>" in opened("/search?q=rota")


def _hits(*slugs: str, missing: tuple[str, ...] = ()) -> list[Hit]:
    return [Hit(slug, slug, None, PassageSource.NOTES, None, None, (), missing=missing) for slug in slugs]


@pytest.mark.parametrize(
    ("complete", "partial", "counted", "skipped", "more", "heading"),
    [
        (_hits(*"aab"), [], 7, 0, True, "More than 3 results in 7 meetings"),
        (_hits(*"aab"), [], 1, 0, True, "More than 3 results in 2 meetings"),  # one of them only by a misheard word
        (_hits(*"aab"), _hits("c", missing=("x",)), 2, 0, True, "3 results in 2 meetings"),
        (_hits(*"aab"), [], 7, 50, False, "Results 51–53"),
        ([], _hits("c", missing=("x",)), 7, 50, False, "Results with some of the words"),
        ([], [], 7, 50, False, "No more results"),
        ([], [], 0, 0, False, "Nothing found"),
    ],
)
def test_the_heading_is_true(
    app: Flask, complete: list[Hit], partial: list[Hit], counted: int, skipped: int, *, more: bool, heading: str
) -> None:
    """On every page of the results."""
    with app.test_request_context():
        assert results_heading(complete, partial, counted, skipped=skipped, more=more) == heading


def test_more_results_are_on_another_page(opened: Open, library: Library) -> None:
    """Fifty to a page, each on one, and a way back; a page that makes no sense is the first."""
    library.notes("# Old\n\n" + "".join(f"- rota number{number}\n" for number in range(60)), slug="old", video=False)
    first, second = opened("/search?q=rota"), opened("/search?q=rota&page=2")
    assert "More than 50 results in 1 meeting" in visible(first)
    assert 'rel="next" href="/search?q=rota&amp;page=2"' in first
    assert "Results 51–60" in visible(second)
    assert 'rel="prev" href="/search?q=rota"' in second
    assert 'rel="next"' not in second
    places = re.findall(r"</mark> (number\d+)", first + second)
    assert len(places) == len(set(places)) == 60
    for page in ("0", "-1", "x", "²", "9" * 30):
        assert opened(f"/search?q=rota&page={page}").count('class="hit"') in {50, 0}
    assert "No more results" in opened("/search?q=rota&page=9")


def test_a_hit_without_a_date_says_so(opened: Open, library: Library) -> None:
    library.notes("# Undated\n\n- rota\n", slug="undated", video=False)
    assert '<span class="day">No date</span>' in opened("/search?q=rota")


def test_the_examples_of_the_help_are_searches(opened: Open, full: Notes) -> None:
    """Each leads to what it would find."""
    examples = re.findall(r'<dt><a href="([^"]+)"', opened("/search"))
    assert len(examples) == 8
    for address in examples:
        opened(address.replace("&amp;", "&"))


def test_a_hit_says_how_it_differs(app: Flask) -> None:
    """From what was asked for, in the words of the page; of many missing words, a few are named."""
    (plain,) = _hits("a")
    many = tuple(f"w{number}" for number in range(MAX_MISSING + 1))
    hits = [
        plain,
        replace(plain, heard="rotor"),
        replace(plain, similar="rotas"),
        replace(plain, by_meaning=True),
        replace(plain, missing=many[:-1]),
        replace(plain, missing=many),
    ]
    with app.test_request_context():
        (meeting,) = hits_by_meeting(hits)
    assert [hit.remark for hit in meeting.hits] == [
        "",
        "heard as “rotor”",
        "similar: “rotas”",
        "in other words",
        f"without {', '.join(many[:-1])}",
        f"without {', '.join(many[:-1])} and others",
    ]
