"""A file may hold several meetings: each is known by the path and by what tells it from the others of its file.

What that is for the meetings that are there is found out when their notes are read again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# SQLite cannot drop the constraint of a column, so the table is made anew. The tables that refer to it by its name are
# not looked at meanwhile: whoever upgrades has switched foreign keys off.
_MEETINGS = """
    CREATE TABLE meetings_new (
        slug VARCHAR NOT NULL, path VARCHAR NOT NULL, anchor VARCHAR, run_key TEXT, failure TEXT, linked INTEGER,
        PRIMARY KEY (slug), CONSTRAINT uq_meetings_path_anchor UNIQUE (path, anchor))
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("meetings_path_key", "meetings", type_="unique")
        op.add_column("meetings", sa.Column("anchor", sa.String))
        op.create_unique_constraint("uq_meetings_path_anchor", "meetings", ["path", "anchor"])
        return
    op.execute(_MEETINGS)
    op.execute(
        "INSERT INTO meetings_new (slug, path, anchor, run_key, failure, linked) "
        "SELECT slug, path, '', run_key, failure, linked FROM meetings"
    )
    op.execute("DROP TABLE meetings")
    op.execute("ALTER TABLE meetings_new RENAME TO meetings")
