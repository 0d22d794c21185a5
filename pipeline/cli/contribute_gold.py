"""`jumpnotes contribute-gold`: a corrected meeting as a case that anybody can measure with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, FilePath, open_archive, settings_options
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.evaluate.contribution import Contribution


@click.command("contribute-gold")
@click.argument("slug", metavar="MEETING")
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=FilePath(file_okay=False),
    help="Write to this folder, which has to be new or empty.  [default: one called as the meeting]",
)
@click.option("--mask-names", is_flag=True, help="Replace the names of people in the notes and the transcript.")
@settings_options
@click.pass_context
def contribute_gold_command(
    ctx: click.Context,
    slug: str,
    output: Path | None,
    mask_names: bool,  # noqa: FBT001 - click's
) -> None:
    """Write a corrected meeting as a case that anybody can measure with. Nothing is sent anywhere.

    The folder has the notes, the transcript, the times that people set as gold.json, and a README.txt. `jumpnotes
    evaluate FOLDER` measures it. MEETING is the last part of the address of the meeting's page.

    With --mask-names, people are Person-A, Person-B and so on, the same in notes and transcript. Their names are found
    where they show as such: as speakers, in lists such as "Attendees:", as handles and e-mail addresses. Who is only
    mentioned in a sentence is not found, so read the files before you send them.
    """
    from pipeline.evaluate.contribution import contribution
    from pipeline.evaluate.corrected import corrected_gold

    meeting = open_archive(ctx.obj, searched=False).store.meeting(slug)
    if not corrected_gold(meeting):
        hint = "Correct some of its links first: choose “Edit links” on its page."
        raise CommandError(f"{slug} has no corrections that apply", hint)
    made = contribution(meeting, mask_names=mask_names)
    if not made.gold:
        raise CommandError(f"{slug}: no corrected line is one of its notes by themselves", "Correct other lines.")
    folder = output or Path(made.name)
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{printable(str(folder))}: is not empty", "Choose a new folder with --output.")
    made.write(folder)
    click.echo(_described(made, folder))


def _described(made: Contribution, folder: Path) -> str:
    """What was written, whose names were masked, and what to do next."""
    place = printable(str(folder))
    count = "1 line" if len(made.gold) == 1 else f"{len(made.gold)} lines"
    lines = [f"{place}: notes.md, transcript.vtt, README.txt, and gold.json with {count}"]
    if made.left_out:
        lines.append(f"Left out, as they are no lines of these notes by themselves: {made.left_out} corrected lines")
    if made.masked:
        lines += ["Masked:", *(f"  {mask}  {', '.join(names)}" for mask, names in made.masked.items())]
    elif made.masked is not None:
        lines.append("Masked: nobody, as no names were found")
    rest = (
        "Other names may be left. " if made.masked is not None else "Names are as they were; --mask-names masks them. "
    )
    lines.append(f"{rest}Read the files before you send them: nothing has been sent.")
    return "\n".join([*lines, f"Measure it: jumpnotes evaluate {place}"])
