"""The command as people and programs use it: errors as sentences, exit codes that mean something."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import Busy
from tests.pipeline.cli.conftest import SLUG, VTT, cli


def test_the_base_install_can_search_and_export(stored: Path) -> None:
    """Neither needs what the extras bring."""
    for command in (["search", "compost"], ["export", SLUG]):
        script = (
            "import sys\n"
            "for name in ('flask', 'waitress', 'yt_dlp', 'faster_whisper', 'av', 'numpy', 'rapidfuzz', 'filelock'):\n"
            "    sys.modules[name] = None\n"
            "from pipeline.cli import main\n"
            f"main({[*command, '--data-dir', str(stored)]!r}, standalone_mode=False)"
        )
        finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert finished.stdout


def test_a_database_from_a_newer_version_ends_in_a_sentence(stored: Path) -> None:
    """Every command says it, and -vv shows where it came from."""
    with sqlite3.connect(stored / "jumpnotes.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()

    result = cli("search", "compost", "--data-dir", stored)

    assert result.exit_code == 1
    assert "newer jumpnotes" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["run"], "Missing argument"),
        (["run", "NOTES", "--transcript", "nowhere.vtt"], "no such file"),
        (["run", "NOTES", "--media", "nowhere.m4a"], "no such file"),
        (["run", "NOTES", "--transcript", "https://example.org/a.vtt"], "no such file"),
        (["run", "NOTES", "--transcript", ""], "no such file"),
        (["run", "NOTES", "--media", ""], "no such file"),
        (["run", "NOTES", "--model", "\udcff"], "not UTF-8"),
        (["run", ""], "it is empty"),
        (["search", "x", "--data-dir", ""], "it is empty"),
        (["run", "NOTES", "NOTES2", "--transcript", "VTT"], "a single notes file"),
        (["run", "NOTES", "--force", "everything"], "is not one of"),
        (["align", "NOTES"], "Missing argument"),
        (["evaluate", "nowhere"], "does not exist"),
        (["sing"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_2(args: list[str], says: str, notes: Path, data: Path) -> None:
    """And the message says what is wrong with it."""
    other = Path(shutil.copy(notes, notes.with_name("other.md")))
    names = {"NOTES": str(notes), "NOTES2": str(other), "VTT": str(VTT)}

    result = CliRunner(env={"JUMPNOTES_DATA_DIR": str(data)}).invoke(main, [names.get(arg, arg) for arg in args])

    assert result.exit_code == 2
    assert says in result.stderr
    assert not data.exists()


def test_every_command_explains_itself() -> None:
    """The help of each command, of those within commands, and of each option is written."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    for name, command in list(commands.items()):
        if isinstance(command, click.Group):
            commands |= {f"{name} {inner}": each for inner, each in command.commands.items()}

    assert "corrections list" in commands
    for name, command in commands.items():
        assert command
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"


def test_commands_are_listed_in_the_order_people_need_them() -> None:
    """`run` comes first, and the commands for a new machine last."""
    listed = [line.split()[0] for line in cli("--help").stdout.partition("Commands:\n")[2].splitlines()]

    assert listed[:4] == ["run", "notes", "transcript", "align"]
    assert listed[-2:] == ["doctor", "demo"]


def test_starting_up_loads_nothing_heavy() -> None:
    """Whatever the command, the others cost it nothing: no database, no web server, no numbers."""
    script = (
        "import sys; import pipeline.cli\n"
        "heavy = {'sqlalchemy', 'http.server', 'flask', 'numpy', 'msgspec', 'pipeline.store', 'pipeline.run.runner'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout == "[]\n"


def test_a_bug_is_told_in_one_line(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every command, and -vv alone shows where it is."""

    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("pipeline.search.search", broken)
    result = cli("search", "compost", "--data-dir", stored)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "error: ZeroDivisionError: by zero"
    assert "bug" in result.stderr
    assert isinstance(cli("-vv", "search", "compost", "--data-dir", stored).exception, ZeroDivisionError)


def test_a_database_that_another_jumpnotes_keeps_locked_is_no_failure(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exit code of its own says that the same command may work later."""

    def locked(*_args: object, **_options: object) -> None:
        raise Busy(stored)

    monkeypatch.setattr("pipeline.search.search", locked)
    result = cli("search", "compost", "--data-dir", stored)
    assert result.exit_code == 75
    assert result.stderr.splitlines()[1].startswith("hint: Nothing was lost")


@pytest.mark.parametrize("place", [["--data-dir", "x", "search", "a"], ["search", "a", "--data-dir", "x"]])
def test_a_setting_that_cannot_be_used_is_told_wherever_it_is_read(place: list[str]) -> None:
    """Also while the command line is looked at."""
    result = CliRunner(env={"JUMPNOTES_TIMEOUT": "soon"}).invoke(main, place)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: JUMPNOTES_TIMEOUT is 'soon'\nhint: ")


ODD_OUTPUTS = {
    "ascii": ("PYTHONIOENCODING=ascii {} search compost --format json", 0, ""),
    "closed": ("{} search compost >&-", 0, ""),
    "full": ("{} search compost > /dev/full", 1, "error: the disk is full\nhint: "),
}


@pytest.mark.parametrize("output", ODD_OUTPUTS)
def test_whatever_output_leads_to(output: str, stored: Path) -> None:
    """A terminal that knows ASCII only, one that is closed, and a disk that is full give no traceback."""
    command, code, says = ODD_OUTPUTS[output]
    run = f"{sys.executable} -c 'from pipeline.cli import main; main()' --data-dir {stored}"
    ended = subprocess.run(["bash", "-c", command.format(run)], capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith(says)


@pytest.mark.parametrize(
    ("extra", "variables", "command"),
    [
        ("psycopg", {"JUMPNOTES_DATABASE": "postgresql://club@127.0.0.1:9/club"}, "list"),
        ("psycopg", {"JUMPNOTES_DATABASE": "postgresql://club@127.0.0.1:9/club"}, "doctor"),
        ("s3fs", {"JUMPNOTES_EXCHANGE": "s3://club/exchange"}, "doctor"),
    ],
)
def test_an_extra_that_is_missing_is_named(tmp_path: Path, extra: str, variables: dict[str, str], command: str) -> None:
    """With the command that installs it."""
    script = (
        f"import sys; sys.modules[{extra!r}] = None\n"
        "from pipeline.cli import main\n"
        f"main([{command!r}, '--data-dir', {str(tmp_path)!r}])"
    )
    environment = os.environ | variables | {"HTTPS_PROXY": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert (
        "pip install 'jumpnotes[" + {"psycopg": "postgresql", "s3fs": "s3"}[extra] in finished.stdout + finished.stderr
    )
    assert "bug" not in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["list"], "sqlalchemy.dialects.postgresql"),
        (["jobs"], "sqlalchemy.dialects.postgresql"),
        (["worker", "--check"], "sqlalchemy"),
    ],
)
def test_a_file_costs_nothing_of_a_server(stored: Path, arguments: list[str], unneeded: str) -> None:
    """Nor does a look for a worker cost the database, though it is taken every few seconds."""
    script = (
        "import sys\n"
        "from pipeline.cli import main\n"
        f"main({[*arguments, '--data-dir', str(stored)]!r}, standalone_mode=False)\n"
    )
    script = f"import atexit, sys; atexit.register(lambda: print({unneeded!r} in sys.modules))\n{script}"
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert finished.stdout.splitlines()[-1] == "False", finished.stderr
