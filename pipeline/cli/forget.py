"""`jumpnotes forget`: meetings leave the data folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, open_archive, settings_options
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.forget import Belongings
    from pipeline.refresh import Archive


@click.command("forget")
@click.argument("slugs", metavar="[MEETING]…", nargs=-1)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@settings_options
@click.pass_context
def forget_command(ctx: click.Context, slugs: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001 - click's
    """Delete everything that is stored of meetings: transcript, links, corrections, fetched recording, search index.

    MEETING is the last part of a page's address, as `jumpnotes list` shows it. Notes that were written in the page or
    uploaded go, too, with their versions and what was sent with them; notes and recordings elsewhere are not touched.
    Nothing of the meeting is left in the files of the data folder; that takes a while, as they are rewritten.
    Without MEETING, finish what an earlier call could not, because the files were in use.
    """
    from pipeline.errors import MeetingNotFound
    from pipeline.forget import belongings, forget

    archive = open_archive(ctx.obj)
    if not slugs:
        archive.scrub()
        return
    try:
        meetings = belongings(archive, ctx.obj, slugs)
    except MeetingNotFound:
        archive.scrub()  # an earlier call may have been killed before it did
        raise
    for meeting in meetings:
        click.echo(_described(meeting), err=True)
    if not yes:
        click.confirm("Delete this?", abort=True, err=True)
    forget(archive, ctx.obj, meetings)
    for meeting in meetings:
        click.echo(f"forgotten: {meeting.slug}")


def prune(archive: Archive, settings: Settings, paths: Iterable[Path], *, yes: bool, unread: int = 0) -> Sequence[str]:
    """Forget the meetings below these folders whose notes are gone. Returns their slugs.

    Args:
        unread: how many notes could not be read, or not be told from others: they may be those that seem to be gone.

    Raises:
        CommandError: that would be most of them, and `yes` was not said; or some notes are `unread`.
    """
    from pipeline.forget import belongings, forget
    from pipeline.run.gone import find_gone

    gone = find_gone(archive.store, paths)
    if not gone.places:
        return ()
    if unread:
        problem = f"{unread} {'note was' if unread == 1 else 'notes were'} not understood, so nothing was pruned"
        raise CommandError(problem, "They may be the notes that seem to be gone. See above, and run it again.")
    if gone.are_most and not yes:
        problem = f"the notes of {len(gone.places)} of {gone.total} meetings are gone, so nothing was pruned"
        raise CommandError(problem, "Is a disk missing, or a folder? If they are to be forgotten, add --yes.")
    slugs = [place.slug for place in gone.places]
    forget(archive, settings, belongings(archive, settings, slugs))
    return slugs


def _described(meeting: Belongings) -> str:
    """What is deleted, and what stays."""
    from pipeline.cli.render.inventory import file_size

    parts = ["the stored notes", "links", "search index"]
    if meeting.transcripts:
        parts.append("transcript" if meeting.transcripts == 1 else f"{meeting.transcripts} transcripts")
    if meeting.is_interrupted:
        parts.append("what an interrupted run has heard")
    if meeting.corrections:
        parts.append("1 correction" if meeting.corrections == 1 else f"{meeting.corrections} corrections")
    if meeting.versions:
        parts.append("1 version of its notes" if meeting.versions == 1 else f"{meeting.versions} versions of its notes")
    if files := (*meeting.media, *meeting.own_files):
        names = ", ".join(printable(file.name) for file in files)
        parts.append(f"{names} ({file_size(meeting.media_bytes)})")
    lines = [f"{printable(meeting.title)} ({meeting.slug})", f"  deletes: {', '.join(parts)}"]
    kept = [printable(str(file)) for file in meeting.other_media]
    if meeting.has_notes:
        kept.insert(0, f"{printable(str(meeting.notes))}, from which the next run makes the meeting anew")
    return "\n".join([*lines, *([f"  keeps: {'; '.join(kept)}"] if kept else [])])
