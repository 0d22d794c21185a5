"""`jumpnotes matches`: which videos of watched lists are the recordings of which notes."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import format_option, load_settings, open_archive, settings_options, to_json

if TYPE_CHECKING:
    from pipeline.records import StoredMatch

_numbers_argument = click.argument("numbers", metavar="NUMBER...", type=int, nargs=-1, required=True)


@click.group("matches", invoke_without_command=True)
@format_option
@settings_options
@click.pass_context
def matches_group(ctx: click.Context, output_format: str) -> None:
    """Show which videos may be the recordings of which notes.

    Videos are those of the channels and playlists that are watched, notes those without a recording. Also lists the
    notes and the videos that have no counterpart. What is certain is taken without asking.

    \b
    jumpnotes matches
    jumpnotes matches take 3
    jumpnotes matches refuse 4
    """
    if ctx.invoked_subcommand is not None:
        return
    from pipeline.cli.render.matches import overview_json, overview_text
    from pipeline.matching import overview

    store = open_archive(load_settings(ctx), searched=False).store
    found = overview(store)
    if output_format == "json":
        click.echo(to_json(overview_json(found)))
        return
    text, has_meetings = overview_text(found), bool(store.meetings())
    if text:
        click.echo(text)
    if not has_meetings:
        click.echo("Nothing to match yet: there are no notes. Run some first: jumpnotes run NOTES", err=True)
    elif not text:
        click.echo("Nothing to match: all notes have a recording, and all listed videos have notes.", err=True)


@matches_group.command("take")
@_numbers_argument
@format_option
@settings_options
@click.pass_context
def take_command(ctx: click.Context, numbers: Sequence[int], output_format: str) -> None:
    """Run the notes of a proposal with its video. The notes themselves are not changed."""
    from pipeline.matching import take

    store = open_archive(ctx.obj, searched=False).store
    taken = [take(store, number, author=_author()) for number in numbers]
    _show(taken, output_format)
    jobs = ", ".join(str(each.job) for each in taken)
    click.echo(f"Queued as job {jobs}. `jumpnotes serve` or `jumpnotes worker` does it.", err=True)


@matches_group.command("refuse")
@_numbers_argument
@format_option
@settings_options
@click.pass_context
def refuse_command(ctx: click.Context, numbers: Sequence[int], output_format: str) -> None:
    """Never propose these again. One that was taken is given up, unless its notes have been run by now."""
    from pipeline.matching import refuse

    store = open_archive(ctx.obj, searched=False).store
    _show([refuse(store, number, author=_author()) for number in numbers], output_format)


def _show(decided: Sequence[StoredMatch], output_format: str) -> None:
    from pipeline.cli.render.matches import match_json

    if output_format == "json":
        click.echo(to_json([match_json(each) for each in decided]))
        return
    for each in decided:
        click.echo(f"{each.id}. {each.state}: {each.match.notes.title} – {each.match.video.title}")


def _author() -> str:
    """The user of this computer, as far as it has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this computer"
