"""How old the installed yt-dlp is, whether its parts fit, and how it is brought up to date where it is installed.

YouTube changes every few weeks, and an old yt-dlp then fails in ways that say nothing of its age. Nothing here imports
yt-dlp itself.
"""

from __future__ import annotations

import os
import re
import shlex
import site
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

OLD_YT_DLP_DAYS = 60
MAX_YT_DLP_AGE_DAYS = 120
"""A yt-dlp older than this usually fails."""

IMAGE_VARIABLE = "JUMPNOTES_IMAGE"
"""Set in the images that are made by this project's Dockerfile."""

EXPLAINED = frozenset(
    {
        "bot-check",
        "fetch-error",
        "format-unavailable",
        "media-forbidden",
        "no-java-script",
        "tool-missing",
    }
)
"""The reasons of failures that an old yt-dlp may be the cause of."""

_PACKAGES = "yt-dlp yt-dlp-ejs deno"
_PIP = f"install -U {_PACKAGES}"
_EJS = re.compile(r"yt-dlp-ejs\s*==\s*([0-9.]+)")


def installed_version() -> str | None:
    """The version of yt-dlp; None where there is none."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("yt-dlp")
    return None


def age_days() -> int | None:
    """How many days ago the installed yt-dlp was released; None where there is none, or its version is no date."""
    with suppress(ValueError, TypeError):
        year, month, day = (int(part) for part in (installed_version() or "").split(".")[:3])
        return max(0, (datetime.now(UTC).date() - date(year, month, day)).days)
    return None


def explanation(reasons: Iterable[str]) -> str:
    """What to say once, below failures for these reasons: that yt-dlp is old, and how to update it. "": it is not, or
    none of them is explained by it.
    """
    days = age_days()
    if days is None or days < OLD_YT_DLP_DAYS or EXPLAINED.isdisjoint(reasons):
        return ""
    return f"yt-dlp is {days} days old, which may be why: YouTube changes every few weeks.\n  hint: {how_to_update()}"


def unfitting_scripts() -> str:
    """What is wrong where yt-dlp-ejs, which solves the riddles of YouTube's player, is missing or is one that this
    yt-dlp does not take; "" where nothing is.
    """
    with suppress(metadata.PackageNotFoundError):
        wanted = next(filter(None, map(_EJS.match, metadata.requires("yt-dlp") or ())), None)
        try:
            found = metadata.version("yt-dlp-ejs")
        except metadata.PackageNotFoundError:
            return "yt-dlp-ejs is not installed"
        if wanted and found.split(".")[:2] != wanted[1].split(".")[:2]:  # as yt-dlp compares them
            return f"yt-dlp-ejs {found} does not fit this yt-dlp, which takes {wanted[1]}"
    return ""


def how_to_update() -> str:
    """A sentence with the command that brings yt-dlp up to date, for how jumpnotes is installed here."""
    prefix = Path(sys.prefix)
    if os.environ.get(IMAGE_VARIABLE):
        return (
            "Pull a newer image, or build one with today's yt-dlp: "
            'docker compose build --build-arg YT_DLP_OF="$(date +%F)" worker'
        )
    if (prefix / "uv-receipt.toml").exists():
        return "To update it: uv tool upgrade jumpnotes"
    if (prefix / "pipx_metadata.json").exists():
        return f"To update it: pipx runpip {shlex.quote(prefix.name)} {_PIP}"
    if sys.prefix != sys.base_prefix:
        return f"To update it: {_in_environment()}"
    if _is_own(_packages_folder()):
        return f"To update it: {shlex.quote(sys.executable)} -m pip {_PIP}"
    return (
        "It belongs to the system. Its packages may be newer; or install jumpnotes in an environment of its own: "
        "python3 -m venv jumpnotes-env && jumpnotes-env/bin/pip install 'jumpnotes[pipeline,web]'"
    )


def _in_environment() -> str:
    python = shlex.quote(sys.executable)
    with suppress(metadata.PackageNotFoundError):
        metadata.version("pip")
        return f"{python} -m pip {_PIP}"
    return f"uv pip {_PIP} --python {python}"  # uv's environments are without pip


def _packages_folder() -> Path:
    """Where yt-dlp is, or would be."""
    with suppress(metadata.PackageNotFoundError):
        return Path(str(metadata.distribution("yt-dlp").locate_file("")))
    return Path(sysconfig.get_path("purelib"))


def _is_own(folder: Path) -> bool:
    """Whether pip may write there: not where the system's own tools do, nor where others' permissions forbid it."""
    is_users = folder.is_relative_to(site.getusersitepackages())
    is_managed = (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists()
    return os.access(folder, os.W_OK) and (is_users or not is_managed)
