"""Settings come from a file, too: the nearest one, and not whatever somebody put beside the notes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import SETTINGS, Settings
from pipeline.errors import ConfigError

TOKEN = "rain-barrel-and-trowel"
EVERYTHING = f"""\
data_dir = "archive"
database = "postgresql://club:secret@db.example/archive"
exchange = "exchange"
network = "office"
model = "tiny.en"
model_dir = "~/models"
allow_hosts = ["Media.example", "127.0.0.1:8000"]
cookies = "/etc/cookies.txt"
token = "{TOKEN}"
webhooks = ["https://hooks.example/new"]
webhook_secret = "trowel-and-rain-barrel"
private = true
people_topics = true
read_only = true
proxies = ["10.0.0.2"]
download_mb = 500
download_hours = 0.5
download_rate = 16
keep_runs = "52w"
keep_jobs = "forever"
keep_audio = false
meaning = false
watch = ["minutes/", "https://www.youtube.com/@garden-club"]
watch_every = "1d"
language = "de"
upload_mb = 250
smtp = "smtp://club:secret@mail.example"
mail_from = "Garden club <club@garden.example>"
mail_reply_to = "ana@garden.example"
timeout = 45
site_title = "Garden club"
site_description = "What was said in the shed."
site_links = {{ Chat = "https://chat.example", "Our site" = "https://garden.example" }}
site_url = "https://meetings.garden.example"
site_language = "en"
site_frames = ["https://garden.example", "http://localhost:8080"]
site_media_mb = 20
site_issues = "https://code.example/club/notes/issues/new"
"""
GUARDED = [
    line for line in EVERYTHING.splitlines() if not line.startswith(("language", "timeout", "site_", "people_topics"))
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that the command is started in."""
    (tmp_path / "project" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def load(**variables: str) -> Settings:
    return Settings.load(variables)


def test_every_setting_can_stand_in_the_file(project: Path) -> None:
    """Relative paths start where the file is, `~` is the home, and numbers are numbers."""
    write(project / "jumpnotes.toml", EVERYTHING)

    assert {line.split(" ")[0] for line in EVERYTHING.splitlines()} == {setting.field for setting in SETTINGS}
    assert load() == Settings(
        data_dir=project / "archive",
        database="postgresql://club:secret@db.example/archive",
        exchange=str(project / "exchange"),
        network="office",
        model="tiny.en",
        model_dir=Path.home() / "models",
        allow_hosts=frozenset({"media.example", "127.0.0.1:8000"}),
        cookies=Path("/etc/cookies.txt"),
        token=TOKEN,
        language="german",
        private=True,
        people_topics=True,
        read_only=True,
        proxies=("10.0.0.2/32",),
        download_mb=500.0,
        download_hours=0.5,
        download_rate=16.0,
        keep_runs=52 * 7 * 86_400.0,
        keep_jobs=None,
        timeout=45.0,
        keep_audio=False,
        meaning=False,
        site_title="Garden club",
        site_description="What was said in the shed.",
        site_links={"Chat": "https://chat.example", "Our site": "https://garden.example"},
        site_url="https://meetings.garden.example",
        site_language="en",
        site_frames=frozenset({"https://garden.example", "http://localhost:8080"}),
        site_media_mb=20.0,
        site_issues="https://code.example/club/notes/issues/new",
        webhooks=frozenset({"https://hooks.example/new"}),
        webhook_secret="trowel-and-rain-barrel",
        smtp="smtp://club:secret@mail.example",
        mail_from="Garden club <club@garden.example>",
        mail_reply_to="ana@garden.example",
        upload_mb=250.0,
        watch=(str(project / "minutes"), "https://www.youtube.com/@garden-club"),
        watch_every=86_400.0,
    )


def test_the_links_of_the_site_may_be_a_section(project: Path) -> None:
    """Their order is that of the file."""
    links = [("Our site", "https://garden.example"), ("A chat", "https://chat.example"), ("Map", "https://map.example")]
    lines = "\n".join(f'"{name}" = "{url}"' for name, url in links)
    write(project / "jumpnotes.toml", f'site_title = "Garden club"\n\n[site_links]\n{lines}\n')

    assert [*load().site_links.items()] == links
    assert load().site_title == "Garden club"


def test_what_the_site_is_may_come_with_the_notes(project: Path, tmp_path: Path) -> None:
    """Whoever publishes the notes says it once."""
    theirs = write(tmp_path / "clone" / "jumpnotes.toml", EVERYTHING.partition("timeout = 45\n")[2])

    assert Settings.load({}, notes=[theirs.parent]).site_title == "Garden club"


def test_a_variable_counts_for_more_than_the_file(project: Path) -> None:
    """One by one; an empty variable counts as not set."""
    write(project / "jumpnotes.toml", EVERYTHING)

    settings = load(JUMPNOTES_MODEL="small", JUMPNOTES_TIMEOUT="", JUMPNOTES_ALLOW_HOSTS="tapes.example")

    assert (settings.model, settings.timeout) == ("small", 45.0)
    assert settings.allow_hosts == {"tapes.example"}


# -- which file --------------------------------------------------------------------------------------------------------


def test_the_file_is_found_from_within_the_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest one at or above the current folder; nothing above the repository is."""
    write(project.parent / "jumpnotes.toml", 'model = "outside"')
    deep = project / "notes" / "2024"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)

    assert load().model is None
    write(project / "jumpnotes.toml", 'model = "top"')
    assert load().model == "top"
    write(deep.parent / "jumpnotes.toml", 'model = "nearer"')
    assert load().model == "nearer"


def test_outside_of_repository_and_home_nothing_above_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/tmp is everybody's."""
    write(tmp_path / "jumpnotes.toml", 'model = "above"')
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert load().model is None


def test_the_users_own_file_counts_below_that_of_the_project(project: Path) -> None:
    """Wherever the command is started; a named file is the only one."""
    own = write(Path.home() / ".config" / "jumpnotes" / "jumpnotes.toml", 'model = "own"\ntimeout = 60')
    named = write(project.parent / "named.toml", 'language = "fr"')
    try:
        write(project / "jumpnotes.toml", 'model = "project"')

        assert (load().model, load().timeout) == ("project", 60.0)
        only = Settings.load({}, file=named)
        assert (only.model, only.timeout, only.language) == (None, 30.0, "french")
        assert load(JUMPNOTES_CONFIG=str(named)) == only
    finally:
        own.unlink()


def test_a_file_beside_the_notes_is_found(project: Path, tmp_path: Path) -> None:
    """From elsewhere, in the folder of the notes or above it; one for the current folder comes first."""
    notes = tmp_path / "calls" / "2024" / "a.md"
    (tmp_path / "calls" / ".git").mkdir(parents=True)
    write(notes, "# A")
    write(tmp_path / "calls" / "jumpnotes.toml", "timeout = 90")

    assert Settings.load({}, notes=[notes]).timeout == 90.0
    assert Settings.load({}, notes=[notes.parent, notes]).timeout == 90.0
    write(project / "jumpnotes.toml", "timeout = 10")
    assert Settings.load({}, notes=[notes]).timeout == 10.0


def test_notes_with_different_settings_are_not_run_together(project: Path, tmp_path: Path) -> None:
    """Which of them is meant is asked, not guessed."""
    for name in ("a", "b"):
        write(tmp_path / name / "jumpnotes.toml", "timeout = 90")

    with pytest.raises(ConfigError, match="different settings"):
        Settings.load({}, notes=[tmp_path / "a", tmp_path / "b"])


# -- whose word it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", GUARDED)
def test_what_comes_with_notes_decides_nothing_about_this_machine(line: str, project: Path, tmp_path: Path) -> None:
    """Where is written, who is asked, what is loaded and who may log in: refused, and how to allow it is said."""
    theirs = write(tmp_path / "clone" / "jumpnotes.toml", f"timeout = 90\n{line}\n")
    key = line.split(" ")[0]

    with pytest.raises(ConfigError, match=f"jumpnotes.toml:2: {key} is not taken") as caught:
        Settings.load({}, notes=[theirs.parent])

    assert f"--config {theirs}" in caught.value.hint
    assert TOKEN not in str(caught.value)
    Settings.load({}, file=theirs, notes=[theirs.parent])


@pytest.mark.parametrize("mode", [0o602, 0o646])
def test_a_file_that_anybody_may_have_written_is_nobodys_choice(mode: int, project: Path) -> None:
    """Though it is where the command was started."""
    file = write(project / "jumpnotes.toml", 'data_dir = "/elsewhere"')
    file.chmod(mode)

    with pytest.raises(ConfigError, match="data_dir is not taken"):
        load()


def test_a_file_of_somebody_else_is_nobodys_choice(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's is as good as one's own."""
    file = write(project / "jumpnotes.toml", 'data_dir = "/elsewhere"')
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    if file.stat().st_uid == 0:
        assert load().data_dir == Path("/elsewhere")
        os.chown(file, 4711, -1)
    with pytest.raises(ConfigError, match="data_dir is not taken"):
        load()


def test_a_token_that_everybody_may_read_is_refused(project: Path) -> None:
    """It is not repeated; the group may read it, so that a service's settings may be root's."""
    file = write(project / "jumpnotes.toml", f'token = "{TOKEN}"')
    file.chmod(0o640)
    assert load().token == TOKEN
    file.chmod(0o644)

    with pytest.raises(ConfigError, match="mode 644") as caught:
        load()

    assert TOKEN not in str(caught.value)
    assert "chmod 600" in caught.value.hint


# -- what cannot be used -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("timeout = 0", ":1: timeout is 0", "above 0"),
        ("\ntimeout = 1e9", ":2: timeout is 1000000000.0", "up to a day"),
        ("timeout = nan", ":1: timeout is nan", "above 0"),
        ('timeout = "30"', ":1: timeout is '30'", "number of seconds"),
        ("timeout = true", ":1: timeout is True", "number of seconds"),
        ("timeout = 2024-01-01", "timeout is datetime.date(2024, 1, 1)", "number of seconds"),
        ("model = 3", ":1: model is 3", "name of a model"),
        ('model = ""', ":1: model is ''", "name of a model"),
        ("data_dir = []", ":1: data_dir is a list", "folder"),
        ("data_dir.x = 1", "data_dir is an object", "folder"),
        ('allow_hosts = ["a.example", 1]', ":1: allow_hosts is a list", "*.media.example"),
        ('allow_hosts = ["*.com"]', ":1: allow_hosts has '*.com'", "*.media.example"),
        ('language = "klingon"', ":1: language is 'klingon'", "german"),
        ('token = "secret"', ":1: token is shorter than 20 characters", "token_urlsafe"),
        ('model = "a"\ntimout = 5', ":2: there is no setting 'timout'", "Did you mean timeout?"),
        ('JUMPNOTES_MODEL = "a"', "there is no setting 'JUMPNOTES_MODEL'", "Did you mean model?"),
        ('site_title = ""', ":1: site_title is ''", "up to 100"),
        ('site_title = "a\\u202eb"', ":1: site_title is", "up to 100"),
        ("site_links = 3", ":1: site_links is 3", "table"),
        ('\n[site_links]\nX = "javascript:x"', ":2: site_links leads to 'javascript:x'", "table"),
        ('site_links = { "" = "https://a.example" }', ":1: site_links calls a link ''", "table"),
        ("[site_links]\nX = 3", ":1: site_links is an object", "table"),
        ('site_url = "https://a.example/b"', ":1: site_url is 'https://a.example/b'", "without a path"),
        ('site_language = "fr"', ":1: site_language is 'fr'", "en or de"),
        ("[jumpnotes]", "there is no setting 'jumpnotes'", "data_dir"),
        ("model: small", "is not TOML", 'model = "small"'),
        ("a = " + "[" * 5_000, "is not TOML", "model"),
        ("#" * 70_000, "is larger than 0.064 MB", "TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what_is_allowed(
    text: str, problem: str, hint: str, project: Path
) -> None:
    """Before anything is done."""
    write(project / "jumpnotes.toml", text)

    with pytest.raises(ConfigError) as caught:
        load()

    assert problem in str(caught.value)
    assert str(caught.value).startswith(str(project / "jumpnotes.toml"))
    assert hint in caught.value.hint


def test_what_is_no_file_is_told(project: Path) -> None:
    """A named file that is missing, one that is no text, a pipe and a folder: none of them waits or is skipped."""
    for kind in ("pipe", "folder", "bytes", "nowhere"):
        path = project / kind
        match kind:
            case "pipe":
                os.mkfifo(path)
            case "folder":
                path.mkdir()
            case "bytes":
                path.write_bytes(b"model = '\xff'")
        with pytest.raises(ConfigError, match=kind):
            Settings.load({}, file=path)


def test_every_command_uses_the_settings_of_the_file(project: Path) -> None:
    """The command line as it is: the file is found, or named, or overruled by an option."""
    write(project / "notes" / "a.md", "# A\n\n- compost\n")
    write(project / "jumpnotes.toml", 'data_dir = "archive"')
    other = write(project / "other.toml", 'data_dir = "other"')

    for args in (
        ["run", "notes"],
        ["--config", str(other), "search", "compost"],
        ["search", "compost", "--data-dir", "third", "--config", str(other)],
    ):
        assert CliRunner().invoke(main, args).exit_code == 0

    assert {path.parent.name for path in project.rglob("jumpnotes.db")} == {"archive", "other", "third"}


def test_a_file_that_counts_because_of_the_folder_is_named(project: Path) -> None:
    """With what it decides that one beside notes may not; unless somebody named it, or wants no words."""
    write(project / "notes" / "a.md", "# A\n\n- compost\n")
    file = write(project / "jumpnotes.toml", 'data_dir = "archive"\nlanguage = "de"')

    here, named, quiet = (
        CliRunner().invoke(main, args)
        for args in (["run", "notes"], ["--config", str(file), "run", "notes"], ["run", "--quiet", "notes"])
    )
    write(file, 'language = "de"')
    harmless = CliRunner().invoke(main, ["--data-dir", "archive", "run", "notes"])

    told = f"Settings: {file} (data_dir)\n"
    assert told in here.stderr
    assert [result.exit_code for result in (here, named, quiet, harmless)] == [0] * 4
    assert not any("Settings:" in result.stderr for result in (named, quiet, harmless))
