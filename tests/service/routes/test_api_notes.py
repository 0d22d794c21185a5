"""Notes that are kept here are edited through the API, and run anew; those elsewhere are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.jobs import adopting, drafts
from pipeline.records import JobKind, JobRequest, Notes
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.meetings import Library

BASE = "/api/v1/meetings/club/notes"
TEXT = "# Garden club\n\n- One hose leaks\n"


@pytest.fixture
def own(library: Library, settings: Settings) -> Path:
    """A meeting whose notes were written here."""
    path = adopting.adopt(settings, drafts.create(settings, "Ana", text=TEXT).id)
    library.store.claim(str(path), "club")
    library.store.save_notes(replace(reader.parse(TEXT, name=path.name), slug="club"))
    return path


def test_notes_are_edited_and_run_anew(client: FlaskClient, library: Library, own: Path) -> None:
    """Each version is there, with who wrote it."""
    before = client.get(BASE).get_json()
    saved = client.put(BASE, json={"text": "# Two\n", "seen": before["digest"], "author": "Ben"})
    assert (before["text"], saved.status_code, own.read_text()) == (TEXT, 202, "# Two\n")
    job = library.store.jobs.job(saved.get_json()["job"]["id"])
    assert (job.kind, job.request, job.title, job.author) == (
        *(JobKind.RUN, JobRequest(notes=str(own)), "Garden club", "Ben"),
    )
    assert saved.headers["Location"] == saved.get_json()["job"]["links"]["self"]
    assert client.get(BASE).get_json() == {"text": "# Two\n", "digest": saved.get_json()["digest"]}
    versions = client.get(f"{BASE}/versions").get_json()["versions"]
    assert [(each["number"], each["author"]) for each in versions] == [(1, "Ana"), (2, "Ben")]
    assert [each["digest"] for each in versions] == [before["digest"], saved.get_json()["digest"]]
    assert client.get(f"{BASE}/versions/1").get_json() == {"number": 1, "text": TEXT}
    assert client.get(f"{BASE}/versions/3").status_code == 404


def test_what_somebody_else_wrote_is_not_replaced_unseen(client: FlaskClient, library: Library, own: Path) -> None:
    seen = client.get(BASE).get_json()["digest"]
    theirs = client.put(BASE, json={"text": "# Theirs\n", "seen": seen}).get_json()
    refused = client.put(BASE, json={"text": "# Mine\n", "seen": seen})
    assert (refused.status_code, refused.get_json()["digest"]) == (409, theirs["digest"])
    assert refused.get_json()["type"] == "/problems#notes-changed"
    assert own.read_text() == "# Theirs\n"
    assert len(library.store.jobs.jobs()) == 1


def test_notes_elsewhere_are_only_named(client: FlaskClient, full: Notes, tmp_path: Path, library: Library) -> None:
    """By the name of their file, and no more of its path."""
    path = tmp_path / "private" / "theirs.md"
    path.parent.mkdir()
    path.write_text(TEXT)
    library.store.claim(str(path), "theirs")
    for answer in (
        client.get(BASE.replace("club", "theirs")),
        client.put(BASE.replace("club", "theirs"), json={"text": "# x", "seen": ""}),
        client.get(BASE.replace("club", "theirs") + "/versions"),
        client.get(BASE.replace("club", "theirs") + "/versions/1"),
    ):
        assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems#notes-elsewhere")
        assert answer.get_json()["detail"] == "These notes are kept in a file elsewhere: theirs.md."
        assert "private" not in answer.text
    assert path.read_text() == TEXT
    assert client.get(BASE.replace("club", "nobody")).status_code == 404


@pytest.mark.parametrize("text", ["", " \n", "a\x00b"])
def test_what_are_no_notes_is_not_saved(client: FlaskClient, own: Path, text: str) -> None:
    seen = client.get(BASE).get_json()["digest"]
    refused = client.put(BASE, json={"text": text, "seen": seen})
    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems#invalid-notes")
    assert str(own.parent) not in refused.text
    assert own.read_text() == TEXT


def test_only_those_who_may_write_see_the_file(guarded: Flask, own: Path) -> None:
    """The page shows what everybody may see of it."""
    stranger, member = guarded.test_client(), guarded.test_client()
    log_in(member)
    for path in (BASE, f"{BASE}/versions", f"{BASE}/versions/1"):
        assert stranger.get(path).status_code == 401
        assert member.get(path).status_code == 200
    body = {"text": "# Two\n", "seen": member.get(BASE).get_json()["digest"]}
    assert stranger.put(BASE, json=body).status_code == 401
    assert member.put(BASE, json=body).status_code == 403
    assert own.read_text() == TEXT
    assert member.put(BASE, json=body, headers=csrf_header(guarded, member)).status_code == 202
    body = {"text": "# Three\n", "seen": member.get(BASE).get_json()["digest"], "author": "Ben"}
    assert guarded.test_client().put(BASE, json=body, headers=BEARER).status_code == 202
    assert own.read_text() == "# Three\n"


def test_notes_of_usual_length_can_be_saved(client: FlaskClient, own: Path, settings: Settings) -> None:
    """A correction is a hundred bytes; notes of a day are a hundred kilobytes."""
    text = TEXT + "- Two hoses leak\n" * 20_000
    seen = client.get(BASE).get_json()["digest"]
    assert client.put(BASE, json={"text": text, "seen": seen}).status_code == 202
    assert client.get(BASE).get_json()["text"] == text
