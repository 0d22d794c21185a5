"""`jumpnotes restore`: an archive out of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import FilePath, same_settings, settings_options
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.backup import PreparedRestore, Restored
    from pipeline.config import Settings


@click.command("restore")
@click.argument("file", metavar="[FILE]", type=FilePath(exists=True, dir_okay=False), required=False)
@click.option("--replace", is_flag=True, help="Even if there is an archive: it is moved aside.")
@click.option("-y", "--yes", is_flag=True, help="With --replace: do not ask.")
@settings_options
@click.pass_context
def restore_command(ctx: click.Context, file: Path | None, replace: bool, yes: bool) -> None:  # noqa: FBT001 - click's
    """Make an archive of a backup, in an empty data folder or in place of what is there.

    FILE is what jumpnotes backup wrote. It is checked first, and nothing is changed if it is damaged. With --replace,
    what is there is moved to a folder in the data folder, and nothing of it is lost; only what is in a PostgreSQL
    database is replaced for good. Stop the server and the worker first. If a restore was killed, jumpnotes restore
    without FILE finishes it.
    """
    from pipeline.backup import go_on, prepare

    if file is None:
        _tell(ctx, go_on(ctx.obj))
        return
    with prepare(ctx.obj, file, replace=replace) as prepared:
        click.echo(_described(prepared), err=True)
        if prepared.is_in_use and not yes:
            click.confirm(_question(ctx.obj), abort=True, err=True)
        restored = prepared.put_in_place()
    _tell(ctx, restored)
    if ctx.obj.database is None:
        click.echo(f"The next command makes the search index anew: jumpnotes list{same_settings(ctx)}", err=True)
    else:
        click.echo("Each machine makes its search index anew by itself.", err=True)


def _question(settings: Settings) -> str:
    if settings.database is None:
        return f"Replace the archive in {printable(str(settings.data_dir))} with it?"
    from pipeline.postgresql import place_of

    return f"Replace the archive in {printable(place_of(settings.database))} with it? What is in there goes."


def _restored_place(settings: Settings) -> str:
    if settings.database is None:
        return str(settings.data_dir)
    from pipeline.postgresql import place_of

    return f"{place_of(settings.database)}, and its files in {settings.data_dir}"


def _described(prepared: PreparedRestore) -> str:
    about = prepared.description
    meetings = f"{about.meetings} meeting" + ("" if about.meetings == 1 else "s")
    media = "with" if about.with_media else "without"
    of = f"A backup of {printable(about.data_dir)}, {about.at:%Y-%m-%d %H:%M} UTC"
    return f"{of}: {meetings}, {media} fetched recordings. All of it is whole."


def _tell(ctx: click.Context, restored: Restored) -> None:
    click.echo(f"restored: {printable(_restored_place(ctx.obj))}")
    if restored.aside is not None:
        click.echo(f"What was there is in {printable(str(restored.aside))}. Delete it when all is well.", err=True)
    if not restored.knows_revoked:
        problem = "The database that was replaced cannot be read: tokens that were revoked in it may be good again."
        click.echo(problem, err=True)
    if restored.tokens:
        names = ", ".join(map(printable, restored.tokens))
        click.echo(f"These tokens are good: {names}. To end one: jumpnotes token revoke NAME", err=True)
