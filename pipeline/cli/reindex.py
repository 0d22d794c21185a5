"""`jumpnotes reindex`: the search index made anew, for another language if asked."""

from __future__ import annotations

import click

from pipeline.cli.options import data_dir
from pipeline.language import names


def _language(_ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
    if given is None:
        return None
    name = names.snowball_name(given)
    if name is None:
        raise click.BadParameter(f"no language {given!r}; there is {names.CHOICES}")
    return name


@click.command(epilog=f"Languages: {names.CHOICES}.")
@click.option(
    "--language",
    metavar="NAME",
    callback=_language,
    help="Whose words are found in all their forms: german or de.  [default: $JUMPNOTES_LANGUAGE, or as before]",
)
@data_dir
@click.pass_context
def reindex(ctx: click.Context, language: str | None) -> None:
    """Make the search index anew.

    Searches go on meanwhile with the old one, and cut off, it stays. Runs and corrections wait.
    """
    from pipeline.cli import render
    from pipeline.store import Store

    store = Store.open(ctx.obj.database)
    with render.Progress() as progress:
        progress.stage(str(ctx.obj.database), "reindex", unit="meetings")
        meetings, words = store.reindex(language or ctx.obj.language, progress.progress)
    count = f"{meetings} meeting" if meetings == 1 else f"{meetings} meetings"
    click.echo(f"Indexed {count} for {words.title()} words.")
