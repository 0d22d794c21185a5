"""`jumpnotes decisions`: what notes mark as decided, or as to be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    FilePath,
    format_option,
    open_archive,
    require_archive,
    settings_options,
    site_of,
    to_json,
)
from pipeline.cli.topics import meetings_below

if TYPE_CHECKING:
    from pipeline.cli.render.decisions import ShownMark
    from pipeline.config import Settings
    from pipeline.topics.listed_marks import MarkFilter


@click.command("decisions")
@click.argument("paths", metavar="[FOLDER|FILE]…", nargs=-1, type=FilePath())
@click.option("--actions", is_flag=True, help="Show what is to be done, and not what was decided.")
@click.option("--open", "only_open", is_flag=True, help="Only actions whose box is not ticked.")
@click.option("--state", default="", metavar="WORD", help="Only what the notes mark with this word, such as Approved.")
@click.option("--person", default="", metavar="NAME", help="Only actions that name this person.")
@click.option("--series", default="", metavar="NAME", help="Only meetings of this series.")
@click.option("--words", default="", help="Only what has all of these words.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only meetings of this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only meetings of this day or earlier.")
@format_option
@settings_options
@click.pass_context
def decisions_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    state: str,
    person: str,
    series: str,
    words: str,
    since: datetime | None,
    until: datetime | None,
    output_format: str,
    *,
    actions: bool,
    only_open: bool,
) -> None:
    """Show what the notes themselves mark as decided, newest meeting first, with its moment.

    Without a path, in the archive. FOLDER and FILE are notes, of which the same files are read as by `jumpnotes run`;
    nothing is fetched or stored. A file that cannot be read stops no other; the exit code is then 1.

    \b
    jumpnotes decisions
    jumpnotes decisions --state approved --since 2026-03-01
    jumpnotes decisions notes/ --actions --open
    """
    from pipeline.cli.render.decisions import decisions_text, shown_mark_json
    from pipeline.records import MarkKind
    from pipeline.topics.listed_marks import MarkFilter

    kind = MarkKind.ACTION if actions or only_open else MarkKind.DECISION
    wanted = MarkFilter(
        kind=kind,
        state=state,
        series=series,
        person=person,
        done=False if only_open else None,
        words=words,
        after=since.date() if since else None,
        before=until.date() + timedelta(days=1) if until else None,
    )
    failures: list[Exception] = []
    shown = _of_files(paths, wanted, failures) if paths else _of_archive(ctx.obj, wanted)
    if output_format == "json":
        site = "" if paths else site_of(ctx.obj)
        click.echo(to_json([shown_mark_json(each, site) for each in shown]))
    elif shown:
        click.echo(decisions_text(shown))
    else:
        click.echo(f"The notes mark no such {kind.value}.", err=True)
    ctx.exit(1 if failures else 0)


def _of_files(paths: Iterable[Path], wanted: MarkFilter, failures: list[Exception]) -> list[ShownMark]:
    from pipeline.cli.render.decisions import ShownMark
    from pipeline.records import TopicMeeting
    from pipeline.series import series_of
    from pipeline.topics.archive import topics_of
    from pipeline.topics.finding import find_topics
    from pipeline.topics.listed_marks import PlacedMark, newest_first

    listed = list(meetings_below(paths, failures))
    slugs = [f"{at}" for at, _ in enumerate(listed)]  # two files may have meetings of one name
    found = topics_of(
        (TopicMeeting(slug, notes.title, notes.date, series_of(notes.title)), find_topics(notes))
        for slug, (_, notes) in zip(slugs, listed, strict=True)
    )
    files = dict(zip(slugs, listed, strict=True))
    shown = []
    for mark in newest_first(found, wanted):
        file, notes = files[mark.meeting.slug]
        section, line = next(
            (section.title, block.line)
            for section in notes.sections
            for block in section.blocks
            if block.id == mark.mark.block_id
        )
        shown.append(ShownMark(PlacedMark(mark, section or None), file, line))
    return shown


def _of_archive(settings: Settings, wanted: MarkFilter) -> list[ShownMark]:
    from pipeline.cli.render.decisions import ShownMark
    from pipeline.topics.listed_marks import newest_first, placed

    require_archive(settings)
    archive = open_archive(settings)
    marks = newest_first(archive.topics.topics(archive.missing()), wanted)
    return [ShownMark(each) for each in placed(archive.index, marks)]
