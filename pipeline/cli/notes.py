"""`jumpnotes notes`: what is understood of notes, without a database."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import FilePath, format_option, to_json


@click.command("notes")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=FilePath())
@format_option
@click.pass_context
def notes_command(ctx: click.Context, paths: tuple[Path, ...], output_format: str) -> None:
    """Show what is understood of notes: meetings, dates, recordings and written times. Needs no database.

    \b
    jumpnotes notes 2020-01-21.md
    jumpnotes notes notes/*.md --format json
    """
    from pipeline import notes
    from pipeline.cli.render.notes import notes_json, notes_report
    from pipeline.errors import NotesError

    failed = False
    documents = []
    for path in paths:
        try:
            read = notes.read_all(path, templates=_templates(path))
        except NotesError as error:
            failed = True
            click.echo(f"error: {error}\nhint: {error.hint}", err=True)
            continue
        if output_format == "json":
            documents += [notes_json(path, each) for each in read]
        else:
            click.echo(notes_report(path, read))
    if output_format == "json":
        click.echo(to_json(documents))
    ctx.exit(1 if failed else 0)


def _templates(path: Path) -> frozenset[str]:
    from pipeline import notes
    from pipeline.notes.files import siblings_of

    return notes.folder_templates(siblings_of(path).values())
