"""`jumpnotes doctor`: one line a check."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.pipeline.cli.conftest import cli


def test_doctor_says_of_each_thing_whether_it_is_good(data: Path) -> None:
    """Each check is a line, what is bad has a hint, and the exit code sums it up."""
    result = cli("doctor", "--data-dir", data)

    lines = result.stdout.splitlines()
    names = [line[4:].strip().partition(":")[0] for line in lines if not line.lstrip().startswith("hint")]
    bad = [number for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert names == ["Python", "yt-dlp", "JavaScript runtime", "disk", "database", "search index", "speech model"]
    assert all(lines[number + 1].lstrip().startswith("hint: ") for number in bad)
    assert result.exit_code == (1 if bad else 0)


def test_doctor_reads_the_databases_through(folder: Path) -> None:
    """A page of which the middle was overwritten, words no index has, and a meeting that cannot be read, are told."""
    data = folder / "data"
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db:
        db.execute("UPDATE recordings SET duration = 9e999")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'alignments'").fetchone()
    lines = cli("doctor", "--data-dir", data).stdout.splitlines()
    assert "FAIL meetings: damaged: community-garden-call-2024-03-05" in lines

    _overwrite(data / "jumpnotes.db", 4096 * (root - 1) + 8, 400)
    result = cli("doctor", "--data-dir", data)

    assert "FAIL database: " in result.stdout
    assert "hint: Restore the file from a backup" in result.stdout
    assert result.exit_code == 1


def test_a_damaged_search_index_is_told_and_rebuilt(folder: Path) -> None:
    """Whatever part of it: no command ends with a traceback, and `reindex` makes a whole one."""
    data = folder / "data"
    index = data / "search.db"
    whole = index.read_bytes()
    for start in range(4096, len(whole), len(whole) // 5):
        index.write_bytes(whole)
        _overwrite(index, start, 6000)

        for command in (("doctor",), ("search", "compost"), ("reindex",), ("search", "compost")):
            result = cli(*command, "--data-dir", data)
            assert result.exception is None or isinstance(result.exception, SystemExit), command
            assert result.exit_code == 0 or "jumpnotes reindex" in result.output or command == ("doctor",)
        assert "Compost heap" in result.stdout


def _overwrite(file: Path, start: int, count: int) -> None:
    content = bytearray(file.read_bytes())
    content[start : start + count] = bytes(255 - n % 251 for n in range(count))[: len(content) - start]
    file.write_bytes(content)


def test_doctor_says_how_to_get_what_is_missing(data: Path) -> None:
    """A model that is nowhere is a failed check with a hint, and the exit code is 1."""
    result = CliRunner(env={"JUMPNOTES_MODEL": "large-v3"}).invoke(main, ["doctor", "--data-dir", str(data)])

    lines = result.stdout.splitlines()
    (failed,) = (number for number, line in enumerate(lines) if line.startswith("FAIL speech model: large-v3"))
    assert lines[failed + 1].startswith("     hint: The first run downloads it.")
    assert result.exit_code == 1
