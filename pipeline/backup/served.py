"""The database of an archive that is on a server: what is in it is replaced by what is in a backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import BackupError, Busy
from pipeline.store import Store
from pipeline.store.files import revoke


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The archive on the server, whatever is in the data folder: there may be a restore to be finished."""
    with TemporaryDirectory() as folder, closing(Store.open(Path(folder, "jumpnotes.db"), url=url)) as store:
        yield store


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only one who restores into it, from whichever folder or machine.

    Raises:
        Busy: somebody else is at it.
    """
    with opened(url) as store, store.restoring():
        yield


def check(url: str, *, replace: bool) -> bool:
    """Whether there is anything in it that would go.

    Raises:
        BackupError: there is, and it is not to be replaced.
        Busy: workers are there.
    """
    with opened(url) as store:
        if workers := store.jobs.workers():
            machines = ", ".join(sorted({each.machine for each in workers if each.machine})) or "a machine"
            hint = "Nothing was changed. Stop them, wait half a minute, and restore again."
            raise Busy(store.place, f"workers are using it ({machines}): stop them and the servers first", hint=hint)
        is_in_use = not store.is_empty()
        if is_in_use and not replace:
            hint = "Choose an empty database, or add --replace: what is in this one goes."
            raise BackupError(store.place, "there is an archive already", hint=hint)
    return is_in_use


def put(url: str, file: Path) -> None:
    """Let it have what the database in `file` has, and nothing else: all at once, or it stays as it is.

    Tokens that were revoked in it stay revoked.
    """
    with opened(url) as store:
        revoke(file, [token.digest for token in store.tokens.all() if token.revoked_at is not None])
        with closing(Store.open(file)) as backup:
            backup.copy_to(store, lambda *_: None, replace=True)


def valid_tokens(url: str) -> tuple[str, ...]:
    """The names of the tokens that are good."""
    with opened(url) as store:
        return tuple(token.name for token in store.tokens.all() if token.revoked_at is None)
