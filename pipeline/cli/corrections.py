"""`jumpnotes corrections`: links that people corrected, listed, and as a file beside the notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    CommandError,
    FilePath,
    format_option,
    open_archive,
    output_option,
    settings_options,
    to_json,
    write_output,
)

if TYPE_CHECKING:
    from pipeline.store import Store


@click.group("corrections")
@settings_options
def corrections_group() -> None:
    """List, export and import corrections.

    A correction is a person's word on a link: the right time, or that the block was not discussed.
    """


@corrections_group.command("list")
@click.argument("slug", metavar="[MEETING]", required=False)
@format_option
@settings_options
@click.pass_context
def list_command(ctx: click.Context, slug: str | None, output_format: str) -> None:
    """Show each correction: its block, time, author and date. Lists all meetings if MEETING is omitted."""
    from pipeline import export, part_clock
    from pipeline.cli.render.table import shortened, table
    from pipeline.errors import MeetingDamaged
    from pipeline.records import Verdict

    store = open_archive(ctx.obj, searched=False).store
    rows = []
    for name in [slug] if slug else store.corrected_slugs():
        try:
            meeting = store.meeting(name, segments=False)
        except MeetingDamaged as error:
            if slug:
                raise
            click.echo(f"{error}\nhint: {error.hint}", err=True)
            continue
        order = {block.id: position for position, block in enumerate(meeting.notes.blocks)}
        current = sorted(meeting.corrections.values(), key=lambda correction: order[correction.block_id])
        rows += [(name, meeting.part_starts, correction, False) for correction in current]
        rows += [(name, meeting.part_starts, correction, True) for correction in meeting.orphans]
    if output_format == "json":
        documents = [
            {"slug": name} | export.correction_json(correction) | {"orphan": orphaned}
            for name, _, correction, orphaned in rows
        ]
        click.echo(to_json(documents))
        return
    if not rows:
        click.echo("No corrections.", err=True)
        return
    verdicts = {Verdict.NOT_DISCUSSED: "not discussed", Verdict.AUTOMATIC: "automatic"}
    cells = [
        (
            name,
            verdicts[correction.verdict] if correction.start is None else part_clock.clock(starts, correction.start),
            f"{correction.at:%Y-%m-%d}",
            correction.author,
            ("(orphaned) " if orphaned else "") + shortened(correction.text, 60),
        )
        for name, starts, correction, orphaned in rows
    ]
    click.echo(table(("meeting", "link", "date", "author", "notes"), cells))


@corrections_group.command("export")
@click.argument("slug", metavar="MEETING")
@output_option
@settings_options
@click.pass_context
def export_command(ctx: click.Context, slug: str, output: Path | None) -> None:
    """Write a meeting's corrections as TOML, for version control.

    \b
    jumpnotes corrections export MEETING -o notes/2020-01-21.corrections.toml
    """
    from pipeline.corrections import toml_file

    store = open_archive(ctx.obj, searched=False).store
    name = Path(store.notes_paths()[slug]).name if slug in store.notes_paths() else ""
    written = toml_file.read(output).written if output and output.is_file() else ()  # by `jumpnotes annotate`
    file = toml_file.CorrectionsFile(name, store.portable_corrections(slug), store.speaker_names(slug), written)
    write_output(toml_file.to_toml(file), output)


@corrections_group.command("import")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=FilePath())
@click.option(
    "--meeting", "slug", metavar="MEETING", help="Import into this meeting.  [default: the one whose notes FILE names]"
)
@settings_options
@click.pass_context
def import_command(ctx: click.Context, paths: tuple[Path, ...], slug: str | None) -> None:
    """Import corrections that `corrections export` wrote. Importing a file twice changes nothing.

    Exit code 1: a file cannot be used, or a correction does not fit. If its block is not in the notes, it is stored and
    applies once the block is there; if its time is outside the recording, it is left out.
    """
    from pipeline.errors import JumpnotesError

    if slug and len(paths) > 1:
        raise click.UsageError("--meeting can be used with a single file only.")
    store = open_archive(ctx.obj, searched=False).store
    all_fit = True
    for path in paths:
        try:
            all_fit = _import_file(store, path, slug) and all_fit
        except JumpnotesError as error:
            CommandError(str(error), error.hint).show()
            all_fit = False
    ctx.exit(0 if all_fit else 1)


def _import_file(store: Store, path: Path, slug: str | None) -> bool:
    """Import one file, and say what became of its corrections. Returns whether all of them fit."""
    from collections import Counter

    from pipeline.cli.render.table import shortened
    from pipeline.corrections import toml_file
    from pipeline.corrections.portable import ImportOutcome
    from pipeline.corrections.validate import MAX_NAME_CHARS

    file = toml_file.read(path)
    entries = file.corrections
    meeting = slug or toml_file.meeting_of(path, file.notes_name, store.notes_paths())
    outcomes = store.import_corrections(meeting, entries)
    named = store.import_speaker_names(meeting, file.speakers, author=f"file {path.name}"[:MAX_NAME_CHARS])
    counts = Counter(outcomes)
    fitting = (ImportOutcome.ADDED, ImportOutcome.KNOWN, ImportOutcome.OLDER)
    told = [f"{counts[outcome]} {outcome}" for outcome in fitting if counts[outcome]]
    fits = ", ".join([*told, f"{named} speaker{'s' if named > 1 else ''} named"] if named else told)
    click.echo(f"{meeting}: {fits or 'nothing added'}")
    unfit = [(entry, outcome) for entry, outcome in zip(entries, outcomes, strict=True) if outcome not in fitting]
    for entry, outcome in unfit:
        click.echo(f"  {outcome}: {shortened(entry.locator.text, 76)}", err=True)
    return not unfit
