"""`jumpnotes align`: one meeting's links from two files, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    FilePath,
    format_option,
    load_settings,
    no_meaning_option,
    offset_seconds,
    site_of,
    to_json,
)
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.meaning import Meaning
    from pipeline.records import MeetingAlignment, Notes, Transcript

_MAX_CHOICES = 20  # meetings that an error names


@click.command("align")
@click.argument("notes_path", metavar="NOTES", type=FilePath())
@click.argument("transcript_path", metavar="TRANSCRIPT", type=FilePath())
@click.option(
    "--explain", "line", metavar="LINE", type=click.IntRange(1), help="Explain how the block on LINE was placed."
)
@click.option("--meeting", metavar="DATE|SLUG", help="Which meeting, where NOTES has several.")
@click.option(
    "--offset",
    metavar="SECONDS|HH:MM:SS",
    callback=lambda _ctx, _param, value: None if value is None else offset_seconds(value),
    help="Add this to the transcript's times, as -1:44.",
)
@no_meaning_option
@format_option
@click.pass_context
def align_command(
    ctx: click.Context,
    notes_path: Path,
    transcript_path: Path,
    line: int | None,
    meeting: str | None,
    offset: float | None,
    no_meaning: bool,  # noqa: FBT001 - click passes by name
    output_format: str,
) -> None:
    """Find where each block of NOTES was discussed in TRANSCRIPT. Needs no database.

    TRANSCRIPT is a file in any of the formats that the reference lists.
    """
    from pipeline import align as aligner
    from pipeline import export, meaning
    from pipeline.cli.render.links import cut_report, hint_report, link_table

    site = site_of(load_settings(ctx, [notes_path])) if output_format == "json" else ""
    notes, transcript = _read(notes_path, transcript_path, meeting, line, offset)
    for warning in transcript.warnings:
        click.echo(f"{printable(transcript_path.name)}: {warning}", err=True)
    model = None if no_meaning else meaning.load()
    if line is not None:
        _explain(notes, transcript, line, model, output_format, site)
        return
    aligned = aligner.align(notes, transcript, meaning=model)
    alignments = {alignment.block_id: alignment for alignment in aligned.alignments}
    within = {span.block_id: span for span in aligned.within}
    if report := cut_report(aligned):
        click.echo(report, err=True)
    if output_format == "json":
        found = export.aligned_json(notes, alignments, transcript.duration, within=within, site=site)
        click.echo(to_json(found | {"offset": aligned.offset}))
        return
    click.echo(link_table(notes, alignments, within=within))
    if report := hint_report(notes, aligned):
        click.echo(report, err=True)


def align_files(
    notes_path: Path, transcript_path: Path, meaning: Meaning | None = None
) -> tuple[Notes, Transcript, MeetingAlignment]:
    """Read the notes and the transcript, and place the blocks of one in the other, with or without a sentence model.

    Raises:
        NotesError: the notes cannot be read.
        BadParameter: they are those of several meetings.
        TranscriptError: the transcript cannot be read.
    """
    from pipeline import align

    notes, transcript = _read(notes_path, transcript_path)
    return notes, transcript, align.align(notes, transcript, meaning=meaning)


def _explain(
    notes: Notes, transcript: Transcript, line: int, model: Meaning | None, output_format: str, site: str
) -> None:
    """Print why the block on this line was placed where it was."""
    from pipeline.align.explain import explain
    from pipeline.cli.render import explain as render

    if (block := render.block_at(notes, line)) is None:
        raise click.BadParameter(
            f"no block of the notes is on line {line}; {render.nearest(notes, line)}", param_hint="--explain"
        )
    explanation = explain(notes, transcript, block, model)
    click.echo(
        to_json(render.document(explanation, notes.slug, site)) if output_format == "json" else render.text(explanation)
    )


def _read(
    notes_path: Path,
    transcript_path: Path,
    meeting: str | None = None,
    line: int | None = None,
    offset: float | None = None,
) -> tuple[Notes, Transcript]:
    from pipeline import cues, notes, transcript_clock
    from pipeline.notes.files import siblings_of
    from pipeline.part_clock import notes_on_common_clock
    from pipeline.records import ClockBasis, TranscriptClock

    templates = notes.folder_templates(siblings_of(notes_path).values())
    written = _choose(notes.read_all(notes_path, templates=templates), meeting, line)
    given = cues.read(transcript_path)
    clock = TranscriptClock(ClockBasis.GIVEN, transcript_clock.shifted(offset)) if offset is not None else None
    return notes_on_common_clock(written, ()), transcript_clock.apply(given, clock)


def _choose(meetings: tuple[Notes, ...], meeting: str | None, line: int | None) -> Notes:
    """The meeting with this date or slug, or with this line of the file; the only one where neither is given."""
    if meeting is not None:
        found = [each for each in meetings if meeting in {each.slug, each.date.isoformat() if each.date else None}]
    elif line is not None and len(meetings) > 1:
        found = [each for each in meetings if each.line <= line < each.end_line]
    else:
        found = list(meetings)
    if len(found) == 1:
        return found[0]
    choices = [each.slug for each in (found or meetings)]
    more = f" and {len(choices) - _MAX_CHOICES} more" if len(choices) > _MAX_CHOICES else ""
    problem = (
        "the notes have several meetings"
        if meeting is None
        else f"{meeting} is {'several' if found else 'none'} of them"
    )
    raise click.BadParameter(f"{problem}: {', '.join(choices[:_MAX_CHOICES])}{more}", param_hint="--meeting")
