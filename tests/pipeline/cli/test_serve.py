"""`jumpnotes serve`: a real server."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from pipeline.cli import serve
from pipeline.config import Settings
from pipeline.jobs.presence import find_worker
from pipeline.records import JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.conftest import jumpnotes
from tests.faults.read_only_view import read_only_view
from tests.pipeline.cli.conftest import SLUG
from tests.pipeline.jobs.conftest import ended


def test_serve_answers_until_it_is_stopped(stored: Path) -> None:
    """The command starts a real server, says where, and a second one on the same port says it is taken."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(stored)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = server.stderr.readline().split()[0]
            with urllib.request.urlopen(f"{address}meetings/{SLUG}") as page:
                body = page.read().decode()
            taken = jumpnotes("serve", "--port", address.rstrip("/").rpartition(":")[2], "--data-dir", stored)
        finally:
            server.terminate()

    assert "Compost heap" in body
    assert taken.returncode == 1
    assert "hint: " in taken.stderr


def test_serve_does_the_jobs(stored: Path, tmp_path: Path) -> None:
    """In a process of their own; stopped by its service manager, it ends in good order."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(stored)]
    (tmp_path / "new.md").write_text("# A new call\n\nRain barrels.\n")
    archive = Archive.open(Settings(data_dir=stored))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        number = archive.store.jobs.put(JobKind.RUN, "new.md", JobRequest(notes=str(tmp_path / "new.md")), "Ana").id
        job = ended(archive.store.jobs, number)
        server.terminate()
        assert server.wait(30) == 0

    assert job.state is JobState.DONE
    assert archive.store.notes(job.slugs[0]).title == "A new call"
    archive.close()


def test_serve_leaves_the_jobs_to_a_worker(stored: Path) -> None:
    """Where it is told so."""
    program = str(Path(sys.executable).parent / "jumpnotes")
    command = [program, "serve", "--port", "0", "--no-worker", "--data-dir", str(stored)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        server.stderr.readline()
        assert find_worker(stored) is None
        server.terminate()


def test_a_folder_that_cannot_be_written_is_served(stored: Path, tmp_path: Path) -> None:
    """Nothing can be changed there, which is told; what somebody else writes to it is shown, and found, at once."""
    program = str(Path(sys.executable).parent / "jumpnotes")
    with read_only_view(stored, tmp_path / "view") as view:
        command = [program, "serve", "--port", "0", "--data-dir", str(view)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            told = [server.stderr.readline()]
            while not told[-1].startswith(
                "http"
            ):  # that the search index cannot be brought up to date may be said, too
                told.append(server.stderr.readline())
            address = told[-1].split()[0]
            before = _page(f"{address}meetings/{SLUG}")
            (tmp_path / "new.md").write_text("# A new call\n\nRain barrels and gutters.\n")
            assert jumpnotes("run", tmp_path / "new.md", "--data-dir", stored).returncode == 0
            after, found = _page(address), _page(f"{address}search?q=gutters")
            server.terminate()
            assert server.wait(30) == 0

    assert f"{view} cannot be written, so nothing can be changed here.\n" in told
    assert "Compost heap" in before
    assert "Edit links" not in before
    assert "A new call" in after
    assert "Rain barrels and" in found


def test_serve_only_shows_what_there_is_where_it_is_told_so(stored: Path) -> None:
    """No link can be corrected, and no worker is started."""
    program = str(Path(sys.executable).parent / "jumpnotes")
    command = [program, "serve", "--port", "0", "--read-only", "--data-dir", str(stored)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = server.stderr.readline().split()[0]
        assert "Edit links" not in _page(f"{address}meetings/{SLUG}")
        assert find_worker(stored) is None
        server.terminate()


def _page(address: str) -> str:
    with urllib.request.urlopen(address) as page:
        return str(page.read().decode())


def test_damage_that_no_page_shows_is_told_at_the_start(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a page of the database that nobody reads, and of the search index, which counts as none from then on."""
    settings = Settings(data_dir=stored)
    serve._tell_damage(settings)
    assert capsys.readouterr().err == ""
    damaged = max((stored / "search").rglob("*.store"))
    for path, start in ((stored / "jumpnotes.db", 3 * 4096), (damaged, 0)):
        with path.open("r+b") as file:
            file.seek(start)
            file.write(bytes(2048))

    serve._tell_damage(settings)

    told = capsys.readouterr().err
    assert "the search index is damaged, and is made anew" in told
    assert "jumpnotes.db: not a readable database" in told
    assert "hint: Restore a backup: jumpnotes restore FILE" in told
    assert not (stored / "search" / "current").exists()


def test_serve_leaves_the_jobs_of_a_shared_database_to_its_workers(tmp_path: Path, postgresql_url: str) -> None:
    """It says so; nobody hears recordings in the process that shows pages."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(tmp_path)]
    environment = os.environ | {"JUMPNOTES_DATABASE": postgresql_url}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        told = [server.stderr.readline() for _ in range(2)]
        server.terminate()
        server.wait(30)
    store = Store.of(Settings(data_dir=tmp_path, database=postgresql_url))
    assert told[0] == "Jobs are left to the workers of this database: jumpnotes worker.\n"
    assert told[1].startswith("http")
    assert store.jobs.workers() == []
    store.close()
