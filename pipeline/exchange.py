"""Where machines hand recordings to each other: a folder that all of them reach, or an S3-compatible store. The only
importer of fsspec, which is an extra.

A file is known by its content: its sha256, with its ending. It is there as a whole or not at all, and whoever gets it
checks that it is what was put.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Protocol

from pipeline.config import Settings
from pipeline.errors import ConfigError, ExchangeUnavailable
from pipeline.whole_files import disk_errors, sync_folder

_NAME = re.compile(r"(?P<sha256>[0-9a-f]{64})(\.[a-z0-9]{1,10})?")
_ENDING = re.compile(r"\.[a-z0-9]{1,10}")
_UNFINISHED = re.compile(r"\.[0-9a-f]{64}.*\.unfinished")
_PORTION_BYTES = 2**20


class Exchange(Protocol):
    """Files by their names; see `name_of`."""

    def size(self, name: str) -> int | None:
        """Bytes; None: it is not there. Raises ExchangeUnavailable, as all of them."""

    def put(self, file: Path, name: str, *, anew: bool = False) -> None:
        """Copy a file there, unless as much is there already; `anew`: in place of that."""

    def get(self, name: str, into: Path) -> bool:
        """Copy a file from there, in place of what `into` was. False: it is not there, or it was not what its name
        says, and is deleted.

        Raises:
            DiskFull: there is no room for it here.
        """

    def delete(self, name: str) -> None:
        """Delete a file there; one that is not there is no error."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """What is there, and since when; nothing that has another form than our names."""


def of(settings: Settings) -> Exchange | None:
    """The exchange that the settings name.

    Raises:
        ConfigError: what it needs is not installed.
    """
    if settings.exchange is None:
        return None
    return StoreExchange(settings.exchange) if "://" in settings.exchange else FolderExchange(Path(settings.exchange))


def name_of(sha256: str, file: Path) -> str:
    """The name of a file with this content."""
    ending = file.suffix.lower()
    return sha256 + (ending if _ENDING.fullmatch(ending) else "")


class FolderExchange:
    """A folder that all machines reach. It is never made: where it is not mounted, only this machine would have it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def size(self, name: str) -> int | None:
        with self._errors():
            file = self._folder / name
            return file.stat().st_size if file.is_file() else None

    def put(self, file: Path, name: str, *, anew: bool = False) -> None:
        if self.size(name) == file.stat().st_size and not anew:
            return
        unfinished = self._folder / f".{name}.{secrets.token_hex(4)}.unfinished"
        with self._errors():
            try:
                shutil.copyfile(file, unfinished)
                with unfinished.open("rb") as written:
                    os.fsync(written.fileno())
                unfinished.replace(self._folder / name)
                sync_folder(self._folder)
            finally:
                unfinished.unlink(missing_ok=True)

    def get(self, name: str, into: Path) -> bool:
        if self.size(name) is None:
            return False
        with self._errors():
            source = (self._folder / name).open("rb")
        with source:
            is_it = _take(source, name, into, self._errors)
        if not is_it:
            self.delete(name)
        return is_it

    def delete(self, name: str) -> None:
        with self._errors():
            (self._folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        with self._errors():
            for file in list(os.scandir(self._folder)):
                if _NAME.fullmatch(file.name) or _UNFINISHED.fullmatch(file.name):
                    yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def file(self, name: str) -> Path:
        """Where a file is that can be read from there."""
        return self._folder / name

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            if not self._folder.exists():
                hint = ExchangeUnavailable.folder_hint
                raise ExchangeUnavailable(str(self._folder), "there is no such folder", hint=hint)
            yield
        except OSError as error:
            raise ExchangeUnavailable(str(self._folder), error.strerror or str(error)) from error


class StoreExchange:
    """Objects of a bucket, below a prefix. The address of the service and the keys are those of AWS's own variables."""

    def __init__(self, address: str) -> None:
        if find_spec("s3fs") is None:
            raise ConfigError(
                "an exchange in an S3-compatible store needs s3fs, which is not installed",
                hint="pip install 'jumpnotes[s3]'",
            )
        self._address = address.rstrip("/")

    def size(self, name: str) -> int | None:
        with self._files() as files:
            try:
                return int(files.info(f"{self._address}/{name}")["size"])
            except FileNotFoundError:
                self._check_bucket(files)
                return None

    def put(self, file: Path, name: str, *, anew: bool = False) -> None:
        if self.size(name) == file.stat().st_size and not anew:
            return
        with self._files() as files:  # an object is there once all of it has come
            files.put_file(str(file), f"{self._address}/{name}")

    def get(self, name: str, into: Path) -> bool:
        if self.size(name) is None:
            return False
        with self._files() as files, files.open(f"{self._address}/{name}", "rb") as source:
            is_it = _take(source, name, into, self._errors)
        if not is_it:
            self.delete(name)
        return is_it

    def delete(self, name: str) -> None:
        if self.size(name) is not None:
            with self._files() as files:
                files.rm_file(f"{self._address}/{name}")

    def names(self) -> Iterator[tuple[str, datetime]]:
        with self._files() as files:
            try:
                objects = files.ls(self._address, detail=True)
            except FileNotFoundError:  # so is a folder that has nothing in it
                self._check_bucket(files)
                return
            for found in objects:
                name = str(found["name"]).rpartition("/")[2]
                if _NAME.fullmatch(name):
                    yield name, found.get("LastModified") or found["created"]

    def _check_bucket(self, files: Any) -> None:
        """What is not there may be so because the bucket is not."""
        scheme, _, path = self._address.partition("://")
        if scheme == "s3" and not files.exists(path.partition("/")[0]):
            raise self._unavailable("there is no such bucket, or these keys do not see it")

    @contextmanager
    def _files(self) -> Iterator[Any]:
        import fsspec

        with self._errors():
            files, _ = fsspec.url_to_fs(self._address, use_listings_cache=False)
            yield files

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from aiohttp import ClientError as ConnectionBroken
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (BotoCoreError, ClientError, ConnectionBroken, OSError) as error:
            raise self._unavailable(str(error) or type(error).__name__) from error

    def _unavailable(self, problem: str) -> ExchangeUnavailable:
        return ExchangeUnavailable(self._address, problem, hint=ExchangeUnavailable.store_hint)


def _take(source: IO[bytes], name: str, into: Path, errors: Callable[[], AbstractContextManager[None]]) -> bool:
    """Write what comes from there into a file, if it is what its name says. `errors` are those of reading it."""

    def portion() -> bytes:
        with errors():
            return source.read(_PORTION_BYTES)

    unfinished = into.with_name(f".{into.name}.{secrets.token_hex(4)}.unfinished")
    found = hashlib.sha256()
    try:
        with disk_errors(into.parent):
            into.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as written:
                while read := portion():
                    found.update(read)
                    written.write(read)
            if not name.startswith(found.hexdigest()):
                return False
            unfinished.replace(into)
            return True
    finally:
        unfinished.unlink(missing_ok=True)
