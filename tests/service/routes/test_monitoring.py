"""What is asked by whatever keeps an eye on the server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.jobs.presence import only_worker
from pipeline.records import Notes, TokenRole
from service import create_app
from service.web import nearest, readiness
from service.web.store import archive_of
from tests.postgresql import PostgresqlServer
from tests.service.corrections import TOKEN
from tests.service.jobs import fail, put
from tests.service.meetings import Library

SAMPLE = re.compile(r'(jumpnotes_[a-z_]+)((?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (-?[0-9.e+-]+)')


@pytest.fixture
def shared(tmp_path: Path, postgresql_url: str) -> Iterator[Flask]:
    """The app of an archive in PostgreSQL."""
    app = create_app(Settings(data_dir=tmp_path / "shared", database=postgresql_url))
    yield app
    nearest.close(app)
    archive_of(app).close()


def samples(text: str) -> dict[str, float]:
    """The figures, by their names and labels; each line is one, or is about the next ones."""
    found, about = {}, ""
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            about = line.split()[2]
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == about
            found[match[1] + match[2]] = float(match[3])
    return found


def test_a_server_that_works_says_so(client: FlaskClient) -> None:
    """In a word, or part by part; nothing keeps it."""
    health, ready = client.get("/healthz"), client.get("/readyz")
    assert (health.status_code, health.text, health.mimetype) == (200, "ok\n", "text/plain")
    assert ready.get_json() == {"ready": True, "database": "ok", "disk": "ok", "index": "ok"}
    assert {each.headers["Cache-Control"] for each in (health, ready)} == {"no-store"}


def test_a_server_whose_database_is_away_is_there_and_not_ready(
    shared: Flask, postgresql_server: PostgresqlServer
) -> None:
    """To start it anew would not help; and it is ready again when the database is back."""
    client, place = shared.test_client(), archive_of(shared).store.place
    name = place.rpartition("/")[2]
    assert client.get("/readyz").status_code == 200
    postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgresql_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    health, ready = client.get("/healthz"), client.get("/readyz")
    postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert (health.status_code, ready.status_code) == (200, 503)
    assert ready.get_json() == {"ready": False, "database": "unreachable", "disk": "ok", "index": "unknown"}
    assert place not in ready.text
    assert client.get("/readyz").status_code == 200


def test_a_database_of_a_newer_version_is_not_ready(app: Flask, client: FlaskClient) -> None:
    """Though it can be read."""
    with archive_of(app).store._transaction() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "of another version")


def test_a_full_disk_is_not_ready(client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless nothing is to be written."""
    usage = SimpleNamespace(disk_usage=lambda folder: shutil._ntuple_diskusage(10**12, 10**12, 10**6))
    monkeypatch.setattr(readiness, "shutil", usage)
    answer = client.get("/readyz")
    read_only = create_app(replace(settings, read_only=True))

    assert (answer.status_code, answer.get_json()["disk"]) == (503, "full")
    assert read_only.test_client().get("/readyz").status_code == 200
    archive_of(read_only).close()


def test_an_index_that_is_to_be_made_anew_is_not_ready(
    client: FlaskClient, library: Library, full: Notes, settings: Settings
) -> None:
    """It is again, once somebody has made it."""
    assert client.get("/readyz").status_code == 200
    (settings.search_index / "current").unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["index"]) == (503, "in the making")


def test_figures_are_as_prometheus_reads_them(app: Flask, library: Library, full: Notes, settings: Settings) -> None:
    """What waits, what failed and why, who works, and how far the search is; no title is among them."""
    for _ in range(2):
        fail_one = put(library, f"Secret council {_}")
        assert fail_one
        fail(library)
    put(library, "Secret plan")
    with only_worker(settings.data_dir):
        answer = app.test_client().get("/metrics")
    found = samples(answer.text)

    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert found['jumpnotes_queue_jobs{queue="run",state="waiting"}'] == 1
    assert 0 <= found['jumpnotes_queue_oldest_waiting_seconds{queue="run"}'] < 60
    assert found['jumpnotes_ended_jobs{kind="run",state="failed",reason="no-network"}'] == 2
    assert found["jumpnotes_workers"] == found['jumpnotes_queue_workers{queue="run"}'] == 1
    assert found["jumpnotes_meetings"] == found["jumpnotes_database_up"] == 1
    assert found["jumpnotes_search_index_lag_changes"] == 0
    assert "Secret" not in answer.text


def test_figures_are_those_of_all_machines(shared: Flask, postgresql_server: PostgresqlServer) -> None:
    """Each part of runs has its own; while the database is away, that is all there is to tell."""
    found = samples(shared.test_client().get("/metrics").text)
    assert found['jumpnotes_queue_workers{queue="transcribe"}'] == 0
    assert found["jumpnotes_queue_newer_jobs"] == 0
    name = archive_of(shared).store.place.rpartition("/")[2]
    with_token = create_app(
        Settings(data_dir=archive_of(shared).store.folder, database=postgresql_server.url(name), token=TOKEN)
    )
    postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgresql_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    answer = with_token.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    away = samples(answer.text)
    postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    archive_of(with_token).close()

    assert away["jumpnotes_database_up"] == 0
    assert "jumpnotes_workers" not in away


def test_figures_are_for_those_with_a_token(guarded: Flask) -> None:
    """One for reading is enough, in a public archive as in a private one; without any, for this machine."""
    client = guarded.test_client()
    reader = archive_of(guarded).store.tokens.add("watch", TokenRole.READER)[1]
    given = [
        client.get("/metrics", headers=headers).status_code
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": f"Bearer {reader}"},
            {"Authorization": f"Bearer {TOKEN}"},
        )
    ]
    assert given == [401, 401, 200, 200]


def test_figures_are_for_this_machine_where_nobody_has_a_token(client: FlaskClient) -> None:
    """A stranger, or one behind a proxy, gets none."""
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
