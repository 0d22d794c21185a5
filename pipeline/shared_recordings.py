"""What becomes of fetched recordings that several machines share: in the exchange, and on the one that fetched each.

Whoever deletes one cannot reach the files of other machines: the row of a recording that is gone stays until the
machine that fetched it has tidied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from pipeline import exchange
from pipeline.config import Settings
from pipeline.machine import machine_name
from pipeline.records import FetchedRecording
from pipeline.store import Store

KEPT = timedelta(days=7)
"""For as long a recording may be fetched and in no meeting yet, or an object of the exchange in no row."""


def drop(store: Store, settings: Settings, media: Collection[Path]) -> None:
    """Delete these files of the data folder wherever they are: here, in the exchange, on the machine that fetched them.

    Raises:
        ExchangeUnavailable: the exchange cannot be reached.
    """
    for key, fetched in _rows(store, settings, media):
        _drop(store, settings, key, fetched)


def bring(store: Store, settings: Settings, media: Collection[Path]) -> None:
    """Get those of these files that are not here, so that they can be changed.

    Raises:
        ExchangeUnavailable: the exchange cannot be reached.
        DiskFull: there is no room for them here.
    """
    shared = exchange.of(settings)
    for _, fetched in _rows(store, settings, media):
        file = settings.data_dir / (fetched.recording.media or "")
        if shared and fetched.exchange and not file.exists():
            shared.get(fetched.exchange, file)


def renew(store: Store, settings: Settings, media: Collection[Path]) -> None:
    """Let these files be what others get, as they were changed here; those that are not here are no longer used.

    Raises:
        ExchangeUnavailable: the exchange cannot be reached.
    """
    shared, here = exchange.of(settings), machine_name(settings.data_dir)
    for key, fetched in _rows(store, settings, media):
        file = settings.data_dir / (fetched.recording.media or "")
        if not file.is_file():
            _drop(store, settings, key, fetched)
            continue
        with file.open("rb") as opened:
            sha256 = file_digest(opened, "sha256").hexdigest()
        if sha256 == fetched.sha256:
            continue
        name = exchange.name_of(sha256, file) if shared else None
        if shared and name:
            shared.put(file, name)
        if shared and fetched.exchange:
            shared.delete(fetched.exchange)
        if fetched.machine != here:
            store.fetched.save(f"{key} of {fetched.machine}", replace(fetched, exchange=None, is_gone=True))
        changed = replace(fetched, sha256=sha256, size=file.stat().st_size, machine=here, exchange=name)
        store.fetched.save(key, changed)


def _rows(store: Store, settings: Settings, media: Collection[Path]) -> list[tuple[str, FetchedRecording]]:
    """What is known of these files, as they were fetched."""
    places = {str(file.relative_to(settings.data_dir)) for file in media if file.is_relative_to(settings.data_dir)}
    if not places or not store.is_shared:
        return []
    known = store.fetched.naming(places).items()
    return [(key, fetched) for key, fetched in known if fetched.recording.media in places and not fetched.is_gone]


def drop_spent(store: Store, settings: Settings, slugs: Iterable[str]) -> None:
    """Delete YouTube's recordings of these meetings, which are transcribed, wherever they are.

    Raises:
        ExchangeUnavailable: the exchange cannot be reached.
    """
    spent = set[Path]()
    for slug in slugs:
        stored = store.recording(slug)
        for piece in (stored.record.parts or (stored.record,)) if stored else ():
            if piece.video_id and piece.media:
                spent.add(Path(piece.media))
    used = store.media([file.name for file in spent])
    awaited = {slug for slug, files in used.items() if files & spent and store.transcript(slug) is None}
    drop(store, settings, spent - {file for slug in awaited for file in used[slug]})


def tidy(store: Store, settings: Settings, now: datetime) -> int:
    """Delete what nobody needs: rows and objects of no meeting, and files here of recordings that are gone.

    Returns how many recordings that were.

    Raises:
        ExchangeUnavailable: the exchange cannot be reached.
    """
    if not store.is_shared:
        return 0
    used = {str(file.relative_to(settings.data_dir)) for file in _in_folder(store, settings)}
    before, count = now.astimezone(UTC).replace(tzinfo=None) - KEPT, 0
    for key, (at, fetched) in store.fetched.all().items():
        if fetched.is_gone:
            count += fetched.machine == machine_name(settings.data_dir)
            _drop(store, settings, key, fetched)
        elif at < before and fetched.recording.media not in used:
            _drop(store, settings, key, replace(fetched, is_gone=True))
            count += 1
    if (shared := exchange.of(settings)) is not None:
        named = {fetched.exchange for _, fetched in store.fetched.all().values()}
        for name, modified in shared.names():
            if name not in named and modified < now - KEPT:
                shared.delete(name)
                count += 1
    return count


def _in_folder(store: Store, settings: Settings) -> set[Path]:
    return {file for files in store.media().values() for file in files if file.is_relative_to(settings.data_dir)}


def _drop(store: Store, settings: Settings, key: str, fetched: FetchedRecording) -> None:
    shared = exchange.of(settings)
    if shared and (name := fetched.exchange):
        others = [other for known, other in store.fetched.naming([name]).items() if known != key]
        if all(other.exchange != name for other in others):
            shared.delete(name)
    if fetched.machine != machine_name(settings.data_dir):
        store.fetched.save(key, replace(fetched, exchange=None, is_gone=True))
        return
    from pipeline import fetch

    fetch.drop(settings.data_dir / (fetched.recording.media or ""), settings.media_dir)
    store.fetched.drop(key)
