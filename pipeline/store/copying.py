"""A whole archive from one database into another, of whichever kind.

Everything is read as it was at one moment, and written in one transaction: whoever is killed leaves the target as it
was. The tables come in the order in which their rows point at each other. What is in nobody's hands any more comes
along as such: a job that is running is queued, as it is when its worker is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import StoreError, TargetNotEmpty
from pipeline.progress import Progress
from pipeline.records import JobKind, JobState
from pipeline.store import changes, job_rows
from pipeline.store import tables as t
from pipeline.store.expressions import as_stored, by_character, is_postgresql
from pipeline.store.job_states import JobStates
from pipeline.store.rows import Row

_BATCH_ROWS = 500
_MAX_TOLD = 20
_MAX_INTEGER = 2**31

_LEFT = {t.workers.name, t.job_lines.name}
"""What only means something while a worker is at it."""

_MADE_ANEW = {t.archive.name}
"""Of which a new database has a row of its own."""

_KINDS: tuple[tuple[type[Any], tuple[type, ...]], ...] = (
    (sa.Boolean, (bool, int)),
    (sa.Integer, (int,)),
    (sa.Float, (float, int)),
    (sa.LargeBinary, (bytes, str)),
    (sa.DateTime, (datetime, str)),
    (sa.String, (str,)),
)


@dataclass(frozen=True, slots=True)
class CopiedArchive:
    """What was copied. `left`: rows that cannot be read, in words; they stay where they are."""

    meetings: int
    rows: int
    jobs: int
    left: tuple[str, ...]


@dataclass(slots=True)
class _Copy:
    """A copy under way."""

    source: Connection
    target: Connection
    states: JobStates
    """Of the target."""
    seen: sa.FromClause
    """The jobs of the source."""
    changes_before: int
    """The number of the last change of what is replaced in the target; all that are copied come after it."""
    known: dict[str, set[Any]] = field(default_factory=dict)  # the keys of rows that others point at, by column
    left: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def table(self, table: sa.Table) -> Iterator[int]:
        """Copy a table; the number of rows of each batch."""
        rows = self._readable(table)
        while batch := list(islice(rows, _BATCH_ROWS)):
            kept = [row for row in batch if row is not None]
            if kept:
                self._insert(table, kept)
            self.counts[table.name] = self.counts.get(table.name, 0) + len(kept)
            yield len(batch)

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        try:
            self.target.execute(table.insert(), rows)
        except sa.exc.IntegrityError as error:
            told = f"{table.name}: two of its rows are one, or point nowhere"
            raise StoreError(told, hint="To see what is damaged: jumpnotes doctor. Nothing was copied.") from error

    def _readable(self, table: sa.Table) -> Iterator[dict[str, Any] | None]:
        """The rows of a table as values; None for one that is left."""
        keys = [column.name for column in table.primary_key] or [next(iter(table.c)).name]
        for row in _rows(self.source, self.seen if table is t.jobs else table, keys):
            try:
                values = {column.name: _value(column, getattr(row, column.name)) for column in table.c}
                if table is t.jobs:
                    _check_job(values)
                self._check_parents(table, values)
                self._remember(table, values)
            except ValueError as error:
                name = "/".join(str(getattr(row, key)) for key in keys)
                self.left.append(f"{table.name} {name}: {error}")
                yield None
            else:
                yield self._elsewhere(table, values)

    def _check_parents(self, table: sa.Table, values: dict[str, Any]) -> None:
        """Raises ValueError: it belongs to a row that was left."""
        for key in table.foreign_keys:
            value = values[key.parent.name]
            if value is not None and value not in self.known.get(str(key.column), ()):
                raise ValueError(f"{key.parent.name} is of no row that could be copied")

    def _remember(self, table: sa.Table, values: dict[str, Any]) -> None:
        for column in table.c:
            if str(column) in _PARENTS:
                self.known.setdefault(str(column), set()).add(values[column.name])

    def _elsewhere(self, table: sa.Table, values: dict[str, Any]) -> dict[str, Any]:
        """A row as the target has it, whose queue has numbers of its own."""
        if table is t.pieces:
            return values | {"task": None}
        if table is t.changes:
            return values | {"number": values["number"] + self.changes_before}
        if table is not t.jobs:
            return values
        running = values["state"] == JobState.RUNNING
        values |= {"task": None, "claim": None}
        if running:
            values |= {"state": JobState.QUEUED.value, "not_before": None, **job_rows.AT_THE_START}
        if values["state"] == JobState.QUEUED:
            values |= {"orders": "[]"}  # of machines that are not there
        return values

    def jobs(self) -> Iterator[int]:
        """Copy the jobs, whose states may be kept elsewhere."""
        rows = self._readable(t.jobs)
        while batch := list(islice(rows, _BATCH_ROWS)):
            kept = [row for row in batch if row is not None]
            if kept:
                own = {"state": "", "not_before": None} if self.states.is_shared else {}
                self._insert(t.jobs, [row | own for row in kept])
                self.states.adopt(self.target, kept)
            self.counts[t.jobs.name] = self.counts.get(t.jobs.name, 0) + len(kept)
            yield len(batch)


_PARENTS = {str(key.column) for table in t.metadata.tables.values() for key in table.foreign_keys}


def copy_all(
    source: Connection,
    seen: sa.FromClause,
    target: Connection,
    states: JobStates,
    progress: Progress,
    total: int,
    *,
    place: str,
    replace: bool,
) -> CopiedArchive:
    """Copy everything, within a transaction of each database.

    Args:
        seen: the jobs of the source, with their states.
        states: who keeps those of the target.
        total: how many rows there are, as `count_rows` says.
        place: what errors call the target.
        replace: whether what is in the target goes first. Whoever follows its changes hears that all is new.

    Raises:
        TargetNotEmpty: there is something in the target, and it is not to be replaced.
        StoreError: two rows of the source are one.
    """
    tables = _copied_tables()
    copy = _Copy(source, target, states, seen, changes.last(target) if replace else 0)
    _make_room(target, tables, place, replace=replace)
    done = 0
    progress(done, total)
    for table in tables:
        for count in copy.jobs() if table is t.jobs else copy.table(table):
            done += count
            progress(done, total)
    if copy.changes_before:
        changes.note(target, changes.FORGOTTEN)
    _go_on_counting(source, target)
    counts = copy.counts
    meetings, jobs = counts.get(t.meetings.name, 0), counts.get(t.jobs.name, 0)
    return CopiedArchive(meetings, sum(counts.values()), jobs, _told(copy.left))


def _told(left: Sequence[str]) -> tuple[str, ...]:
    more = len(left) - _MAX_TOLD
    return (*left[:_MAX_TOLD], *([f"and {more} more"] if more > 0 else []))


def _copied_tables() -> list[sa.Table]:
    return [table for table in t.metadata.sorted_tables if table.name not in _LEFT]


def count_rows(source: Connection) -> int:
    """How many rows there are to be copied."""
    return sum(_count(source, table) for table in _copied_tables())


def is_empty(db: Connection) -> bool:
    """Whether nothing has been stored yet."""
    tables = [table for table in t.metadata.sorted_tables if table.name not in _LEFT | _MADE_ANEW]
    return not any(_count(db, table, limit=1) for table in tables)


def _make_room(target: Connection, tables: Sequence[sa.Table], place: str, *, replace: bool) -> None:
    if not replace and not is_empty(target):
        raise TargetNotEmpty(place)
    for table in reversed(tables):
        target.execute(table.delete())


def _count(db: Connection, table: sa.Table, limit: int | None = None) -> int:
    rows = sa.select(sa.literal(1)).select_from(table).limit(limit).subquery()
    return int(db.scalar(sa.select(sa.func.count()).select_from(rows)) or 0)


def _rows(db: Connection, table: sa.FromClause, keys: Sequence[str]) -> Iterator[Row]:
    """Rows in the order of their keys, with whatever is in them."""
    columns = [column for column in table.c if column.name != "queue"]
    if not is_postgresql(db):
        columns = [sa.type_coerce(column, sa.types.NULLTYPE).label(column.name) for column in columns]
    order = [by_character(table.c[key]) if isinstance(table.c[key].type, sa.String) else table.c[key] for key in keys]
    with as_stored(db):
        wanted = sa.select(*columns).order_by(*order)
        yield from db.execution_options(yield_per=_BATCH_ROWS).execute(wanted)


def _value(column: sa.Column[Any], found: Any) -> Any:
    """What a column is to hold.

    Raises:
        ValueError: it holds something else; its text says in which column.
    """
    if found is None:
        if not column.nullable:
            raise ValueError(f"{column.name} is missing")
        return None
    kinds = next(kinds for kind, kinds in _KINDS if isinstance(column.type, kind))
    if not isinstance(found, kinds) or (isinstance(found, bool) and bool not in kinds):
        raise ValueError(f"{column.name} cannot be read")
    match column.type:
        case sa.Boolean() if found not in (0, 1):
            raise ValueError(f"{column.name} is neither true nor false")
        case sa.Boolean():
            return bool(found)
        case sa.BigInteger():
            return found
        case sa.Integer() if not _fits(found):
            raise ValueError(f"{column.name} is too large a number")
        case sa.DateTime() if isinstance(found, str):
            try:
                return datetime.fromisoformat(found).replace(tzinfo=None)
            except ValueError as error:
                raise ValueError(f"{column.name} is no time") from error
        case sa.LargeBinary() if isinstance(found, str):
            return found.encode()
    return found


def _fits(number: Any) -> bool:
    return bool(-_MAX_INTEGER <= number < _MAX_INTEGER)


def _check_job(values: dict[str, Any]) -> None:
    """Raises ValueError: there are no such jobs."""
    for name, known in (("kind", JobKind), ("state", JobState)):
        if values[name] not in set(known):
            raise ValueError(f"{name} cannot be read")


def _go_on_counting(source: Connection, target: Connection) -> None:
    """Numbers that were given stay given; of jobs, also those of which there is no row any more."""
    for table in t.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or table.name in _LEFT:
            continue
        last = int(target.scalar(sa.select(sa.func.max(column))) or 0)
        if table is t.jobs:
            last = max(last, _last_given(source))
        if is_postgresql(target):
            given = sa.func.pg_get_serial_sequence(table.name, column.name)
            target.execute(sa.select(sa.func.setval(given, max(last, 1), last > 0)))
        elif table is t.jobs:
            target.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'jobs'"))
            target.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('jobs', :last)"), {"last": last})


def _last_given(source: Connection) -> int:
    """The number of the last job that was put."""
    if is_postgresql(source):
        given = source.scalar(sa.text("SELECT last_value FROM jobs_id_seq WHERE is_called"))
    else:
        given = source.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'"))
    return int(given or 0)
