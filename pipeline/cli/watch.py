"""`jumpnotes watch`: places that are watched for new meetings."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline import intervals
from pipeline.cli.options import EXIT_FAILED, format_option, open_archive, settings_options, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Settings
    from pipeline.jobs.scanning import ScanOutcome
    from pipeline.records import Watch
    from pipeline.refresh import Archive
    from pipeline.store import Store

_AUTHOR = "command line"
_NEXT = "`jumpnotes serve` or `jumpnotes worker` does the jobs, and looks again when it is time."


def _seconds(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    if (seconds := intervals.parse(value)) is None:
        raise click.BadParameter("write a number of minutes, hours, days or weeks, such as 30m, 6h, 1d or 2w.")
    return seconds


@click.command("watch")
@click.argument("addresses", metavar="[FOLDER|GIT-URL|CHANNEL|PLAYLIST]…", nargs=-1)
@click.option(
    "--every",
    metavar="INTERVAL",
    callback=_seconds,
    help="How often to look: 30m, 6h, 1d, 2w.  [default: 1m for folders, 1d for others]",
)
@click.option(
    "--make-notes/--no-make-notes",
    "makes_notes",
    default=None,
    help="Make notes, of title, date and chapters, for recordings that no notes may belong to.  [default: no]",
)
@click.option("--now", is_flag=True, help="Look through all watched places now.")
@click.option("--remove", is_flag=True, help="Watch these places no more. Their meetings stay.")
@click.option("--missing", is_flag=True, help="List notes without a recording, and recordings without notes.")
@format_option
@settings_options
@click.pass_context
def watch_command(
    ctx: click.Context,
    addresses: tuple[str, ...],
    every: float | None,
    makes_notes: bool | None,  # noqa: FBT001 - click's
    now: bool,  # noqa: FBT001
    remove: bool,  # noqa: FBT001
    missing: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Watch places for new meetings: folders, git repositories, YouTube channels and playlists, podcasts' feeds.

    Looks through each place once, now, and puts a job for all notes that are new or changed. `jumpnotes serve` or
    `jumpnotes worker` does the jobs, and looks again when it is time. A file that is being copied waits until it is
    complete. Of a repository, #NAME after the address chooses a branch; git+ before it says that it is one. A channel
    or playlist tells which recordings have no notes.

    Without a place, list what is watched.
    """
    if sum((now, remove, missing)) > 1 or (addresses and (now or missing)) or (every and (now or remove or missing)):
        raise click.UsageError("Give places, or one of --now, --remove PLACE and --missing.")
    if (remove or every or makes_notes is not None) and not addresses:
        raise click.UsageError("Which place?")
    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    as_json = output_format == "json"
    if missing:
        _show_missing(archive.store, as_json=as_json)
    elif remove:
        _remove(archive.store, ctx.obj, addresses)
    elif addresses:
        outcomes = [_begin(text, every, archive, ctx.obj, makes_notes=makes_notes) for text in addresses]
        _show_outcomes(outcomes, as_json=as_json)
    elif now:
        outcomes, failed = _look_at_all(archive, ctx.obj)
        _show_outcomes(outcomes, as_json=as_json)
        if failed:
            ctx.exit(EXIT_FAILED)
    else:
        _show_watches(archive.store, as_json=as_json)


def _begin(
    text: str, every: float | None, archive: Archive, settings: Settings, *, makes_notes: bool | None
) -> tuple[Watch, ScanOutcome]:
    """Watch a place, and look through it. Where the first look fails, nothing is watched."""
    from pipeline.cli.render.watches import place_name
    from pipeline.errors import InvalidWatch, JumpnotesError
    from pipeline.file_names import path_of
    from pipeline.records import WatchKind
    from pipeline.watch import addresses, check, schedule

    place = addresses.parse(text, allow_hosts=settings.allow_hosts)
    check(place, settings)
    if place.kind is WatchKind.FOLDER and not path_of(place.text).is_dir():
        raise InvalidWatch(addresses.shown(text), "there is no such folder")
    if every is not None and every < (least := schedule.MIN_EVERY_SECONDS[place.kind]):
        raise click.BadParameter(f"a {place.kind} is looked at every {intervals.written(least)} at most.")
    is_new = all(each.address != place.text for each in archive.store.watches.all())
    seconds = schedule.every_for(place.kind, every if every is not None else settings.watch_every)
    now = datetime.now(UTC)
    watch = archive.store.watches.register(place.kind, place.text, seconds, _AUTHOR, now, makes_notes=makes_notes)
    try:
        return watch, _look(watch, archive, settings)
    except (JumpnotesError, KeyboardInterrupt):
        if is_new:
            archive.store.watches.remove(watch.id)
            click.echo(f"not watched, as the first look failed: {place_name(watch)}", err=True)
        raise


def _look(watch: Watch, archive: Archive, settings: Settings) -> ScanOutcome:
    """Look through a place; again after some seconds, where files could be copies in progress."""
    from pipeline.jobs.scanning import scan
    from pipeline.records import WatchKind
    from pipeline.watch import schedule

    outcome = scan(watch, archive, settings, datetime.now(UTC))
    if watch.kind is WatchKind.FOLDER and outcome.waiting:
        time.sleep(schedule.SETTLE_SECONDS)
        again = scan(archive.store.watches.watch(watch.id), archive, settings, datetime.now(UTC))
        return replace(again, jobs=outcome.jobs + again.jobs)
    return outcome


def _look_at_all(archive: Archive, settings: Settings) -> tuple[list[tuple[Watch, ScanOutcome]], bool]:
    """What was found, and whether some places could not be looked through."""
    from pipeline.errors import JumpnotesError

    outcomes, failed = [], False
    for watch in archive.store.watches.all():
        try:
            outcomes.append((watch, _look(watch, archive, settings)))
        except JumpnotesError as error:
            failed = True
            click.echo(f"error: {error}\nhint: {error.hint}", err=True)
    return outcomes, failed


def _remove(store: Store, settings: Settings, texts: Sequence[str]) -> None:
    from pipeline.cli.render.watches import place_name
    from pipeline.errors import InvalidWatch, WatchNotFound
    from pipeline.watch import addresses

    for text in texts:
        names = {text}
        with suppress(InvalidWatch):  # a host that was allowed once
            names.add(addresses.parse(text, allow_hosts=settings.allow_hosts).text)
        found = [each for each in store.watches.all() if names & {each.address, addresses.shown(each.address)}]
        if not found:
            raise WatchNotFound(addresses.shown(text))
        for watch in found:
            store.watches.remove(watch.id)
            click.echo(f"no longer watched: {place_name(watch)}")
            if watch.configured:
                click.echo("A settings file names it: take it out there, too, or it is watched again.", err=True)


def _show_outcomes(outcomes: Sequence[tuple[Watch, ScanOutcome]], *, as_json: bool) -> None:
    from pipeline.cli.render.watches import outcome_json, outcome_text

    if as_json:
        click.echo(to_json([outcome_json(watch, outcome) for watch, outcome in outcomes]))
        return
    for watch, outcome in outcomes:
        click.echo(outcome_text(watch, outcome))
        for remark in outcome.remarks:
            click.echo(remark, err=True)
    if outcomes:
        click.echo(_NEXT, err=True)


def _show_watches(store: Store, *, as_json: bool) -> None:
    from pipeline.cli.render.watches import watch_json, watches_text
    from pipeline.records import ItemState
    from pipeline.watch.missing import recordings_without_notes

    watches, counted = store.watches.all(), store.watches.counts()
    lacking = Counter(watch.id for watch, _ in recordings_without_notes(store))
    counts = {
        number: {state: lacking[number] if state is ItemState.OPEN else count for state, count in found.items()}
        for number, found in counted.items()
    }
    if as_json:
        click.echo(to_json([watch_json(each, counts.get(each.id, {})) for each in watches]))
    elif watches:
        click.echo(watches_text(watches, counts))
    else:
        click.echo("Nothing is watched yet. To begin: jumpnotes watch FOLDER", err=True)


def _show_missing(store: Store, *, as_json: bool) -> None:
    from pipeline.cli.render.watches import missing_json, missing_text
    from pipeline.watch.missing import notes_without_recording, recordings_without_notes

    notes, recordings = notes_without_recording(store), recordings_without_notes(store)
    click.echo(to_json(missing_json(notes, recordings)) if as_json else missing_text(notes, recordings))
