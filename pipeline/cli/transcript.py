"""`jumpnotes transcript`: what is understood of a transcript, or the same in another format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, FilePath, output_option, write_output

if TYPE_CHECKING:
    from pipeline.records import Transcript

_MAX_SPEAKERS = 8  # that are named


@click.command("transcript")
@click.argument("path", metavar="FILE", type=FilePath())
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "vtt", "srt"]),
    default="text",
    show_default=True,
    help="Print it for people, as jumpnotes JSON (all that is known), WebVTT or SRT.",
)
@output_option
def transcript_command(path: Path, output_format: str, output: Path | None) -> None:
    """Show what is understood of a transcript: who said what, and when. Nothing is stored.

    FILE is in any format of docs/reference.md. What jumpnotes does not take for speech, such as [Music], is in
    the JSON alone, as "suspect". What is odd about the file goes to stderr. Text without times is shown as it is
    read; the exit code is 1 then.

    \b
    jumpnotes transcript call.docx
    jumpnotes transcript call.json --format vtt -o call.vtt
    """
    from pipeline import cues, sync
    from pipeline.errors import TranscriptWithoutTimes
    from pipeline.file_names import printable

    try:
        transcript = cues.read(path)
    except TranscriptWithoutTimes as error:
        if output_format != "text":
            raise
        CommandError(str(error), error.hint).show()
        lines = [f"{each.speaker}: {each.text}" if each.speaker else each.text for each in cues.read_utterances(path)]
        write_output("\n".join([*lines, ""]), output)
        raise SystemExit(1) from None
    transcript = replace(transcript, warnings=(*transcript.warnings, *sync.doubts(transcript, None)))
    for warning in transcript.warnings:
        click.echo(f"{printable(path.name)}: {warning}", err=True)
    write_output(_written(transcript, output_format), output)


def _written(transcript: Transcript, output_format: str) -> str:
    from pipeline import cues

    if output_format == "text":
        return "\n".join([_summary(transcript), "", *_lines(transcript), ""])
    if output_format == "json":
        document = json.loads(cues.write(transcript, "transcript-json")) | {"warnings": transcript.warnings}
        return json.dumps(document, ensure_ascii=False) + "\n"
    return cues.write(transcript, output_format)


def _summary(transcript: Transcript) -> str:
    """How much there is, and who speaks."""
    from pipeline import timecode
    from pipeline.speaking_time import speaking_times

    heard = list(transcript.heard)
    words = sum(len(segment.words) for segment in heard)
    names = [each.speaker for each in speaking_times(transcript)]
    shown = ", ".join(names[:_MAX_SPEAKERS]) + (", …" if len(names) > _MAX_SPEAKERS else "")
    parts = [f"{len(heard)} segment{'' if len(heard) == 1 else 's'}"]
    if heard:
        parts.append(f"{timecode.clock(heard[0].start)} to {timecode.clock(max(segment.end for segment in heard))}")
    parts += [f"{words} words with times"] if words else []
    parts += [f"{len(names)} speaker{'' if len(names) == 1 else 's'} ({shown})"] if names else ["no speakers"]
    unsaid = len(transcript.segments) - len(heard)
    parts += [f"{unsaid} not taken for speech"] if unsaid else []
    parts += [f"language {transcript.language}"] if transcript.language != "und" else []
    return ", ".join(parts)


def _lines(transcript: Transcript) -> list[str]:
    from pipeline import timecode

    clocks = [timecode.clock(segment.start) for segment in transcript.heard]
    width = max(map(len, clocks), default=0)
    return [
        f"{clock:>{width}}  {f'{segment.speaker}: ' if segment.speaker else ''}{segment.text}"
        for clock, segment in zip(clocks, transcript.heard, strict=True)
    ]
