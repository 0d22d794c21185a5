"""What is kept of an archive that other machines write, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from pipeline.config import Settings
from pipeline.records import TokenRole
from pipeline.refresh import Archive
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.corrections import BASE
from tests.service.meetings import SOURCE, Library

OF_MEETING = ("/meetings/garden", "/api/v1/meetings/garden", "/meetings/garden/transcript.vtt")
OF_ARCHIVE = (
    "/",
    "/meetings/",
    "/feed.atom",
    "/search?q=rota",
    "/search.atom?q=rota",
    "/api/v1/meetings",
    "/api/v1/search?q=rota",
    "/sitemap.xml",
)


@pytest.fixture
def web(tmp_path: Path, postgresql_url: str) -> Iterator[Flask]:
    """The web server of one machine."""
    app = create_app(Settings(data_dir=tmp_path / "web", database=postgresql_url))
    yield app
    nearest.close(app)
    archive_of(app).close()


@pytest.fixture
def worker(tmp_path: Path, postgresql_url: str) -> Iterator[Library]:
    """Another machine, which writes."""
    settings = Settings(data_dir=tmp_path / "worker", database=postgresql_url)
    archive = Archive.open(settings, searched=False)
    library = Library(archive.store, tmp_path)
    library.aligned(library.notes())
    yield library
    archive.close()


def test_what_another_machine_writes_shows_at_once(web: Flask, worker: Library) -> None:
    """In every page, list, feed and search, for those who have an older one, too."""
    client = web.test_client()
    addresses = (*OF_MEETING[:2], BASE, *OF_ARCHIVE)
    client.get("/search?q=rota")  # its index is made with the first search, and pages lead to what it knows
    before = {address: client.get(address) for address in addresses}
    for address, known in before.items():
        again = client.get(address, headers={"If-None-Match": known.headers["ETag"]})
        assert (known.status_code, again.status_code) == (200, 304), address
    worker.notes(SOURCE.replace("Garden club", "Rota club").replace("nobody wants", "everybody wants"))
    worker.aligned(worker.notes("# Rota plan\n\n- The rota hangs at the door\n", slug="plan"))

    for address, known in before.items():
        if address == BASE:  # of corrections, which are those they were
            continue
        fresh = client.get(address, headers={"If-None-Match": known.headers["ETag"]})
        assert fresh.status_code == 200, address
        if address.startswith("/search") or address in ("/", "/meetings/", "/feed.atom"):
            assert "Rota plan" in fresh.text, address
    worker.store.forget("plan")
    assert [address for address in OF_ARCHIVE if "Rota plan" in client.get(address).text] == []
    assert client.get("/meetings/plan").status_code == 404


def test_no_time_tells_which_answer_somebody_has(web: Flask, worker: Library) -> None:
    """Each machine has seen it at another time, by another clock: two answers could bear the same."""
    client = web.test_client()
    for address in (*OF_MEETING, *OF_ARCHIVE):
        answer = client.get(address, headers={"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"})
        assert answer.status_code == 200
        assert "ETag" in answer.headers
        assert "Last-Modified" not in answer.headers


def test_a_token_that_another_machine_took_back_is_no_good(web: Flask, worker: Library, tmp_path: Path) -> None:
    """At once, on every machine."""
    _, token = worker.store.tokens.add("Ana", TokenRole.EDITOR)
    client, header = web.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get(BASE, headers=header).get_json()["may_write"] is True
    worker.store.tokens.revoke("Ana")
    assert client.get(BASE, headers=header).get_json()["may_write"] is False


def test_a_file_that_was_replaced_is_not_shown_for_the_old_one(web: Flask, worker: Library) -> None:
    """A meeting's page notices that its recording is gone from this machine, whoever has deleted it."""
    client, file = web.test_client(), worker.local()
    before = client.get("/meetings/garden")
    file.unlink()
    after = client.get("/meetings/garden", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
