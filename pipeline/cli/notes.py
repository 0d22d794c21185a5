"""`jumpnotes notes`: what is understood of notes, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import FilePath, format_option, to_json

if TYPE_CHECKING:
    from pipeline.records import Notes
    from pipeline.run.companions import CompanionFinder, Companions


@click.command("notes")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=FilePath())
@format_option
@click.pass_context
def notes_command(ctx: click.Context, paths: tuple[Path, ...], output_format: str) -> None:
    """Show what is understood of notes: meetings, dates, recordings, topics and written times.

    FILE is a Markdown or HTML file, or a folder, of which the same files are read as by `jumpnotes run`. Recordings and
    transcripts beside the notes are named. Nothing is fetched or stored. Line numbers of an HTML file are those of its
    text as Markdown.

    Where something is not as you expect, the line the recording was found on and the warnings say why. A file that
    cannot be read stops no other; the exit code is then 1.

    \b
    jumpnotes notes 2020-01-21.md
    jumpnotes notes notes/ --format json
    """
    from pipeline.cli.render.notes import NotesTally, notes_json, notes_report
    from pipeline.errors import NotesError
    from pipeline.run.companions import CompanionFinder

    finder = CompanionFinder()
    tally = NotesTally()
    documents = []
    templates: dict[tuple[Path, str], frozenset[str]] = {}
    for path in paths:
        try:
            for file in find_files(path):
                try:
                    read = read_meetings(file, templates)
                except NotesError as error:
                    tally.add_failure()
                    show_error(error)
                    continue
                beside = _beside(file, read, finder, path)
                if output_format == "json":
                    documents += [notes_json(file, each, beside) for each in read]
                else:
                    click.echo(("\n" if tally.meetings else "") + notes_report(file, read, beside))
                tally.add(read)
        except NotesError as error:
            tally.add_failure()
            show_error(error)
    if output_format == "json":
        click.echo(to_json(documents))
    elif tally.files > 1:
        click.echo(f"\n{tally}")
    ctx.exit(1 if tally.failed else 0)


def find_files(path: Path) -> Iterator[Path]:
    """The notes below a folder, or the file itself."""
    from pipeline.notes.files import find_notes

    try:
        is_folder = path.is_dir()
    except OSError:  # behind a folder that cannot be entered: reading it says so
        is_folder = False
    yield from find_notes([path]) if is_folder else [path]


def read_meetings(file: Path, templates: dict[tuple[Path, str], frozenset[str]]) -> tuple[Notes, ...]:
    """The meetings of a file. `templates` are those of the folders seen so far."""
    from pipeline import notes
    from pipeline.notes.files import siblings_of

    folder = file.absolute().parent, file.suffix
    if folder not in templates:
        templates[folder] = notes.folder_templates(siblings_of(file).values())
    return notes.read_all(file, templates=templates[folder])


def _beside(file: Path, meetings: tuple[Notes, ...], finder: CompanionFinder, root: Path) -> Companions:
    """What belongs to the only meeting of a file by its name, or by what the notes link beside them."""
    from pipeline.run.companions import Companions, resolve_recording

    if len(meetings) > 1:
        return Companions()
    found = finder.find(file)
    for part in meetings[0].recordings:
        if part.id is None and "://" not in part.url:
            linked = resolve_recording(file, part.url, [root])
            found = Companions(linked.media or found.media, found.transcript, (*found.warnings, *linked.warnings))
    return found


def show_error(error: Exception) -> None:
    """Tell of notes that cannot be read."""
    click.echo(f"error: {error}", err=True)
    if hint := getattr(error, "hint", ""):
        click.echo(f"hint: {hint}", err=True)
