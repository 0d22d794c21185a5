"""Several machines work on one archive: what one fetched and another hears, and pieces of long recordings.

In PostgreSQL the state of a job is that of Procrastinate's row, whose tables are made here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("task", sa.BigInteger))
    op.add_column("jobs", sa.Column("orders", sa.Text, nullable=False, server_default="[]"))
    op.add_column("jobs", sa.Column("losses", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_jobs_task", "jobs", ["task"])
    op.create_table(
        "workers",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("machine", sa.String, nullable=False),
        sa.Column("network", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("about", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_table(
        "fetched",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "hearings",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("is_cut", sa.Boolean, nullable=False, server_default="0"),
    )
    op.create_table(
        "pieces",
        sa.Column("hearing", sa.String, sa.ForeignKey("hearings.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("cut", sa.Text, nullable=False),
        sa.Column("line", sa.Text),
        sa.Column("task", sa.BigInteger),
    )
    if op.get_bind().dialect.name == "postgresql":
        _make_queue()


# Whoever deletes a job, for whatever reason, deletes it from the queue; a worker that left is in neither list.
_TRIGGERS = """
    CREATE FUNCTION jumpnotes_task_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM procrastinate_jobs WHERE id = old.task;
        RETURN NULL;
    END $$;
    CREATE TRIGGER task_deleted AFTER DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION jumpnotes_task_deleted();
    CREATE TRIGGER task_deleted AFTER DELETE ON pieces FOR EACH ROW EXECUTE FUNCTION jumpnotes_task_deleted();
    CREATE FUNCTION jumpnotes_worker_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM workers WHERE id = old.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER worker_deleted AFTER DELETE ON procrastinate_workers
    FOR EACH ROW EXECUTE FUNCTION jumpnotes_worker_deleted()
"""
_STATES = """
    CREATE VIEW job_states AS SELECT
        jobs.id, kind, title, request, key, author,
        CASE status WHEN 'todo' THEN 'queued' WHEN 'doing' THEN 'running' WHEN 'succeeded' THEN 'done'
            WHEN 'failed' THEN 'failed' ELSE 'cancelled' END AS state,
        created_at, updated_at, started_at, finished_at,
        CASE WHEN status = 'todo' AND scheduled_at > clock_timestamp() THEN timezone('UTC', scheduled_at) END
            AS not_before,
        CASE status WHEN 'doing' THEN task || '/' || coalesce(worker_id, 0) || '/' || tasks.attempts END AS claim,
        stage, done, total, unit, pace, jobs.attempts, deaths, reached, failure, reason, slugs, remarks, result,
        version, task, orders, losses, queue_name AS queue
    FROM jobs JOIN procrastinate_jobs AS tasks ON tasks.id = jobs.task
"""


def _make_queue() -> None:
    from procrastinate.schema import SchemaManager

    op.drop_index("ix_jobs_request", "jobs")  # an entry has a third of a page at most
    op.execute("CREATE INDEX ix_jobs_request_digest ON jobs (md5(request))")
    for statements in (SchemaManager.get_schema(), _TRIGGERS, _STATES):
        op.get_bind().exec_driver_sql(statements.replace("%", "%%"))
