"""Every failure is an answer a reader understands, as a page or as JSON."""

from __future__ import annotations

import errno
import html
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
)

from pipeline import errors
from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web import errors as answers
from service.web.language import catalog
from service.web.store import MAX_WRITES_AT_ONCE, archive_of
from tests.service.corrections import BASE, correction
from tests.service.html_tags import tags


def test_unknown_meeting(client: FlaskClient) -> None:
    """A meeting that does not exist is a 404 that offers the search and the list, and no command for a terminal."""
    response = client.get("/meetings/nobody")
    assert response.status_code == 404
    assert "There is no meeting at this address." in response.text
    assert "It may have been renamed." in response.text
    assert 'role="search"' in response.text
    assert "`" not in response.text
    assert "<code>" not in response.text
    assert 'href="/"' in response.text


def test_unknown_meeting_in_the_api(client: FlaskClient) -> None:
    """A program gets the same as a problem, and the page its type leads to explains it."""
    response = client.get("/api/v1/meetings/nobody")
    problem = response.get_json()
    assert response.status_code == problem["status"] == 404
    assert response.mimetype == answers.PROBLEM_MEDIA_TYPE
    assert problem["title"] == "No such meeting"
    assert problem["detail"] == "There is no meeting at this address."
    assert problem["hint"] == "It may have been renamed."
    page, _, name = problem["type"].partition("#")
    assert f'id="{name}"' in client.get(page).text


def test_every_type_of_problem_is_explained(app: Flask) -> None:
    """The page of problems has a place for each that the API may name, and no other."""
    anchors = [tag.attributes["id"] for tag in tags(app.test_client().get("/problems").text) if tag.name == "section"]
    with app.test_request_context():
        types = [answers.type_uri(problem) for problem in answers.PROBLEM_TYPES.values()]
    assert types == [f"/problems#{anchor}" for anchor in anchors]
    assert len(set(types)) == len(types)


def test_unknown_address(client: FlaskClient) -> None:
    """An address that was never there is a page, too, and under /api/ a problem without a type of its own."""
    page = client.get("/nowhere")
    assert "Not Found" in page.text
    assert page.mimetype == "text/html"
    response = client.get("/api/v1/nowhere")
    assert response.mimetype == answers.PROBLEM_MEDIA_TYPE
    problem = response.get_json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Not Found", 404)
    assert problem["hint"] == "/meetings/ lists all meetings."


def test_writing_is_refused(client: FlaskClient) -> None:
    """Nothing is posted here, and the answer says what is allowed."""
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_busy_database(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A locked database is a 503 to be tried again; only the log says where the file is."""

    def refuse() -> None:
        raise errors.Busy(Path("/srv/private/jumpnotes.db"))

    monkeypatch.setattr(archive_of(app).store, "meetings", refuse)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/api/v1/meetings")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "/srv/private" not in response.text
    assert "/srv/private" in caplog.text


def test_writes_that_wait_leave_threads_to_readers(app: Flask, monkeypatch: pytest.MonkeyPatch, full: Notes) -> None:
    """While another process keeps the database locked, a few writes wait for it, and further ones are told at once."""
    waiting, unlocked = Semaphore(0), Event()

    def wait(*_args: object, **_more: object) -> None:
        waiting.release()
        unlocked.wait(timeout=20)
        raise errors.Busy(Path("/srv/private/jumpnotes.db"))

    monkeypatch.setattr(archive_of(app).store, "correct", wait)

    def correct() -> int:
        return app.test_client().post(BASE, json=correction(full)).status_code

    with ThreadPoolExecutor(MAX_WRITES_AT_ONCE) as threads:
        answers = [threads.submit(correct) for _ in range(MAX_WRITES_AT_ONCE)]
        try:
            for _ in answers:
                assert waiting.acquire(timeout=20)
            refused = app.test_client().post(BASE, json=correction(full))
            assert not any(answer.done() for answer in answers)
        finally:
            unlocked.set()
        assert [answer.result() for answer in answers] == [503] * MAX_WRITES_AT_ONCE
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    monkeypatch.undo()
    assert correct() == 201


@pytest.mark.parametrize("address", ["/", "/api/v1/meetings"])
def test_full_disk(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str) -> None:
    """A full disk is a 507 of its own name, to be tried again later, and a line in the log, not a traceback."""

    def refuse() -> None:
        raise errors.DiskFull(Path("/srv/private/jumpnotes.db"))

    monkeypatch.setattr(archive_of(app).store, "meetings", refuse)
    with caplog.at_level(logging.INFO):
        response = app.test_client().get(address)
    assert (response.status_code, response.headers["Retry-After"]) == (507, "5")
    assert "the disk is full" in caplog.text
    assert "Traceback" not in caplog.text
    assert "The server's disk is full." in html.unescape(response.text)
    assert "/srv/private" not in response.text


_ODD_HOSTS = [
    *("..", ".example.org", "ok..example.org", "a" * 64, "a b", 'evil"><script>', "[::1", "[::1]:x", ":", "a/b")
]
_ODD_HOSTS += [
    *(
        "127.0.0.1:99999999",
        "a@b",
        "%00",
        "xn--\xff",
        "\xff",
        f"{'a.' * 200}",
        "[x]",
        "a:1:2",
        "[fe80::1%eth0]",
    )
]


@pytest.mark.parametrize("address", ["/", "/api/v1/meetings", "/static/style.css", "/nowhere"])
def test_a_host_that_is_none(client: FlaskClient, address: str) -> None:
    """It is the sender's mistake: a 400 like any other, as a page or as a problem."""
    for host in _ODD_HOSTS:
        response = client.get(address, headers={"Host": host})
        assert response.status_code == 400, host
        assert "The header Host names no host." in response.text
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_host_is_answered_by_any_name(client: FlaskClient) -> None:
    """What could be the name of a host is one."""
    for host in ["", "a", "LOCALHOST:8000", "a_b.example.", "[::1]:8000", "192.0.2.7", "xn--bcher-kva.example:"]:
        assert client.get("/search.atom?q=a", headers={"Host": host}).status_code == 200, host


def test_bug(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A bug of ours is a 500 without its details; the log has them."""

    def fall() -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr(archive_of(app).store, "meetings", fall)
    response = app.test_client().get("/")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text
    problem = app.test_client().get("/api/v1/meetings")
    assert (problem.status_code, problem.mimetype) == (500, answers.PROBLEM_MEDIA_TYPE)
    assert "secret detail" not in problem.text


def test_every_error_has_an_answer() -> None:
    """Whatever class is added to the tree finds an answer through its parents."""
    waiting: list[type[errors.JumpnotesError]] = [errors.JumpnotesError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        assert any(parent in answers.PROBLEM_TYPES for parent in kind.__mro__)


def test_nothing_is_corrected_in_a_folder_that_cannot_be_written(client: FlaskClient, full: Notes) -> None:
    """It is a 403 of its own name: the server works, and shows what it has."""
    block = next(block for block in full.blocks if block.text == "Watering rota")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "access", lambda *_args: False)
        reader = create_app(Settings(data_dir=archive_of(client.application).store.folder)).test_client()
        body = {"block": block.id, "verdict": "time", "start": 3.0, "seen": None}
        refused = reader.post(f"/api/v1/meetings/{full.slug}/corrections", json=body)
        shown = reader.get(f"/meetings/{full.slug}")
    archive_of(reader.application).close()

    assert (refused.status_code, refused.get_json()["type"]) == (403, "/problems#read-only")
    assert shown.status_code == 200


def test_every_failure_is_told_in_german(app: Flask) -> None:
    """What the pipeline and Werkzeug say themselves is in the catalog, too; only names are alike in both languages."""
    with app.test_request_context("/", headers={"Accept-Language": "de"}):
        german = answers.documented()
    with app.test_request_context("/"):
        english = answers.documented()
    for ours, theirs in zip(german, english, strict=True):
        for part in ("title", "detail", "hint"):
            text = getattr(theirs, part)
            assert not text or getattr(ours, part) != text
    words = catalog("de")
    for kind in (BadRequest, Forbidden, NotFound, MethodNotAllowed, RequestEntityTooLarge, InternalServerError):
        for text in (kind().name, *([kind.description] if kind not in (BadRequest, Forbidden) else [])):
            assert words.gettext(text) != text, text
    range_refused = RequestedRangeNotSatisfiable
    assert words.gettext(range_refused.description) != range_refused.description


@pytest.mark.parametrize(
    ("address", "headers", "title", "detail"),
    [
        ("/meetings/nobody", {}, "Besprechung nicht gefunden", "Unter dieser Adresse gibt es keine Besprechung."),
        ("/search?q=-", {}, "Kein Suchbegriff", "„-“ enthält keine Wörter."),
        ("/media/nobody", {}, "Nicht gefunden", "Auf diesem Server gibt es keine Aufzeichnung dieser Besprechung."),
        ("/", {"Host": "a b"}, "Ungültige Anfrage", "Der Header Host nennt keinen Host."),
        ("/login", {}, "Nicht gefunden", "Hier kann sich niemand anmelden: Es gibt noch kein Token."),
    ],
)
def test_readers_of_german_are_told_in_german(
    client: FlaskClient, full: Notes, address: str, headers: dict[str, str], title: str, detail: str
) -> None:
    """A page about a failure is a page."""
    page = client.get(address, headers={"Accept-Language": "de", **headers}).text
    assert f"<h1>{title}</h1>" in page
    assert detail in page


def test_what_was_typed_is_shown_with_what_is_wrong(client: FlaskClient) -> None:
    """As it is, and harmless."""
    response = client.get("/search", query_string={"q": "<%(x)s>"}, headers={"Accept-Language": "de"})
    assert response.status_code == 200
    response = client.get("/search", query_string={"q": "<% ->"}, headers={"Accept-Language": "de"})
    assert response.status_code == 400
    assert "„&lt;% -&gt;“ enthält keine Wörter." in response.text


def test_a_damaged_database_is_an_honest_503(app: Flask, client: FlaskClient, full: Notes) -> None:
    """Whoever reads is told that it is, whoever runs the server where to look; the server lives on."""
    path = archive_of(app).store.path
    for damaged in (path, path.with_name("jumpnotes.db-wal")):
        with damaged.open("r+b") as file:
            file.seek(100)
            file.write(bytes(damaged.stat().st_size - 100))

    page, problem = client.get("/"), client.get(f"/api/v1/meetings/{full.slug}")

    assert page.status_code == problem.status_code == 503
    assert "What is stored here is damaged" in page.text
    assert "jumpnotes doctor" in page.text
    assert problem.get_json()["type"] == "/problems#database-damaged"


def test_a_disk_that_fills_up_elsewhere_is_told_as_one(app: Flask, client: FlaskClient) -> None:
    """Whatever was being written; any other trouble with a file stays what it is."""

    def write(number: int) -> str:
        raise OSError(number, os.strerror(number), "/data/x")

    app.add_url_rule("/write/<int:number>", "write", write)

    assert client.get(f"/write/{errno.ENOSPC}").status_code == 507
    assert client.get(f"/write/{errno.EIO}").status_code == 500
