"""What is in the search index, and how it gets there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from pipeline.language.names import DEFAULT
from pipeline.records import MeetingVersions, PassageSource
from pipeline.search import stems
from pipeline.search.hit_context import HitContext
from pipeline.search.index.reader import IndexReader
from pipeline.search.passage_ids import DAY_BITS, day_of, first_id
from pipeline.search.passages import Passage, SpeakerTurn

VERSION = 2
"""Of the tables, and of what `passages` and `hit_context` put into them. A file of another version is made anew."""

MERGED_PAGES = 1_000
"""Pages of an index, of four kilobytes, that are rewritten at a time: a tenth of a second or two."""

# Where FTS5 has no stemmer, a table of stems does its work. Marks are vowels in some scripts, and must not part a word.
_ENGLISH_TOKENS = "porter unicode61 remove_diacritics 2"
_OTHER_TOKENS = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"

_IDS_OF_A_DAY = 2**DAY_BITS - 1

_TABLES = """
    CREATE TABLE state (version INTEGER, language TEXT, change INTEGER);
    CREATE TABLE meetings (
        slug TEXT PRIMARY KEY, title TEXT, date TEXT, context BLOB, notes_id INTEGER, transcript_id INTEGER,
        alignment_id INTEGER, speaker_names TEXT, day INTEGER, notes INTEGER, transcript INTEGER);
    CREATE INDEX ix_meetings_day ON meetings (day, notes, transcript);
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY, slug TEXT, source TEXT, block_id TEXT, text TEXT, terms TEXT, marks BLOB);
    CREATE INDEX ix_passages_slug_source ON passages (slug, source);
    CREATE TABLE speakers (slug TEXT, start REAL, speaker TEXT, PRIMARY KEY (slug, start)) WITHOUT ROWID;
    CREATE TABLE stems (stem TEXT, term TEXT, PRIMARY KEY (stem, term)) WITHOUT ROWID;
    CREATE INDEX ix_stems_term ON stems (term);
"""


class IndexWriter(IndexReader):
    """Changes to an index, within one transaction."""

    def create_tables(self) -> None:
        """Begin with an empty index, whatever was there."""
        for kind in ("trigger", "view", "table"):  # dropping a virtual table drops the tables it is made of
            virtual_first = "SELECT name FROM sqlite_master WHERE type = ? ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
            for (name,) in self._db.execute(virtual_first, (kind,)).fetchall():
                self._db.execute(f"DROP {kind} IF EXISTS {name}")
        for statement in _TABLES.split(";"):
            self._db.execute(statement)
        self._db.execute("INSERT INTO state VALUES (?, NULL, 0)", (VERSION,))
        self.create_full_text(DEFAULT)

    def clear(self) -> None:
        """Remove all passages and the full-text indexes, which are quicker made at the end than kept in step."""
        self._drop_full_text()
        for table in ("passages", "meetings", "speakers", "stems"):
            self._db.execute(f"DELETE FROM {table}")

    def create_full_text(self, language: str) -> None:
        """Make the full-text indexes of all passages, for the words of `language`."""
        for source in PassageSource:
            columns = "text, terms" if source is PassageSource.MISHEARD else "text"
            new, old = (", ".join(f"{side}.{name}" for name in ("id", *columns.split(", "))) for side in ("new", "old"))
            tokens = _ENGLISH_TOKENS if language == DEFAULT else _OTHER_TOKENS
            insert = f"INSERT INTO {source}_fts"
            # External content through a view: the text is stored once, in `passages`, and 'rebuild' knows whose it is.
            # Prefixes are indexed, as a search for `a*` would otherwise read every word with an a.
            for statement in (
                f"CREATE VIEW {source}_passages AS SELECT id, {columns} FROM passages WHERE source = '{source}'",
                f"CREATE VIRTUAL TABLE {source}_fts USING fts5({columns}, content='{source}_passages', "
                f"content_rowid='id', prefix='1 2 3 4', tokenize=\"{tokens}\")",
                f"{insert}({source}_fts) VALUES ('rebuild')",
                f"{insert}({source}_fts) VALUES ('optimize')",
                f"CREATE VIRTUAL TABLE {source}_words USING fts5vocab({source}_fts, row)",
                f"CREATE TRIGGER {source}_added AFTER INSERT ON passages WHEN new.source = '{source}' BEGIN "
                f"{insert}(rowid, {columns}) VALUES ({new}); END",
                f"CREATE TRIGGER {source}_removed AFTER DELETE ON passages WHEN old.source = '{source}' BEGIN "
                f"{insert}({source}_fts, rowid, {columns}) VALUES ('delete', {old}); END",
            ):
                self._db.execute(statement)

    def _drop_full_text(self) -> None:
        for source in PassageSource:
            for kind, name in (
                ("TRIGGER", f"{source}_added"),
                ("TRIGGER", f"{source}_removed"),
                ("TABLE", f"{source}_words"),
                ("TABLE", f"{source}_fts"),
                ("VIEW", f"{source}_passages"),
            ):
                self._db.execute(f"DROP {kind} IF EXISTS {name}")

    def set_language(self, language: str) -> None:
        self._db.execute("UPDATE state SET language = ?", (language,))

    def set_change(self, number: int) -> None:
        """Note the last change of the store that the index contains."""
        self._db.execute("UPDATE state SET change = ?", (number,))

    def replace_passages(
        self, slug: str, source: PassageSource, passages: Iterable[Passage], day: date | None, language: str
    ) -> None:
        """Let a meeting have these passages of a source, and no others."""
        first = first_id(day) if day else self._undated_first_id(slug)
        self._db.execute("DELETE FROM passages WHERE slug = ? AND source = ?", (slug, source))
        ((last,),) = self._db.execute(
            "SELECT max(id) FROM passages WHERE id BETWEEN ? AND ?", (first, first | _IDS_OF_A_DAY)
        )
        values = [
            (number, slug, source.value, each.block_id, each.text, each.terms, msgspec.json.encode(each.marks))
            for number, each in enumerate(passages, first if last is None else last + 1)
        ]
        self._db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        if language != DEFAULT:
            self._add_stems(language, (each[4] for each in values))

    def _undated_first_id(self, slug: str) -> int:
        """The first id of a meeting without a date: it has a day of its own, behind all the others."""
        query = "SELECT min(id) FILTER (WHERE slug = ?), max(id) FROM passages WHERE id >= ?"
        ((own, last),) = self._db.execute(query, (slug, first_id(None)))
        if own is not None:
            return int(day_of(own)) << DAY_BITS
        return first_id(None) if last is None else (day_of(last) + 1) << DAY_BITS

    def _add_stems(self, language: str, texts: Iterable[str]) -> None:
        found = stems.distinct_words(texts)
        known = self.known_terms(term for _, term in found)
        # A term is never there without its own stem, so that what is known need not be stemmed again.
        pairs = {(form, term) for word, term in found for form in {word, term} if form != term or term not in known}
        rows = [(stems.stem(language, form), term) for form, term in pairs]
        self._db.executemany("INSERT OR IGNORE INTO stems (stem, term) VALUES (?, ?)", rows)

    def replace_speakers(self, slug: str, turns: Iterable[SpeakerTurn]) -> None:
        self._db.execute("DELETE FROM speakers WHERE slug = ?", (slug,))
        self._db.executemany("INSERT INTO speakers VALUES (?, ?, ?)", [(slug, *turn) for turn in turns])

    def replace_meeting(self, slug: str, context: HitContext, versions: MeetingVersions) -> None:
        """Keep what is shown around the hits of a meeting, whose passages are in the index."""
        counted = "SELECT source, count(*), min(id) FROM passages WHERE slug = ? GROUP BY source"
        found = {source: (count, first) for source, count, first in self._db.execute(counted, (slug,))}
        day = day_of(min((first for _, first in found.values()), default=0)) << DAY_BITS
        counts = [found.get(source, (0, 0))[0] for source in (PassageSource.NOTES, PassageSource.TRANSCRIPT)]
        runs = versions.notes, versions.transcript, versions.alignment, versions.speakers
        self._db.execute(
            "INSERT OR REPLACE INTO meetings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                slug,
                context.title,
                context.date and context.date.isoformat(),
                msgspec.json.encode(context),
                *runs,
                day,
                *counts,
            ),
        )

    def remove(self, slug: str) -> None:
        """Forget a meeting."""
        for table in ("passages", "speakers", "meetings"):
            self._db.execute(f"DELETE FROM {table} WHERE slug = ?", (slug,))

    def remove_all_but(self, slugs: Collection[str]) -> bool:
        """Forget the meetings that are not among these; whether there were any."""
        gone = [slug for (slug,) in self._db.execute("SELECT slug FROM meetings").fetchall() if slug not in slugs]
        for slug in gone:
            self.remove(slug)
        return bool(gone)

    def drop_unused_words(self) -> None:
        """Leave no word in the full-text indexes, and no stem, that no passage has any more."""
        for source in PassageSource:  # a deleted word is only marked as such until the parts are merged
            self._db.execute(f"INSERT INTO {source}_fts({source}_fts) VALUES ('optimize')")
        used = " UNION ".join(f"SELECT term FROM {source}_words" for source in PassageSource)
        self._db.execute(f"DELETE FROM stems WHERE term NOT IN ({used})")

    def check_full_text(self) -> None:
        """Let FTS5 look for damage, which it raises as an error of SQLite."""
        for source in PassageSource:
            self._db.execute(f"INSERT INTO {source}_fts({source}_fts) VALUES ('integrity-check')")

    def merge_some(self, source: PassageSource, *, first: bool) -> bool:
        """Merge parts of an index, some megabytes at a time; whether there may be more to do.

        Args:
            first: take up all parts; later calls go on with them.
        """
        before = self._db.total_changes
        pages = -MERGED_PAGES if first else MERGED_PAGES  # the sign is FTS5's
        self._db.execute(f"INSERT INTO {source}_fts({source}_fts, rank) VALUES ('merge', {pages})")
        return self._db.total_changes - before >= 2  # as FTS5's manual tells the end
