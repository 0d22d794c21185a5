"""`jumpnotes reindex`: the search index rebuilt, for another language if asked."""

from __future__ import annotations

from dataclasses import replace

import click

from pipeline.cli.options import settings_options
from pipeline.language import names


def _language(_ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
    if given is None:
        return None
    name = names.snowball_name(given)
    if name is None:
        raise click.BadParameter(f"unknown language {given!r}; choose from {names.CHOICES}")
    return name


@click.command("reindex", epilog=f"Languages: {names.CHOICES}.")
@click.option(
    "--language",
    metavar="NAME",
    callback=_language,
    help="Language whose word forms are matched, such as german or de.  [default: $JUMPNOTES_LANGUAGE, or unchanged]",
)
@click.option("--if-needed", is_flag=True, help="Only bring it up to date, or rebuild it if it cannot be used.")
@settings_options
@click.pass_context
def reindex_command(ctx: click.Context, language: str | None, *, if_needed: bool) -> None:
    """Rebuild the search index.

    Searches keep using the old index; an interrupted rebuild leaves it untouched.
    """
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.refresh import Archive

    archive = Archive.open(replace(ctx.obj, language=None), refreshed=if_needed)
    if if_needed and language is None:
        return
    indexed_language = language or ctx.obj.language or archive.store.language()
    with ConsoleReporter() as reporter:
        reporter.stage(str(archive.index.path), "reindex", unit="meetings")
        meetings = archive.rebuild(indexed_language, reporter.progress)
    count = f"{meetings} meeting" if meetings == 1 else f"{meetings} meetings"
    click.echo(f"Indexed {count} (language: {indexed_language.title()}).")
