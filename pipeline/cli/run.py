"""`jumpnotes run`: notes through all stages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli.options import FilePath, data_dir_option, format_option, open_archive, to_json
from pipeline.file_names import is_text, printable


@click.command("run")
@click.argument("paths", metavar="NOTES…", nargs=-1, required=True, type=FilePath())
@click.option("--media", metavar="FILE|URL", help="Use this recording instead of the one linked in the notes.")
@click.option(
    "--transcript",
    "transcripts",
    metavar="FILE|captions",
    multiple=True,
    help="Use a transcript you have (VTT, SRT, json3 or jumpnotes JSON), or the video's captions. Of a recording in "
    "several parts: once for each part, or one file for all.",
)
@click.option("--model", help="Speech model: a faster-whisper name or a folder.  [default: chosen for this machine]")
@click.option(
    "--force", type=click.Choice(["fetch", "transcribe", "align"]), help="Redo this stage and the ones after it."
)
@click.option(
    "--as", "same_as", metavar="MEETING|new", help="Say which stored meeting the notes are, if that is unclear."
)
@click.option("--prune", is_flag=True, help="Forget meetings whose notes are gone from these folders.")
@click.option("-y", "--yes", is_flag=True, help="With --prune: even if that is most of them.")
@format_option
@data_dir_option
@click.pass_context
def run_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    media: str | None,
    transcripts: tuple[str, ...],
    model: str | None,
    force: str | None,
    same_as: str | None,
    prune: bool,  # noqa: FBT001 - click's
    yes: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Link notes to their recordings. NOTES are Markdown files or folders of them.

    Meetings that are already done are skipped, and an interrupted run resumes where it stopped.

    \b
    jumpnotes run notes/
    jumpnotes run 2020-01-21.md --media meeting.m4a
    jumpnotes run 2020-01-21.md --transcript captions
    """
    from pipeline.cli.forget import prune as forget_gone
    from pipeline.cli.render.inventory import gone_notes
    from pipeline.cli.render.outcomes import outcome_json, summary
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.notes.files import find_notes
    from pipeline.run.gone import find_gone
    from pipeline.run.plan import RunOptions, Stage
    from pipeline.run.runner import Runner, RunOutcome, RunState
    from pipeline.run.sources import PUBLISHED

    if media is not None and "://" not in media:
        media = _existing_file("--media", media)
    from_file = any(transcript not in PUBLISHED for transcript in transcripts)
    if from_file:
        transcripts = tuple(_existing_file("--transcript", transcript) for transcript in transcripts)
    if model and not is_text(model):
        raise click.BadParameter(f"{printable(model)}: the name is not UTF-8", param_hint="--model")
    if model and Path(model).is_dir():
        model = str(Path(model).resolve())
    files = list(find_notes(paths))
    if len(files) > 1 and (media or from_file):
        raise click.UsageError("--media and --transcript FILE can be used with a single notes file only.")
    if len(files) > 1 and same_as:
        raise click.UsageError("--as can be used with a single notes file only.")
    transcript, further = transcripts[0] if transcripts else None, transcripts[1:] if from_file else ()
    options = RunOptions(media, transcript, model, Stage(force) if force else None, further, same_as)
    archive = open_archive(ctx.obj)
    store = archive.store
    states, unread = set(), 0

    def watched(outcomes: Iterator[RunOutcome]) -> Iterator[RunOutcome]:
        nonlocal unread
        for outcome in outcomes:
            states.add(outcome.state)
            unread += outcome.state is RunState.FAILED and outcome.slug is None
            if output_format == "json":
                click.echo(to_json(outcome_json(outcome, store)))
            yield outcome

    with ConsoleReporter() as reporter:
        table = summary(watched(Runner(store, ctx.obj, options, reporter).run(files)))
    if output_format == "text":
        click.echo(table)
    if prune:
        for slug in forget_gone(archive, ctx.obj, paths, yes=yes, unread=unread):
            click.echo(f"forgotten: {slug}", err=True)
    if gone := find_gone(store, paths, beside_files=True).places:
        click.echo(gone_notes((place.slug, place.path) for place in gone), err=True)
    ctx.exit(1 if RunState.FAILED in states else 0)


def _existing_file(option: str, value: str) -> str:
    """The absolute path of a file the user named, so that a later run finds it from any folder."""
    if not Path(value).is_file():
        raise click.BadParameter(f"{printable(value)}: no such file", param_hint=option)
    return str(Path(value).resolve())
