"""The index of a web server follows a database that other machines write, too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.follow import following
from pipeline.refresh import Archive
from tests.postgresql import PostgresqlServer

PAUSE_SECONDS = 0.02


@pytest.fixture
def machines(tmp_path: Path, postgresql_url: str) -> Iterator[tuple[Archive, Archive]]:
    """Two with one database: one that shows it, and one that only writes, as workers do."""
    shown = Archive.open(Settings(data_dir=tmp_path / "web", database=postgresql_url))
    written = Archive.open(Settings(data_dir=tmp_path / "worker", database=postgresql_url), searched=False)
    yield shown, written
    for each in (shown, written):
        each.close()


def save(archive: Archive, slug: str) -> None:
    notes = reader.parse(f"# {slug}\n\n- Rain barrels\n", name=f"{slug}.md")
    archive.store.save_notes(replace(notes, slug=archive.store.claim(f"/notes/{slug}.md", slug)))


def indexed(archive: Archive) -> set[str]:
    with archive.index.reading() as snapshot:
        return set(snapshot.entries)


def files_with(archive: Archive, text: bytes) -> list[Path]:
    """The files of the index that have a text as it is."""
    return [path for path in archive.index.path.rglob("*") if path.is_file() and text in path.read_bytes()]


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not come")


def test_what_another_machine_wrote_is_brought_in_before_anybody_searches(machines: tuple[Archive, Archive]) -> None:
    """One write after the other; what was forgotten goes."""
    shown, written = machines
    with following(shown, pause_seconds=PAUSE_SECONDS):
        save(written, "first")
        wait_for(lambda: indexed(shown) == {"first"})
        save(written, "second")
        wait_for(lambda: indexed(shown) == {"first", "second"})
        written.forget("first")
        wait_for(lambda: indexed(shown) == {"second"})
    assert indexed(written) == set()  # whoever only works needs none


def test_what_was_taken_out_elsewhere_leaves_the_index(machines: tuple[Archive, Archive]) -> None:
    """Old parts of it have the words as well, and who forgets a meeting on another machine cannot reach them."""
    shown, written = machines
    for slug in ("kept", "secret"):
        save(written, slug)
    assert shown.missing() == frozenset()
    before = shown.index.made()
    assert files_with(shown, b"secret")
    written.forget("secret")
    with following(shown, pause_seconds=PAUSE_SECONDS):
        wait_for(lambda: shown.index.made() != before and not shown.has_gone_texts())
    assert indexed(shown) == {"kept"}
    assert files_with(shown, b"secret") == []


def test_it_survives_that_the_database_is_away(
    machines: tuple[Archive, Archive], postgresql_server: PostgresqlServer, caplog: pytest.LogCaptureFixture
) -> None:
    """That is told once, however long it lasts, and after it the index follows again."""
    shown, written = machines
    name = written.store.place.rpartition("/")[2]
    with following(shown, pause_seconds=PAUSE_SECONDS):
        save(written, "first")
        wait_for(lambda: indexed(shown) == {"first"})
        postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgresql_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        caplog.set_level("INFO", "pipeline.follow")
        wait_for(lambda: len(caplog.records) > 3)
        postgresql_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        save(written, "second")
        wait_for(lambda: indexed(shown) == {"first", "second"})
    assert [record.levelname for record in caplog.records if record.name == "pipeline.follow"].count("WARNING") == 1


def test_a_file_needs_nobody_who_follows_it(tmp_path: Path) -> None:
    """Whoever writes it brings the index up to date."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    with following(archive):
        assert [each.name for each in threading.enumerate() if each.name == "follower"] == []
    archive.close()
