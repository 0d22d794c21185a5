"""Alembic's entry point. `pipeline.store` hands over an open connection inside a write transaction."""

from __future__ import annotations

from alembic import context

from pipeline.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
