"""Recordings that another machine fetched: played from the exchange."""

from __future__ import annotations

import logging
from pathlib import Path

from pipeline import exchange
from pipeline.errors import JumpnotesError
from pipeline.records import Recording, RecordingPart
from service.web.settings import settings
from service.web.store import store

_log = logging.getLogger(__name__)


def shared_file(piece: Recording | RecordingPart) -> Path | None:
    """Where the file of a recording, which is not here, can be read, or where `bring` brings it; None: nowhere."""
    if not settings().exchange or not store().is_shared:
        return None
    fetched = store().fetched.get(piece.source)
    if fetched is None or fetched.is_gone or fetched.exchange is None or not _is_of(fetched.recording, piece):
        return None
    try:
        shared = exchange.of(settings())
    except JumpnotesError as error:
        _log.warning("%s", error)
        return None
    if isinstance(shared, exchange.FolderExchange):
        file = shared.file(fetched.exchange)
        return file if file.is_file() else None
    return Path(piece.media or "")


def bring(piece: Recording | RecordingPart, file: Path) -> None:
    """Get the file of a recording from a store that cannot be read in pieces, so that it is here from now on."""
    fetched = store().fetched.get(piece.source)
    shared = exchange.of(settings())
    if fetched is None or fetched.exchange is None or shared is None:
        return
    try:
        shared.get(fetched.exchange, file)
    except JumpnotesError as error:  # the page says that there is no recording
        _log.warning("%s", error)


def _is_of(fetched: Recording, piece: Recording | RecordingPart) -> bool:
    """Whether a recording that was fetched is that of a meeting, and not one that came after it."""
    return Path(fetched.media or "").name == Path(piece.media or "").name
