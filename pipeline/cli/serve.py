"""`jumpnotes serve`: the web pages, and the jobs."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from types import FrameType

import click

from pipeline.cli.options import open_archive, port_option, settings_options, tell_settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@port_option
@click.option("--no-worker", is_flag=True, help="Leave the jobs to a jumpnotes worker.")
@settings_options
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int, no_worker: bool) -> None:  # noqa: FBT001 - click's
    """Serve the web pages, and do the jobs that are asked for there.

    Jobs are done in a process of their own, where faster-whisper and yt-dlp are installed.
    """
    from pipeline import background
    from pipeline.jobs.presence import abilities
    from pipeline.jobs.worker import Worker, working
    from pipeline.redact import unfinished
    from service import wsgi

    tell_settings(ctx)
    archive = open_archive(ctx.obj)
    if unfinished(archive.store, ctx.obj):  # by somebody who was killed
        background.start(ctx.obj.data_dir, "redact")
    archive.close()
    signal.signal(signal.SIGTERM, _stop)
    with nullcontext() if no_worker or not abilities().transcribes else working(Worker(ctx.obj)):
        wsgi.serve(ctx.obj, host, port, ready=lambda url: click.echo(f"{url}  (Ctrl+C to stop)", err=True))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """As Ctrl+C does: what is being done is queued again."""
    raise KeyboardInterrupt
