"""A server that refuses, is away, full or damaged: said in a sentence, with nothing lost, and without its password."""

from __future__ import annotations

import os
import socket
import subprocess
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import sqlalchemy as sa

from pipeline import postgresql
from pipeline.cli import doctor
from pipeline.config import Settings
from pipeline.errors import (
    Busy,
    ConfigError,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    JumpnotesError,
    ReadOnly,
    SchemaMismatch,
    StoreError,
)
from pipeline.store import Store
from tests.faults.small_disk import small_disk
from tests.pipeline.cli.conftest import cli
from tests.pipeline.store.meetings import notes, transcript
from tests.postgresql import PostgresqlServer, running_server

SECRET = "Geheimnis-7"
Made = Callable[[str], str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """One that may be stopped and damaged, with an empty archive and a user who has a password and no rights."""
    own = TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))  # see tests.conftest
    with own, running_server(Path(own.name), synchronous_commit="on") as server:
        server.execute("CREATE DATABASE empty")
        Store.open(tmp_path_factory.mktemp("empty") / "jumpnotes.db", url=server.url("empty")).close()
        server.execute(f"CREATE ROLE guest LOGIN PASSWORD '{SECRET}'")
        rules = Path(server.data, "pg_hba.conf")
        rules.write_text(f"host all guest 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        server.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def made(server: PostgresqlServer) -> Made:
    """Makes an archive of this name; its address."""

    def make(name: str) -> str:
        server.execute(f"CREATE DATABASE {name} TEMPLATE empty")
        return server.url(name)

    return make


def opened(url: str, folder: Path) -> Store:
    return Store.open(folder / "jumpnotes.db", url=url)


def as_guest(url: str, password: str = SECRET) -> str:
    return url.replace("jumpnotes@", f"guest:{password}@")


def test_of_an_address_only_host_and_name_are_shown() -> None:
    """Whatever else is in it."""
    shown = {
        f"postgresql://ana:{SECRET}@db.example:5433/meetings?sslpassword={SECRET}": "postgresql://db.example:5433/meetings",
        f"postgres://ana:{SECRET}@[::1]/a%20b": "postgresql://[::1]/a b",
        f"postgresql:///meetings?host=/run/postgresql&password={SECRET}": "postgresql:///run/postgresql/meetings",
    }
    for url, place in shown.items():
        assert postgresql.place_of(url) == place
        assert postgresql.problem_of(url) is None
        assert SECRET not in repr(Settings(data_dir=Path("/d"), database=url))


@pytest.mark.parametrize(
    "url",
    ["", "meetings", "mysql://h/a", "postgresql://h", "postgresql://h:x/a", "postgresql://h/a b", "postgresql://h/\n"],
)
def test_what_is_no_address_is_told_without_repeating_it(url: str) -> None:
    problem = postgresql.problem_of(url)

    assert problem
    assert url.strip() == "" or url not in problem


REFUSALS: dict[str, tuple[str, type[JumpnotesError], str]] = {
    "password": ("", StoreError, "password authentication failed"),
    "name": ("", StoreError, "does not exist"),
    "rights": ("", ReadOnly, "may not be written by this user"),
    "connections": ("ALTER ROLE guest CONNECTION LIMIT 0", Busy, "too many connections"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_refuses_is_told_without_the_password(
    server: PostgresqlServer, made: Made, tmp_path: Path, refusal: str
) -> None:
    """In the message, the hint, the causes of the error, on the command line and by the doctor."""
    before, kind, said = REFUSALS[refusal]
    url = as_guest(made(f"refusal_{refusal}"), "wrong-" + SECRET if refusal == "password" else SECRET)
    url = url.replace("refusal_name", "nowhere") if refusal == "name" else url
    if before:
        server.execute(before)
    try:
        with pytest.raises(kind, match=said) as caught, closing(opened(url, tmp_path)) as store:
            store.meetings()
        (check,) = doctor._check_database(Settings(data_dir=tmp_path, database=url))
        told = cli("list", "--data-dir", tmp_path, env={"JUMPNOTES_DATABASE": url})
    finally:
        server.execute("ALTER ROLE guest CONNECTION LIMIT -1")

    assert caught.value.hint
    for text in (*traceback.format_exception(caught.value), caught.value.hint, told.stderr, check.detail, check.hint):
        assert SECRET not in text
    assert (told.exit_code, said in told.stderr, "hint: " in told.stderr) == (75 if kind is Busy else 1, True, True)
    assert (check.level, said in check.detail) == (doctor.CheckLevel.FAILED, True)


def test_nobody_at_the_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1/a: cannot be reached") as caught:
        opened(f"postgresql://ana:{SECRET}@127.0.0.1:1/a", tmp_path)

    assert caught.value.retryable
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses its name has, each of which is waited for when it is to be used."""
    monkeypatch.setattr(postgresql, "_LOOK_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://ana:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/a"
        with pytest.raises(DatabaseUnreachable, match="no answer within") as caught:
            postgresql.look(url)

    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_without_the_extra_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "find_spec", lambda _: None)
    with pytest.raises(ConfigError) as caught:
        postgresql.ask("postgresql://h/a", "SELECT 1")

    assert caught.value.hint == "pip install 'jumpnotes[postgresql]'"


def test_a_server_that_only_reads_is_read(server: PostgresqlServer, made: Made, tmp_path: Path) -> None:
    """Such as one that follows another; what is written is refused, and nothing else."""
    url = made("readonly")
    server.execute("ALTER DATABASE readonly SET default_transaction_read_only = on")
    with closing(opened(url, tmp_path)) as store:
        assert store.is_read_only()
        assert store.meetings() == ()
        with pytest.raises(ReadOnly, match="only read"):
            store.claim("/notes/a.md", "a")
    server.execute("ALTER DATABASE readonly RESET default_transaction_read_only")
    with closing(opened(url, tmp_path)) as store:
        assert not store.is_read_only()
        assert store.claim("/notes/a.md", "a") == "a"


def test_a_server_that_takes_too_long_is_busy(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one may be answered in time."""
    monkeypatch.setattr(postgresql, "_STATEMENT_SECONDS", 0.02)
    with closing(opened(made("slow"), tmp_path)) as store:
        with pytest.raises(Busy) as caught, store._read() as db:
            db.execute(sa.text("SELECT pg_sleep(5)"))
        assert caught.value.retryable
        assert store.meetings() == ()


def test_tables_that_are_not_those_of_this_version_are_told(made: Made, tmp_path: Path) -> None:
    """Somebody upgrades the database while it is open, say."""
    with closing(opened(made("changed"), tmp_path)) as store:
        with store._transaction() as db:
            db.execute(sa.text("ALTER TABLE meetings RENAME TO gatherings"))
        with pytest.raises(SchemaMismatch, match="another version"):
            store.meetings()


def test_a_server_that_stops_in_the_middle_of_a_write_keeps_what_was_whole(
    server: PostgresqlServer, made: Made, tmp_path: Path
) -> None:
    """And the same store goes on when it is back."""
    with closing(opened(made("stopped"), tmp_path)) as store:
        store.claim("/notes/whole.md", "call-1")
        store.save_notes(notes())
        with pytest.raises(DatabaseUnreachable):
            _stop_within_a_write(server, store)
        assert [meeting.slug for meeting in store.meetings()] == ["call-1"]
        server.stop()
        with pytest.raises(DatabaseUnreachable):
            store.meetings()
        server.start()
        assert store.meeting("call-1").notes == notes()


def _stop_within_a_write(server: PostgresqlServer, store: Store) -> None:
    with store._transaction() as db:
        db.execute(sa.text("DELETE FROM notes"))
        server.stop("immediate")
        try:
            db.execute(sa.text("DELETE FROM meetings"))
        finally:
            server.start()


def test_a_full_server_stores_nothing_half_and_goes_on_when_there_is_room(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    with small_disk(server.folder / "small", 12) as disk:
        disk.chmod(0o777)
        place = disk / "tables"
        place.mkdir()
        subprocess.run(["chown", "--reference", server.data, str(place)], check=True)
        server.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        server.execute("CREATE DATABASE full_one TEMPLATE empty TABLESPACE small")
        try:
            with closing(opened(server.url("full_one"), tmp_path)) as store:
                _fill(store, disk)
        finally:
            server.execute("DROP DATABASE full_one")
            server.execute("DROP TABLESPACE small")


def _fill(store: Store, disk: Path) -> None:
    slug = store.claim("/notes/call.md", "call-1")
    store.save_transcript(slug, transcript("kept"), key="a")
    long = transcript(" ".join(sha256(str(number).encode()).hexdigest() for number in range(100_000)))
    with pytest.raises(DiskFull, match="no room left"):
        store.save_transcript(slug, long, key="b")
    found = store.transcript(slug)
    assert found
    assert found.record.segments[0].text == "kept"
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
    assert store.save_transcript(slug, long, key="b") > 0


def test_a_damaged_page_is_found(server: PostgresqlServer, made: Made, tmp_path: Path) -> None:
    """By the check of the database, and by whoever reads it."""
    url = made("damaged")
    with closing(opened(url, tmp_path)) as store:
        store.claim("/notes/call.md", "call-1")
        store.save_notes(notes())
        assert store.find_damage() is None
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CHECKPOINT")
        row = db.execute("SELECT pg_relation_filepath('notes')").fetchone()
        assert row
    server.stop()
    file = Path(server.data, row[0])
    file.write_bytes(b"\x07" * 64 + file.read_bytes()[64:])
    server.start()

    with closing(opened(url, tmp_path)) as store, pytest.raises(DatabaseDamaged, match="invalid page") as caught:
        store.find_damage()
    assert "Restore a backup" in caught.value.hint


def test_a_server_is_looked_at_without_changing_it(server: PostgresqlServer, made: Made) -> None:
    """Its version and size, and whether it has the tables of an archive yet."""
    server.execute("CREATE DATABASE nothing")
    empty, ready = postgresql.look(server.url("nothing")), postgresql.look(made("looked"))

    assert empty.revision is None
    assert ready.revision is not None
    assert (ready.is_old, ready.is_read_only, ready.has_checksums) == (False, False, False)
    assert ready.database_bytes > 1_000_000
    assert 0 < ready.connections_left <= 200
