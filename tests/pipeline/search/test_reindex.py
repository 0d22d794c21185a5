"""The search index is made anew by one command, for any language, and never lost."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.cli.doctor import checks
from pipeline.config import Settings
from pipeline.errors import Busy, ConfigError
from pipeline.records import Notes, Origin, Segment, Transcript
from pipeline.search import search
from pipeline.store import Store
from service import create_app

SAID = ("Häuser in der Stadt", "ein Haus", "we are running")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three meetings, indexed as English."""
    opened = Store.open(tmp_path / "jumpnotes.db")
    for number, text in enumerate(SAID):
        slug = f"call-{number}"
        opened.claim(f"/{slug}.md", slug)
        opened.save_notes(Notes(slug, slug, None, None, (), ""))
        opened.save_transcript(slug, Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, text),)), key=slug)
    yield opened
    opened.close()


def cli(store: Store, *args: str, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, [*args, "--data-dir", str(store.path.parent)])


def found(store: Store, query: str) -> set[int]:
    return {int(hit.slug[-1]) for hit in search(store, query, whole=True)}


def test_the_index_is_made_for_another_language_and_back(store: Store) -> None:
    """The last line says what was done; a store that was open before sees it."""
    assert (found(store, "haus"), found(store, "run")) == ({1}, {2})

    done = cli(store, "reindex", "--language", "de")

    assert (done.exit_code, done.stdout) == (0, "Indexed 3 meetings (language: German).\n")
    assert done.stderr.splitlines()[0] == f"{store.path}: reindex …"
    assert done.stderr.splitlines()[-1].split() == ["reindex", "100", "%"]
    assert (found(store, "haus"), found(store, "run")) == ({0, 1}, set())
    assert cli(store, "reindex").stdout == "Indexed 3 meetings (language: German).\n"
    assert cli(store, "reindex", "--language", "English").stdout == "Indexed 3 meetings (language: English).\n"
    assert (found(store, "haus"), found(store, "run")) == ({1}, {2})


def test_an_unknown_language_is_named_with_those_there_are(store: Store) -> None:
    """Nothing is indexed then."""
    done = cli(store, "reindex", "--language", "klingon")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "'klingon'" in done.stderr
    assert "english" in done.stderr
    assert "swedish" in done.stderr


def test_searches_go_on_meanwhile(store: Store) -> None:
    """With what the old index has, while a writer is told that it has to wait."""
    seen = []
    impatient = Store.open(store.path, patience=0.0)

    def look(_done: float, _total: float) -> None:
        seen.append((found(impatient, "haus"), found(impatient, "runs")))
        with pytest.raises(Busy):
            impatient.claim("/new.md", "new")

    assert store.reindex("german", look) == (3, "german")

    assert seen == 3 * [({1}, {2})]
    assert found(impatient, "haus") == {0, 1}
    impatient.close()


@pytest.mark.parametrize(
    "moment",
    [
        "store.reindex('german', lambda done, total: done == 2 and die())",
        "index.stems.create = lambda db, language: die(); store.reindex('german')",
        "index._create = lambda db, source, stemmed, made=index._create: made(db, source, stemmed=stemmed) or die();"
        "store.reindex('german')",
    ],
)
def test_a_reindex_that_is_killed_leaves_the_old_index(store: Store, moment: str) -> None:
    """Whatever was written by then: searches find what they found, and a second go succeeds."""
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from pipeline.search import index; from pipeline.store import Store\n"
        "def die(): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"store = Store.open(Path(sys.argv[1]))\n{moment}\n"
    )
    before = search(store, "haus OR runs")
    command = [sys.executable, "-c", script, str(store.path)]
    killed = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})

    assert killed.returncode == -signal.SIGKILL
    assert search(store, "haus OR runs") == before
    store.close()
    again = Store.open(store.path)
    assert search(again, "haus OR runs") == before
    assert again.reindex("german") == (3, "german")
    assert found(again, "haus") == {0, 1}
    again.close()
    with sqlite3.connect(store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for source in ("said", "noted", "misheard"):
            db.execute(f"INSERT INTO {source}_fts ({source}_fts) VALUES ('integrity-check')")
    db.close()


# -- JUMPNOTES_LANGUAGE ------------------------------------------------------------------------------------------------


def test_a_new_database_has_the_language_that_was_set(tmp_path: Path) -> None:
    """Whoever makes it: a command, the pages, the doctor."""
    settings = [Settings(tmp_path / name, language="german") for name in "abc"]
    CliRunner(env={"JUMPNOTES_LANGUAGE": "DE"}).invoke(main, ["--data-dir", str(tmp_path / "a"), "search", "haus"])
    create_app(settings[1]).extensions["jumpnotes.store"].close()
    assert any(check.name == "database" and check.good for check in checks(settings[2]))

    for one in settings:
        store = Store.open(one.database)
        assert store.reindex() == (0, "german")
        store.close()


def test_a_database_that_is_there_keeps_its_language(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """The setting only warns, and names the command that would change it; without it, or if it fits, all is quiet."""
    for language in (None, "english"):
        Store.open(store.path, language=language).close()
    assert caplog.messages == []

    Store.open(store.path, language="german").close()

    assert [(record.levelno, "jumpnotes reindex --language german" in record.message) for record in caplog.records] == [
        (logging.WARNING, True)
    ]
    assert found(store, "haus") == {1}


def test_reindex_takes_the_language_that_was_set(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Unless another is named."""
    assert "German" in cli(store, "reindex", JUMPNOTES_LANGUAGE="german").stdout
    assert "French" in cli(store, "reindex", "--language", "french", JUMPNOTES_LANGUAGE="german").stdout
    assert caplog.messages == []


def test_a_setting_that_is_no_language_is_refused() -> None:
    """With those there are; an empty one is none."""
    with pytest.raises(ConfigError, match="JUMPNOTES_LANGUAGE is 'klingon'") as caught:
        Settings.from_env({"JUMPNOTES_LANGUAGE": "klingon"})

    assert "german" in caught.value.hint
    assert Settings.from_env({"JUMPNOTES_LANGUAGE": " "}).language is None
    assert Settings.from_env({"JUMPNOTES_LANGUAGE": "fr"}).language == "french"
