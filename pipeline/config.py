"""Settings: read once from the environment, then handed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from pipeline.errors import ConfigError
from pipeline.language import names

_SHORTEST_TOKEN = 12  # characters


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Each field is the environment variable JUMPNOTES_<FIELD>."""

    data_dir: Path  # database, fetched recordings, checkpoints
    model: str | None = None  # a faster-whisper name or a folder; None: chosen by the hardware
    model_dir: Path | None = None  # folder that is searched for weights first
    allow_hosts: frozenset[str] = frozenset()  # hosts besides YouTube that recordings may come from
    cookies: Path | None = None  # a cookies.txt for YouTube; never logged, never served
    language: str | None = None  # of the words that a new database searches, as Snowball names it; None: English
    timeout: float = 30.0  # seconds without a byte before a download is given up
    token: str | None = field(default=None, repr=False)  # who knows it may correct links; never logged, never shown

    @property
    def database(self) -> Path:
        return self.data_dir / "jumpnotes.db"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def checkpoint_dir(self) -> Path:
        return self.data_dir / "checkpoints"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `environ` (default: the process's).

        Raises:
            ConfigError: a value is not of the setting's form.
        """
        env = os.environ if environ is None else environ

        def path(name: str) -> Path | None:
            value = env.get(f"JUMPNOTES_{name}", "").strip()
            return Path(value).expanduser().absolute() if value else None

        timeout = env.get("JUMPNOTES_TIMEOUT", "").strip() or "30"
        try:
            seconds = float(timeout)
        except ValueError as error:
            raise ConfigError(f"JUMPNOTES_TIMEOUT is {timeout!r}", hint="Give a number of seconds.") from error
        given = env.get("JUMPNOTES_LANGUAGE", "").strip()
        if given and names.snowball_name(given) is None:
            raise ConfigError(f"JUMPNOTES_LANGUAGE is {given!r}", hint=f"Give one of {names.CHOICES}.")
        token = env.get("JUMPNOTES_TOKEN", "").strip() or None
        if token is not None and not (len(token) >= _SHORTEST_TOKEN and token.isascii() and token.isprintable()):
            raise ConfigError(
                f"JUMPNOTES_TOKEN has less than {_SHORTEST_TOKEN} characters, or others than ASCII",
                hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
            )
        return cls(
            data_dir=path("DATA_DIR") or Path(platformdirs.user_data_dir("jumpnotes", appauthor=False)),
            model=env.get("JUMPNOTES_MODEL", "").strip() or None,
            model_dir=path("MODEL_DIR"),
            allow_hosts=frozenset(env.get("JUMPNOTES_ALLOW_HOSTS", "").lower().replace(",", " ").split()),
            cookies=path("COOKIES"),
            language=names.snowball_name(given),
            timeout=seconds,
            token=token,
        )
