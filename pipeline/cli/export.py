"""`jumpnotes export`: what is stored of a meeting, as files for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import (
    CommandError,
    open_archive,
    output_option,
    settings_options,
    site_of,
    to_json,
    write_output,
)

FORMATS = ("vtt", "srt", "transcript-json", "json")
"""What can be asked for: the formats of `pipeline.cues`, which takes its time to load, and the links."""


@click.command("export")
@click.argument("slug", metavar="MEETING")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    default="vtt",
    show_default=True,
    help="vtt, srt and transcript-json: the transcript; json: the links.",
)
@click.option(
    "--part",
    type=click.IntRange(1),
    help="Of a recording in several parts: the transcript of this one alone, on its own clock.",
)
@output_option
@settings_options
@click.pass_context
def export_command(ctx: click.Context, slug: str, output_format: str, part: int | None, output: Path | None) -> None:
    """Write a meeting's transcript or its links. MEETING is the meeting's slug (the last part of its URL).

    Of a recording in several parts, all is on their common clock: a part begins where the one before ends. The links
    say where that is.

    Only transcript-json keeps the whole transcript: the times of its words, and what the speech model may have made up.
    """
    from pipeline import cues, export
    from pipeline.part_clock import transcript_of_part

    meeting = open_archive(ctx.obj).store.meeting(slug)
    parts = meeting.recording.parts if meeting.recording else ()
    if part is not None and output_format == "json":
        raise click.UsageError("--part is for transcripts; the links of all parts belong together.")
    if part is not None and part > len(parts):
        count = f"{len(parts)} parts" if parts else "one piece"
        raise click.BadParameter(f"the recording of {slug} is in {count}", param_hint="--part")
    if output_format == "json":
        text = to_json(export.meeting_json(meeting, site=site_of(ctx.obj)))
    elif meeting.transcript is None:
        raise CommandError(f"{slug} has no transcript", "Run its notes with a recording first: jumpnotes run NOTES.")
    else:
        transcript = meeting.transcript if part is None else transcript_of_part(meeting.transcript, parts[part - 1])
        text = cues.write(transcript, output_format)
    write_output(text if text.endswith("\n") else f"{text}\n", output)
