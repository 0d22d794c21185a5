"""What the commands share: options, and how a failure is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.config import Settings

if TYPE_CHECKING:
    from pipeline.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


class Failed(click.ClickException):
    """A JumpnotesError as people see it: what happened, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.message}", err=True, file=file)
        if self.hint:
            click.echo(f"hint: {self.hint}", err=True, file=file)


def data_dir(command: Command) -> Command:
    """The option --data-dir, accepted before and after the command's name."""

    def set_it(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.obj = replace(ctx.obj or Settings.from_env(), data_dir=value.absolute())

    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        callback=set_it,
        expose_value=False,
        help="Where everything is kept. Default: $JUMPNOTES_DATA_DIR, or your user data folder.",
    )(command)


def open_store(settings: Settings) -> Store:
    """The database, made if there is none."""
    from pipeline.store import Store

    return Store.open(settings.database, language=settings.language)


def as_json(command: Command) -> Command:
    return click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)(
        command
    )
