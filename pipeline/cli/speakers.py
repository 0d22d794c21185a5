"""`jumpnotes speakers`: who speaks, in a meeting or in all of them, and who they really are."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import format_option, open_archive, settings_options, to_json

if TYPE_CHECKING:
    from datetime import date

    from pipeline.refresh import Archive
    from pipeline.store import Store


def _names(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.rpartition("=") for value in values]
    for speaker, equals, _ in pairs:
        if not equals or not speaker.strip():
            raise click.BadParameter('write it as "SPEAKER_00=Nora Feld".')
    names = {speaker.strip(): name.strip() for speaker, _, name in pairs}
    if len(names) < len(pairs):
        raise click.BadParameter("a speaker has two names.")
    return names


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    from pipeline.search.query import first_day

    day = first_day(value) if value else None
    if value and day is None:
        raise click.BadParameter("write it as 2024-03-05, 2024-03 or 2024.")
    return day


@click.command("speakers")
@click.argument("slug", metavar="[MEETING]", required=False)
@click.option(
    "--name",
    "names",
    metavar="SPEAKER=NAME",
    multiple=True,
    callback=_names,
    help="Call a speaker NAME from now on; two of one name are one. Without NAME: as in the transcript.",
)
@click.option(
    "--since",
    metavar="DAY",
    callback=_day,
    help="Only those who spoke on that day or later, and these of their meetings: 2024-03-05, 2024-03 or 2024.",
)
@format_option
@settings_options
@click.pass_context
def speakers_command(
    ctx: click.Context, slug: str | None, names: dict[str, str], since: date | None, output_format: str
) -> None:
    """Show who speaks, for how long, and name them: in a meeting or, without MEETING, in all of them.

    The names stay when the meeting is run again, also with another transcript. They travel with the corrections.
    Without MEETING, a speaker in any spelling is renamed in every meeting whose transcript names them. A label such as
    SPEAKER_00 is somebody else in each meeting, and is named there.

    \b
    jumpnotes speakers MEETING --name "SPEAKER_00=Nora Feld" --name "Speaker 2=Omar"
    jumpnotes speakers --name "Nora=Nora Feld"
    jumpnotes speakers --since 2024-03
    """
    if slug is None:
        _show_all(open_archive(ctx.obj), names, since, output_format)
    elif since:
        raise click.UsageError("--since is for all meetings, without MEETING.")
    else:
        _show_meeting(open_archive(ctx.obj, searched=False).store, slug, names, output_format)


def _show_meeting(store: Store, slug: str, names: dict[str, str], output_format: str) -> None:
    from pipeline import timecode
    from pipeline.cli.render.table import table
    from pipeline.speaking_time import speaking_times

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


def _show_all(archive: Archive, names: dict[str, str], since: date | None, output_format: str) -> None:
    from pipeline import timecode
    from pipeline.cli.render.table import table
    from pipeline.speaker_renaming import rename_everywhere

    if names:
        for speaker, slugs in rename_everywhere(archive, names, _author()).items():
            in_words = "1 meeting" if len(slugs) == 1 else f"{len(slugs)} meetings"
            click.echo(f"{speaker}: renamed in {in_words}", err=True)
    speakers = archive.speakers.speakers(archive.missing())
    found = (speakers.since(since) if since else speakers).speakers.values()
    if output_format == "json":
        listed = [
            {
                "speaker": each.name,
                "meetings": [appearance.meeting.slug for appearance in each.appearances],
                "seconds": round(each.seconds, 3),
                "last": each.last.isoformat() if each.last else None,
            }
            for each in found
        ]
        click.echo(to_json(listed))
    elif found:
        rows = [
            (
                each.name,
                str(len(each.appearances)),
                timecode.clock(each.seconds) if each.seconds else "",
                each.last.isoformat() if each.last else "",
            )
            for each in found
        ]
        click.echo(table(("speaker", "meetings", "time", "last"), rows, right=[1, 2]))
    elif since:
        click.echo(f"Nobody is known to have spoken since {since.isoformat()}.", err=True)
    else:
        click.echo("No transcript names anybody yet, and no notes say who speaks.", err=True)


def _author() -> str:
    """The user of this computer, as far as it has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this computer"
