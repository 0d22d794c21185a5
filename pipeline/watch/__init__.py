"""Places that are watched for new meetings: folders, git repositories, channels and playlists.

    addresses    what is at an address
    schedule     how often a place is looked at, and when again after a failure
    meetings     notes in a folder, with what belongs to them, and whether somebody is still writing them
    folder       a look through a folder
    git          git, kept on a short leash
    repository   a look through a repository
    listing      a look through a list of recordings

A look only finds out what is new: `jobs.scanning` puts the jobs, and remembers what was found once they are stored.
Nothing that takes long to import is imported with this module: whoever serves pages asks it what is `due`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.errors import InvalidWatch
from pipeline.file_names import path_of
from pipeline.records import Watch, WatchKind
from pipeline.watch import addresses, schedule
from pipeline.watch.addresses import WatchAddress

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.store import Store

CONFIGURED_BY = "settings"
"""Who wants the places watched that a settings file names."""

_log = logging.getLogger(__name__)


def register_configured(store: Store, settings: Settings, now: datetime | None = None) -> None:
    """Watch what the settings name, and no longer what they named before. What cannot be watched is logged."""
    named = set()
    for text in settings.watch:
        try:
            place = addresses.parse(text, allow_hosts=settings.allow_hosts)
            check(place, settings)
        except InvalidWatch as error:
            _log.warning("watch: %s\nhint: %s", error, error.hint)
            continue
        named.add(place.text)
        every = schedule.every_for(place.kind, settings.watch_every)
        store.watches.register(place.kind, place.text, every, CONFIGURED_BY, now or datetime.now(UTC), configured=True)
    for watch in store.watches.all():
        if watch.configured and watch.address not in named:
            store.watches.remove(watch.id)


def check(place: WatchAddress, settings: Settings) -> None:
    """Raise InvalidWatch where watching a place would be in vain: what is in the data folder is known already."""
    inside = settings.data_dir.resolve()
    if place.kind is WatchKind.FOLDER and path_of(place.text).is_relative_to(inside):
        raise InvalidWatch(place.text, "is in the data folder, whose notes need no watch", hint="Give another folder.")


def due(store: Store, now: datetime) -> Sequence[Watch]:
    """The places that are to be looked at now, those that have waited longest first."""
    return sorted(
        (watch for watch in store.watches.all() if schedule.is_due(watch, now)), key=lambda watch: watch.next_at
    )
