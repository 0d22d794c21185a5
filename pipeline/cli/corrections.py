"""`jumpnotes corrections`: what people said about links, listed, and as a file beside the notes."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import Failed, as_json, data_dir, open_store


@click.group()
@data_dir
def corrections() -> None:
    """List the links people put right, and keep them beside the notes in version control."""


@corrections.command("list")
@click.argument("slug", metavar="[MEETING]", required=False)
@as_json
@data_dir
@click.pass_context
def list_(ctx: click.Context, slug: str | None, form: str) -> None:
    """Say who set which link to what, and when; without MEETING of all of them."""
    from pipeline import export, timecode
    from pipeline.cli import render
    from pipeline.records import Verdict

    store = open_store(ctx.obj)
    rows = []
    for name in [slug] if slug else store.corrected():
        meeting = store.meeting(name, segments=False)
        order = {block.id: position for position, block in enumerate(meeting.notes.blocks)}
        held = sorted(meeting.corrections.values(), key=lambda said: order[said.block_id])
        rows += [(name, said, False) for said in held] + [(name, said, True) for said in meeting.orphans]
    if form == "json":
        click.echo(
            render.as_json(
                [{"slug": name} | export.correction_json(said) | {"orphan": lost} for name, said, lost in rows]
            )
        )
        return
    if not rows:
        click.echo("No corrections.", err=True)
        return
    words = {Verdict.NOT_DISCUSSED: "not discussed", Verdict.AUTOMATIC: "automatic"}
    cells = [
        (
            name,
            timecode.clock(said.start) if said.start is not None else words[said.verdict],
            f"{said.at:%Y-%m-%d}",
            said.author,
            ("(holds nowhere) " if lost else "") + render.shortened(said.text, 60),
        )
        for name, said, lost in rows
    ]
    click.echo(render.table(("meeting", "link", "date", "author", "notes"), cells))


@corrections.command("export")
@click.argument("slug", metavar="MEETING")
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False, path_type=Path), help="A file, not stdout.")
@data_dir
@click.pass_context
def export_(ctx: click.Context, slug: str, target: Path | None) -> None:
    """Write a meeting's corrections as TOML, for version control.

    \b
    jumpnotes corrections export MEETING -o notes/2020-01-21.corrections.toml
    """
    from pipeline.corrections import toml_file as files

    text = files.written(open_store(ctx.obj), slug)
    try:
        with click.open_file(str(target or "-"), "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise Failed(f"{target}: {error.strerror}", "Choose another file with --output.") from error


@corrections.command("import")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--meeting", "slug", help="Put them into this meeting.  [default: the one of the notes they name]")
@data_dir
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], slug: str | None) -> None:
    """Read corrections that `export` wrote. What is known already is not added again.

    Exit 1 when a line of the file is found nowhere in the notes; what was said of it waits until it is.
    """
    from collections import Counter

    from pipeline.cli import render
    from pipeline.corrections import toml_file as files
    from pipeline.store.corrections import Fate

    if slug and len(paths) > 1:
        raise click.UsageError("--meeting belongs to one file, not to several.")
    store = open_store(ctx.obj)
    lost = False
    for path in paths:
        meeting, imported = files.take(store, path, slug=slug)
        counts = Counter(each.fate for each in imported)
        told = ", ".join(f"{counts[fate]} {fate}" for fate in (Fate.ADDED, Fate.KNOWN, Fate.OLDER) if counts[fate])
        click.echo(f"{meeting}: {told or 'nothing added'}")
        for each in imported:
            if each.fate in (Fate.NO_BLOCK, Fate.OUTSIDE):
                lost = True
                click.echo(f"  {each.fate}: {render.shortened(each.told.spot.text, 76)}", err=True)
    ctx.exit(1 if lost else 0)
