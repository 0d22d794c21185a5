"""A meeting of which something stored cannot be read harms no other, says what to do, and is whole after a repair."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from pipeline.config import Settings
from pipeline.records import Failure, RemovedPassage, RunKey, Verdict
from pipeline.store import tables
from service import create_app
from service.web.store import archive_of
from tests.service.meetings import Library

_JSON = ("{", "7", '[[Infinity, 1, "a", 1]]', b"\xff")
_NUMBERS = (9e999, -1.0, "x", None)
_TEXTS = ("x", b"\xff")
_JSON_COLUMNS = {"document", "words", "run_key", "failure", "pins", "mishearings", "uncovered", "evidence", "also"}
_OF_NO_MEETING = {"changes", "archive", "tokens", "jobs", "job_lines", "watches", "watched_items", "listed_videos"}
_OF_NO_MEETING |= {"matches", "workers", "fetched", "hearings", "pieces", "subscriptions", "tellings"}
_NAMES = {"slug", "path", "block_id", "position", "number", "key", "recording_key", "sha256"}  # what rows are found by


def _damages() -> Iterator[tuple[str, str, object]]:
    """Every column of what came from outside, with what it may not have."""
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if table.name in _OF_NO_MEETING or column.name in _NAMES or column.primary_key or column.foreign_keys:
                continue
            values: tuple[object, ...] = _JSON if column.name in _JSON_COLUMNS else _TEXTS
            if isinstance(column.type, sa.Float | sa.Integer | sa.Boolean):
                values = _NUMBERS
            yield from ((table.name, column.name, value) for value in values if column.nullable or value is not None)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Library]]:
    """An app of two meetings; one has everything: links, misheard words, corrections, a failure."""
    from pipeline.refresh import Archive
    from service import create_app

    folder = tmp_path_factory.mktemp("damaged")
    settings = Settings(data_dir=folder / "data")
    archive = Archive.open(settings)
    library = Library(archive.store, folder)
    for slug in ("garden", "other"):
        notes = library.notes(slug=slug)
        library.local(slug, file=f"{slug}.wav")
        library.aligned(notes)
        block = next(notes.blocks).id
        archive.store.name_speakers(slug, {"Ana": "Ana Li"}, "Tomasz")
        archive.store.correct(slug, block, Verdict.TIME, 3.0, "Ana", seen=None)
        archive.store.redact(slug, [RemovedPassage(18.0, 19.0, "a reason")], "Ana")
        archive.store.finish(slug, RunKey(notes="n", corrections=archive.store.pins(slug)[1]))
    archive.store.fail("garden", Failure("fetching", "no", "hint", False, datetime(2024, 1, 1, tzinfo=UTC)))
    app = create_app(settings)
    yield app, library
    archive_of(app).close()
    archive.close()


def test_the_list_tells_of_damage_that_was_found_later(served: tuple[Flask, Library]) -> None:
    """The list shows no more than rows of the whole archive; that a page cannot be made, it learns from the page."""
    app, _ = served
    client, store = app.test_client(), archive_of(app).store
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        (before,) = db.execute("SELECT document FROM notes WHERE slug = 'garden'").fetchone()
        db.execute("UPDATE notes SET document = '{' WHERE slug = 'garden'")
        db.execute("UPDATE changes SET number = (SELECT max(number) FROM changes) + 1 WHERE slug = 'garden'")
        assert client.get("/").status_code == 200
        assert client.get("/meetings/garden").status_code == 409
        assert "damaged: run its notes again" in client.get("/").text
        db.execute("UPDATE notes SET document = ? WHERE slug = 'garden'", (before,))
        db.execute("UPDATE changes SET number = (SELECT max(number) FROM changes) + 1 WHERE slug = 'garden'")
    assert "damaged: run its notes again" not in client.get("/").text


FINE = ("/", "/search?q=rota", "/search.atom?q=rota", "/api/v1/search?q=rota", "/api/v1/meetings", "/meetings/other")
OWN = (
    "/meetings/garden",
    "/api/v1/meetings/garden",
    "/meetings/garden/transcript.vtt",
    "/api/v1/meetings/garden/corrections",
)


@pytest.mark.parametrize(("table", "column", "value"), [*_damages()], ids=str)
def test_one_damaged_meeting_harms_only_itself(
    served: tuple[Flask, Library], table: str, column: str, value: object
) -> None:
    """Whatever one column has: all other pages are as before, and its own say that it is damaged, or show it."""
    app, _ = served
    client, store = app.test_client(), archive_of(app).store
    key = {"segments": "transcript_id", "alignments": "run_id"}.get(table)
    owner = {"segments": "transcripts", "alignments": "alignment_runs"}.get(table)
    where = f"{key} IN (SELECT id FROM {owner} WHERE slug = 'garden')" if key else "slug = 'garden'"
    put = "CAST(? AS TEXT)" if isinstance(value, bytes) and column not in {"document", "words"} else "?"
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("PRAGMA busy_timeout=5000")
        before = db.execute(f'SELECT rowid, "{column}" FROM {table} WHERE {where}').fetchall()
        assert before
        db.execute(f'UPDATE {table} SET "{column}" = {put} WHERE {where}', (value,))
        # As if a run had written it: what was made of it before is not kept.
        db.execute("UPDATE changes SET number = (SELECT max(number) FROM changes) + 1 WHERE slug = 'garden'")
        try:
            answers = {address: client.get(address) for address in (*OWN, *FINE)}
            assert {address: answers[address].status_code for address in FINE} == dict.fromkeys(FINE, 200)
            for address in OWN:
                assert answers[address].status_code in (200, 404, 409), answers[address].text
            if answers[OWN[0]].status_code == 409:
                assert "jumpnotes run NOTES.md" in answers[OWN[0]].text
                assert "damaged: run its notes again" in answers["/"].text
                assert not store.is_intact("garden")
            assert set(store.first_stored()) >= {"other"}
            assert set(store.finished()) >= {"other"}
        finally:
            for row in before:
                db.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', row[::-1])


def test_where_tokens_cannot_be_read_nobody_writes_and_it_is_said(settings: Settings) -> None:
    """A damaged database is no reason to refuse in words that mean something else."""
    app = create_app(settings)
    with closing(sqlite3.connect(settings.database_file)) as db, db:
        db.execute("ALTER TABLE tokens RENAME TO lost")
    client = app.test_client()

    for address in ("/jobs", "/new", "/api/v1/jobs"):
        answer = client.get(address)
        assert answer.status_code == 503, address
    assert client.post("/api/v1/jobs", json={}).status_code == 503
    assert client.get("/meetings/").status_code == 200
    private = create_app(replace(settings, private=True))
    assert private.test_client().get("/meetings/").status_code == 503
    for each in (app, private):
        archive_of(each).close()
