"""What the commands share: options, the database, output, and how a failure is shown."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.config import SETTINGS_FILE_VARIABLE, Settings
from pipeline.errors import FileError
from pipeline.file_names import is_text, printable

if TYPE_CHECKING:
    from pipeline.refresh import Archive

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG, _DATA_DIR = "jumpnotes.config", "jumpnotes.data_dir"  # in the context's `meta`, which all commands share


EXIT_FAILED = 1
EXIT_BUSY = 75
"""Somebody else is at it; as sysexits.h has it: try again later."""
EXIT_INTERRUPTED = 130
"""By Ctrl+C, as shells have it."""


class CommandError(click.ClickException):
    """A failure as people see it: what happened, and what to do about it."""

    exit_code = EXIT_FAILED

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.message}", err=True, file=file)
        if self.hint:
            click.echo(f"hint: {self.hint}", err=True, file=file)


class CommandBusy(CommandError):
    """Somebody else is at it: the same command may work later."""

    exit_code = EXIT_BUSY


class FilePath(click.Path):
    """A file or folder, as a Path. An empty one, such as a variable that is not set, would be the current folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


def settings_options(command: Command) -> Command:
    """--config and --data-dir, accepted before and after the command's name. `ctx.obj` is the Settings then."""
    config = click.option(
        "--config",
        metavar="FILE",
        type=FilePath(dir_okay=False),
        callback=partial(_remember, _CONFIG),
        is_eager=True,
        expose_value=False,
        help="Read the settings from this file.  [default: $JUMPNOTES_CONFIG, or jumpnotes.toml]",
    )
    data_dir = click.option(
        "--data-dir",
        type=FilePath(file_okay=False),
        callback=partial(_remember, _DATA_DIR),
        expose_value=False,
        help="Where everything is stored.  [default: $JUMPNOTES_DATA_DIR, or your user data folder]",
    )
    return data_dir(config(command))


def _remember(name: str, ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    """Keep an option for `load_settings`. What is given after the command's name counts."""
    if value is not None:
        ctx.meta[name] = value if name == _CONFIG else _absolute(value)
    if name == _DATA_DIR and not isinstance(ctx.command, click.Group):
        ctx.obj = load_settings(ctx)


def load_settings(ctx: click.Context, notes: Iterable[Path] = ()) -> Settings:
    """The settings by the options, the environment and the settings file, which may stand beside the notes.

    Raises:
        ConfigError: one of them cannot be used.
    """
    settings = Settings.load(file=ctx.meta.get(_CONFIG), notes=notes)
    data_dir = ctx.meta.get(_DATA_DIR)
    return replace(settings, data_dir=data_dir) if data_dir else settings


def tell_settings(ctx: click.Context) -> None:
    """Name a file whose settings count because of the folder, if they say where this machine writes or whom it asks."""
    from pipeline import settings_file

    is_named = ctx.meta.get(_CONFIG) or os.environ.get(SETTINGS_FILE_VARIABLE, "").strip()
    if not is_named and (found := settings_file.chosen_by_place()):
        path, keys = found
        click.echo(f"Settings: {printable(str(path))} ({', '.join(keys)})", err=True)


def same_settings(ctx: click.Context) -> str:
    """The options with which another command has the same settings; "" where it needs none."""
    given = [("--config", ctx.meta.get(_CONFIG)), ("--data-dir", ctx.meta.get(_DATA_DIR))]
    return "".join(f" {option} {shlex.quote(printable(str(path)))}" for option, path in given if path)


def _absolute(folder: Path) -> Path:
    if not is_text(folder):
        raise click.BadParameter(f"{printable(str(folder))}: the name is not UTF-8", param_hint="--data-dir")
    return folder.absolute()


no_meaning_option = click.option(
    "--no-meaning", is_flag=True, help="Compare words only, even if the sentence model is installed."
)


def format_option(command: Command) -> Command:
    """--format, as the parameter `output_format`: "text" for people or "json" for programs."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Print text for people or JSON for programs.",
    )(command)


def offset_seconds(value: str) -> float:
    """The seconds of --offset. Raises BadParameter."""
    from pipeline.transcript_clock import parse_offset

    if (seconds := parse_offset(value)) is None:
        raise click.BadParameter(f"{printable(value)} is no time; write seconds or minutes, as 104, -1:44 or 1:00:00.")
    return seconds


def output_option(command: Command) -> Command:
    """-o and --output, as the parameter `output`: None for stdout."""
    return click.option(
        "-o",
        "--output",
        type=FilePath(dir_okay=False),
        help="Write to this file instead of stdout.",
    )(command)


def port_option(command: Command) -> Command:
    """--port, as the parameter `port`."""
    return click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    )(command)


def open_archive(settings: Settings, *, refreshed: bool = True, searched: bool = True) -> Archive:
    """The database and its search index, created if there are none, and closed with the command at the latest.

    Args:
        refreshed: bring the index up to date first, however long that takes.
        searched: the command may search, or people are to search here after it. If not, the index is brought up to date
            only where the archive is a file, whose index serves all.
    """
    from pipeline.refresh import Archive

    archive = Archive.open(settings, refreshed=refreshed, searched=searched)
    if ctx := click.get_current_context(silent=True):
        ctx.call_on_close(archive.close)
    return archive


def has_archive(settings: Settings) -> bool:
    """Whether there is an archive. On a server there always is, or who opens it is told why not."""
    return settings.database is not None or settings.database_file.exists()


def require_archive(settings: Settings) -> None:
    """Raises CommandError: there is none, and a command that only looks at it is not to make one."""
    if not has_archive(settings):
        raise CommandError(f"{settings.database_file}: there is no archive", "Choose its folder with --data-dir.")


def site_of(settings: Settings) -> str:
    """Where the pages are served; "" where nobody said so: addresses in JSON then begin at the root of the site."""
    return settings.site_url or ""


def write_output(text: str, output: Path | None) -> None:
    """Write `text` to a file, or to stdout. A file is replaced as a whole, where its folder lets us.

    Raises:
        CommandError: the file cannot be written.
    """
    from pipeline.annotate.files import replace_file

    if output is not None and (output.is_file() or not output.exists()):
        try:
            replace_file(output.resolve(), text.encode())
        except FileError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and not isinstance(cause, PermissionError):
                problem = f"{printable(str(output))}: {cause.strerror}"
                raise CommandError(problem, "Choose another file with --output.") from error
            # The folder is not ours to write; the file may be.
        else:
            return
    try:
        with click.open_file(str(output or "-"), "w", encoding="utf-8") as opened:
            opened.write(text)
    except BrokenPipeError:  # `jumpnotes … | head` has seen enough
        raise
    except OSError as error:
        name = printable(str(output)) if output else "standard output"
        raise CommandError(f"{name}: {error.strerror}", "Choose another file with --output.") from error


def to_json(document: Any) -> str:
    """A document on one line, for programs."""
    import json

    return json.dumps(document, ensure_ascii=False)
