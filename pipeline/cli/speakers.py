"""`jumpnotes speakers`: who speaks in a meeting, and who they really are."""

from __future__ import annotations

import getpass

import click

from pipeline.cli.options import format_option, open_archive, settings_options, to_json


def _names(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.rpartition("=") for value in values]
    for speaker, equals, _ in pairs:
        if not equals or not speaker.strip():
            raise click.BadParameter('write it as "SPEAKER_00=Nora Feld".')
    names = {speaker.strip(): name.strip() for speaker, _, name in pairs}
    if len(names) < len(pairs):
        raise click.BadParameter("a speaker has two names.")
    return names


@click.command("speakers")
@click.argument("slug", metavar="MEETING")
@click.option(
    "--name",
    "names",
    metavar="SPEAKER=NAME",
    multiple=True,
    callback=_names,
    help="Call a speaker NAME from now on; two of one name are one. Without NAME: as in the transcript.",
)
@format_option
@settings_options
@click.pass_context
def speakers_command(ctx: click.Context, slug: str, names: dict[str, str], output_format: str) -> None:
    """Show who speaks in a meeting, for how long, and name them.

    The names stay when the meeting is run again, also with another transcript. They travel with the corrections.

    \b
    jumpnotes speakers MEETING --name "SPEAKER_00=Nora Feld" --name "Speaker 2=Omar"
    """
    from pipeline import timecode
    from pipeline.cli.render.table import table
    from pipeline.speaking_time import speaking_times

    store = open_archive(ctx.obj, searched=False).store
    if names:
        store.name_speakers(slug, names, _author())
    transcript = store.meeting(slug).transcript
    found = speaking_times(transcript) if transcript else ()
    if output_format == "json":
        click.echo(to_json([{"speaker": each.speaker, "seconds": each.seconds, "turns": each.turns} for each in found]))
    elif found:
        rows = [(each.speaker, timecode.clock(each.seconds), str(each.turns)) for each in found]
        click.echo(table(("speaker", "time", "turns"), rows, right=[1, 2]))
    else:
        click.echo("The transcript does not say who speaks.", err=True)


def _author() -> str:
    """The user of this computer, as far as it has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this computer"
