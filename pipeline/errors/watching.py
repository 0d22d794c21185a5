"""A place cannot be watched for new meetings, or not be looked through now."""

from __future__ import annotations

from pipeline.errors.base import JumpnotesError


class WatchError(JumpnotesError):
    """A watched place."""


class InvalidWatch(WatchError):
    """What was given cannot be watched."""

    hint = "Give a folder, the address of a git repository, or that of a channel or playlist."

    def __init__(self, address: str, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"{address}: {problem}", hint=hint)
        self.address = address


class WatchNotFound(WatchError):
    hint = "`jumpnotes watch` lists what is watched."

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not watched")
        self.address = address


class PlaceUnreachable(WatchError):
    """A watched folder is not there, or not answering. Nothing that was in it is taken for deleted."""

    hint = "Is a disk or a share missing? It is looked at again; `jumpnotes watch --remove` ends that."
    retryable = True

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address}: {problem}")
        self.address = address


class GitFailed(WatchError):
    """git could not fetch a repository."""

    hint = "Check the address, and that `git ls-remote ADDRESS` works here without asking for anything."
    retryable = True

    def __init__(self, address: str, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"{address}: {problem}", hint=hint)
        self.address = address


class GitMissing(WatchError):
    """There is no git on this machine."""

    hint = "Install it: `apt install git` on Debian and Ubuntu, `brew install git` on a Mac."

    def __init__(self) -> None:
        super().__init__("repositories are fetched by git, which is not installed")
