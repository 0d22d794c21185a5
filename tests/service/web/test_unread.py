"""While the index is made anew, nobody is told that there is nothing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from pipeline.refresh import Archive
from tests.service.meetings import Library
from tests.service.season import HOSE, season

PAGES = ("/topics/", "/decisions/", "/speakers/")
OTHERS = (
    f"/topics/{HOSE}", f"/topics/{HOSE}/feed.atom", "/decisions.atom", "/speakers/ana", "/api/v1/topics",
    f"/api/v1/topics/{HOSE}", "/api/v1/decisions", "/api/v1/speakers", "/api/v1/speakers/ana",
)  # fmt: skip


def unread(monkeypatch: pytest.MonkeyPatch, slugs: frozenset[str]) -> None:
    for name in ("missing", "behind"):
        monkeypatch.setattr(Archive, name, lambda _: slugs)


def test_pages_say_how_many_meetings_are_not_read_yet(
    client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    season(library)
    assert all("still being added" not in client.get(f"{page}?q=x").text for page in PAGES)
    unread(monkeypatch, frozenset(library.store.notes_paths()))
    for page in PAGES:
        html = client.get(page).text
        assert "12 meetings are still being added to the search." in html, page
        assert 'class="empty"' not in html, page


def test_programs_come_back_later(client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As there is nothing to be told; as soon as there is something, they are told that."""
    season(library)
    slugs = sorted(library.store.notes_paths())
    with monkeypatch.context() as patch:
        unread(patch, frozenset(slugs))
        for address in OTHERS:
            answer = client.get(address)
            assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), address
    with monkeypatch.context() as patch:
        unread(patch, frozenset(slugs[:1]))
        assert client.get("/api/v1/topics").status_code == 200
        assert client.get("/speakers/nobody").status_code == 404
        assert "1 meeting is still being added to the search." in client.get("/topics/").text


def test_an_archive_without_meetings_is_no_unfinished_one(client: FlaskClient) -> None:
    assert client.get("/api/v1/topics").get_json()["topics"] == []
    assert "still being added" not in client.get("/topics/").text
