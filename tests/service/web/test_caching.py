"""Answers are kept until what they show changes, are never another person's, and are not sent twice (304)."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pipeline.config import Settings
from pipeline.records import Failure, Notes
from pipeline.refresh import Archive
from pipeline.store import NotesPlace, Store
from service.web import caching, versions
from service.web.caching import Answer, KeptAnswers
from service.web.store import archive_of
from tests.service.corrections import BASE, BEARER, correction, csrf_header, log_in
from tests.service.meetings import SOURCE, Library

OF_MEETING = ("/meetings/garden", "/meetings/garden?t=12", "/api/v1/meetings/garden", BASE)
OF_TRANSCRIPT = ("/meetings/garden/transcript.vtt",)
OF_ARCHIVE = (
    "/",
    "/meetings/",
    "/feed.atom",
    "/search?q=rota",
    "/search",
    "/search.atom?q=rota",
    "/api/v1/meetings",
    "/api/v1/search?q=rota",
)
OF_PROGRAM = ("/problems", "/opensearch.xml", "/api/v1/openapi.json")
ADDRESSES = (*OF_MEETING, *OF_TRANSCRIPT, *OF_ARCHIVE, *OF_PROGRAM)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses whose answers were made, in order."""
    made: list[str] = []
    make = KeptAnswers.make

    def watched(self: KeptAnswers, act: Callable[[], Answer]) -> Answer:
        made.append(flask.request.full_path.rstrip("?"))
        return make(self, act)

    monkeypatch.setattr(KeptAnswers, "make", watched)
    return made


def validators(response: TestResponse) -> tuple[str, str]:
    return response.headers["ETag"], response.headers["Last-Modified"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_an_answer_is_told_so(
    client: FlaskClient, full: Notes, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its ETag or by its date; with another of either, or with none, the whole answer comes."""
    # A minute later, because a second version within a second is only dated in the next.
    monkeypatch.setattr(caching, "time", SimpleNamespace(time=lambda: time.time() + 60))
    first = client.get(address)
    etag, date = validators(first)
    known = [
        client.get(address, headers=headers)
        for headers in (
            {"If-None-Match": etag},
            {"If-None-Match": f'"other", {etag}'},
            {"If-Modified-Since": date},
            {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            {"If-None-Match": etag, "Accept-Encoding": "gzip"},
        )
    ]
    unknown = [
        client.get(address, headers=headers)
        for headers in (
            {},
            {"If-None-Match": '"other"'},
            {"If-None-Match": '"other"', "If-Modified-Since": date},
            {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            {"If-Modified-Since": "Thu, 01 Jan 2970 00:00:00 GMT"},
            {"If-Modified-Since": "yesterday"},
        )
    ]

    assert first.status_code == 200
    assert [(each.status_code, each.data, each.headers["ETag"]) for each in known] == [(304, b"", etag)] * 5
    assert [(each.status_code, each.data, validators(each)) for each in unknown] == [
        (200, first.data, (etag, date))
    ] * 6
    for each in (first, *known, *unknown):
        assert each.headers["Cache-Control"] == "no-cache"
        assert ("Accept-Encoding" in each.headers.get("Vary", "")) == (address != "/opensearch.xml")
    assert "Content-Type" not in known[0].headers
    assert first.last_modified is not None
    assert first.last_modified <= datetime.now(UTC)


@pytest.mark.parametrize("address", ["/meetings/none", "/none", "/search.atom?q=-", "/api/v1/search?q=", "/login"])
def test_what_is_no_answer_has_no_etag(client: FlaskClient, full: Notes, address: str) -> None:
    """Failures are made anew each time, and HEAD and GET agree."""
    for response in (client.get(address), client.get(address), client.head(address)):
        assert response.status_code in (200, 400, 404)
        assert "ETag" not in response.headers or response.status_code == 200


def test_head_has_what_get_has(client: FlaskClient, full: Notes) -> None:
    """Its headers, and no body."""
    head, get = client.head("/meetings/garden"), client.get("/meetings/garden")
    assert head.data == b""
    assert {**head.headers} == {**get.headers}


def test_an_answer_is_made_once(client: FlaskClient, full: Notes, rendered: list[str]) -> None:
    """Compressed or not, it is the same; another address, query or host is another answer."""
    packed = client.get("/meetings/garden", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/meetings/garden")
    again = client.get("/meetings/garden", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert (again.data, again.headers["Content-Encoding"]) == (packed.data, "gzip")
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert rendered == ["/meetings/garden"]

    client.get("/meetings/garden?t=5")
    client.get("/search.atom?q=rota")
    elsewhere = client.get("/search.atom?q=rota", base_url="http://notes.example")
    assert b"http://notes.example/meetings/garden" in elsewhere.data
    assert rendered == ["/meetings/garden", "/meetings/garden?t=5", "/search.atom?q=rota", "/search.atom?q=rota"]


def test_a_change_of_a_meeting_leaves_the_others(client: FlaskClient, library: Library, rendered: list[str]) -> None:
    """What lists or searches meetings is made anew as well; the pages of the other meetings are not."""
    for slug in ("garden", "other"):
        library.aligned(library.notes(slug=slug))
    both = ["/meetings/garden", "/meetings/other", "/", "/api/v1/meetings/other", "/search?q=rota", "/problems"]
    before = {address: client.get(address).headers["ETag"] for address in both}
    rendered.clear()
    library.notes(SOURCE.replace("The hose leaks", "The rota leaks"), slug="garden")

    after = {address: client.get(address).headers["ETag"] for address in both}

    assert rendered == ["/meetings/garden", "/", "/search?q=rota"]
    assert [address for address in both if before[address] != after[address]] == ["/meetings/garden", "/search?q=rota"]


def test_a_correction_shows_at_once(client: FlaskClient, full: Notes) -> None:
    """In the same second, by either validator, in the page, in JSON, in the history, in the list and in the search."""
    addresses = ("/meetings/garden", "/api/v1/meetings/garden", BASE, "/", "/api/v1/meetings", "/search?q=seed+swap")
    seen = None
    for start in (8.25, 9.25, 10.25):
        before = {address: validators(client.get(address)) for address in addresses}
        made = client.post(BASE, json=correction(full, start=start, seen=seen))
        seen = made.get_json()["correction"]["id"]
        for address, (etag, date) in before.items():
            fresh = client.get(address, headers={"If-None-Match": etag})
            dated = client.get(address, headers={"If-Modified-Since": date})
            assert dated.status_code == 200
            if start == 8.25 or address not in ("/", "/api/v1/meetings"):  # these count the links alone
                assert fresh.status_code == 200
                assert fresh.headers["ETag"] != etag
    assert "0:10" in client.get("/meetings/garden").text


def test_a_change_by_another_process_shows_at_once(client: FlaskClient, full: Notes, settings: Settings) -> None:
    """The database is asked, not remembered: `jumpnotes run` writes while the server runs."""
    addresses = (*OF_MEETING[:3], "/", "/search?q=rota")
    before = [client.get(address).headers["ETag"] for address in addresses]
    script = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from pipeline.config import Settings\n"
        "from pipeline.refresh import Archive\n"
        "archive = Archive.open(Settings(data_dir=Path(sys.argv[1])))\n"
        "notes = archive.store.meeting('garden').notes\n"
        "archive.store.save_notes(replace(notes, title='Rota of another process'))\n"
        "archive.close()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(settings.data_dir)], check=True, cwd=Path.cwd())

    after = [client.get(address).headers["ETag"] for address in addresses]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert "Rota of another process" in client.get("/").text


def test_what_is_searched_later_shows_then(
    client: FlaskClient, library: Library, full: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the index has what another process wrote, nothing of that meeting is found, nor is that kept for later."""
    addresses = ("/search?q=pallets+in:notes", "/search.atom?q=pallets+in:notes")
    store = Store.open(library.store.path)  # a writer that does not tell the index
    before = [client.get(address) for address in addresses]
    store.save_notes(replace(full, title="Marigolds"))
    store.close()
    with monkeypatch.context() as patched:
        patched.setattr(Archive, "refresh", lambda _self: None)
        meanwhile = [client.get(address) for address in addresses]
    archive_of(client.application).refresh()
    after = [client.get(address) for address in addresses]

    assert all("meetings/garden" in found.text and "Marigolds" not in found.text for found in before)
    assert not any("meetings/garden" in found.text for found in meanwhile)
    assert all("meetings/garden" in found.text and "Marigolds" in found.text for found in after)


def test_a_failed_run_and_its_end_show_at_once(client: FlaskClient, library: Library, full: Notes) -> None:
    """A failure is a change, too, and so is that it is over."""
    quiet = client.get("/meetings/garden").data
    library.failed("garden", Failure("fetching", "gone", "Look.", True, datetime.now(UTC)))
    failed = client.get("/meetings/garden").data
    assert b"The last run failed" in failed
    assert b"last run failed" in client.get("/").data
    library.store.save_notes(replace(full, title="x"))
    library.store.save_notes(full)
    assert b"The last run failed" in client.get("/meetings/garden").data
    assert quiet != failed


def test_a_recording_that_is_moved_away_shows_at_once(client: FlaskClient, library: Library, full: Notes) -> None:
    """Nobody writes that down, so its file is looked for each time."""
    stored = library.store.recording("garden")
    assert stored is not None
    path = Path(stored.record.source)
    there = client.get("/meetings/garden")
    path.rename(path.with_suffix(".away"))
    gone = client.get("/meetings/garden", headers={"If-None-Match": there.headers["ETag"]})
    path.with_suffix(".away").rename(path)
    back = client.get("/meetings/garden")

    assert b"is missing" not in there.data
    assert b"garden.wav is missing" in gone.data
    assert back.data == there.data


def test_a_recording_that_is_put_beside_its_notes_plays_at_once(
    client: FlaskClient, library: Library, full: Notes, tmp_path: Path
) -> None:
    """It is looked for there when it is no longer where it was, by its name and size."""
    stored = library.store.recording("garden")
    assert stored is not None
    path, notes = Path(stored.record.source), tmp_path / "notes" / "garden.md"
    notes.parent.mkdir()
    content = path.read_bytes()
    library.store.save_recording("garden", replace(stored.record, media_bytes=len(content)), key=stored.key)
    library.store.move([NotesPlace("garden", str(notes), "garden")])
    there = client.get("/meetings/garden")
    path.unlink()
    gone = client.get("/meetings/garden")
    notes.with_name(path.name).write_bytes(content)
    found = client.get("/meetings/garden")

    assert b"is missing" in gone.data
    assert found.data == there.data
    with client.get("/media/garden") as played:
        assert played.data == content
    notes.with_name(path.name).write_bytes(content + b"longer")
    assert client.get("/media/garden").status_code == 404


def test_no_date_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions seen within one second have different dates, also where the clock is set back."""
    now = [1_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    seen = versions.Versions()
    dates = [seen.seen("x", number).since for number in (1, 1, 2, 3)]
    now[0] = 500.0
    dates.append(seen.seen("x", 4).since)
    assert dates == [1_000, 1_000, 1_001, 1_002, 1_003]
    assert seen.seen("y", 1).since == 500


# -- whose it is -------------------------------------------------------------------------------------------------------


def test_nobody_gets_the_page_of_another(guarded: Flask, rendered: list[str]) -> None:
    """Pages of people who are logged in have their name and a secret; they are made for them alone, and not kept."""
    address = "/meetings/garden"
    ana, tomasz, stranger = (guarded.test_client() for _ in range(3))
    log_in(ana, "Ana")
    log_in(tomasz, "Tomasz")
    secrets = [csrf_header(guarded, client)["X-CSRF-Token"] for client in (ana, tomasz)]

    pages = [client.get(address) for client in (stranger, ana, tomasz, stranger, ana)]
    crossed = tomasz.get(address, headers={"If-None-Match": pages[1].headers["ETag"]})
    own = ana.get(address, headers={"If-None-Match": pages[1].headers["ETag"]})

    assert [("Log out Ana" in page.text, secrets[0] in page.text) for page in pages] == [
        (name == "Ana",) * 2 for name in ("", "Ana", "", "", "Ana")
    ]
    assert [("Log out Tomasz" in page.text, secrets[1] in page.text) for page in pages] == [
        (name == "Tomasz",) * 2 for name in ("", "", "Tomasz", "", "")
    ]
    assert len({page.headers["ETag"] for page in pages}) == 3
    assert (crossed.status_code, own.status_code) == (200, 304)
    assert len(rendered) == 6  # the stranger's page once
    assert all("Cookie" in page.headers["Vary"] for page in pages)


def test_what_one_may_do_is_not_what_another_may(app: Flask, guarded: Flask, full: Notes) -> None:
    """A program with the token, one without, a person at this machine, and one elsewhere: each gets their own."""
    local, remote = app.test_client(), app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(2):
        assert local.get(BASE).get_json()["may_write"] is True
        assert remote.get(BASE, environ_base=elsewhere).get_json()["may_write"] is False
        assert "Edit links" in local.get("/meetings/garden").text
        assert "Edit links" not in remote.get("/meetings/garden", environ_base=elsewhere).text
    program = guarded.test_client()
    for _ in range(2):
        assert program.get(BASE, headers=BEARER).get_json()["may_write"] is True
        assert program.get(BASE).get_json()["may_write"] is False


# -- many at once ------------------------------------------------------------------------------------------------------


def answer(token: int, body: bytes = b"x") -> Answer:
    return Answer((token,), "text/html", "e", body)


def test_many_who_ask_for_one_page_wait_for_one(rendered: list[str]) -> None:
    """Fifty at once: it is made, and compressed, once; all get the same bytes."""
    kept, made, begin = KeptAnswers(), [], threading.Event()

    def make() -> Answer:
        begin.wait(5)
        made.append(1)
        return answer(1, b"long " * 1_000)

    with flask.Flask("x").test_request_context("/"), ThreadPoolExecutor(50) as pool:
        asked = [
            pool.submit(flask.copy_current_request_context(lambda n=n: kept.get("page", (1,), make, packed=n % 2 == 0)))
            for n in range(50)
        ]
        time.sleep(0.05)
        begin.set()
        found = [each.result(5) for each in asked]

    assert made == [1]
    assert len({id(each.body) for each in found}) == 2
    assert {each.in_form(packed=False).body for each in found} == {b"long " * 1_000}


def test_each_reader_gets_the_page_in_their_language(client: FlaskClient, full: Notes, rendered: list[str]) -> None:
    """Each language is kept for itself, compressed or not; a choice counts at once."""
    german, english = {"Accept-Language": "de-AT"}, {"Accept-Language": "en-GB,de;q=0.5"}
    for packing in ({}, {"Accept-Encoding": "gzip"}):
        for _ in range(2):
            for wanted, code in ((german, "de"), (english, "en"), ({}, "en")):
                response = client.get("/meetings/garden", headers={**wanted, **packing})
                body = gzip.decompress(response.data) if packing else response.data
                assert f'<html lang="{code}"'.encode() in body
    assert rendered == ["/meetings/garden"] * 2
    client.set_cookie("language", "de")
    assert '<html lang="de"' in client.get("/meetings/garden", headers=english).text
    assert len(rendered) == 2


@pytest.mark.parametrize("address", ["/", "/meetings/garden", "/search?q=rota", "/problems"])
def test_nobody_is_told_to_keep_the_page_in_another_language(client: FlaskClient, full: Notes, address: str) -> None:
    """Neither by its ETag nor by its date, which says nothing of the language: that in German has none."""
    german, english = {"Accept-Language": "de"}, {"Accept-Language": "en"}
    in_german, in_english = (client.get(address, headers=wanted) for wanted in (german, english))
    etag, date = validators(in_english)

    assert in_german.headers["ETag"] != etag
    assert "Last-Modified" not in in_german.headers
    for known, wanted, whole in (
        ({"If-None-Match": etag}, german, in_german),
        ({"If-Modified-Since": date}, german, in_german),
        ({"If-None-Match": etag, "If-Modified-Since": date}, german, in_german),
        ({"If-None-Match": in_german.headers["ETag"]}, english, in_english),
    ):
        response = client.get(address, headers={**wanted, **known})
        assert (response.status_code, response.data) == (200, whole.data)
    for wanted, tag in ((german, in_german.headers["ETag"]), (english, etag)):
        assert client.get(address, headers={**wanted, "If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={**english, "If-Modified-Since": date}).status_code == 304
