"""`jumpnotes topics`: what comes back across meetings."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.notes import find_files, read_meetings, show_error
from pipeline.cli.options import (
    CommandError,
    FilePath,
    format_option,
    open_archive,
    require_archive,
    settings_options,
    site_of,
    to_json,
)
from pipeline.file_names import printable
from pipeline.records import TopicKind

if TYPE_CHECKING:
    from pipeline.cli.render.topics import TopicPlace
    from pipeline.config import Settings
    from pipeline.records import Notes
    from pipeline.topics.archive import ArchiveTopics
    from pipeline.topics.making import Topic


class _Day(click.ParamType):  # type: ignore[type-arg]
    """A day; a year or a month stands for its first one."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from pipeline.search.query import first_day

        if isinstance(value, date):
            return value
        if (found := first_day(value)) is None:
            self.fail(f"{value!r} is no day, such as 2024-03-05, or 2024-03.", param, ctx)
        return found


DAY = _Day()
_KINDS = [kind.value for kind in TopicKind]


@click.command("topics")
@click.argument("paths", metavar="[FOLDER|FILE]…", nargs=-1, type=FilePath())
@click.option("--about", metavar="TOPIC", help="Show the meetings and moments of one topic: its name, number or id.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only topics of this kind. May be repeated."
)
@click.option(
    "--min-meetings",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Only topics that so many meetings name.",
)
@click.option("--since", type=DAY, help="Only what was named on this day or later; what was not before is marked.")
@click.option("--until", type=DAY, help="Only what was named on this day or before.")
@click.option("--people", is_flag=True, help="Names of people may be topics, too.")
@format_option
@settings_options
@click.pass_context
def topics_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    about: str | None,
    kinds: tuple[str, ...],
    min_meetings: int,
    since: date | None,
    until: date | None,
    output_format: str,
    *,
    people: bool,
) -> None:
    """Show what comes back across meetings: issues, numbered documents, versions, names in code, terms.

    Without a path, in the archive. FOLDER and FILE are notes, of which the same files are read as by `jumpnotes run`;
    nothing is fetched or stored. A file that cannot be read stops no other; the exit code is then 1.

    \b
    jumpnotes topics
    jumpnotes topics notes/ --kind issue
    jumpnotes topics --since 2024-03
    jumpnotes topics --about "#6280"
    """
    from pipeline.cli.render.topics import places_text, topic_json, topics_summary, topics_table

    source = _OfFiles.read(paths, people=people) if paths else _OfArchive(ctx.obj, people=people)
    found = source.topics
    if about is not None:
        topic = found.named(about)
        if topic is None:
            where = "".join(f"{shlex.quote(printable(str(path)))} " for path in paths)
            hint = f"List all with: jumpnotes topics {where}--min-meetings 1"
            raise CommandError(f"{printable(about)}: no such topic", hint)
        chosen: Sequence[Topic] = [topic]
    else:
        before = until + timedelta(days=1) if until and until < date.max else None
        asked = [TopicKind(kind) for kind in kinds]
        chosen = found.matching(kinds=asked, least=min_meetings, after=since, before=before)
    if output_format == "json":
        site = "" if paths else site_of(ctx.obj)
        click.echo(to_json([topic_json(topic, found, source.places(topic), site, since) for topic in chosen]))
    elif about is not None:
        click.echo(places_text(chosen[0], found, source.places(chosen[0])))
    elif chosen:
        click.echo(topics_table(chosen, found, since))
        click.echo("\n".join(topics_summary(chosen, found, min_meetings)), err=True)
    else:
        click.echo("No topic comes back.", err=True)
    ctx.exit(1 if source.failed else 0)


class _OfFiles:
    """The topics of notes in files."""

    def __init__(self, topics: ArchiveTopics, notes: dict[str, tuple[Path, Notes]], *, failed: bool) -> None:
        self.topics = topics
        self.failed = failed
        self._notes = notes

    @classmethod
    def read(cls, paths: Iterable[Path], *, people: bool) -> _OfFiles:
        from pipeline.records import TopicMeeting
        from pipeline.series import series_of
        from pipeline.topics.archive import topics_of
        from pipeline.topics.finding import find_topics

        failures: list[Exception] = []
        notes: dict[str, tuple[Path, Notes]] = {}
        for file, meeting in meetings_below(paths, failures):
            slug = meeting.slug
            while slug in notes:
                slug += "-2"
            notes[slug] = file, meeting
        found = (
            (TopicMeeting(slug, each.title, each.date, series_of(each.title)), find_topics(each))
            for slug, (_, each) in notes.items()
        )
        return cls(topics_of(found, people=people), notes, failed=bool(failures))

    def places(self, topic: Topic) -> Iterator[TopicPlace]:
        """Where a topic is named, the earliest meeting first."""
        from pipeline.cli.render.topics import TopicPlace

        for slug, block_ids in topic.mentions.items():
            file, notes = self._notes[slug]
            for section in notes.sections:
                for block in section.blocks:
                    if block.id in block_ids:
                        yield TopicPlace(slug, block.id, block.line, section.title, block.text, path=file)


class _OfArchive:
    """The topics of the archive."""

    failed = False

    def __init__(self, settings: Settings, *, people: bool) -> None:
        from pipeline.topics.archive import TopicReader

        require_archive(settings)
        self._archive = open_archive(settings)
        reader = TopicReader(self._archive.index, people=True) if people else self._archive.topics
        self.topics = reader.topics(self._archive.missing())

    def places(self, topic: Topic) -> Iterator[TopicPlace]:
        """Where a topic is named, the earliest meeting first, with the moments that are known."""
        from pipeline.cli.render.topics import TopicPlace

        with self._archive.index.reading() as snapshot:
            for slug, block_ids in topic.mentions.items():
                context = snapshot.context(slug)
                for section in self._archive.store.meeting(slug, segments=False).notes.sections:
                    for block in section.blocks:
                        if block.id in block_ids:
                            yield TopicPlace(
                                slug,
                                block.id,
                                block.line,
                                section.title,
                                block.text,
                                start=context.start(block.id) if context else None,
                                part_starts=context.part_starts if context else (),
                            )


def meetings_below(paths: Iterable[Path], failures: list[Exception]) -> Iterator[tuple[Path, Notes]]:
    """The meetings below paths, each once. What cannot be read is told, and kept in `failures`."""
    from pipeline.errors import NotesError

    templates: dict[tuple[Path, str], frozenset[str]] = {}
    seen = set()
    for path in paths:
        try:
            for file in find_files(path):
                if (whole := file.resolve()) in seen:
                    continue
                seen.add(whole)
                try:
                    yield from ((file, notes) for notes in read_meetings(file, templates))
                except NotesError as error:
                    failures.append(error)
                    show_error(error)
        except NotesError as error:
            failures.append(error)
            show_error(error)
