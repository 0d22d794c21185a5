"""Whether the search index knows all changes, asked of the database file itself.

Whoever only searches then needs neither the store nor SQLAlchemy, whose import takes longer than everything else.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline import sqlite
from pipeline.errors import StoreError
from pipeline.search.index import SearchIndex

REVISION = "0019"
"""The newest migration. Opening an up-to-date database then needs no Alembic, which takes longer than a query."""

_TIMEOUT_SECONDS = 1.0
_STATE = """
    SELECT (SELECT version_num FROM alembic_version), key, language,
        (SELECT max(number) FROM changes WHERE typeof(number) = 'integer') FROM archive
"""


def is_current(database: Path, index: SearchIndex) -> bool:
    """Whether the index was made of this database, and contains its last change.

    False, too, where that cannot be told: the database is damaged, of another version, or there is none.
    """
    if not database.exists():
        return False
    made = index.made()
    try:
        with closing(sqlite.connect(database, _TIMEOUT_SECONDS)) as db, index.reading() as snapshot:
            state = db.execute(_STATE).fetchone()
            return bool(state == (REVISION, made.archive, made.language, snapshot.state.change or None))
    except (sqlite3.Error, StoreError):
        return False
