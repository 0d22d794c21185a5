"""`jumpnotes annotate`: found moments as links in the notes themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    CommandError,
    FilePath,
    has_archive,
    load_settings,
    no_meaning_option,
    same_settings,
    settings_options,
    site_of,
)
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.annotate.annotating import AnnotatedFile, AnnotateOptions
    from pipeline.annotate.sources import MomentSources
    from pipeline.config import Settings
    from pipeline.records import Transcript


def _site_address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise click.BadParameter(f"{printable(value)} does not begin with https:// or http://")
    return value.rstrip("/")


@click.command("annotate")
@click.argument("paths", metavar="NOTES…", nargs=-1, required=True, type=FilePath())
@click.option(
    "--transcript",
    metavar="FILE|FOLDER",
    type=FilePath(exists=True),
    help="Align this transcript, or that of a folder which is called like the notes, instead of reading the archive.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with 1 and name the lines that would change or are wrong."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--remove", is_flag=True, help="Take out all links that jumpnotes wrote.")
@click.option(
    "--style",
    type=click.Choice(["auto", "end", "start"]),
    default="auto",
    show_default=True,
    help="Put the links of bullets and paragraphs at their end, at their start, or where the file has its own.",
)
@click.option(
    "--min",
    "minimum",
    type=click.Choice(["sure", "likely"]),
    default="sure",
    show_default=True,
    help="Write links that are at least this certain.",
)
@click.option(
    "--site",
    metavar="URL",
    callback=lambda _ctx, _param, value: value and _site_address(value),
    help="Where the pages are published, for recordings that are not on YouTube.  [default: site_url]",
)
@no_meaning_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask before several files are changed.")
@settings_options
@click.pass_context
def annotate_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    transcript: Path | None,
    check: bool,  # noqa: FBT001 - click passes by name
    diff: bool,  # noqa: FBT001
    remove: bool,  # noqa: FBT001
    style: str,
    minimum: str,
    site: str | None,
    no_meaning: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
) -> None:
    """Write links into the notes: each line that was found opens the recording at its moment.

    Only links are written; every other byte stays. A heading gets its link on a line below, so that its anchor stays.
    The links carry the title "jumpnotes", by which they are known again: change the time of one, and it is a
    correction; delete one, and it does not come back. Links that somebody else wrote are never touched.

    \b
    jumpnotes annotate notes/ --diff
    jumpnotes annotate 2020-01-21.md --transcript 2020-01-21.vtt
    jumpnotes annotate notes/ --check
    """
    from pipeline.annotate.annotating import AnnotateOptions
    from pipeline.annotate.placement import LinkStyle
    from pipeline.notes.files import find_notes
    from pipeline.notes.formats import HTML_SUFFIXES
    from pipeline.records import Certainty

    if check and remove:
        raise click.UsageError("--check is about links that are missing; with --remove, --diff shows what would go.")
    settings = load_settings(ctx, paths)
    found = sorted(find_notes(paths))
    files = [path for path in found if path in paths or path.suffix.lower() not in HTML_SUFFIXES]
    if len(files) < len(found):
        click.echo(f"HTML left out ({len(found) - len(files)}): links are written into Markdown only.", err=True)
    options = AnnotateOptions(Certainty(minimum), None if style == "auto" else LinkStyle(style))
    sources = (
        None if remove else _sources(settings, files, transcript, site or site_of(settings), words_only=no_meaning)
    )
    made, failed = [], 0
    for path in files:
        try:
            made.append(_annotated(path, sources, options, remove=remove))
        except CommandError as error:
            error.show()
            failed += 1
    if check or diff:
        is_clean = _show(made, ctx, check=check, diff=diff, is_offline=sources is None)
        ctx.exit(1 if failed or not is_clean else 0)
    failed += _write(made, yes=yes)
    ctx.exit(1 if failed else 0)


def _sources(
    settings: Settings, files: Sequence[Path], transcript: Path | None, site: str, *, words_only: bool
) -> MomentSources | None:
    """Where the moments come from; None where nothing is stored and no transcript was given."""
    from pipeline.annotate import sources

    if transcript is not None:
        from pipeline import meaning

        if transcript.is_file() and len(files) > 1:
            raise click.UsageError("--transcript FILE can be used with a single notes file; give a folder for several.")
        model = None if words_only or not settings.meaning else meaning.load()
        return sources.of_transcripts(_transcripts(transcript, files), site, model)
    if not has_archive(settings):
        return None
    from pipeline.run.inputs import NotesReader
    from pipeline.run.placing import Placing
    from pipeline.store import Store

    store = Store.of(settings)
    return sources.of_archive(store, Placing(store, NotesReader(), lambda _: None).known, site)


def _transcripts(given: Path, files: Sequence[Path]) -> Callable[[Path], Transcript | None]:
    """What gives the transcript of notes: a file, or that of a folder which belongs to them by its name."""
    from pipeline import cues
    from pipeline.run.companions import CompanionFinder

    if given.is_file():
        return cache(lambda _: cues.read(given))
    finder = CompanionFinder(files, transcript_dir=given)

    def read(path: Path) -> Transcript | None:
        found = finder.find(path).transcript
        return cues.read(found) if found else None

    return cache(read)


def _annotated(path: Path, sources: MomentSources | None, options: AnnotateOptions, *, remove: bool) -> AnnotatedFile:
    """What becomes of one file. Raises CommandError where it or its transcript cannot be read."""
    from pipeline import notes
    from pipeline.annotate import annotating
    from pipeline.annotate.files import NotesFile
    from pipeline.errors import JumpnotesError
    from pipeline.notes.files import siblings_of

    try:
        file = NotesFile.open(path, notes.folder_templates(siblings_of(path).values()))
        return annotating.remove(file) if remove else annotating.annotate(file, sources, options)
    except JumpnotesError as error:
        raise CommandError(str(error), error.hint) from error


def _show(made: Sequence[AnnotatedFile], ctx: click.Context, *, check: bool, diff: bool, is_offline: bool) -> bool:
    """Print what would change, or is wrong. Returns whether there is nothing."""
    from pipeline.cli.render.annotations import diff_text, finding_lines, mending_command, unknown_remark

    for each in made if diff else ():
        click.echo(diff_text(each), nl=False)
    if not check:
        return True
    lines = [line for each in made for line in finding_lines(each)]
    for line in lines:
        click.echo(line)
    changed = [each for each in made if each.is_changed]
    if changed:
        click.echo(f"Fix them with: {mending_command(changed, same_settings(ctx))}", err=True)
    for each in made:
        if each.unknown and not is_offline:
            click.echo(unknown_remark(each), err=True)
    if is_offline:
        click.echo("Nothing is stored here, so only what stands in the notes was checked.", err=True)
    return not lines


def _write(made: Sequence[AnnotatedFile], *, yes: bool) -> int:
    """Write what is to be written, and say it. Returns how many files failed."""
    from pipeline.cli.render.annotations import summary, totals
    from pipeline.errors import JumpnotesError

    changed = [each for each in made if each.is_changed]
    if len(changed) > 1 and not yes and sys.stdin is not None and sys.stdin.isatty():
        for each in changed:
            click.echo(summary(each), err=True)
        click.confirm(f"Change {len(changed)} files? (--diff shows all of it)", abort=True, err=True)
    failures = 0
    for each in made:
        try:
            each.write()
        except JumpnotesError as error:
            CommandError(str(error), error.hint).show()
            failures += 1
        else:
            if each.is_changed or len(made) == 1:
                click.echo(summary(each))
    if len(made) > 1:
        click.echo(totals(made))
    return failures
