"""What the workflow asks for: the inputs of action.yml, which come as variables, and the event that started it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jumpnotes_action.runner import ActionError


class Mode(StrEnum):
    """What becomes of the links."""

    CHECK = "check"
    PULL_REQUEST = "pull-request"
    SITE = "site"


_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_URL = re.compile(r"https?://[^\s<>\"'`\\^{}|]{1,500}")
_CHECKED_EVENTS = frozenset({"pull_request", "merge_group"})


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs, checked. Paths are as they were written, relative to the checkout."""

    notes: tuple[Path, ...]
    transcripts: Path | None
    mode: Mode
    model: str
    minimum: str
    style: str
    site_url: str
    branch: str
    base: str
    data_dir: Path | None

    @property
    def is_turned_to_check(self) -> bool:
        """Whether something else was asked for that this event is not to do."""
        return self.mode is Mode.CHECK and _given("mode") != Mode.CHECK


def read_inputs() -> Inputs:
    """The inputs of this step.

    Raises:
        ActionError: one of them cannot be used, or the event is one that gives strangers a token.
    """
    event = os.environ.get("GITHUB_EVENT_NAME", "")
    if event == "pull_request_target":
        raise ActionError(
            "jumpnotes does not run on pull_request_target, where what strangers write meets a token that may write. "
            "Use pull_request."
        )
    ref, branch = os.environ.get("GITHUB_REF", ""), _matching("branch", _BRANCH)
    mode = Mode(_choice("mode", [each.value for each in Mode]))
    base = _given("base") or (ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else "")
    if event in _CHECKED_EVENTS or (mode is Mode.PULL_REQUEST and base == branch):
        mode = Mode.CHECK  # a pull request is looked at, that of a fork with a token that may only read
    if mode is Mode.PULL_REQUEST and not _BRANCH.fullmatch(base):
        raise ActionError("base: to which branch is the pull request to go? This run is of none.")
    transcripts, data_dir = _given("transcripts"), _given("data-dir")
    return Inputs(
        notes=tuple(Path(line.strip()) for line in _given("notes").splitlines() if line.strip()),
        transcripts=_folder("transcripts", transcripts) if transcripts else None,
        mode=mode,
        model=_matching("model", _MODEL),
        minimum=_choice("min", ["sure", "likely"]),
        style=_choice("style", ["auto", "end", "start"]),
        site_url=_matching("site-url", _URL).rstrip("/") if _given("site-url") else "",
        branch=branch,
        base=base,
        data_dir=Path(data_dir).absolute() if data_dir else None,
    )


def _given(name: str) -> str:
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def _choice(name: str, choices: list[str]) -> str:
    if (given := _given(name)) not in choices:
        raise ActionError(f"{name}: {given!r} is none of {', '.join(choices)}.")
    return given


def _matching(name: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(given := _given(name)):
        raise ActionError(f"{name}: {given!r} cannot be used.")
    return given


def _folder(name: str, given: str) -> Path:
    if not Path(given).is_dir():
        raise ActionError(f"{name}: {given!r} is no folder of the checkout.")
    return Path(given)
