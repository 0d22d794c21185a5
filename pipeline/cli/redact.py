"""`jumpnotes redact`: a passage of a recording is taken out for good."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, format_option, open_archive, settings_options, to_json
from pipeline.file_names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Settings
    from pipeline.records import Meeting, Redaction, RemovedPassage
    from pipeline.redact import UnfinishedRedaction
    from pipeline.refresh import Archive

_DASH = re.compile(r"\s*(?:-|–|—|\.\.|\bto\b)\s*")


def _passages(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[tuple[float, float]]:
    from pipeline import timecode

    found = []
    for value in values:
        times = [timecode.parse(text) for text in _DASH.split(value)]
        if len(times) != 2 or times[0] is None or times[1] is None or times[1] <= times[0]:
            raise click.BadParameter(f"{value!r} is no passage. Write it as 12:30-13:10.")
        found.append((times[0], times[1]))
    return found


@click.command("redact")
@click.argument("slug", metavar="[MEETING]", required=False)
@click.argument("passages", metavar="[FROM-TO]…", nargs=-1, callback=_passages)
@click.option("--reason", default="", metavar="TEXT", help="Why; stands where the passage was.")
@click.option("--part", type=click.IntRange(min=1), help="The times are those of this part of the recording.")
@click.option("--list", "is_list", is_flag=True, help="Show what was taken out.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@format_option
@settings_options
@click.pass_context
def redact_command(
    ctx: click.Context,
    slug: str | None,
    passages: list[tuple[float, float]],
    reason: str,
    part: int | None,
    is_list: bool,  # noqa: FBT001 - click's
    yes: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Take passages out of the recording of a meeting for good: what was said, and its sound.

    MEETING is the last part of a page's address, as `jumpnotes list` shows it. Words that are spoken in a passage are
    deleted from every transcript, from links, search and every file of the data folder, and are muted in a fetched
    recording. A line says that something was removed, and it stays removed whatever is run again. There is no way back.

    Your notes and your own recordings and transcripts are not changed; of such a recording, a muted copy is played.
    Without MEETING, finish what an earlier call could not finish because the files were in use.

    \b
    jumpnotes redact 2024-03-05-call 12:30-13:10 --reason "a phone number"
    jumpnotes redact 2024-03-05-call --list
    """
    from pipeline.redact import PATIENCE_SECONDS, redact

    archive = open_archive(ctx.obj)
    if slug is None:
        ctx.exit(1 if finish_redactions(archive, ctx.obj) else 0)
    if is_list or not passages:
        _show(archive.store.redactions(archive.store.notes(slug).slug), output_format)
        return
    meeting = archive.store.meeting(slug)
    wanted = _on_common_clock(meeting, passages, reason, part)
    _tell_before(archive, ctx.obj, meeting, wanted)
    if not yes:
        click.confirm("Take this out for good?", abort=True, err=True)
    made = redact(archive, ctx.obj, slug, wanted, _author(), patience_seconds=PATIENCE_SECONDS)
    _show(made, output_format)
    ctx.exit(1 if finish_redactions(archive, ctx.obj) else 0)


def _on_common_clock(
    meeting: Meeting, passages: Sequence[tuple[float, float]], reason: str, part: int | None
) -> list[RemovedPassage]:
    from pipeline import timecode
    from pipeline.records import RemovedPassage

    shift = 0.0
    if part is not None:
        if part > len(meeting.part_starts):
            number = len(meeting.part_starts) or 1
            raise CommandError(f"the recording has {number} part{'s' if number > 1 else ''}", "Leave --part out.")
        shift = meeting.part_starts[part - 1]
    length = meeting.duration
    for start, _ in passages:
        if length is not None and start + shift >= length:
            problem = f"{timecode.clock(start)} is not within the recording, which is {timecode.clock(length)} long"
            raise click.BadParameter(problem, param_hint="FROM-TO")
    return [RemovedPassage(start + shift, end + shift, reason) for start, end in passages]


def _tell_before(archive: Archive, settings: Settings, meeting: Meeting, wanted: Sequence[RemovedPassage]) -> None:
    """What goes, and what will still have it."""
    from pipeline.cli.render.redactions import redaction_preview
    from pipeline.redact import meetings_with_the_same

    slug = meeting.notes.slug
    stored = archive.store.recording(slug, audible=False)
    click.echo(
        redaction_preview(
            meeting,
            wanted,
            recording=stored.record if stored else None,
            media_dir=settings.media_dir,
            others=meetings_with_the_same(archive.store, slug),
        ),
        err=True,
    )


def _show(redactions: Sequence[Redaction], output_format: str) -> None:
    from pipeline.cli.render.redactions import redaction_lines
    from pipeline.export.redactions import redaction_json

    if output_format == "json":
        click.echo(to_json([redaction_json(each) for each in redactions]))
    elif redactions:
        click.echo(redaction_lines(redactions))
    else:
        click.echo("Nothing was taken out of this meeting.", err=True)


def finish_redactions(archive: Archive, settings: Settings) -> Sequence[UnfinishedRedaction]:
    """Overwrite what is left of passages that were taken out, and warn of what still is."""
    from pipeline.redact import finish_all

    left = finish_all(archive, settings)
    for each in left:
        click.echo(f"warning: {each.slug}: what was taken out is still in some file: {each.error}", err=True)
        click.echo("hint: The next run finishes it, and so does: jumpnotes redact", err=True)
    return left


def tell_unknown_mutes(archive: Archive, settings: Settings) -> None:
    """Warn of muted files that a database does not know of, as one that was restored from a backup."""
    from pipeline.lapsed_redactions import unknown_mutes

    for each in unknown_mutes(archive.store, settings):
        click.echo(printable(f"warning: {each.slug}: {each.remark}"), err=True)
        click.echo(printable(f"hint: {each.hint}"), err=True)


def _author() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this computer"
