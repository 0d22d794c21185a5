"""Settings in a file, `jumpnotes.toml`: where it is looked for, and whose word it is.

A file that came with somebody's notes may say how they are to be read. It may not say where this machine writes, whom
it asks for recordings, which model it loads or who may log in. These settings count in a file that was chosen: one that
was named, the user's own, or the one that is in force where the command was started, as with make and its Makefile.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from pipeline import setting_values, untrusted
from pipeline.config import SETTINGS, SETTINGS_FILE_NAME, SETTINGS_FILE_VARIABLE
from pipeline.errors import ConfigError
from pipeline.file_names import printable
from pipeline.untrusted import InvalidInput

MAX_SETTINGS_BYTES = 64_000

_KNOWN = {setting.field: setting for setting in SETTINGS}
_KEYS = ", ".join(_KNOWN)


@dataclass(frozen=True, slots=True)
class _SettingsFile:
    path: Path
    chosen: bool  # by whoever runs the command


def values(named: Path | None, notes: Iterable[Path] = ()) -> dict[str, object]:
    """What the settings files that apply say, by field of Settings.

    Args:
        named: the only file to read.
        notes: files and folders beside which a file is looked for, if there is none for the current folder.

    Raises:
        ConfigError: a file cannot be read, has a key or a value that cannot be used, or a setting that is not its own
            to make; or the notes have several files.
    """
    found: dict[str, object] = {}
    for file in [_SettingsFile(named, chosen=True)] if named else _files(notes):
        found |= _read(file)
    return found


def chosen_by_place() -> tuple[Path, tuple[str, ...]] | None:
    """The file that counts because the command was started in its folder or below, and what only a chosen one may set.

    Whoever starts it in a folder from elsewhere should hear of that. None where there is none, or nothing of the kind.

    Raises:
        ConfigError: as `values`.
    """
    here = _nearest(Path())
    keys = [key for key in (_read(_SettingsFile(here, chosen=_is_ours(here))) if here else ()) if _KNOWN[key].guarded]
    return (here, tuple(keys)) if here and keys else None


def _files(notes: Iterable[Path]) -> Iterator[_SettingsFile]:
    """The user's own file and the one of the project, which counts for more."""
    own = Path(platformdirs.user_config_dir("jumpnotes", appauthor=False)) / SETTINGS_FILE_NAME
    if own.is_file():
        yield _SettingsFile(own, chosen=True)
    if here := _nearest(Path()):
        yield _SettingsFile(here, chosen=_is_ours(here))
        return
    beside = {file: None for path in notes if (file := _nearest(path))}
    if len(beside) > 1:
        names = " and ".join(printable(str(file)) for file in beside)
        raise ConfigError(
            f"the notes have different settings: {names}", hint="Run them apart, or choose with --config."
        )
    for file in beside:
        yield _SettingsFile(file, chosen=False)


def _nearest(path: Path) -> Path | None:
    """The settings file in the folder `path` or that of the file, or above, up to the repository's or the home."""
    try:
        path, home = path.resolve(), Path.home().resolve()
        above = [path, *path.parents][0 if path.is_dir() else 1 :]
        last = next((i for i, each in enumerate(above) if each == home or (each / ".git").exists()), 0)
        files = (each / SETTINGS_FILE_NAME for each in above[: last + 1])
        return next((file for file in files if file.exists()), None)
    except (OSError, RuntimeError):  # a folder that cannot be entered, is gone, or leads to itself
        return None


def _is_ours(file: Path) -> bool:
    """Whether nobody else can have written it: /tmp is everybody's, and above many a folder."""
    state = file.stat()
    return state.st_uid in {os.getuid(), 0} and not state.st_mode & 0o002


def _read(file: _SettingsFile) -> dict[str, object]:
    shown = printable(str(file.path))
    try:
        text = untrusted.read_bytes(file.path, limit=MAX_SETTINGS_BYTES).decode("utf-8-sig")
        given = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{shown}: {error.strerror}", hint="Check its name and permissions.") from error
    except InvalidInput as error:
        raise ConfigError(f"{shown} {error}", hint="Give a TOML file with settings.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown} is not UTF-8", hint="Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{shown} is not TOML: {error}", hint='Lines look like this: model = "small"') from error
    found = {}
    for key, value in given.items():
        place = f"{shown}:{line}" if (line := _line_of(key, text)) else shown
        setting = _KNOWN.get(key)
        if setting is None:
            raise ConfigError(f"{place}: there is no setting {untrusted.shown(key)}", hint=_suggestion(key))
        if setting.guarded and not file.chosen:
            raise ConfigError(
                f"{place}: {key} is not taken from a file that came with notes", hint=_choosing(file.path)
            )
        found[key] = setting_values.from_file(setting, value, place, file.path.absolute().parent)
    _check_secrets(file.path, given)
    return found


def _line_of(key: str, text: str) -> int | None:
    """The line of a key; None where it cannot be told without reading TOML anew."""
    start = re.compile(rf"\s*({re.escape(key)}\s*=|\[\s*{re.escape(key)}\s*\])")  # of a value, or of a table
    lines = [number for number, line in enumerate(text.splitlines(), 1) if start.match(line)]
    return lines[0] if len(lines) == 1 else None


def _suggestion(key: str) -> str:
    close = difflib.get_close_matches(key[:40].lower().removeprefix("jumpnotes_").replace("-", "_"), _KNOWN, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are {_KEYS}."


def _choosing(path: Path) -> str:
    return (
        f"If you trust it, add --config {printable(str(path))}; if not, --config with a file of your own. "
        f"{SETTINGS_FILE_VARIABLE} does the same."
    )


def _check_secrets(path: Path, given: Mapping[str, Any]) -> None:
    secret = next((setting.field for setting in SETTINGS if setting.secret and setting.field in given), None)
    mode = path.stat().st_mode & 0o777
    if secret and mode & 0o007:  # its group may: that of a service, whose settings belong to root
        raise ConfigError(
            f"{printable(str(path))} has a {secret} in it, and everybody on this machine may read it (mode {mode:o})",
            hint=f"chmod 600 the file, or set {_KNOWN[secret].variable} instead. Keep it out of version control.",
        )
