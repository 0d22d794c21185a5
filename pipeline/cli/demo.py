"""`jumpnotes demo`: the seed's notes on a re-enacted recording, fetched by yt-dlp from a server on loopback.

Every stage is the real one; only the video's host is stood in for, because YouTube cannot be reached everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, open_archive, port_option, settings_options
from pipeline.config import Settings
from pipeline.errors import JumpnotesError

if TYPE_CHECKING:
    from pipeline.records import Meeting
    from pipeline.run.reporter import Reporter
    from pipeline.store import Store

# In a checkout these are links into seeds/; a wheel has the files themselves.
_DATA = Path(__file__).parent / "demo_data"
_NOTES = (_DATA / "000_d54e42ad7e88ce35.txt").resolve()
_AUDIO = (_DATA / "reenactment.m4a").resolve()
_MODEL = "tiny.en"
_NEEDED = ("av", "faster_whisper", "flask", "rapidfuzz", "waitress", "yt_dlp")
_INSTALL = "pip install 'jumpnotes[demo]'"


@click.command("demo")
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the page, or stop after printing the links.")
@port_option
@settings_options
@click.pass_context
def demo_command(ctx: click.Context, serving: bool, port: int) -> None:  # noqa: FBT001 - click passes by name
    """Link a sample meeting, print its links and serve its page.

    The notes are a real meeting's, the recording is a re-enactment: nothing is needed from YouTube.
    """
    from pipeline.cli.render.links import link_table
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.cli.render.run_progress import RunProgress

    if missing := next((module for module in _NEEDED if find_spec(module) is None), None):
        raise CommandError(f"the demo needs {missing}", _INSTALL)
    store = open_archive(ctx.obj).store
    with ConsoleReporter() as console:
        meeting = _run(store, ctx.obj, RunProgress(console, 1))
    click.echo(link_table(meeting.notes, meeting.alignments, meeting.corrections, meeting.part_starts, meeting.within))
    if serving:
        from pipeline.jobs.worker import Worker, working
        from pipeline.retention import tidy_after
        from service import wsgi

        page = f"meetings/{meeting.notes.slug}"
        with working(Worker(replace(ctx.obj, model=ctx.obj.model or _MODEL), tidy_after)):
            wsgi.serve(
                ctx.obj,
                "127.0.0.1",
                port,
                ready=lambda url: click.echo(f"\nOpen {url}{page} and click eBPF.  (Ctrl+C to stop)"),
            )


def _run(store: Store, settings: Settings, reporter: Reporter) -> Meeting:
    """Run the demo's meeting, or skip it when it is done.

    Raises:
        JumpnotesError: the run failed.
    """
    from pipeline.cli.loopback import serve_folder
    from pipeline.run.plan import RunOptions
    from pipeline.run.runner import Runner
    from pipeline.transcribe.models import installed

    with serve_folder(_AUDIO.parent) as base:
        options = RunOptions(media=f"{base}/{_AUDIO.name}", model=settings.model or _MODEL)
        local = replace(settings, allow_hosts=settings.allow_hosts | {"127.0.0.1"})
        (outcome,) = Runner(store, local, options, reporter).run([_NOTES])
    if outcome.failure:
        has_model = settings.model or _MODEL in installed(settings.model_dir)
        raise JumpnotesError(outcome.failure.message, hint=outcome.failure.hint if has_model else _INSTALL)
    return store.meeting(outcome.slug or "")
