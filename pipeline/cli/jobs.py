"""`jumpnotes jobs`: what was asked for, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    EXIT_FAILED,
    format_option,
    load_settings,
    open_archive,
    settings_options,
    site_of,
    to_json,
)
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.jobs.queue import Queue
    from pipeline.records import Job

_STATES = ("queued", "running", "done", "failed", "cancelled")
_MAX_LISTED = 50


@click.group("jobs", invoke_without_command=True)
@settings_options
@click.pass_context
def jobs_group(ctx: click.Context) -> None:
    """List, add, cancel and retry jobs.

    A job takes notes through all stages, as jumpnotes run does, while jumpnotes serve or jumpnotes worker runs.
    """
    if ctx.invoked_subcommand is None:
        ctx.obj = load_settings(ctx)
        _list(ctx, (), "text", everything=False)


@jobs_group.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Only jobs in this state.")
@click.option("--all", "everything", is_flag=True, help="Also looks, scans and notifications; no limit.")
@format_option
@settings_options
@click.pass_context
def list_command(ctx: click.Context, states: tuple[str, ...], everything: bool, output_format: str) -> None:  # noqa: FBT001
    """List jobs: what runs, what waits for its turn, and the newest that have ended."""
    _list(ctx, states, output_format, everything=everything)


def _list(ctx: click.Context, states: Sequence[str], output_format: str, *, everything: bool) -> None:
    from pipeline.cli.render.jobs import jobs_table
    from pipeline.export.jobs import job_json
    from pipeline.jobs.queue import at_a_glance
    from pipeline.records import JobKind, JobState

    queue = open_archive(ctx.obj, searched=False).store.jobs
    if everything:
        found = queue.jobs(states=tuple(map(JobState, states)), limit=1_000_000)
    elif states:
        found = queue.jobs(states=tuple(map(JobState, states)), kinds=(JobKind.RUN,), limit=_MAX_LISTED)
    else:
        found = at_a_glance(queue, (JobKind.RUN,), limit=_MAX_LISTED)
    if output_format == "json":
        click.echo(to_json([job_json(each, site=site_of(ctx.obj)) for each in found]))
        return
    click.echo(jobs_table(found) if found else "No jobs.", err=not found)
    if any(not each.state.is_final for each in found):
        for line in _what_waits_in_vain(queue, ctx.obj):
            click.echo(line, err=True)


def _what_waits_in_vain(queue: Queue, settings: Settings) -> Iterator[str]:
    """What no worker that is there does, in words."""
    from pipeline.jobs.presence import find_workers

    workers = tuple(find_workers(queue, settings.data_dir))
    if not workers:
        start = "jumpnotes worker" if queue.is_shared else "jumpnotes serve or jumpnotes worker"
        yield f"Nobody is working: start {start}."
    if not queue.is_shared:
        return
    figures = queue.figures()
    for count in figures.without(workers) if workers else ():
        yield f"{_jobs_wait(count.jobs)} in the queue {count.queue}, which no worker takes."
    if figures.newer:
        yield f"{_jobs_wait(figures.newer)} for a worker of a newer jumpnotes."


def _jobs_wait(jobs: int) -> str:
    return "1 job waits" if jobs == 1 else f"{jobs} jobs wait"


@jobs_group.command("add")
@click.argument("notes", metavar="NOTES|LINK…", nargs=-1, required=True)
@click.option("--media", metavar="FILE|URL", help="Use this recording instead of the one linked in the notes.")
@click.option("--transcript", metavar="FILE|captions", help="Use a transcript you have, or the video's captions.")
@click.option(
    "--force", type=click.Choice(["fetch", "transcribe", "align"]), help="Redo this stage and the ones after it."
)
@settings_options
@click.pass_context
def add_command(
    ctx: click.Context, notes: tuple[str, ...], media: str | None, transcript: str | None, force: str | None
) -> None:
    """Queue notes: Markdown files, or folders of them. Prints a line for each job.

    LINK is that of a recording without notes: they are made of its title, its date and its chapters.
    """
    from pipeline.jobs import drafts
    from pipeline.links import without_credentials
    from pipeline.notes.files import find_notes
    from pipeline.records import JobKind, JobRequest
    from pipeline.run.inputs import stored_path

    links = [each for each in notes if "://" in each]
    paths = [Path(each) for each in notes if each not in links]
    files = list(find_notes(paths)) if paths else []
    if len(files) > 1 and (media or (transcript and transcript != "captions")):
        raise click.UsageError("--media and --transcript with a FILE can be used with a single notes file only.")
    if links and (media or transcript or force):
        raise click.UsageError("--media, --transcript and --force are for notes, not for links.")
    queue = open_archive(ctx.obj, searched=False).store.jobs
    for file in files:
        request = JobRequest(stored_path(file), _absolute(media), _absolute(transcript), force)
        job = queue.put(JobKind.RUN, printable(file.name), request, _user())
        click.echo(f"{job.id}  {job.title}")
    for link in links:
        draft = drafts.submit(ctx.obj, drafts.create(ctx.obj, _user(), link=link).id)
        title = without_credentials(draft.link or link)
        job = queue.put(JobKind.RUN, title, JobRequest(draft=draft.id), _user())
        click.echo(f"{job.id}  {job.title}")


@jobs_group.command("retry")
@click.argument("numbers", metavar="[JOB]…", nargs=-1, type=int)
@click.option("--reason", help="All that failed, or wait, for this reason, such as no-network.")
@click.option("--all", "everything", is_flag=True, help="All that failed or wait.")
@settings_options
@click.pass_context
def retry_command(ctx: click.Context, numbers: tuple[int, ...], reason: str | None, everything: bool) -> None:  # noqa: FBT001
    """Queue jobs again that failed, were cancelled, or wait to be tried again; they go on from their checkpoints."""
    if sum(map(bool, (numbers, reason, everything))) != 1:
        raise click.UsageError("Name jobs, or give --reason or --all.")
    queue = open_archive(ctx.obj, searched=False).store.jobs
    if numbers:
        _each(ctx, numbers, queue.retry, "queued")
        return
    again = queue.retry_failed(reason)
    click.echo("No job failed for this reason." if reason and not again else f"{len(again)} queued again.")


@jobs_group.command("cancel")
@click.argument("numbers", metavar="[JOB]…", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All that wait or run.")
@settings_options
@click.pass_context
def cancel_command(ctx: click.Context, numbers: tuple[int, ...], everything: bool) -> None:  # noqa: FBT001
    """Cancel jobs. One that runs ends within seconds; what it has stored and its checkpoint are kept."""
    from pipeline.records import JobState

    if bool(numbers) == everything:
        raise click.UsageError("Name jobs, or give --all.")
    queue = open_archive(ctx.obj, searched=False).store.jobs
    if everything:
        waiting = queue.jobs(states=(JobState.QUEUED, JobState.RUNNING), limit=1_000_000)
        numbers = tuple(sorted(each.id for each in waiting))
    _each(ctx, numbers, queue.cancel, "cancelled")


def _each(ctx: click.Context, numbers: Sequence[int], change: Callable[[int], Job], wanted: str) -> None:
    """Change jobs one by one, and say what each is now; the exit code tells whether all are what was wanted."""
    from pipeline.errors import JobNotFound

    is_good = True
    for number in numbers:
        try:
            job = change(number)
        except JobNotFound as error:
            click.echo(f"error: {error}\nhint: {error.hint}", err=True)
            is_good = False
            continue
        click.echo(f"{job.id}  {job.state}  {job.title}")
        is_good = is_good and job.state == wanted
    ctx.exit(0 if is_good else EXIT_FAILED)


def _absolute(source: str | None) -> str | None:
    """A file from wherever the worker is started; addresses and names stay."""
    return str(Path(source).resolve()) if source and "://" not in source and Path(source).exists() else source


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this computer"
