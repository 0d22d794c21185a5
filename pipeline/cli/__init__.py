"""The command `jumpnotes`, one module a command. stdout is the result; progress, warnings and errors go to stderr.

Exit 0: all good. 1: something failed, the rest is done. 2: wrong usage. 75: another jumpnotes is at work, so try
again later. 130: stopped by Ctrl+C.

What is heavy is imported inside the commands, so that each starts quickly and needs only the extras it uses.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
from importlib import import_module
from typing import Any

import click

from pipeline.cli.options import CommandBusy, CommandError, settings_options
from pipeline.errors import Busy, DiskFull, JumpnotesError
from pipeline.file_names import printable
from pipeline.unexpected import as_our_error
from pipeline.whole_files import is_for_want_of_room

_COMMANDS = {
    "run": "run_command",
    "notes": "notes_command",
    "transcript": "transcript_command",
    "align": "align_command",
    "watch": "watch_command",
    "search": "search_command",
    "topics": "topics_command",
    "decisions": "decisions_command",
    "list": "list_command",
    "export": "export_command",
    "annotate": "annotate_command",
    "corrections": "corrections_group",
    "speakers": "speakers_command",
    "matches": "matches_group",
    "subscribe": "subscribe_group",
    "digest": "digest_command",
    "redact": "redact_command",
    "forget": "forget_command",
    "tidy": "tidy_command",
    "backup": "backup_command",
    "restore": "restore_command",
    "copy": "copy_command",
    "reindex": "reindex_command",
    "serve": "serve_command",
    "token": "token_group",
    "jobs": "jobs_group",
    "worker": "worker_command",
    "site": "site_command",
    "mcp": "mcp_command",
    "evaluate": "evaluate_command",
    "contribute-gold": "contribute_gold_command",
    "doctor": "doctor_command",
    "demo": "demo_command",
}
"""In the order people need them, each with its name in its module, which is imported when it is wanted."""

_MODULES = {"list": "list_meetings", "contribute-gold": "contribute_gold"}
"""Of commands that have another name than their module."""

_LOG_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
"""By the number of -v."""


class CommandGroup(click.Group):
    """Shows errors as a message and a hint; imports a command when it is wanted, lists them in the order of need."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        try:
            return super().make_context(*args, **options)
        except JumpnotesError as error:  # of a setting, while the command line is read
            raise CommandError(str(error), error.hint) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("verbose", 0) > 1 or getattr(error, "errno", None) == errno.EPIPE:
                raise  # click ends quietly where nobody reads on
            raise _as_command_error(error) from error

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = import_module(f"pipeline.cli.{_MODULES.get(name, name)}")
        command: click.Command = getattr(module, _COMMANDS[name])
        return command


def _as_command_error(error: Exception) -> CommandError:
    match error:
        case Busy():
            return CommandBusy(str(error), error.hint)
        case JumpnotesError():
            return CommandError(str(error), error.hint)
        case OSError(strerror=str(problem)):
            place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
            if is_for_want_of_room(error):
                return CommandError(printable(f"{place}the disk is full"), DiskFull.hint)
            return CommandError(printable(place + problem), "Check the file or folder, its permissions and the disk.")
    ours = as_our_error(error)
    return CommandError(str(ours), ours.hint)


def _print_anything() -> None:
    """Print what the terminal's encoding does not have as an escape, rather than fail."""
    if sys.stdout is None:  # closed by whoever called: what is printed goes nowhere
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jumpnotes")
@click.option("-v", "--verbose", count=True, help="Log more to stderr; -vv also shows tracebacks.")
@settings_options
def main(verbose: int) -> None:
    """Link every heading, bullet and paragraph of meeting notes to the moment in the recording where it was
    discussed.
    """
    _print_anything()
    logging.basicConfig(level=_LOG_LEVELS[min(verbose, len(_LOG_LEVELS) - 1)], format="%(message)s")
