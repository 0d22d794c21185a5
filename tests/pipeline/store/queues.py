"""What befalls a queue in the database: time passes, clocks jump, workers are gone."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from pipeline.records import MAX_DEATHS, MAX_LOSSES
from pipeline.store import Store
from pipeline.store import tables as t

_TIMES = ("created_at", "updated_at", "started_at", "finished_at", "not_before")


def let_time_pass(store: Store, by: timedelta) -> None:
    """All that happened was so much longer ago; negative: the clock was put back since."""
    with store._transaction() as db:
        for row in db.execute(sa.select(t.jobs)).all():
            times = {name: at - by for name in _TIMES if (at := getattr(row, name))}
            db.execute(t.jobs.update().where(t.jobs.c.id == row.id).values(**times))
        if store.is_shared:
            earlier = sa.text("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - :by")
            db.execute(earlier, {"by": by})


def without_workers(store: Store) -> Store:
    """Every worker counts as gone, this one included, as if nobody had heard of it for long."""
    if store.is_shared:
        from pipeline.store.procrastinate_states import ProcrastinateStates

        states = store.jobs._states
        assert isinstance(states, ProcrastinateStates)
        states.stalled_seconds, states.min_looks = 0.0, 0
    return store


def max_stops(store: Store) -> int:
    """How often a job may be left by its worker; more often where a machine of several may be at fault."""
    return MAX_LOSSES if store.is_shared else MAX_DEATHS
