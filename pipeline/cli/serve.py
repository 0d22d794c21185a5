"""`jumpnotes serve`: the web pages, and the jobs."""

from __future__ import annotations

import logging
import signal
from contextlib import nullcontext
from dataclasses import replace
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import open_archive, port_option, settings_options, tell_settings
from pipeline.errors import DatabaseDamaged, JumpnotesError
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.config import Settings

_log = logging.getLogger(__name__)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@port_option
@click.option("--no-worker", is_flag=True, help="Leave the jobs to a jumpnotes worker.")
@click.option("--read-only", is_flag=True, help="Only show what there is: no corrections, no new meetings, no jobs.")
@settings_options
@click.pass_context
def serve_command(
    ctx: click.Context,
    host: str,
    port: int,
    no_worker: bool,  # noqa: FBT001 - click's
    read_only: bool,  # noqa: FBT001
) -> None:
    """Serve the web pages, and do the jobs that are asked for there.

    Jobs are done in a process of their own, where faster-whisper and yt-dlp are installed. With a PostgreSQL database,
    which several machines may share, they are left to jumpnotes worker.
    """
    from pipeline import background
    from pipeline.jobs.presence import abilities
    from pipeline.jobs.worker import Worker, working
    from pipeline.redact import unfinished
    from pipeline.retention import tidy_after
    from service import wsgi

    tell_settings(ctx)
    settings: Settings = ctx.obj
    archive = open_archive(settings)
    if archive.store.is_read_only():
        place = archive.store.place if archive.store.is_shared else str(settings.data_dir)
        click.echo(f"{printable(place)} cannot be written, so nothing can be changed here.", err=True)
        read_only = True
    settings = replace(settings, read_only=read_only or settings.read_only)
    if not settings.read_only and unfinished(archive.store, settings):  # by somebody who was killed
        background.start(settings.data_dir, "redact", database=settings.database)
    archive.close()
    Thread(target=_tell_damage, args=(settings,), daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    works = not (no_worker or settings.read_only or settings.database) and abilities().transcribes
    if settings.database and not settings.read_only:
        click.echo("Jobs are left to the workers of this database: jumpnotes worker.", err=True)
    with working(Worker(settings, tidy_after)) if works else nullcontext():
        wsgi.serve(settings, host, port, ready=lambda url: click.echo(f"{url}  (Ctrl+C to stop)", err=True))


def _tell_damage(settings: Settings) -> None:
    """Read all files once, beside the pages: of what is damaged, some shows in none of them."""
    try:
        archive = open_archive(settings, refreshed=False)
        try:
            if settings.read_only and (index := archive.index.find_damage()):
                click.echo(printable(f"warning: the search index is damaged: {index}"), err=True)
            elif index := archive.index.give_up_damaged():
                click.echo(printable(f"warning: the search index is damaged, and is made anew: {index}"), err=True)
            if not archive.store.is_shared and (damage := archive.store.find_damage()):  # a server looks after its own
                raise DatabaseDamaged(settings.database_file, damage)
        finally:
            archive.close()
    except DatabaseDamaged as error:
        click.echo(f"{printable(f'warning: {error}')}\nhint: {error.hint}", err=True)
    except (JumpnotesError, OSError) as error:  # whoever asks for a page is told the same
        _log.info("%s", error)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """As Ctrl+C does: what is being done is queued again."""
    raise KeyboardInterrupt
