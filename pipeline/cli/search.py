"""`jumpnotes search`: everything said and written, searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import format_option, open_archive, settings_options, site_of, to_json
from pipeline.errors import MeetingNotFound

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.search import SearchIndex
    from pipeline.search.by_meaning import Nearest

MAX_LOADING_SECONDS = 30.0
"""That --meaning waits for the sentence model."""


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--meeting", "slug", metavar="MEETING", help="Search this meeting only (its slug).")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most this many results.")
@click.option("--whole", is_flag=True, help="Only passages that contain every word, none of them misheard.")
@click.option(
    "--meaning",
    "by_meaning",
    is_flag=True,
    help="Also find what says the same in other words or in another language. This loads the sentence model, which "
    "takes a second or more; the web page always does.",
)
@format_option
@settings_options
@click.pass_context
def search_command(
    ctx: click.Context,
    query: tuple[str, ...],
    slug: str | None,
    limit: int,
    output_format: str,
    *,
    whole: bool,
    by_meaning: bool,
) -> None:
    """Search everything said and written.

    A query is words and "quoted phrases". `sched*` matches prefixes, `-word` excludes a word (put `--` before such a
    query), `OR` matches either word; `meeting:NAME`, `series:NAME`, `year:2024`, `before:2025`, `after:2024-03`,
    `in:notes`, `in:transcript` and `speaker:NAME` narrow the search down.
    """
    from pipeline import export
    from pipeline.cli.render.search import format_hits, not_searched, terminal_columns
    from pipeline.search import search

    text = " ".join(query).encode(errors="replace").decode()
    index, missing = _searchable(ctx.obj, slug)
    with _nearest(ctx.obj, wanted=by_meaning) as nearest:
        hits = search(index, text, slug=slug, limit=limit + 1, whole=whole, without=missing, nearest=nearest)
    if missing:
        click.echo(not_searched(len(missing)), err=True)
    if output_format == "json":
        click.echo(to_json([export.hit_json(hit, site=site_of(ctx.obj)) for hit in hits[:limit]]))
        return
    if hits:
        click.echo(format_hits(hits[:limit], terminal_columns()))
        if len(hits) > limit:
            click.echo(f"There are more results: --limit {2 * limit}", err=True)
    else:
        click.echo("Nothing found.", err=True)
    if all(hit.missing or hit.similar for hit in hits):
        from pipeline.search.spelling import suggest

        if better := suggest(index, text, slug=slug, without=missing):
            click.echo(f"Did you mean: {better}", err=True)


def _searchable(settings: Settings, slug: str | None) -> tuple[SearchIndex, frozenset[str]]:
    """The index, and the meetings in which nothing is to be found yet."""
    from pipeline.freshness import is_current
    from pipeline.search import SearchIndex

    index = SearchIndex(settings.search_index)
    if is_current(settings, index):
        with index.reading() as snapshot:
            known = slug is None or slug in snapshot.entries
        if known:
            return index, frozenset()
    archive = open_archive(settings, refreshed=False)
    with closing(archive.store) as store:
        if slug is not None and slug not in store.notes_paths():
            raise MeetingNotFound(slug)
        return archive.index, archive.missing()


@contextmanager
def _nearest(settings: Settings, *, wanted: bool) -> Iterator[Nearest | None]:
    """What says the same in other words, if it is wanted; says so where that cannot be found."""
    if not wanted:
        yield None
        return
    from pipeline.meaning import HOW_TO_INSTALL, is_installed
    from pipeline.meaning.client import MeaningClient

    client = MeaningClient(settings.vector_dir, timeout_seconds=MAX_LOADING_SECONDS)
    if not is_installed():
        click.echo(f"Searching for words only: the sentence model is not installed ({HOW_TO_INSTALL}).", err=True)
    elif not client.is_of_use():
        click.echo("Searching for words only: no meeting has been run with the sentence model.", err=True)
    try:
        yield client.nearest
    finally:
        client.close()
