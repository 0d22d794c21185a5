"""What is said of an old yt-dlp, and how it is updated for each way to install it."""

from __future__ import annotations

import shlex
import sys
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import ytdlp_age
from pipeline.errors import FetchError

Installed = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Puts packages before those that are installed, as a folder that Python looks through."""
    folder = tmp_path / "site-packages"
    monkeypatch.syspath_prepend(str(folder))

    def install(name: str, version: str, *needs: str) -> Path:
        about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        about.mkdir(parents=True)
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in needs)]
        (about / "METADATA").write_text("Metadata-Version: 2.4\n" + "\n".join(lines) + "\n")
        return folder

    return install


def days_ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y.%m.%d}"


def test_failures_that_an_old_yt_dlp_explains_are_told_once(installed: Installed) -> None:
    """What other things explain is not blamed on it."""
    installed("yt-dlp", days_ago(ytdlp_age.OLD_YT_DLP_DAYS))

    told = ytdlp_age.explanation(["no-java-script", "media-forbidden"])
    assert told.startswith("yt-dlp is 60 days old, which may be why")
    assert ytdlp_age.how_to_update() in told
    others = [
        "no-network",
        "fetch-blocked",
        "timed-out",
        "host-not-allowed",
        "disk-full",
        "login-required",
        "not-found",
        "too-large",
    ]
    assert ytdlp_age.explanation(others) == ""


@pytest.mark.parametrize("version", [days_ago(ytdlp_age.OLD_YT_DLP_DAYS - 1), "2999.1.1.232815.dev0", "of-ours"])
def test_a_yt_dlp_that_is_not_known_to_be_old_explains_nothing(installed: Installed, version: str) -> None:
    installed("yt-dlp", version)

    assert ytdlp_age.explanation(["no-java-script"]) == ""


def test_every_explained_reason_is_that_of_an_error() -> None:
    """A reason is the name of a class, and would be forgotten with it."""
    found = {FetchError("", "").reason}
    pending = [FetchError]
    while pending:
        for each in pending.pop().__subclasses__():
            pending.append(each)
            found.add(each.__new__(each).reason)
    assert found >= ytdlp_age.EXPLAINED


@pytest.mark.parametrize(
    ("version", "problem"),
    [("0.8.3", ""), ("0.9.0", "yt-dlp-ejs 0.9.0 does not fit this yt-dlp, which takes 0.8.0")],
)
def test_the_scripts_for_youtube_have_to_fit(installed: Installed, version: str, problem: str) -> None:
    """yt-dlp takes those of one release, patches aside."""
    installed("yt-dlp", "2026.8.19", "mutagen; extra == 'default'", "yt-dlp-ejs==0.8.0; extra == 'default'")
    installed("yt-dlp-ejs", version)

    assert ytdlp_age.unfitting_scripts() == problem


def test_what_is_installed_here_fits() -> None:
    """As the lock file has it."""
    assert ytdlp_age.unfitting_scripts() == ""


def test_the_command_is_that_of_how_jumpnotes_is_installed(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image is built anew, uv and pipx have commands of their own, and the system's packages are left alone."""
    packages = installed("yt-dlp", "2026.8.19")
    prefix = tmp_path / "jump notes"
    prefix.mkdir()
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(sys, "executable", str(prefix / "bin" / "python"))
    python = shlex.quote(sys.executable)

    in_environment = ytdlp_age.how_to_update()
    (prefix / "pipx_metadata.json").touch()
    by_pipx = ytdlp_age.how_to_update()
    (prefix / "uv-receipt.toml").touch()
    by_uv = ytdlp_age.how_to_update()
    monkeypatch.setenv(ytdlp_age.IMAGE_VARIABLE, "pipeline")
    in_image = ytdlp_age.how_to_update()
    monkeypatch.delenv(ytdlp_age.IMAGE_VARIABLE)
    for name in ("pipx_metadata.json", "uv-receipt.toml"):
        (prefix / name).unlink()
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    in_python = ytdlp_age.how_to_update()
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    in_system = ytdlp_age.how_to_update()
    monkeypatch.setattr("site.getusersitepackages", lambda: str(packages))
    of_user = ytdlp_age.how_to_update()

    pip = f"To update it: {python} -m pip install -U yt-dlp yt-dlp-ejs deno"
    assert in_environment == in_python == of_user == pip
    assert by_pipx == "To update it: pipx runpip 'jump notes' install -U yt-dlp yt-dlp-ejs deno"
    assert by_uv == "To update it: uv tool upgrade jumpnotes"
    assert "docker compose build --build-arg YT_DLP_OF=" in in_image
    assert in_system.startswith("It belongs to the system.")
