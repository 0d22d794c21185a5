"""`jumpnotes tidy`: what nobody needs any more leaves the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, open_archive, require_archive, settings_options

if TYPE_CHECKING:
    from pipeline.store import Store

_COMPACTED_FROM = 0.25  # of a database that is free


@click.command("tidy")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@settings_options
@click.pass_context
def tidy_command(ctx: click.Context, dry_run: bool) -> None:  # noqa: FBT001 - click's
    """Remove what nobody needs: results that newer runs replaced, jobs that ended, and what is left of what is no more.

    The settings keep_runs and keep_jobs say how long results and jobs are kept. Nothing changes on any page. Runs and
    the worker do the same by themselves; this command also makes the database smaller, if that is worth it.
    """
    import os

    from pipeline.retention import find, tidy, told

    folder = ctx.obj.data_dir
    if not dry_run and (ctx.obj.read_only or (folder.exists() and not os.access(folder, os.W_OK))):
        problem = f"{folder}: cannot be written, so nothing can be removed"
        raise CommandError(problem, "See the setting read_only, and the permissions of the folder.")
    require_archive(ctx.obj)
    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    try:
        if dry_run:
            click.echo(f"would remove: {told(find(archive.store, ctx.obj)) or 'nothing'}")
        else:
            click.echo(f"removed: {told(tidy(archive.store, ctx.obj)) or 'nothing'}")
            _compact(archive.store)
    finally:
        archive.close()


def _compact(store: Store) -> None:
    from pipeline.errors import Busy, DiskFull

    if (share := store.retention.free_share()) < _COMPACTED_FROM:
        return
    before = store.path.stat().st_size
    try:
        store.scrub()
    except (Busy, DiskFull) as error:
        click.echo(f"not made smaller: {error}. Its free {share:.0%} is used again.", err=True)
        return
    from pipeline.cli.render.inventory import file_size

    click.echo(f"made smaller: {file_size(before)} to {file_size(store.path.stat().st_size)}")
