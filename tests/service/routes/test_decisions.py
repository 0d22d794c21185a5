"""What notes mark as decided, or as to be done: on its page, as a feed, and for programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Alignment, Basis, Notes
from pipeline.store import AlignmentInputs
from service import create_app
from service.web.store import archive_of
from tests.service.meetings import Library

ATOM = "{http://www.w3.org/2005/Atom}"
MARKED = """# Shed talks 2024-05-07

## Paint

**Decision**: the shed is red

Approved: two brushes

## Action items

- [ ] @ana: buy paint
- [x] wash the brushes (Zoë)
- ask <the> neighbours
"""


@pytest.fixture
def marked(library: Library) -> Notes:
    """A meeting that decided something, at a moment that is known for the first of it."""
    notes = library.notes(MARKED, slug="shed")
    library.local("shed")
    first = next(block for block in notes.blocks if block.text.startswith("Decision"))
    link = Alignment(first.id, 12.75, 14.0, 0.9, Basis.MATCH)
    inputs = AlignmentInputs(library.store.save_notes(notes), library.transcript("shed"), "1")
    library.store.save_alignments("shed", (link,), inputs)
    return notes


def test_decisions_are_listed_with_their_moments(marked: Notes, opened: Callable[[str], str]) -> None:
    page = opened("/decisions/")
    first = next(block.id for block in marked.blocks if block.text.startswith("Decision"))
    assert f'href="/meetings/shed?t=12#{first}"' in page
    assert "the shed is red" in page
    assert "two brushes" in page
    assert "no time" in page  # of the second, which was not found
    assert "buy paint" not in page
    assert "Marked as decisions in the notes." in page


def test_actions_are_narrowed_down(marked: Notes, opened: Callable[[str], str]) -> None:
    assert "ask &lt;the&gt; neighbours" in opened("/decisions/?kind=action")
    page = opened("/decisions/?kind=action&done=no")
    assert "buy paint" in page
    assert "wash the brushes" not in page
    assert "neighbours" not in page
    assert "wash the brushes" in opened("/decisions/?kind=action&person=zo%C3%AB")
    assert "Nothing matches." in opened("/decisions/?state=rejected")


def test_a_filter_says_how_much_it_leaves(marked: Notes, library: Library, opened: Callable[[str], str]) -> None:
    library.notes("# Roof talks 2023-01-02\n\nDecision: no roof\n", slug="roof", video=False)
    page = opened("/decisions/")
    assert '<span class="name" dir="auto">Decision</span> <span class="count">2</span>' in page
    assert '<span class="name" dir="auto">2023</span> <span class="count">1</span>' in page


def test_years_are_offered_newest_first(library: Library, opened: Callable[[str], str]) -> None:
    for year, count in ((2022, 1), (2023, 3), (2024, 2)):
        items = "".join(f"- number {year + at}\n" for at in range(count))
        library.notes(f"# Shed talks {year}-01-02\n\n## Decisions\n\n{items}", slug=f"shed-{year}", video=False)
    library.notes("# Roof talks\n\nDecision: no roof\n", slug="roof", video=False)
    page = opened("/decisions/")
    names = re.findall(r'<span class="name" dir="auto">(\d{4}|No date)</span>', page)
    assert names == ["2024", "2023", "2022", "No date"]


def test_actions_with_a_box_and_a_word_are_narrowed_down_by_it(library: Library, opened: Callable[[str], str]) -> None:
    table = "| Action item | Owner | Status |\n|-|-|-|\n| buy paint | @ana | done |\n"
    library.notes(f"# Shed talks\n\n{table}\n- [ ] ask\n\nTODO: a brush\n", slug="shed", video=False)
    page = opened("/decisions/?kind=action")
    assert '<span class="name" dir="auto">Action item</span> <span class="count">1</span>' in page
    assert '<span class="name" dir="auto">open</span>' not in page


def test_pages_lead_there_where_something_is_marked(
    full: Notes, library: Library, opened: Callable[[str], str]
) -> None:
    link = 'href="/decisions/"'
    assert link not in opened("/")
    assert link not in opened("/problems")
    assert "## Decisions" in opened("/decisions/")  # how to mark one
    library.notes(MARKED, slug="shed")
    assert link in opened("/")
    assert link in opened("/problems")
    assert "/decisions/" in opened("/sitemap.xml")


def test_meetings_that_are_not_published_tell_nothing(settings: Settings, library: Library) -> None:
    library.notes(f"---\npublish: false\n---\n{MARKED}", slug="shed")
    app = create_app(replace(settings, token="t" * 40))
    client = app.test_client()
    for address in ("/decisions/", "/decisions/?kind=action", "/decisions.atom", "/api/v1/decisions"):
        text = client.get(address).text
        assert "shed is red" not in text, address
        assert "Shed talks" not in text, address
        assert "ana" not in text.replace("canana", ""), address
    assert 'href="/decisions/"' not in client.get("/").text
    archive_of(app).close()


def test_decisions_are_a_feed(marked: Notes, client: FlaskClient) -> None:
    response = client.get("/decisions.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["the shed is red", "two brushes"]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"].startswith("http://localhost/meetings/shed?t=12#")
    actions = ElementTree.fromstring(client.get("/decisions.atom?kind=action").data).findall(f"{ATOM}entry")
    assert len(actions) == 3


def test_programs_list_decisions_in_pages(marked: Notes, client: FlaskClient) -> None:
    found = client.get("/api/v1/decisions?limit=1").get_json()
    (first,) = found["decisions"]
    assert (first["slug"], first["state"], first["text"]) == ("shed", "Decision", "the shed is red")
    assert (first["moment"], first["section"], first["done"]) == (12.75, "Paint", None)
    assert found["total"] == 5
    following = client.get(found["next"]).get_json()["decisions"]
    assert [each["text"] for each in following] == ["two brushes"]
    assert following[0]["moment"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=action", 3),
        ("kind=action&done=true", 1),
        ("state=approved", 1),
        ("after=2024-05-08", 0),
        ("before=2025", 5),
        ("q=paint", 1),
        ("person=ana", 1),
        ("series=shed%20talks", 5),
    ],
)
def test_programs_narrow_decisions_down(marked: Notes, client: FlaskClient, query: str, count: int) -> None:
    assert len(client.get(f"/api/v1/decisions?{query}").get_json()["decisions"]) == count


def test_programs_are_told_of_a_day_that_is_none(client: FlaskClient) -> None:
    response = client.get("/api/v1/decisions?after=2024-13")
    assert response.status_code == 400
    assert "$.after" in response.get_json()["detail"]


def test_many_decisions_come_in_pages(library: Library, opened: Callable[[str], str]) -> None:
    items = "".join(f"- number {at:03}\n" for at in range(60))
    library.notes(f"# Shed talks 2024-05-07\n\n## Decisions\n\n{items}", slug="shed", video=False)
    first = opened("/decisions/?q=number")
    assert "number 049" in first
    assert "number 050" not in first
    assert 'rel="next" href="/decisions/?q=number&amp;page=2"' in first
    second = opened("/decisions/?q=number&page=2")
    assert "number 059" in second
    assert 'rel="next"' not in second


def test_a_decision_that_is_there_twice_has_the_moment_that_is_known(
    library: Library, opened: Callable[[str], str]
) -> None:
    source = "# Shed talks\n\n## Decisions\n\n- the shed is red, says Ann\n\n## Paint\n\nDecision: the shed is red\n"
    notes = library.notes(source, slug="shed")
    library.local("shed")
    timed = next(block for block in notes.blocks if block.text.startswith("Decision:"))
    link = Alignment(timed.id, 12.75, 14.0, 0.9, Basis.MATCH)
    inputs = AlignmentInputs(library.store.save_notes(notes), library.transcript("shed"), "1")
    library.store.save_alignments("shed", (link,), inputs)
    page = opened("/decisions/")
    assert page.count('class="mark-row"') == 1
    assert "the shed is red, says Ann" in page
    assert f'href="/meetings/shed?t=12#{timed.id}"' in page
