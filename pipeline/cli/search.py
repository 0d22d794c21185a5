"""`jumpnotes search`: everything said and written, searched."""

from __future__ import annotations

import click

from pipeline.cli.options import format_option, open_archive, settings_options, to_json
from pipeline.errors import MeetingNotFound


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--meeting", "slug", metavar="MEETING", help="Search this meeting only (its slug).")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most this many results.")
@click.option("--whole", is_flag=True, help="Only passages that contain every word, none of them misheard.")
@format_option
@settings_options
@click.pass_context
def search_command(
    ctx: click.Context, query: tuple[str, ...], slug: str | None, limit: int, output_format: str, *, whole: bool
) -> None:
    """Search everything said and written.

    A query is words and "quoted phrases". `sched*` matches prefixes, `-word` excludes a word (put `--` before such a
    query), `OR` matches either word; `meeting:NAME`, `before:2025`, `after:2024-03`, `in:notes` and `in:transcript`
    narrow the search down.
    """
    from pipeline import export
    from pipeline.cli.render.search import format_hits, terminal_columns
    from pipeline.search import search

    archive, text = open_archive(ctx.obj), " ".join(query).encode(errors="replace").decode()
    if slug is not None and slug not in archive.store.notes_paths():
        raise MeetingNotFound(slug)
    without = archive.missing()
    hits = search(archive.index, text, slug=slug, limit=limit + 1, whole=whole, without=without)
    if output_format == "json":
        click.echo(to_json([export.hit_json(hit) for hit in hits[:limit]]))
        return
    if hits:
        click.echo(format_hits(hits[:limit], terminal_columns()))
        if len(hits) > limit:
            click.echo(f"There are more results: --limit {2 * limit}", err=True)
    else:
        click.echo("Nothing found.", err=True)
    if all(hit.missing for hit in hits):
        from pipeline.search.spelling import suggest

        if better := suggest(archive.index, text, slug=slug, without=without):
            click.echo(f"Did you mean: {better}", err=True)
