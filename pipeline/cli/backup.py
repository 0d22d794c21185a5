"""`jumpnotes backup`: an archive as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandError, FilePath, open_archive, require_archive, settings_options
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.backup import WrittenBackup


@click.command("backup")
@click.argument("file", metavar="FILE", type=FilePath(dir_okay=False))
@click.option(
    "--media", is_flag=True, help="With the fetched recordings, which are large and can mostly be fetched again."
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@settings_options
@click.pass_context
def backup_command(ctx: click.Context, file: Path, media: bool, force: bool) -> None:  # noqa: FBT001 - click's
    """Write what cannot be made again to one file: the database, and the notes that were written on the page or sent.

    Everything may be in use meanwhile. FILE is a tar, compressed if its name ends in .gz, .xz or .bz2; it is there as a
    whole or not at all, and only its owner can read it. `jumpnotes restore` makes an archive of it.

    \b
    jumpnotes backup /srv/backups/jumpnotes-$(date +%F).tar.gz
    """
    from pipeline.backup import write_backup
    from pipeline.redact import unfinished

    if str(file) == "-":
        raise click.BadParameter("give the name of a file", param_hint="FILE")
    require_archive(ctx.obj)
    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    try:
        if media and (slugs := unfinished(archive.store, ctx.obj)):
            problem = f"what was taken out is still in some file: {', '.join(slugs)}"
            raise CommandError(problem, "To finish it: jumpnotes redact. Then back up.")
        written = write_backup(archive.store, ctx.obj, file, with_media=media, replace=force)
    finally:
        archive.close()
    click.echo(_described(written))


def _described(written: WrittenBackup) -> str:
    from pipeline.cli.render.inventory import file_size

    about = written.description
    meetings = f"{about.meetings} meeting" + ("" if about.meetings == 1 else "s")
    parts = [f"the database ({meetings}, {file_size(written.database_bytes)})"]
    for folder, count in written.counts.items():
        if count:
            files = f"{count} file" + ("" if count == 1 else "s")
            parts.append(f"{folder}/ ({files}, {file_size(written.folder_bytes[folder])})")
    return f"{printable(str(written.path))}: {', '.join(parts)}; {file_size(written.size)} in all"
