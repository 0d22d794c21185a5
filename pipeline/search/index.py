"""The full-text index. It is derived: `rebuild` makes it anew from what is stored, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.language.names import DEFAULT
from pipeline.records import Notes, Progress, Transcript
from pipeline.search import hit_context, passages, stems
from pipeline.search.passage_ids import DAY, day
from pipeline.search.passages import Passage, Source
from pipeline.store import effective_links, rows
from pipeline.store import tables as t

VERSION = 2
"""Of what this module, `passages` and `outlines` make; another number makes the index anew."""

JOINED = 1_000
"""Pages of the index that are written anew at a time, of four kilobytes: a tenth of a second or two."""

# Where the index has no stemmer, `forms` does its work. Marks are vowels in some scripts, and must not part a word.
_TOKENS = {
    True: "porter unicode61 remove_diacritics 2",
    False: "unicode61 remove_diacritics 2 categories 'L* N* Co M*'",
}


def current(db: Connection) -> bool:
    """Whether the index is what this version of jumpnotes makes."""
    return db.scalar(sa.select(t.search_index.c.version)) == VERSION


def language(db: Connection) -> str:
    """The language whose endings a search looks past."""
    return str(db.scalar(sa.select(t.search_index.c.language)))


def add(db: Connection, slug: str, source: Source, found: Iterable[Passage], of: date | None) -> None:
    """Put the passages of a meeting, and no others of this source, into the index."""
    first = day(of) if of else _undated(db, slug)
    db.execute(t.passages.delete().where(t.passages.c.slug == slug, t.passages.c.kind == source))
    last = db.scalar(sa.select(sa.func.max(t.passages.c.id)).where(t.passages.c.id.between(first, first + 2**DAY - 1)))
    values = [
        {
            "id": number,
            "slug": slug,
            "kind": source.value,
            "block_id": passage.block_id,
            "text": passage.text,
            "terms": passage.terms,
            "marks": msgspec.json.encode(passage.marks),
        }
        for number, passage in enumerate(found, first if last is None else last + 1)
    ]
    if values:
        db.execute(t.passages.insert(), values)
        stems.add(db, language(db), (str(value["text"]) for value in values))


def _undated(db: Connection, slug: str) -> int:
    """The first number of a meeting without a date: it has a day of its own, behind all the others."""
    undated = t.passages.c.id >= day(None)
    own = db.scalar(sa.select(sa.func.min(t.passages.c.id)).where(t.passages.c.slug == slug, undated))
    last = db.scalar(sa.select(sa.func.max(t.passages.c.id)).where(undated))
    if own is None and last is None:
        return day(None)
    return int(own) >> DAY << DAY if own is not None else (int(last) + (1 << DAY)) >> DAY << DAY


def add_notes(db: Connection, notes: Notes) -> None:
    add(db, notes.slug, Source.NOTED, passages.written(notes), notes.date)


def add_heard(db: Connection, slug: str) -> None:
    """What was said in the newest recording of a meeting; nothing before it has notes."""
    transcript = _transcript(db, slug) if rows.latest(db, t.notes, slug) else None
    add(db, slug, Source.SAID, passages.spoken(transcript) if transcript else (), _date(db, slug))
    add_misheard(db, slug)


def add_misheard(db: Connection, slug: str) -> None:
    """What the newest alignment found misheard in it, as it was probably said."""
    found = rows.hearings(db, slug)
    transcript = _transcript(db, slug) if found else None
    add(db, slug, Source.MISHEARD, passages.misheard(transcript, found) if transcript else (), _date(db, slug))


def scattered(db: Connection) -> list[Source]:
    """The indexes that have grown by more than an eighth since all of their parts were joined.

    A search looks through each part for each of its words.
    """
    found = []
    for source in Source:
        sizes = db.scalars(sa.text(f"SELECT count(*) FROM {source}_fts_idx GROUP BY segid")).all()
        if sum(sizes) > max(sizes, default=0) * 9 / 8:
            found.append(source)
    return found


def join(db: Connection, source: Source, *, begin: bool) -> bool:
    """Join parts of an index, some megabytes at a time; whether there may be more to do.

    Args:
        begin: take up all parts; later calls go on with them.
    """
    driver = db.connection.driver_connection
    assert driver is not None
    before = driver.total_changes
    pages = -JOINED if begin else JOINED  # the sign is FTS5's
    db.exec_driver_sql(f"INSERT INTO {source}_fts({source}_fts, rank) VALUES ('merge', {pages})")
    return bool(driver.total_changes - before >= 2)  # as FTS5's manual tells the end


def rebuild(db: Connection, into: str | None = None, progress: Progress | None = None) -> tuple[int, str]:
    """Make everything that is derived for the search anew. Returns the number of meetings, and the language.

    Args:
        into: the language of the words from now on, as `pipeline.languages` names it; None: as it was.
        progress: called with meetings.
    """
    into = into or language(db)
    db.execute(t.search_index.update().values(version=VERSION, language=into))
    stems.create(db, into)
    for source in Source:
        _drop(db, source)
    db.execute(t.passages.delete())
    db.execute(t.outlines.delete())
    newest = sa.select(t.notes.c.slug).where(t.notes.c.id.in_(sa.select(sa.func.max(t.notes.c.id)).group_by("slug")))
    slugs = db.scalars(newest.order_by(t.notes.c.date.desc().nulls_last(), t.notes.c.id)).all()
    for number, slug in enumerate(slugs):
        add_notes(db, effective_links.notes_of(db, slug))
        add_heard(db, slug)
        hit_context.write(db, slug)
        if progress:
            progress(number + 1, len(slugs))
    for source in Source:
        _create(db, source, stemmed=into == DEFAULT)
    return len(slugs), into


def _transcript(db: Connection, slug: str) -> Transcript | None:
    heard = rows.heard_in(db, slug, rows.latest(db, t.recordings, slug))
    return rows.transcript(db, heard) if heard else None


def _date(db: Connection, slug: str) -> date | None:
    notes = rows.latest(db, t.notes, slug)
    return date.fromisoformat(notes.date) if notes and notes.date else None


def _create(db: Connection, source: Source, *, stemmed: bool) -> None:
    columns = "text, terms" if source is Source.MISHEARD else "text"
    new, old = (", ".join(f"{side}.{name}" for name in ("id", *columns.split(", "))) for side in ("new", "old"))
    insert = f"INSERT INTO {source}_fts"
    # External content through a view: the text stands once, in `passages`, and 'rebuild' knows which rows are whose.
    # Prefixes are indexed, as a search for `a*` would otherwise read every word with an a.
    for statement in (
        f"CREATE VIEW passages_{source} AS SELECT id, {columns} FROM passages WHERE kind = '{source}'",
        f"CREATE VIRTUAL TABLE {source}_fts USING fts5({columns}, content='passages_{source}', content_rowid='id', "
        f"prefix='1 2 3 4', tokenize=\"{_TOKENS[stemmed]}\")",
        f"{insert}({source}_fts) VALUES ('rebuild')",
        f"{insert}({source}_fts) VALUES ('optimize')",
        f"CREATE VIRTUAL TABLE {source}_words USING fts5vocab({source}_fts, row)",
        f"CREATE TRIGGER {source}_added AFTER INSERT ON passages WHEN new.kind = '{source}' BEGIN "
        f"{insert}(rowid, {columns}) VALUES ({new}); END",
        f"CREATE TRIGGER {source}_removed AFTER DELETE ON passages WHEN old.kind = '{source}' BEGIN "
        f"{insert}({source}_fts, rowid, {columns}) VALUES ('delete', {old}); END",
    ):
        db.exec_driver_sql(statement)


def _drop(db: Connection, source: Source) -> None:
    for kind, name in (
        ("TRIGGER", f"{source}_added"),
        ("TRIGGER", f"{source}_removed"),
        ("TABLE", f"{source}_words"),
        ("TABLE", f"{source}_fts"),
        ("VIEW", f"passages_{source}"),
    ):
        db.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
