"""Whether the search index knows all changes, asked of the database itself.

Whoever only searches then needs neither the store nor SQLAlchemy, whose import takes longer than everything else.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from pipeline import sqlite
from pipeline.config import Settings
from pipeline.errors import StoreError
from pipeline.search.index import SearchIndex

REVISION = "0020"
"""The newest migration. Opening an up-to-date database then needs no Alembic, which takes longer than a query."""

_TIMEOUT_SECONDS = 1.0
_IS_NUMBER = "typeof(number) = 'integer'"
_STATE = """
    SELECT (SELECT version_num FROM alembic_version), key, language,
        (SELECT max(number) FROM changes WHERE {is_number}) FROM archive
"""


def is_current(settings: Settings, index: SearchIndex) -> bool:
    """Whether the index was made of the database of these settings, and contains its last change.

    False, too, where that cannot be told: the database is damaged, of another version, or there is none.
    """
    made = index.made()
    try:
        with index.reading() as snapshot:
            known = REVISION, made.archive, made.language, snapshot.state.change or None
            return _state(settings) == known
    except (sqlite3.Error, StoreError):
        return False


def _state(settings: Settings) -> tuple[object, ...] | None:
    if settings.database:
        from pipeline import postgresql

        return postgresql.ask(settings.database, _STATE.format(is_number="true"))
    if not settings.database_file.exists():
        return None
    with closing(sqlite.connect(settings.database_file, _TIMEOUT_SECONDS)) as db:
        found: tuple[object, ...] | None = db.execute(_STATE.format(is_number=_IS_NUMBER)).fetchone()
        return found
