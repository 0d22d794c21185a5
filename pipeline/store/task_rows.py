"""Procrastinate's rows, within a transaction of the store.

The only importer of Procrastinate, beside the migration that makes its tables.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from procrastinate import exceptions
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job as Task
from procrastinate.jobs import Status as Status
from procrastinate.manager import JobManager as JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import ENUM, JSONB

from pipeline.machine import short_name
from pipeline.records import RunStage

__all__ = [
    "AT_MACHINE",
    "PIECE",
    "PROTOCOL",
    "JobManager",
    "Status",
    "Task",
    "defer",
    "now_done",
    "procrastinate_in",
    "queue_of",
    "tasks",
    "workers",
]

PROTOCOL = 1
"""Of what is in a task. A worker leaves those with a higher number to others, which are newer."""

PIECE = "piece"
"""The name of tasks that are a piece of a recording; others have that of their kind of jobs."""

AT_MACHINE = "@"
"""In the name of a queue, before that of the machine that alone can do what is in it."""

Result = TypeVar("Result")

tasks = sa.table(
    "procrastinate_jobs",
    sa.column("status", ENUM(*(status.value for status in Status), name="procrastinate_job_status", create_type=False)),
    *(
        sa.column(name)
        for name in ("id", "worker_id", "attempts", "queue_name", "scheduled_at", "task_name", "abort_requested")
    ),
    sa.column("args", JSONB),
)
workers = sa.table("procrastinate_workers", sa.column("id"), sa.column("last_heartbeat"))


class _Transaction(BaseConnector):
    """Procrastinate's queries, within a transaction of ours."""

    def __init__(self, db: Connection) -> None:
        self._connection = cast(Any, db.connection.driver_connection)
        self._inner = SyncPsycopgConnector()

    def get_sync_connector(self) -> BaseConnector:
        return self

    def execute_query(self, query: Any, **arguments: Any) -> None:
        self.execute_query_all(query, **arguments)

    def execute_query_one(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return self._inner.execute_query_one_with_connection(self._connection, query, **arguments)

    def execute_query_all(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return self._inner.execute_query_all_with_connection(self._connection, query, **arguments)

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        self.execute_query(query, **arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return self.execute_query_one(query, **arguments)

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return self.execute_query_all(query, **arguments)


@contextmanager
def procrastinate_in(db: Connection) -> Iterator[JobManager]:
    """Procrastinate's own interface to its rows, within a transaction; its errors are those of the database."""
    try:
        yield JobManager(_Transaction(db))
    except exceptions.ConnectorException as error:
        raise sa.exc.OperationalError(None, None, cast(Exception, error.__cause__ or error)) from error


def now_done(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine returns that waits for nothing, such as those of Procrastinate over a _Transaction."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(Result, done.value)
    raise AssertionError("it waits for something")


def defer(db: Connection, queue: str, name: str, arguments: Mapping[str, Any], *, priority: int = 0) -> int:
    """Put a task into a queue. Returns its number."""
    made = Task(
        queue=queue,
        priority=priority,
        lock=None,
        queueing_lock=None,
        task_name=name,
        task_kwargs={"protocol": PROTOCOL, **arguments},
    )
    with procrastinate_in(db) as procrastinate:
        return int(procrastinate.defer_job(made).id or 0)


def queue_of(stage: RunStage, machine: str | None = None) -> str:
    """The name of the queue of a part of runs; of a machine's own, for what only that machine can do."""
    return f"{stage}{AT_MACHINE}{short_name(machine)}" if machine else str(stage)  # of at most 40 characters
