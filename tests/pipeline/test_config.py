"""Settings come from the environment, and the secret among them stays one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.errors import ConfigError

TOKEN = "rain-barrel-and-trowel"


def test_the_token_is_read_and_never_shown(tmp_path: Path) -> None:
    """Neither the settings themselves nor `doctor` repeat it."""
    env = {"JUMPNOTES_TOKEN": f" {TOKEN}\n", "JUMPNOTES_DATA_DIR": str(tmp_path)}
    settings = Settings.from_env(env)
    told = CliRunner(env=env).invoke(main, ["-vv", "doctor"]).output

    assert settings.token == TOKEN
    assert TOKEN not in f"{settings} {settings!r}"
    assert "database" in told
    assert TOKEN not in told


@pytest.mark.parametrize("token", ["secret", "gartenschlüssel-7", "rain-barrel\tand-trowel"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    """The error does not repeat it, and says how to make a good one."""
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"JUMPNOTES_TOKEN": token})

    assert token not in str(caught.value)
    assert "token_urlsafe" in caught.value.hint


def test_without_a_token_there_is_none() -> None:
    """An empty variable is as good as none, so that compose files may pass it on."""
    assert Settings.from_env({"JUMPNOTES_TOKEN": ""}).token is None
