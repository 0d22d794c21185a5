"""A search without words lists the meetings that its filters leave."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.service.html_tags import tags
from tests.service.meetings import Library
from tests.service.season import season, slug_of


def found(client: FlaskClient, query: str) -> list[str]:
    shown = client.get("/search", query_string={"q": query})
    assert shown.status_code == 200
    rows = (tag.attributes for tag in tags(shown.text) if tag.name == "a")
    return [row["href"].rpartition("/")[2] for row in rows if row.get("class") == "row"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("after:2023-10", (11, 10)),
        ("before:2023-02", (0,)),
        ("after:2023-02 before:2023-04", (2, 1)),
        ("year:2023 after:2023-11-20", (11,)),
        ('series:"garden club" before:2023-03', (1, 0)),
        ("meeting:club before:2023-02", (0,)),
        ("meeting:call-3", (2,)),
        ("speaker:priya", (1,)),
        ("speaker:pri year:2022", ()),
    ],
)
def test_filters_alone_list_meetings(
    client: FlaskClient, library: Library, query: str, numbers: tuple[int, ...]
) -> None:
    """Newest first, those that meet all of them."""
    season(library)
    assert found(client, query) == [slug_of(number) for number in numbers]


def test_words_are_looked_up_as_before(client: FlaskClient, library: Library) -> None:
    """Also where they only exclude something, or look like a filter and are none."""
    season(library)
    for query in ("hose after:2023-03", "-hose", "after:noon"):
        assert found(client, query) == [], query
