"""`jumpnotes serve`: the web pages."""

from __future__ import annotations

import click

from pipeline.cli.options import open_archive, port_option, settings_options, tell_settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@port_option
@settings_options
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int) -> None:
    """Serve the web pages."""
    from pipeline import background
    from pipeline.redact import unfinished
    from service import wsgi

    tell_settings(ctx)
    archive = open_archive(ctx.obj)
    if unfinished(archive.store, ctx.obj):  # by somebody who was killed
        background.start(ctx.obj.data_dir, "redact")
    archive.close()
    wsgi.serve(ctx.obj, host, port, ready=lambda url: click.echo(f"{url}  (Ctrl+C to stop)", err=True))
