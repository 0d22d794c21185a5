"""Whether requests can be answered here, part by part: the database, the disk, the search index."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from flask import current_app

from pipeline.errors import SchemaMismatch, StoreError
from service.web.settings import settings
from service.web.store import archive_of, store

_MIN_FREE_BYTES = 16_000_000  # for a log, a lock and a correction


@dataclass(frozen=True, slots=True)
class Readiness:
    """What each part says of itself: "ok", or in a word what is wrong with it. No part names a place."""

    database: str = "ok"
    disk: str = "ok"
    index: str = "ok"

    @property
    def is_ready(self) -> bool:
        return (self.database, self.disk, self.index) == ("ok", "ok", "ok")


def readiness() -> Readiness:
    """How the app that answers this request is. Without its database, nothing can be said of its index."""
    database = _database()
    return Readiness(database, _disk(), _index() if database == "ok" else "unknown")


def _database() -> str:
    try:
        store().check_revision()
    except SchemaMismatch:
        return "of another version"
    except StoreError:
        return "unreachable" if store().is_shared else "unreadable"
    return "ok"


def _disk() -> str:
    """Where nothing is written, a full disk is no trouble."""
    if settings().read_only:
        return "ok"
    try:
        free = shutil.disk_usage(settings().data_dir).free
    except OSError:
        return "unreachable"
    return "ok" if free >= _MIN_FREE_BYTES else "full"


def _index() -> str:
    archive = archive_of(current_app)
    try:
        if archive.is_searchable():
            return "ok"
    except StoreError:
        return "unreadable"
    return "in the making"
