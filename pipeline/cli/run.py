"""`jumpnotes run`: notes through all stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    EXIT_BUSY,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    FilePath,
    format_option,
    has_archive,
    load_settings,
    no_meaning_option,
    offset_seconds,
    open_archive,
    same_settings,
    settings_options,
    site_of,
    tell_settings,
    to_json,
)
from pipeline.cli.redact import finish_redactions, tell_unknown_mutes
from pipeline.file_names import is_text, printable

if TYPE_CHECKING:
    from pipeline.cli.render.outcomes import RunReport
    from pipeline.config import Settings
    from pipeline.refresh import Archive
    from pipeline.run.memory import RunMemory
    from pipeline.run.plan import RunOptions
    from pipeline.store import Store


def _offset(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """What is kept of --offset: seconds as a number, or "auto"."""
    from pipeline.transcript_clock import AUTOMATIC

    if value is None or value.strip().lower() == AUTOMATIC:
        return value and AUTOMATIC
    return f"{offset_seconds(value):.3f}"


@click.command("run")
@click.argument("paths", metavar="NOTES…", nargs=-1, required=True, type=FilePath())
@click.option(
    "--media",
    metavar="FILE|FOLDER|URL",
    help="Use this recording instead of the one linked in the notes; of a folder, the one called like them.",
)
@click.option(
    "--transcript",
    "transcripts",
    metavar="FILE|FOLDER|captions",
    multiple=True,
    help="Use a transcript you have (VTT, SRT, JSON, text with times, …), that of a folder, or the video's captions. "
    "For a recording in several parts: once for each part, or one file for all.",
)
@click.option(
    "--offset",
    metavar="SECONDS|HH:MM:SS|auto",
    callback=_offset,
    help="Add this to a transcript's times, as -1:44, and keep doing so.  [default: found where the sound is known]",
)
@click.option(
    "--track", metavar="NUMBER|LANGUAGE", help="Which sound track to hear, as 2 or de.  [default: the one with speech]"
)
@click.option("--model", help="Speech model: a faster-whisper name or a folder.  [default: chosen for this machine]")
@click.option(
    "--force", type=click.Choice(["fetch", "transcribe", "align"]), help="Redo this stage and the ones after it."
)
@click.option(
    "--as", "same_as", metavar="MEETING|new", help="Say which stored meeting the notes are, if that is unclear."
)
@no_meaning_option
@click.option("--prune", is_flag=True, help="Forget meetings whose notes are gone from these folders.")
@click.option("-y", "--yes", is_flag=True, help="With --prune: even if that is most of them.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what needs attention.")
@format_option
@settings_options
@click.pass_context
def run_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    media: str | None,
    transcripts: tuple[str, ...],
    offset: str | None,
    track: str | None,
    model: str | None,
    force: str | None,
    same_as: str | None,
    no_meaning: bool,  # noqa: FBT001 - click passes by name
    prune: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
    quiet: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Link notes to their recordings. NOTES are Markdown files or folders of them.

    The newest come first. Meetings that are already done are skipped, and an interrupted run resumes where it stopped.

    \b
    jumpnotes run notes/
    jumpnotes run 2020-01-21.md --media meeting.m4a
    jumpnotes run notes/ --media recordings/
    jumpnotes run 2020-01-21.md --transcript captions
    """
    from pipeline.cli.render.outcomes import RunReport
    from pipeline.cli.render.run_log import shown_log
    from pipeline.errors import NotesError
    from pipeline.meaning import is_installed
    from pipeline.notes.files import find_notes
    from pipeline.retention import tidy_after
    from pipeline.run.gone import find_gone
    from pipeline.run.memory import RunMemory

    settings = load_settings(ctx, paths)
    if not quiet:
        tell_settings(ctx)
    memory = RunMemory.of(settings.data_dir)
    report = RunReport()
    with shown_log(memory.note_told, quiet=quiet):
        options = replace(
            _options(media, transcripts, model, force),
            same_as=same_as,
            offset=offset,
            track=track,
            meaning=settings.meaning and not no_meaning and is_installed(),
        )
        try:
            files = newest_first(find_notes(paths))
        except NotesError:
            if not (has_archive(settings) and find_gone(open_archive(settings).store, paths).places):
                raise
            files = []  # the last of them have gone, which is told in the end
        _check_single(files, options)
        archive = open_archive(settings)
        finish_redactions(archive, settings)
        try:
            _run(files, archive.store, settings, options, memory, report, quiet=quiet, output_format=output_format)
        except KeyboardInterrupt:
            if output_format == "text" and not quiet and (text := report.text()):
                click.echo(text)
            click.echo("\nStopped. What is done is kept: the same command goes on from here.", err=True)
            ctx.exit(EXIT_INTERRUPTED)
    if output_format == "text":
        _print_end(ctx, report, quiet=quiet)
    if prune:
        _prune(archive, settings, paths, yes=yes, quiet=quiet, unread=report.unread)
    _tell_gone(archive, paths, memory, quiet=quiet, unread=report.unread)
    finish_redactions(archive, settings)
    tell_unknown_mutes(archive, settings)
    archive.tidy()
    if (gone := tidy_after(archive.store, settings)) and not quiet:
        click.echo(f"No longer kept: {gone}", err=True)
    states = report.states
    ctx.exit(EXIT_FAILED if states["failed"] else EXIT_BUSY if states["busy"] else 0)


def _run(
    files: Sequence[Path],
    store: Store,
    settings: Settings,
    options: RunOptions,
    memory: RunMemory,
    report: RunReport,
    *,
    quiet: bool,
    output_format: str,
) -> None:
    """Run the notes, and tell `report` of each outcome."""
    from pipeline.cli.render.outcomes import outcome_json
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.cli.render.run_progress import RunProgress
    from pipeline.run.estimate import workload
    from pipeline.run.plan import Stage
    from pipeline.run.runner import Runner

    model = options.model or settings.model or "default"
    with ConsoleReporter(quiet=quiet) as console:
        progress = RunProgress(console, len(files))
        runner = Runner(store, settings, options, progress)
        pending = runner.pending(files) if len(files) > 1 and not quiet else ()
        if pending:
            anew = options.forces(Stage.TRANSCRIBE)
            progress.workload = workload(store, pending, runner.recordings, anew=anew, pace=memory.pace(model))
            console.say(f"{len(files)} notes: {progress.workload}")
        try:
            for outcome in runner.run(files):
                report.add(outcome)
                if output_format == "json":
                    console.end_stage()
                    click.echo(to_json(outcome_json(outcome, store, site=site_of(settings))))
        finally:
            if (pace := progress.pacemeter.pace) is not None:
                memory.note_pace(model, pace)


def _prune(archive: Archive, settings: Settings, paths: Sequence[Path], *, yes: bool, quiet: bool, unread: int) -> None:
    from pipeline.cli.forget import prune

    for slug in prune(archive, settings, paths, yes=yes, unread=unread):
        if not quiet:
            click.echo(f"forgotten: {slug}", err=True)


def _tell_gone(archive: Archive, paths: Sequence[Path], memory: RunMemory, *, quiet: bool, unread: int) -> None:
    """Name meetings whose notes are gone; to those who want quiet, once."""
    from pipeline.cli.render.inventory import gone_notes
    from pipeline.run.gone import find_gone

    if gone := find_gone(archive.store, paths, beside_files=True).places:
        told = gone_notes([(place.slug, place.path) for place in gone], unread=unread)
        if memory.note_told(told) or not quiet:
            click.echo(told, err=True)


def newest_first(files: Iterable[Path]) -> list[Path]:
    """Notes by the day in their names, or else in those of their folders, or else of their last change.

    Those of a month stay together by their folders: what else is in a folder is read once for all of its notes.
    """

    def key(path: Path) -> tuple[int, int, str, date]:
        day = _day_of(path)
        return day.year, day.month, str(path.parent), day

    return sorted(files, key=key, reverse=True)


def _day_of(path: Path) -> date:
    from pipeline.notes.dates import find_date

    *_, above, folder, name = ("", "", *path.with_suffix("").parts)
    for words in (name, f"{folder}-{name}", folder, f"{above}-{folder}"):  # 2024/03-05.md, 2024/03-05/notes.md
        if found := find_date(words):
            return found[0]
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (OSError, OverflowError, ValueError):  # the run says what is wrong with it
        return date.max


def _print_end(ctx: click.Context, report: RunReport, *, quiet: bool) -> None:
    """The result on stdout, and for people where to look."""
    text = "\n".join(report.problems(without=["busy"])) if quiet else report.text()
    if text:
        click.echo(text)
    if report.linked_slugs and not quiet:
        page = f"meetings/{report.linked_slugs[0]}" if len(report.linked_slugs) == 1 else ""
        click.echo(f"To read: jumpnotes serve{same_settings(ctx)}, then http://127.0.0.1:8000/{page}", err=True)


def _options(media: str | None, transcripts: tuple[str, ...], model: str | None, force: str | None) -> RunOptions:
    from pipeline.run.plan import RunOptions, Stage
    from pipeline.run.sources import PUBLISHED

    media_dir, transcript_dir = _folder(media), _folder(transcripts[0]) if len(transcripts) == 1 else None
    if media_dir:
        media = None
    elif media is not None and "://" not in media:
        media = _existing_file("--media", media)
    if transcript_dir:
        transcripts = ()
    elif any(transcript not in PUBLISHED for transcript in transcripts):
        transcripts = tuple(_existing_file("--transcript", transcript) for transcript in transcripts)
    return RunOptions(
        media=media,
        transcript=transcripts[0] if transcripts else None,
        further_transcripts=transcripts[1:],
        model=_model(model),
        force=Stage(force) if force else None,
        media_dir=media_dir,
        transcript_dir=transcript_dir,
    )


def _folder(given: str | None) -> Path | None:
    return Path(given).absolute() if given and Path(given).is_dir() else None


def _model(given: str | None) -> str | None:
    if given and not is_text(given):
        raise click.BadParameter(f"{printable(given)}: the name is not UTF-8", param_hint="--model")
    return str(Path(given).resolve()) if given and Path(given).is_dir() else given


def _check_single(files: Sequence[Path], options: RunOptions) -> None:
    from pipeline.run.sources import PUBLISHED

    from_file = options.transcript is not None and options.transcript not in PUBLISHED
    if len(files) > 1 and options.same_as:
        raise click.UsageError("--as can be used with a single notes file only.")
    if len(files) > 1 and (options.offset or options.track):
        raise click.UsageError("--offset and --track can be used with a single notes file only.")
    if options.offset and options.further_transcripts:
        raise click.UsageError(
            "--offset can be used with a single transcript only. Of several, each is put on the clock of its part."
        )
    if len(files) > 1 and (options.media or from_file):
        raise click.UsageError(
            "--media and --transcript with a FILE can be used with a single notes file only. "
            "For several, give a folder of files that are called like the notes."
        )


def _existing_file(option: str, value: str) -> str:
    """The absolute path of a file the user named, so that a later run finds it from any folder."""
    if not Path(value).is_file():
        raise click.BadParameter(f"{printable(value)}: no such file", param_hint=option)
    return str(Path(value).resolve())
