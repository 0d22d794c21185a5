"""`jumpnotes list`: which meetings there are, and how they are."""

from __future__ import annotations

from contextlib import closing

import click

from pipeline.cli.options import format_option, open_archive, settings_options, site_of, to_json


@click.command("list")
@format_option
@settings_options
@click.pass_context
def list_command(ctx: click.Context, output_format: str) -> None:
    """List all meetings: how far each is, when it was last run, and how much room it takes."""
    from pipeline.cli.render.inventory import inventory, inventory_json, inventory_table

    with closing(open_archive(ctx.obj, searched=False)) as archive:
        found = inventory(archive.store, ctx.obj)
    if output_format == "json":
        click.echo(to_json([inventory_json(each, site=site_of(ctx.obj)) for each in found]))
    elif found:
        click.echo(inventory_table(found))
    else:
        click.echo("No meetings yet. To add some: jumpnotes run NOTES.md", err=True)
