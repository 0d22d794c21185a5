"""`jumpnotes site`: the whole archive as files, for a web server that runs no program."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import FilePath, settings_options, tell_settings


@click.command("site")
@click.argument("folder", metavar="FOLDER", type=FilePath(file_okay=False))
@click.option(
    "--base-url",
    metavar="URL",
    callback=lambda _ctx, _param, given: _base_url(given),
    help="Where the site will be published, such as https://example.org/meetings/: for its sitemap, its feed and the "
    "previews of its links. Everything else works anywhere.",
)
@click.option(
    "--search/--no-search", "searchable", default=True, help="Make a search that runs in the browser, or none."
)
@settings_options
@click.pass_context
def site_command(ctx: click.Context, folder: Path, base_url: str, searchable: bool) -> None:  # noqa: FBT001
    """Write the whole archive to FOLDER as a site of plain files.

    Any web server can show it, in any folder; it needs no program and no database. Run again, it writes only what
    changed, and removes what is no longer there; other files in FOLDER stay as they are.

    Failures are not published, nor recordings, unless a setting says so (site_media_mb).
    """
    from pipeline.cli.render.progress import ConsoleReporter
    from service.site.build import write_site

    tell_settings(ctx)
    with ConsoleReporter() as reporter:
        reporter.stage(str(folder), "site", unit="meetings")
        report = write_site(ctx.obj, folder, base=base_url, searchable=searchable, step=reporter.progress)
    if ctx.obj.private:
        click.echo("warning: the archive is private, and whoever can read these files can read all of it.", err=True)
    for slug in report.left_out:
        click.echo(f"warning: {slug} is left out: what is stored of it is damaged. Run its notes again.", err=True)
    count = f"{report.meetings} meeting" if report.meetings == 1 else f"{report.meetings} meetings"
    search = "" if report.has_search else ", no search"
    click.echo(f"{folder}: {count}{search}; {report.files} files, {report.written} written, {report.removed} removed")


def _base_url(given: str | None) -> str:
    from pipeline.setting_values import is_web_address

    if given is None:
        return ""
    if not is_web_address(given) or "?" in given or "#" in given:
        raise click.BadParameter(f"{given!r} is no address such as https://example.org/meetings/")
    return given
