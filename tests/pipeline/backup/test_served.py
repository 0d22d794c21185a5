"""A backup of an archive restores into a file or a server, whichever it was of."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.backup import go_on, prepare
from pipeline.config import Settings
from pipeline.errors import BackupError, Busy, DatabaseUnreachable, StoreError
from pipeline.records import TokenRole, WorkerAbilities
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import Store
from tests.pipeline.backup.conftest import backed_up
from tests.pipeline.garden import SLUG


@pytest.fixture
def served(tmp_path: Path, postgresql_url: str) -> Settings:
    """An empty archive on a server, with a data folder of its own."""
    return Settings(data_dir=tmp_path / "served", database=postgresql_url)


@pytest.fixture
def store(served: Settings) -> Iterator[Store]:
    with closing(Store.of(served)) as store:
        yield store


def restore(settings: Settings, file: Path, *, replaces: bool = False) -> None:
    with prepare(settings, file, replace=replaces) as prepared:
        prepared.put_in_place()


def test_an_archive_is_the_same_wherever_it_is_restored(
    kept: Settings, backup: Path, served: Settings, tmp_path: Path
) -> None:
    """From a file to a server, from there to a file again, with its notes each time."""
    with closing(Store.open(kept.database_file)) as store:
        before = store.meeting(SLUG)
    restore(served, backup)
    there = Settings(data_dir=tmp_path / "there")
    restore(there, backed_up(served, tmp_path / "again.tar"))

    for settings in (served, there):
        with closing(Store.of(settings)) as store:
            assert store.meeting(SLUG) == before
            assert store.notes_path(SLUG) == str(settings.data_dir / "notes" / "garden.md")
        assert (settings.data_dir / "notes-versions" / "garden" / "1.md").read_text() == "# Before\n"
    assert not served.database_file.exists()


def test_what_is_there_goes_only_if_that_is_wanted(backup: Path, served: Settings, store: Store) -> None:
    """Tokens that were revoked in it stay revoked, and who follows its changes hears of all that is new."""
    restore(served, backup)
    store.tokens.add("Ana", TokenRole.EDITOR)
    later = backed_up(served, backup.with_name("later.tar"))
    store.tokens.revoke("Ana")
    store.claim("/notes/other.md", "other")
    number = store.last_change()

    with pytest.raises(BackupError, match="there is an archive already"):
        restore(served, later)
    assert [place.slug for place in store.places()] == [SLUG, "other"]
    restore(served, later, replaces=True)
    assert [place.slug for place in store.places()] == [SLUG]
    assert [token.revoked_at is not None for token in store.tokens.all()] == [True]
    assert SLUG in store.changes(number)[1]


def test_nothing_is_restored_while_workers_are_there(backup: Path, served: Settings, store: Store) -> None:
    store.jobs.beat(WorkerAbilities(machine="attic"))
    with pytest.raises(Busy, match="workers are using it"):
        restore(served, backup, replaces=True)
    store.jobs.leave()

    restore(served, backup)
    assert len(store.meetings()) == 1


def test_one_restore_into_a_server_is_at_work_at_a_time(
    backup: Path, served: Settings, store: Store, tmp_path: Path
) -> None:
    """Also from another folder or machine, and from its first look to its last move."""
    other = replace(served, data_dir=tmp_path / "other")
    with prepare(served, backup, replace=False) as prepared:
        with pytest.raises(Busy, match="another restore into it is at work"):
            restore(other, backup)
        prepared.put_in_place()

    restore(other, backup, replaces=True)
    assert len(store.meetings()) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.backup import prepare, served
from pipeline.config import Settings
put = served.put
def killed(*arguments):
    if sys.argv[4] == "after":
        put(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
served.put = killed
with prepare(Settings(data_dir=Path(sys.argv[1]), database=sys.argv[2]), Path(sys.argv[3]), replace=True) as prepared:
    prepared.put_in_place()
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_that_is_killed_is_finished_by_the_next(
    backup: Path, served: Settings, store: Store, when: str
) -> None:
    """Nobody uses the folder until it is."""
    command = [sys.executable, "-c", KILLED, str(served.data_dir), str(served.database), str(backup), when]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with pytest.raises(StoreError, match="a restore was interrupted"):
        Store.of(served)
    with pytest.raises(BackupError, match="another JUMPNOTES_DATABASE"):
        go_on(replace(served, database=None))
    go_on(served)

    assert [meeting.slug for meeting in store.meetings()] == [SLUG]
    assert (served.data_dir / "notes" / "garden.md").exists()
    assert list(served.data_dir.glob(".restoring-*")) == []


def test_a_server_that_refuses_leaves_the_folder_as_it_was(
    backup: Path, served: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its notes are moved back."""
    restore(served, backup)
    (served.data_dir / "notes" / "garden.md").write_text("# Mine\n")

    def gone(*_: object) -> None:
        raise DatabaseUnreachable("postgresql://h/a", "gone")

    monkeypatch.setattr("pipeline.backup.served.put", gone)
    with pytest.raises(DatabaseUnreachable):
        restore(served, backup, replaces=True)

    assert (served.data_dir / "notes" / "garden.md").read_text() == "# Mine\n"
    with closing(Store.of(served)) as store:
        assert len(store.meetings()) == 1


def test_what_is_restored_is_found(backup: Path, served: Settings) -> None:
    restore(served, backup)
    archive = Archive.open(served)
    assert [hit.slug for hit in search(archive.index, "compost")][:1] == [SLUG]
    archive.close()
