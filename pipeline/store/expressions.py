"""What SQLite and PostgreSQL say in other words.

SQLite holds anything in any column, and bytes that are no text in a column of text; what a damaged disk left there is
looked for by `kind_of` and `any_text`. PostgreSQL holds what a column is for, or says that it is damaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from pipeline import sqlite


def is_postgresql(db: Connection) -> bool:
    return db.dialect.name == "postgresql"


def upsert(db: Connection, table: sa.Table) -> Any:
    """An insert with `on_conflict_do_update`, which the two spell alike."""
    if is_postgresql(db):
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite as sqlite_dialect

    return sqlite_dialect.insert(table)


def may_have(document: sa.ColumnElement[bytes], texts: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether the bytes of a JSON document may have one of these texts in them: some have none, and are few."""
    encoded = (msgspec.json.encode(text).strip(b'"').replace(b"\\", b"_") for text in texts)
    return sa.or_(sa.false(), *(document.bool_op("LIKE")(b"%" + text + b"%") for text in encoded))


def any_text(db: Connection) -> AbstractContextManager[None]:
    """Read bytes that are no UTF-8 as well, in a column of text: they are replaced by U+FFFD."""
    return nullcontext() if is_postgresql(db) else sqlite.any_text(db.connection.driver_connection)


def as_stored(db: Connection) -> AbstractContextManager[None]:
    """Read bytes that are no UTF-8 as bytes, in a column of text."""
    return nullcontext() if is_postgresql(db) else sqlite.text_or_bytes(db.connection.driver_connection)


class kind_of(FunctionElement[str]):  # noqa: N801 - used like the functions of sqlalchemy.func
    """What a column holds in a row: "null", "integer", "real", "text" or "blob"."""

    type = sa.String()
    inherit_cache = True
    name = "kind_of"


class as_written(FunctionElement[str]):  # noqa: N801
    """A time as it is stored: `2024-03-05 18:30:00.000000`, or whatever is there."""

    type = sa.String()
    inherit_cache = True
    name = "as_written"


class in_whole_seconds(FunctionElement[str]):  # noqa: N801
    """A time as `2024-03-05 18:30:00`; NULL for anything that is none."""

    type = sa.String()
    inherit_cache = True
    name = "in_whole_seconds"


class as_number(FunctionElement[int]):  # noqa: N801
    """A truth value as 0 or 1, or whatever is there."""

    type = sa.Integer()
    inherit_cache = True
    name = "as_number"


class by_character(FunctionElement[str]):  # noqa: N801
    """A text as it is sorted: by its characters, whatever language a server was set up for."""

    type = sa.String()
    inherit_cache = True
    name = "by_character"


_KINDS = (
    ((sa.Boolean, sa.Integer), "integer"),
    ((sa.Float,), "real"),
    ((sa.LargeBinary,), "blob"),
)
_TIME = "YYYY-MM-DD HH24:MI:SS"


def _column(element: FunctionElement[Any]) -> sa.ColumnElement[Any]:
    (column,) = element.clauses
    return column


@compiles(kind_of)
def _(element: kind_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(typeof({compiler.process(_column(element), **options)}), 'null')"


@compiles(kind_of, "postgresql")
def _(element: kind_of, compiler: SQLCompiler, **options: Any) -> str:
    column = _column(element)
    kind = next((name for types, name in _KINDS if isinstance(column.type, types)), "text")
    return f"(CASE WHEN {compiler.process(column, **options)} IS NULL THEN 'null' ELSE '{kind}' END)"


@compiles(as_written)
@compiles(as_number)
@compiles(by_character)
def _(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(_column(element), **options)


@compiles(as_written, "postgresql")
def _(element: as_written, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(_column(element), **options)}, '{_TIME}.US')"


@compiles(by_character, "postgresql")
def _(element: by_character, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(_column(element), **options)} COLLATE "C"'


@compiles(as_number, "postgresql")
def _(element: as_number, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(_column(element), **options)} AS integer)"


@compiles(in_whole_seconds)
def _(element: in_whole_seconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"datetime({compiler.process(_column(element), **options)})"


@compiles(in_whole_seconds, "postgresql")
def _(element: in_whole_seconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(_column(element), **options)}, '{_TIME}')"
