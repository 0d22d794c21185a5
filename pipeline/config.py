"""Settings: read once from the environment, then handed down."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from pipeline.errors import ConfigError
from pipeline.file_names import is_text
from pipeline.language import names

_DOMAIN_PATTERN = re.compile(r"\*\.((?:[a-z0-9_-]{1,63}\.){1,10}[a-z][a-z0-9-]{0,61}[a-z0-9])")
_REGISTRY_LABELS = frozenset(
    [
        "ac",
        "ad",
        "asn",
        "co",
        "com",
        "ed",
        "edu",
        "gen",
        "go",
        "gob",
        "gouv",
        "gov",
        "id",
        "ind",
        "ltd",
        "me",
        "mil",
        "ne",
        "net",
        "nom",
        "or",
        "org",
        "plc",
        "sch",
    ]
)
_MIN_TOKEN_CHARS = 20
_MAX_TIMEOUT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. SETTINGS describes each field."""

    data_dir: Path
    model: str | None = None
    model_dir: Path | None = None
    allow_hosts: frozenset[str] = frozenset()
    cookies: Path | None = None
    language: str | None = None  # as Snowball names it
    timeout: float = 30.0  # seconds
    token: str | None = field(default=None, repr=False)

    @property
    def database(self) -> Path:
        return self.data_dir / "jumpnotes.db"

    @property
    def search_index(self) -> Path:
        return self.data_dir / "search.db"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def checkpoint_dir(self) -> Path:
        return self.data_dir / "checkpoints"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `environ` (default: the process's). An empty variable counts as not set.

        Raises:
            ConfigError: a value cannot be used.
        """
        env = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            if value := env.get(setting.variable, "").strip():
                values[setting.field] = setting.parse(value)
        if "data_dir" not in values:  # without a home, the folder would be one called ~
            values["data_dir"] = _path(platformdirs.user_data_dir("jumpnotes", appauthor=False))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of Settings and the environment variable it is read from."""

    field: str
    parse: Callable[[str], object]  # raises ConfigError
    meaning: str
    default: str = "none"  # in words

    @property
    def variable(self) -> str:
        return f"JUMPNOTES_{self.field.upper()}"


def _path(value: str) -> Path:
    try:
        path = Path(value).expanduser().absolute()
    except (OSError, RuntimeError) as error:  # nobody's home is known, or the current folder is gone
        raise ConfigError(f"{value}: cannot be found ({error})", hint="Give an absolute path.") from error
    if not is_text(path):
        raise ConfigError(f"{value}: the name is not UTF-8", hint="Choose another folder or file.")
    return path


def _model(value: str) -> str:
    if not is_text(value):
        raise ConfigError("JUMPNOTES_MODEL is not UTF-8", hint="Choose another model or folder.")
    return value


def _hosts(value: str) -> frozenset[str]:
    hosts = frozenset(value.lower().replace(",", " ").split())
    for host in sorted(hosts):
        if "*" in host and not _is_domain_pattern(host):
            raise ConfigError(
                f"JUMPNOTES_ALLOW_HOSTS has {host!r}, which would allow too much or nothing",
                hint="Name the host, or a domain with its subdomains, such as *.media.example.",
            )
    return hosts


def _is_domain_pattern(host: str) -> bool:
    """Whether `host` is `*.` and a domain that belongs to somebody: not `*`, `*.com`, `*.co.uk` or `*.0.1`."""
    found = _DOMAIN_PATTERN.fullmatch(host)
    if not found:
        return False
    labels = found[1].split(".")
    return not (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRY_LABELS)


def _timeout(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MAX_TIMEOUT_SECONDS:  # NaN is refused, too
        raise ConfigError(
            f"JUMPNOTES_TIMEOUT is {value!r}", hint="Give a number of seconds above 0 and up to a day, such as 30."
        )
    return seconds


def _language(value: str) -> str:
    name = names.snowball_name(value)
    if name is None:
        raise ConfigError(f"JUMPNOTES_LANGUAGE is {value!r}", hint=f"Give one of {names.CHOICES}.")
    return name


def _token(value: str) -> str:
    if not (len(value) >= _MIN_TOKEN_CHARS and value.isascii() and value.isprintable()):
        raise ConfigError(
            f"JUMPNOTES_TOKEN is shorter than {_MIN_TOKEN_CHARS} characters, or not all of them are printable ASCII",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return value


SETTINGS = (
    Setting(
        "data_dir", _path, "Folder of the database, the fetched recordings and the checkpoints.", "user data folder"
    ),
    Setting("model", _model, "Speech model: a faster-whisper name or a folder of weights.", "by the hardware"),
    Setting("model_dir", _path, "Folder that is searched for weights first."),
    Setting(
        "allow_hosts",
        _hosts,
        "Hosts besides YouTube that recordings may come from, separated by spaces. *.media.example: all under it.",
    ),
    Setting("cookies", _path, "A cookies.txt for YouTube. It is never logged and never served."),
    Setting(
        "token",
        _token,
        "Anyone who has it may correct links from anywhere; 20 characters or more. It is never logged and never shown.",
    ),
    Setting(
        "language", _language, "Language in which a new database finds words in all forms: name or code.", names.DEFAULT
    ),
    Setting(
        "timeout",
        _timeout,
        "Seconds without a byte after which a download is given up; in twice as many, 64 kB have to arrive.",
        "30",
    ),
)
"""Every setting, as the reference lists it."""
