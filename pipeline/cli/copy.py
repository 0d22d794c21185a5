"""`jumpnotes copy`: an archive from a file into PostgreSQL, and back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, settings_options
from pipeline.file_names import is_text, printable

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.store import Store

_OF_SETTINGS = "-"
_ADDRESS_SIGN = "://"


def _place(_ctx: click.Context, _param: click.Parameter, given: str) -> str | Path:
    """A file, or the address of a database. No error repeats an address: it may have a password in it."""
    from pipeline import postgresql

    if _ADDRESS_SIGN not in given and given != _OF_SETTINGS:
        if not given or not is_text(given):
            raise click.BadParameter("it is no name of a file")
        if Path(given).is_dir():
            raise click.BadParameter(f"{printable(given)} is a folder; its database is the file jumpnotes.db in it")
        return Path(given).absolute()
    if given != _OF_SETTINGS and (problem := postgresql.problem_of(given)):
        raise click.BadParameter(f"it {problem}")
    return given


@click.command("copy")
@click.argument("source", metavar="FROM", callback=_place)
@click.argument("target", metavar="TO", callback=_place)
@settings_options
@click.pass_context
def copy_command(ctx: click.Context, source: str | Path, target: str | Path) -> None:
    """Copy an archive from a file into a PostgreSQL database, or back.

    FROM and TO are each a file, an address such as postgresql://USER@HOST/NAME, or - for the database of the settings
    (JUMPNOTES_DATABASE): others on this machine can see an argument, and with it a password, but not the settings. TO
    has to be empty or not there yet, and stays empty if the copy is interrupted; FROM is only read. Stop the server and
    the workers first: what they store meanwhile is not copied. Recordings and notes stay in the data folder.

    \b
    jumpnotes copy /srv/meetings/jumpnotes.db -
    """
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.store.schema import needs_upgrade

    settings: Settings = ctx.obj
    source, target = _of_settings(settings, source), _of_settings(settings, target)
    if source == target:
        raise click.BadParameter("it is what is copied; give another database", param_hint="TO")
    if isinstance(source, Path):
        if not source.exists():
            raise CommandError(f"{printable(str(source))}: there is no archive", "Give the file of a database.")
        if needs_upgrade(source):
            problem = f"{printable(str(source))}: of an older jumpnotes"
            raise CommandError(problem, f"To upgrade it: jumpnotes list --data-dir {source.parent}")
    with closing(_open(settings, source)) as copied, closing(_open(settings, target)) as made:
        if copied.jobs.workers() or _has_worker(source):
            click.echo(f"A worker is using {copied.place}: what it stores from now on is not copied.", err=True)
        with ConsoleReporter() as reporter:
            reporter.stage(made.place, "copying", unit="rows")
            done = copied.copy_to(made, reporter.progress)
        for each in done.left:
            click.echo(printable(f"not copied, as it cannot be read: {each}"), err=True)
        meetings = f"{done.meetings} meeting" + ("" if done.meetings == 1 else "s")
        click.echo(printable(f"{copied.place} → {made.place}: {meetings}, {done.jobs} jobs, {done.rows} rows"))
    ctx.exit(1 if done.left else 0)


def _of_settings(settings: Settings, place: str | Path) -> str | Path:
    if place != _OF_SETTINGS:
        return place
    if settings.database is None:
        raise CommandError("the settings name no database", "Set JUMPNOTES_DATABASE to its address.")
    return settings.database


def _open(settings: Settings, place: str | Path) -> Store:
    from pipeline.store import Store

    return Store.open(place) if isinstance(place, Path) else Store.open(settings.database_file, url=place)


def _has_worker(place: str | Path) -> bool:
    from pipeline.jobs.presence import find_worker

    return isinstance(place, Path) and find_worker(place.parent) is not None
