"""`jumpnotes token`: who may write, and who may read what is private."""

from __future__ import annotations

from datetime import datetime

import click

from pipeline.cli.options import format_option, open_archive, settings_options, to_json


@click.group("token")
@settings_options
def token_group() -> None:
    """Give people and programs tokens of their own, list and revoke them.

    People log in with one at /login; programs send it as "Authorization: Bearer TOKEN". What they write bears its name.
    Once there is a token, nobody corrects links or adds meetings without one, not even on this computer.
    """


@token_group.command("add")
@click.argument("name")
@click.option("--reader", is_flag=True, help="Only for reading, where that is private.")
@settings_options
@click.pass_context
def add_command(ctx: click.Context, name: str, reader: bool) -> None:  # noqa: FBT001 - click's
    """Make a token for the person or program NAME, and print it, this once."""
    from pipeline.records import TokenRole

    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    made, text = archive.store.tokens.add(name, TokenRole.READER if reader else TokenRole.EDITOR)
    archive.close()
    click.echo(text)
    may = "read what is private" if reader else "correct links, add meetings and edit notes"
    click.echo(f"With it, {made.name} may {may}. It is not stored and not shown again.", err=True)


@token_group.command("list")
@format_option
@settings_options
@click.pass_context
def list_command(ctx: click.Context, output_format: str) -> None:
    """List whose tokens there are, and whose were revoked. The tokens themselves are not stored."""
    from pipeline.cli.render.table import table
    from pipeline.file_names import printable

    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    tokens = archive.store.tokens.all()
    archive.close()
    if output_format == "json":
        shown = [
            {
                "name": each.name,
                "role": each.role,
                "created_at": each.created_at.isoformat(),
                "revoked_at": each.revoked_at and each.revoked_at.isoformat(),
            }
            for each in tokens
        ]
        click.echo(to_json(shown))
    elif tokens:
        rows = [
            (printable(each.name), each.role.value, _day(each.created_at), _day(each.revoked_at)) for each in tokens
        ]
        click.echo(table(("name", "role", "made (UTC)", "revoked"), rows))
    else:
        click.echo("There are none. To make one: jumpnotes token add NAME", err=True)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


@token_group.command("revoke")
@click.argument("name")
@settings_options
@click.pass_context
def revoke_command(ctx: click.Context, name: str) -> None:
    """Revoke the token of NAME: it is no good at once, nor is being logged in with it. What NAME wrote stays."""
    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    archive.store.tokens.revoke(name)
    is_last = all(each.revoked_at for each in archive.store.tokens.all())
    archive.close()
    click.echo(f"Revoked the token of {name}.", err=True)
    if is_last and ctx.obj.token is None:
        click.echo("No token is left: nobody can write now. To make one: jumpnotes token add NAME", err=True)
