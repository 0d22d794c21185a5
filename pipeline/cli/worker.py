"""`jumpnotes worker`: does the jobs, without the web."""

from __future__ import annotations

import signal
from contextlib import closing
from types import FrameType

import click

from pipeline.cli.options import CommandError, open_archive, settings_options, tell_settings
from pipeline.errors import ReadOnly


@click.command("worker")
@click.option("--check", is_flag=True, help="Only say whether one is at work on this computer, or in this container.")
@settings_options
@click.pass_context
def worker_command(ctx: click.Context, check: bool) -> None:  # noqa: FBT001 - click's
    """Do the jobs in the queue, and look through what is watched.

    `jumpnotes serve` does that, too, where it can: this command is for another process than the web pages', such as a
    service or a container. One works at a time; a second one waits, and goes on where the first one ended. What was
    being done when it was stopped, or when the power went, is queued again and goes on from its checkpoint.
    """
    from pipeline.jobs.presence import abilities, find_worker, is_at_work_here
    from pipeline.jobs.worker import Worker
    from pipeline.retention import tidy_after

    if check:
        if not is_at_work_here(open_archive(ctx.obj, refreshed=False).store.jobs, ctx.obj.data_dir):
            raise CommandError("no worker is at work here", "Start one: jumpnotes worker.")
        click.echo("A worker is at work here.")
        return
    tell_settings(ctx)
    if not abilities().transcribes:
        raise CommandError("a worker needs faster-whisper, which is not installed", "pip install 'jumpnotes[pipeline]'")
    if ctx.obj.read_only:
        raise CommandError("the setting read_only says that nothing is to be changed here", "Start the worker without.")
    with closing(open_archive(ctx.obj)) as archive:
        if archive.store.is_read_only():
            raise ReadOnly(archive.store.place)
    worker = Worker(ctx.obj, tidy_after)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    is_second = not ctx.obj.database and find_worker(ctx.obj.data_dir) is not None
    doing = "Another worker is at work; this one goes on when it ends" if is_second else "Working"
    click.echo(f"{doing}: jumpnotes jobs shows what is done.  (Ctrl+C to stop)", err=True)
    worker.run()
