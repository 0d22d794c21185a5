"""`jumpnotes worker`: does the jobs, without the web."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import closing
from types import FrameType

import click

from pipeline.cli.options import CommandError, open_archive, settings_options, tell_settings
from pipeline.config import Settings
from pipeline.errors import ReadOnly
from pipeline.records import JobKind, RunStage

_QUEUES: Mapping[str, JobKind | RunStage] = {
    **{stage.value: stage for stage in RunStage},
    **{kind.value: kind for kind in JobKind if kind is not JobKind.RUN},
}


@click.command("worker")
@click.option("--check", is_flag=True, help="Only say whether one is at work on this computer, or in this container.")
@click.option(
    "--queues",
    metavar="NAMES",
    help=f"Take only these, separated by commas: {', '.join(_QUEUES)}. For several machines, which share a database.",
)
@click.option("--gpu", is_flag=True, help="Hear with a GPU, and do not start where there is none.")
@settings_options
@click.pass_context
def worker_command(ctx: click.Context, queues: str | None, *, check: bool, gpu: bool) -> None:
    """Do the jobs in the queue, and look through what is watched.

    `jumpnotes serve` does that, too, where it can: this command is for another process than the web pages', such as a
    service or a container. One works at a time; a second one waits, and goes on where the first one ended. What was
    being done when it was stopped, or when the power went, is queued again and goes on from its checkpoint.

    With JUMPNOTES_DATABASE, any number of workers on any number of machines take jobs side by side. Then a run has
    three parts, each with a queue of its own: fetch gets recordings from their hosts, transcribe hears them, and align,
    which has to be where the notes are, begins and ends.
    """
    if check:
        if not _is_at_work_here(ctx.obj):
            raise CommandError("no worker is at work here", "Start one: jumpnotes worker.")
        click.echo("A worker is at work here.")
        return
    from pipeline.exchange_check import check_exchange
    from pipeline.jobs.presence import abilities, find_worker
    from pipeline.jobs.worker import Worker
    from pipeline.retention import tidy_after

    tell_settings(ctx)
    kinds, stages = _chosen(queues, ctx.obj)
    if RunStage.TRANSCRIBE in stages and not abilities().transcribes:
        raise CommandError("a worker needs faster-whisper, which is not installed", "pip install 'jumpnotes[pipeline]'")
    if ctx.obj.read_only:
        raise CommandError("the setting read_only says that nothing is to be changed here", "Start the worker without.")
    if gpu:
        _check_gpu()
    with closing(open_archive(ctx.obj, searched=False)) as archive:
        if archive.store.is_read_only() and not archive.store.is_shared:  # else it waits: a server may be promoted
            raise ReadOnly(archive.store.place)
    if ctx.obj.database and stages:
        check_exchange(ctx.obj)
    worker = Worker(ctx.obj, tidy_after, kinds, stages, gpu=gpu)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    is_second = not ctx.obj.database and find_worker(ctx.obj.data_dir) is not None
    doing = "Another worker is at work; this one goes on when it ends" if is_second else "Working"
    click.echo(f"{doing}: jumpnotes jobs shows what is done.  (Ctrl+C to stop)", err=True)
    worker.run()


def _is_at_work_here(settings: Settings) -> bool:
    """Whether a worker is. This is asked every few seconds, so that a file is not opened for nothing."""
    from pipeline.jobs.presence import find_worker, is_at_work_here

    if settings.database is None:
        return find_worker(settings.data_dir) is not None
    return is_at_work_here(open_archive(settings, refreshed=False, searched=False).store.jobs, settings.data_dir)


def _chosen(queues: str | None, settings: Settings) -> tuple[tuple[JobKind, ...], tuple[RunStage, ...]]:
    """The kinds of jobs and the parts of runs that are done here.

    Raises:
        click.BadParameter: there is no such queue.
        CommandError: the queues cannot be taken by themselves here.
    """
    if queues is None:
        return tuple(JobKind), tuple(RunStage)
    if not settings.database:
        raise CommandError(
            "--queues is for workers that share a database, and JUMPNOTES_DATABASE is not set",
            "Start the worker without --queues: it does everything.",
        )
    names = [name.strip() for name in queues.split(",") if name.strip()]
    if unknown := [name for name in names if name not in _QUEUES]:
        raise click.BadParameter(f"{unknown[0]}: choose from {', '.join(_QUEUES)}.", param_hint="--queues")
    if not names:
        raise click.BadParameter(f"choose from {', '.join(_QUEUES)}.", param_hint="--queues")
    chosen = [_QUEUES[name] for name in names]
    stages = tuple(stage for stage in RunStage if stage in chosen)
    kinds = tuple(kind for kind in JobKind if kind in chosen or (kind is JobKind.RUN and stages))
    if RunStage.FETCH in stages and RunStage.TRANSCRIBE not in stages and not settings.exchange:
        raise CommandError(
            "nobody could hear what this worker fetches: it does not transcribe, and there is no exchange",
            "Set JUMPNOTES_EXCHANGE to a folder or store that all machines reach, or add transcribe to --queues.",
        )
    return kinds, stages


def _check_gpu() -> None:
    from pipeline.transcribe import has_gpu

    if not has_gpu():
        raise CommandError(
            "--gpu: CTranslate2 finds no GPU that it can use",
            "Check the driver and NVIDIA's libraries (nvidia-smi), or start the worker without --gpu.",
        )
