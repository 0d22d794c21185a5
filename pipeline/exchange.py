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
from collections.abc import Iterator
from contextlib import contextmanager
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

    def has(self, name: str) -> bool:
        """Raises ExchangeUnavailable, as all of them."""

    def put(self, file: Path, name: str) -> None:
        """Copy a file there, unless it is there already."""

    def get(self, name: str, into: Path) -> bool:
        """Copy a file from there, in place of what `into` was. False: it is not there, or no longer what was put.

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
    """A folder that all machines reach."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        with self._errors():
            return (self._folder / name).is_file()

    def put(self, file: Path, name: str) -> None:
        if self.has(name):
            return
        unfinished = self._folder / f".{name}.{secrets.token_hex(4)}.unfinished"
        with self._errors():
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(file, unfinished)
                with unfinished.open("rb") as written:
                    os.fsync(written.fileno())
                unfinished.replace(self._folder / name)
                sync_folder(self._folder)
            finally:
                unfinished.unlink(missing_ok=True)

    def get(self, name: str, into: Path) -> bool:
        if not self.has(name):
            return False
        with self._errors():
            source = (self._folder / name).open("rb")
        with source:
            return _take(source, name, into)

    def delete(self, name: str) -> None:
        with self._errors():
            (self._folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        with self._errors():
            files = list(os.scandir(self._folder)) if self._folder.is_dir() else []
            for file in files:
                if _NAME.fullmatch(file.name) or _UNFINISHED.fullmatch(file.name):
                    yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def file(self, name: str) -> Path:
        """Where a file is that can be read from there."""
        return self._folder / name

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
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

    def has(self, name: str) -> bool:
        with self._files() as files:
            return bool(files.exists(f"{self._address}/{name}"))

    def put(self, file: Path, name: str) -> None:
        if self.has(name):
            return
        with self._files() as files:  # an object is there once all of it has come
            files.put_file(str(file), f"{self._address}/{name}")

    def get(self, name: str, into: Path) -> bool:
        if not self.has(name):
            return False
        with self._files() as files, files.open(f"{self._address}/{name}", "rb") as source:
            return _take(source, name, into)

    def delete(self, name: str) -> None:
        with self._files() as files:
            if files.exists(f"{self._address}/{name}"):
                files.rm_file(f"{self._address}/{name}")

    def names(self) -> Iterator[tuple[str, datetime]]:
        with self._files() as files:
            for found in files.ls(self._address, detail=True):
                name = str(found["name"]).rpartition("/")[2]
                if _NAME.fullmatch(name):
                    yield name, found.get("LastModified") or found["created"]

    @contextmanager
    def _files(self) -> Iterator[Any]:
        import fsspec
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            files, _ = fsspec.url_to_fs(self._address, use_listings_cache=False)
            yield files
        except FileNotFoundError as error:
            raise ExchangeUnavailable(self._address, "there is no such bucket or object") from error
        except (BotoCoreError, ClientError, OSError) as error:
            raise ExchangeUnavailable(self._address, str(error)) from error


def _take(source: IO[bytes], name: str, into: Path) -> bool:
    """Write what comes from there into a file, if it is what its name says."""
    unfinished = into.with_name(f".{into.name}.{secrets.token_hex(4)}.unfinished")
    found = hashlib.sha256()
    try:
        with disk_errors(into.parent):
            into.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as written:
                while portion := source.read(_PORTION_BYTES):
                    found.update(portion)
                    written.write(portion)
            if not name.startswith(found.hexdigest()):
                return False
            unfinished.replace(into)
            return True
    finally:
        unfinished.unlink(missing_ok=True)
