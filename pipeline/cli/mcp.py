"""`jumpnotes mcp`: the archive for assistants."""

from __future__ import annotations

import click

from pipeline.cli.options import settings_options, tell_settings


@click.command("mcp")
@settings_options
@click.pass_context
def mcp_command(ctx: click.Context) -> None:
    """Let an assistant read the archive.

    Assistants that speak the Model Context Protocol start this command themselves, and talk to it over stdin and
    stdout. They can list, search and read, and write nothing.
    """
    from pipeline.mcp_server import server

    tell_settings(ctx)
    server.serve(ctx.obj)
