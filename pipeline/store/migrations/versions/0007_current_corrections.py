"""The corrections that count are found without reading those that they replaced, and a history is read in pages.

A trigger marks what a new row replaces, so that a database which an older jumpnotes still writes to stays right, too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_EARLIER = """
    UPDATE corrections SET superseded = 1 WHERE superseded = 0 AND EXISTS (
        SELECT 1 FROM corrections AS later WHERE later.slug = corrections.slug
        AND later.block_id = corrections.block_id AND later.recording_key IS corrections.recording_key
        AND later.duration IS corrections.duration AND later.id > corrections.id)
"""
_TRIGGER = """
    CREATE TRIGGER corrections_superseded AFTER INSERT ON corrections BEGIN
        UPDATE corrections SET superseded = 1 WHERE superseded = 0 AND slug = new.slug AND block_id = new.block_id
        AND recording_key IS new.recording_key AND duration IS new.duration AND id <> new.id;
    END
"""


# The same in PostgreSQL's words; it is new there, and has no row yet.
_FUNCTION = """
    CREATE FUNCTION jumpnotes_corrections_superseded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE corrections SET superseded = true WHERE NOT superseded AND slug = new.slug AND block_id = new.block_id
        AND recording_key IS NOT DISTINCT FROM new.recording_key AND duration IS NOT DISTINCT FROM new.duration
        AND id <> new.id;
        RETURN NULL;
    END $$
"""
_FUNCTIONS_TRIGGER = """
    CREATE TRIGGER corrections_superseded AFTER INSERT ON corrections
    FOR EACH ROW EXECUTE FUNCTION jumpnotes_corrections_superseded()
"""


def upgrade() -> None:
    op.add_column("corrections", sa.Column("superseded", sa.Boolean, nullable=False, server_default="0"))
    op.create_index("ix_corrections_block", "corrections", ["slug", "block_id", "recording_key"])
    op.create_index("ix_corrections_at", "corrections", ["slug", "at"])
    op.create_index("ix_corrections_carried_from", "corrections", ["carried_from"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute(_EARLIER)
    op.create_index("ix_corrections_current", "corrections", ["slug", "superseded", "block_id", "recording_key"])
    for statement in [_TRIGGER] if is_sqlite else [_FUNCTION, _FUNCTIONS_TRIGGER]:
        op.execute(statement)
