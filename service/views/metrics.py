"""Figures as Prometheus reads them, in its text format. No label has a title or an address of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from pipeline.records import JobState, QueueFigures, WorkerAbilities, takers_of

_PREFIX = "jumpnotes_"

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What there is to tell; nothing but the first two where the database cannot be read."""

    is_shared: bool
    is_reachable: bool
    figures: QueueFigures = QueueFigures()  # noqa: RUF009 - frozen
    workers: tuple[WorkerAbilities, ...] = ()
    meetings: int = 0
    index_lag: int = 0  # changes that a search does not know yet


def exposition(measured: Measured) -> str:
    """The whole answer."""
    return "".join(_families(measured))


def _families(measured: Measured) -> Iterator[str]:
    build = {"version": version("jumpnotes"), "database": "postgresql" if measured.is_shared else "sqlite"}
    yield _gauge("build_info", "What is running here.", [(build, 1)])
    yield _gauge("database_up", "Whether the database can be read.", [({}, measured.is_reachable)])
    if not measured.is_reachable:
        return
    figures, workers = measured.figures, measured.workers
    yield _gauge("meetings", "Meetings in the archive.", [({}, measured.meetings)])
    yield _gauge(
        "search_index_lag_changes",
        "Changes that the search of this server does not know yet.",
        [({}, measured.index_lag)],
    )
    yield _gauge(
        "queue_jobs",
        "Jobs, or pieces of long recordings, that wait for a worker, are postponed, or are being done.",
        [({"queue": each.queue, "state": _state(each.state, each.is_postponed)}, each.jobs) for each in figures.queues],
    )
    yield _gauge(
        "queue_oldest_waiting_seconds",
        "How long the job has waited for a worker that has waited longest.",
        [
            ({"queue": each.queue}, each.oldest_seconds)
            for each in figures.queues
            if each.state is JobState.QUEUED and not each.is_postponed
        ],
    )
    yield _gauge("queue_newer_jobs", "Jobs that only workers of a newer jumpnotes can do.", [({}, figures.newer)])
    yield _gauge(
        "ended_jobs",
        "Jobs that have ended and are still listed; reason: why they failed.",
        [({"kind": each.kind, "state": each.state, "reason": each.reason}, each.jobs) for each in figures.ended],
    )
    if figures.pace is not None:
        yield _gauge(
            "hearing_speed_ratio",
            "Seconds of recordings heard per second of work, in the mean of the jobs of the last day.",
            [({}, figures.pace)],
        )
    yield _gauge("workers", "Workers that are there.", [({}, len(workers))])
    yield _gauge(
        "queue_workers",
        "Workers that take jobs from a queue.",
        [({"queue": queue}, takers) for queue, takers in takers_of(workers, is_shared=measured.is_shared).items()],
    )
    yield _gauge("gpu_workers", "Workers that hear with a GPU.", [({}, sum(each.gpu for each in workers))])


def _state(state: JobState, is_postponed: bool) -> str:  # noqa: FBT001
    if state is JobState.RUNNING:
        return "running"
    return "postponed" if is_postponed else "waiting"


def _gauge(name: str, what: str, samples: Iterable[Sample]) -> str:
    """A family of figures that rise and fall."""
    lines = [f"# HELP {_PREFIX}{name} {what}", f"# TYPE {_PREFIX}{name} gauge"]
    lines += [f"{_PREFIX}{name}{_labels(labels)} {float(value):.10g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
