"""`jumpnotes reindex`, as people call it; what it promises about the index is tested with the search."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.store import Store
from service import create_app
from service.web.store import archive_of
from tests.pipeline.cli.conftest import cli


def test_reindex_says_what_it_indexed(stored: Path) -> None:
    """In the language asked for, by its name or code, or set in the environment, or else that of the index."""
    named = cli("reindex", "--language", "German", "--data-dir", stored)
    unchanged = cli("reindex", "--data-dir", stored)
    variable = CliRunner(env={"JUMPNOTES_LANGUAGE": "fr"}).invoke(main, ["reindex", "--data-dir", str(stored)])

    assert named.stdout == unchanged.stdout == "Indexed 1 meeting (language: German).\n"
    assert variable.stdout == "Indexed 1 meeting (language: French).\n"
    assert named.stderr.splitlines()[0].endswith(": reindex …")


def test_an_unknown_language_is_wrong_usage(stored: Path) -> None:
    """The languages there are, are named."""
    result = cli("reindex", "--language", "klingon", "--data-dir", stored)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "unknown language 'klingon'" in result.stderr
    assert "swedish" in result.stderr


# -- JUMPNOTES_LANGUAGE ------------------------------------------------------------------------------------------------


def test_a_new_database_has_the_language_that_was_set(tmp_path: Path) -> None:
    """Whoever creates it: a command, or the pages."""
    settings = [Settings(tmp_path / name, language="german") for name in "ab"]
    CliRunner(env={"JUMPNOTES_LANGUAGE": "DE"}).invoke(main, ["--data-dir", str(tmp_path / "a"), "search", "haus"])
    archive_of(create_app(settings[1])).close()

    for one in settings:
        store = Store.open(one.database_file)
        assert store.language() == "german"
        store.close()


def test_an_existing_database_keeps_its_language(stored: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The setting only warns, and names the command that would change it; without it, or if it fits, all is quiet."""
    for language in (None, "english"):
        Store.open(stored / "jumpnotes.db", language=language).close()
    assert caplog.messages == []

    store = Store.open(stored / "jumpnotes.db", language="german")

    assert [(record.levelno, "jumpnotes reindex --language german" in record.message) for record in caplog.records] == [
        (logging.WARNING, True)
    ]
    assert store.language() == "english"
    store.close()
