"""Which meetings there are, under which slug, and where their notes are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from pipeline.errors import MeetingNotFound
from pipeline.records import Notes, RunKey
from pipeline.store import changes, effective_links, forgetting, inventory, media_paths, shared_locks, summaries
from pipeline.store import tables as t
from pipeline.store.dialects import translated_errors
from pipeline.store.expressions import by_character
from pipeline.store.inventory import Stock
from pipeline.store.retention import RetentionTable
from pipeline.store.rows import MeetingRows
from pipeline.store.transactions import Database


class ArchiveNews(NamedTuple):
    """Which archive it is, for words of which language, the number of its last write, and the meetings that were
    written since another, in the order of their writes.
    """

    key: str
    language: str
    change: int
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotesPlace:
    """Where the notes of a meeting were read: `anchor` tells it from the others of its file, None: it is gone there."""

    slug: str
    path: str
    anchor: str | None


class Registry(Database):
    """The meetings by their slugs and by the places of their notes."""

    def claim(self, path: str, slug: str, anchor: str = "") -> str:
        """The slug of the meeting whose notes are at `path`; a new meeting gets `slug`, numbered if it is taken.

        Args:
            anchor: what tells it from the other meetings of the file.
        """
        with self._transaction() as db:
            here = sa.select(t.meetings.c.slug).where(t.meetings.c.path == path, t.meetings.c.anchor == anchor)
            if known := db.scalar(here):
                return str(known)
            free, number = slug, 2
            while db.scalar(sa.select(t.meetings.c.slug).where(t.meetings.c.slug == free)):
                free, number = f"{slug}-{number}", number + 1
            db.execute(t.meetings.insert().values(slug=free, path=path, anchor=anchor))
            return free

    def move(self, places: Iterable[NotesPlace]) -> None:
        """Note where the notes of meetings are now. The slugs, and all that is stored under them, stay.

        Meetings may change places with each other. What is derived from them does not depend on the place.
        """
        places = tuple(places)
        if not places:
            return
        with self._transaction() as db:
            for place in places:  # nobody stands in anybody's way
                db.execute(t.meetings.update().where(t.meetings.c.slug == place.slug).values(anchor=None))
            for place in places:
                values = {"path": place.path, "anchor": place.anchor}
                db.execute(t.meetings.update().where(t.meetings.c.slug == place.slug).values(**values))

    def forget(self, slug: str) -> None:
        """Delete everything that is stored of a meeting. `scrub` then makes sure that nothing is left on the disk.

        Raises:
            MeetingNotFound: there is no such meeting.
        """
        with self._transaction() as db:
            if not forgetting.forget(db, self._job_states, slug):
                raise MeetingNotFound(slug)
        self._damaged.discard(slug)
        self._tell()

    def is_read_only(self) -> bool:
        """Whether it cannot be written."""
        with translated_errors(self._dialect):
            return self._dialect.is_read_only(self._engine)

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the files of the database.

        Raises:
            Busy: somebody is reading or writing it.
            DiskFull: there is no room to write it anew.
        """
        with translated_errors(self._dialect):
            self._dialect.scrub(self._engine)

    @contextmanager
    def alone(self, slug: str, patience_seconds: float) -> Iterator[bool]:
        """Hold the lock of a meeting, where the database is shared. False: somebody else has it."""
        with translated_errors(self._dialect), shared_locks.holding(self._engine, slug, patience_seconds) as is_ours:
            yield is_ours

    def held(self) -> frozenset[str]:
        """The meetings whose locks somebody holds, where the database is shared."""
        with self._read() as db:
            return shared_locks.held(db)

    @cached_property
    def retention(self) -> RetentionTable:
        """What newer runs have replaced."""
        return RetentionTable(self._read, self._transaction, self._dialect)

    def counts(self, slug: str) -> dict[str, int]:
        """How many corrections and transcripts of a meeting are stored, by the names of their tables."""
        with self._read() as db:
            return forgetting.counts(db, slug)

    def media(self, names: Collection[str] | None = None) -> dict[str, frozenset[Path]]:
        """The media files that each meeting's recordings, earlier ones included, are in, by slug.

        Args:
            names: of files; only recordings are read that may be in one of them.
        """
        with self._read() as db:
            found = summaries.media(db, names)
        folder = self.folder
        return {slug: frozenset(media_paths.locate(file, folder) for file in files) for slug, files in found.items()}

    def stocks(self) -> dict[str, Stock]:
        """When each meeting was last written by a run, and about how much room it takes, by slug."""
        with self._read() as db:
            return inventory.stocks(db)

    def places(self, path: str | None = None) -> tuple[NotesPlace, ...]:
        """Where the notes of each meeting are, or of those whose notes are, or were, in the file at `path`."""
        wanted = sa.select(t.meetings.c.slug, t.meetings.c.path, t.meetings.c.anchor).order_by(
            by_character(t.meetings.c.slug)
        )
        with self._read() as db:
            found = db.execute(wanted if path is None else wanted.where(t.meetings.c.path == path))
            return tuple(NotesPlace(*row) for row in found)

    def count(self) -> int:
        """How many meetings there are."""
        with self._read() as db:
            return int(db.scalar(sa.select(sa.func.count()).select_from(t.meetings)) or 0)

    def notes_paths(self) -> dict[str, str]:
        """The path of each meeting's notes, by slug."""
        return {place.slug: place.path for place in self.places()}

    def notes_path(self, slug: str) -> str | None:
        """The path of a meeting's notes; None where there is no such meeting."""
        with self._read() as db:
            path = db.scalar(sa.select(t.meetings.c.path).where(t.meetings.c.slug == slug))
        return None if path is None else str(path)

    def notes(self, slug: str) -> Notes:
        """The newest notes of a meeting.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
        """
        with self._read() as db:
            return MeetingRows(db, slug).notes

    def finished(self) -> dict[str, RunKey]:
        """What the last run of each meeting was made from, by slug.

        Without meetings whose last run failed, that were corrected since, or of which the list shows that something
        stored cannot be read.
        """
        with self._read() as db:
            versions = effective_links.correction_versions(db)
            keys = summaries.run_keys(db)
            damaged = {each.slug for each in summaries.summaries(db) if each.damaged}
        sound = {slug: key for slug, key in keys.items() if slug not in damaged}
        return {slug: key for slug, key in sound.items() if key.corrections == versions.get(slug)}

    def run_keys(self) -> dict[str, RunKey]:
        """What the last run of each meeting was made from, by slug, where that run did not fail."""
        with self._read() as db:
            return summaries.run_keys(db)

    def unpublished(self) -> frozenset[str]:
        """The meetings whose notes say that they are part of no published site, by slug."""
        with self._read() as db:
            return summaries.unpublished(db)

    def is_published(self, slug: str) -> bool:
        """Whether there is such a meeting, with notes that let it be published."""
        with self._read() as db:
            return summaries.is_published(db, slug)

    def first_stored(self) -> Mapping[str, datetime]:
        """When the notes of each meeting were first stored, by slug; UTC."""
        with self._read() as db:
            return summaries.first_stored(db)

    def find_damage(self) -> str | None:
        """What the database finds wrong with itself, in words; None: nothing. Reads all of it."""
        with self._read() as db:
            return self._dialect.find_damage(db)

    # -- the language of searches --------------------------------------------------------------------------------------

    def language(self) -> str:
        """The language whose words are searched, as Snowball names it."""
        with self._read() as db:
            return str(db.scalar(sa.select(t.archive.c.language)))

    def key(self) -> str:
        """What tells this database from others; its copies have the same."""
        with self._read() as db:
            return str(db.scalar(sa.select(t.archive.c.key)))

    def news(self, since: int) -> ArchiveNews:
        """What whoever follows the archive has to know, in one look: they look before every search."""
        with self._read() as db:
            asked = sa.select(t.archive.c.key, t.archive.c.language, changes.LAST.scalar_subquery())
            key, language, number = db.execute(asked).one()
            slugs = changes.since(db, since)[1] if (number or 0) > since else ()
            return ArchiveNews(str(key), str(language), number or 0, slugs)

    def save_language(self, language: str) -> None:
        with self._transaction() as db:
            db.execute(t.archive.update().values(language=language))
