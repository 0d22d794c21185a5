"""`jumpnotes export`: what is stored of a meeting, as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    CommandError,
    FilePath,
    open_archive,
    settings_options,
    site_of,
    to_json,
    write_output,
)
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.records import Meeting, RecordingPart

TRANSCRIPT_FORMATS = ("vtt", "srt", "transcript-json")
"""Those of `pipeline.cues`, which takes its time to load."""

CHAPTER_FORMATS = ("youtube", "podcast-chapters", "webvtt-chapters", "psc")

_SUFFIXES = {
    "vtt": ".vtt",
    "srt": ".srt",
    "transcript-json": ".transcript.json",
    "json": ".json",
    "youtube": ".chapters.txt",
    "podcast-chapters": ".chapters.json",
    "webvtt-chapters": ".chapters.vtt",
    "psc": ".chapters.xml",
    "markdown": ".md",
    "obsidian": ".md",
}
"""What can be asked for, and how the name of a file ends that has it."""

FORMATS = tuple(_SUFFIXES)


@click.command("export")
@click.argument("slug", metavar="MEETING")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    default="vtt",
    show_default=True,
    help="vtt, srt, transcript-json: the transcript; json: the links; youtube, podcast-chapters, webvtt-chapters, psc: "
    "the topics as chapters; markdown, obsidian: the notes with links, and what was said.",
)
@click.option(
    "--part",
    type=click.IntRange(1),
    help="Of a recording in several parts: the transcript or the chapters of this one, on its own clock.",
)
@click.option(
    "-o",
    "--output",
    type=FilePath(),
    help="Write to this file, or into this folder as MEETING with the format's suffix, instead of stdout.",
)
@settings_options
@click.pass_context
def export_command(ctx: click.Context, slug: str, output_format: str, part: int | None, output: Path | None) -> None:
    """Write a meeting's transcript, its links, its chapters or its notes. MEETING is the meeting's slug (the last part
    of its URL).

    Of a recording in several parts, all is on their common clock: a part begins where the one before ends. The links
    say where that is. On YouTube each part is a video of its own, so its chapters need --part.

    Only transcript-json keeps the whole transcript: the times of its words, and what the speech model may have made up.
    """
    meeting = open_archive(ctx.obj, searched=False).store.meeting(slug)
    piece = _part(meeting, part, output_format)
    text = _text(meeting, output_format, piece, site_of(ctx.obj))
    if output and output.is_dir():
        output /= f"{slug}{_SUFFIXES[output_format]}"
    elif output and not (output.suffix or output.exists() or str(output) == "-"):
        problem = (
            f"{printable(str(output))} is no folder yet, and a file needs a suffix; make the folder, or name a file"
        )
        raise click.BadParameter(problem, param_hint="--output")
    write_output(text if text.endswith("\n") else f"{text}\n", output)


def _part(meeting: Meeting, number: int | None, output_format: str) -> RecordingPart | None:
    """The part of the recording that was asked for. Raises UsageError."""
    parts = meeting.recording.parts if meeting.recording else ()
    if number is None:
        return None
    if output_format not in TRANSCRIPT_FORMATS + CHAPTER_FORMATS:
        raise click.UsageError("--part is for transcripts and chapters; the links of all parts belong together.")
    if number > len(parts):
        count = f"{len(parts)} parts" if parts else "one piece"
        raise click.BadParameter(f"the recording of {meeting.notes.slug} is in {count}", param_hint="--part")
    return parts[number - 1]


def _text(meeting: Meeting, output_format: str, part: RecordingPart | None, site: str) -> str:
    """What was asked for. `site` is where the pages are served, "" if nowhere.

    Raises:
        CommandError: there is no transcript.
        NoChapters: there are no chapters.
    """
    from pipeline import cues, export
    from pipeline.export import chapter_files
    from pipeline.export.chapters import youtube_description
    from pipeline.export.markdown import MarkdownFlavour, markdown
    from pipeline.part_clock import transcript_of_part

    match output_format:
        case "json":
            return to_json(export.meeting_json(meeting, site=site))
        case "youtube":
            return youtube_description(meeting, part)
        case "podcast-chapters":
            return chapter_files.podcast_json(meeting, part, site=site)
        case "webvtt-chapters":
            return chapter_files.webvtt(meeting, part)
        case "psc":
            return chapter_files.podlove_xml(meeting, part, site=site)
        case "markdown" | "obsidian":
            return markdown(meeting, MarkdownFlavour(output_format), site=site)
    if meeting.transcript is None:
        slug = meeting.notes.slug
        raise CommandError(f"{slug} has no transcript", "Run its notes with a recording first: jumpnotes run NOTES.")
    return cues.write(transcript_of_part(meeting.transcript, part) if part else meeting.transcript, output_format)
