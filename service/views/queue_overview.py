"""What waits where, who works, how fast that goes and what failed: the queue as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.records import JobKind, JobState, QueueCount, QueueFigures, RunStage, WorkerAbilities, takers_of
from service.views.failures import reason_words
from service.views.formatting import lasting, number
from service.web.language import N_, _, ngettext

_QUEUES = {
    str(JobKind.RUN): N_("Meetings"),
    str(RunStage.ALIGN): N_("Reading notes, and linking them"),
    str(RunStage.FETCH): N_("Fetching recordings"),
    str(RunStage.TRANSCRIBE): N_("Transcribing recordings"),
    str(JobKind.LOOK): N_("Looking at new meetings"),
    str(JobKind.SCAN): N_("Looking through watched places"),
    str(JobKind.NOTIFY): N_("Telling other programs"),
}
"""Queues in the order in which people wait for them."""

_MIN_TOLD_SECONDS = 60.0  # of waiting


@dataclass(frozen=True, slots=True)
class QueueBar:
    """A queue. The shares are of the longest bar, in percent; `words` says what the bar shows."""

    name: str
    running: float
    waiting: float
    postponed: float
    words: tuple[str, ...]
    is_stuck: bool  # something waits, and no worker takes it


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """Some workers that are alike, of a machine whose name is "" where there is only one."""

    machine: str
    version: str
    count: str  # "" for one
    does: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailureBar:
    """Jobs that failed for a reason; `share` is of the longest bar, in percent."""

    reason: str
    share: float
    count: str


@dataclass(frozen=True, slots=True)
class QueueOverview:
    """All of it."""

    bars: tuple[QueueBar, ...]
    workers: tuple[WorkerLine, ...]
    failures: tuple[FailureBar, ...]
    speed: str  # "" where nothing was heard lately
    notices: tuple[str, ...]
    is_moving: bool


def queue_overview(figures: QueueFigures, workers: Sequence[WorkerAbilities], *, is_shared: bool) -> QueueOverview:
    """The page of figures that are those of all machines that share the queue."""
    takers = takers_of(workers, is_shared=is_shared)
    named = {name: [each for each in figures.queues if each.queue == name] for name in _QUEUES}
    always = {str(stage) for stage in RunStage} if is_shared else {str(JobKind.RUN)}
    shown = {name: counts for name, counts in named.items() if counts or name in always}
    longest = max((sum(each.jobs for each in counts) for counts in shown.values()), default=0) or 1
    return QueueOverview(
        bars=tuple(_bar(name, counts, longest, takers.get(name, 0)) for name, counts in shown.items()),
        workers=_lines(workers, is_shared=is_shared),
        failures=_failures(figures),
        speed=_speed(figures.pace),
        notices=tuple(_notices(figures, workers, takers)),
        is_moving=any(each.state is JobState.RUNNING or each.queue in always for each in figures.queues),
    )


def _bar(name: str, counts: Sequence[QueueCount], longest: int, takers: int) -> QueueBar:
    running = sum(each.jobs for each in counts if each.state is JobState.RUNNING)
    postponed = sum(each.jobs for each in counts if each.is_postponed)
    waiting = sum(each.jobs for each in counts) - running - postponed
    oldest = max((each.oldest_seconds for each in counts if _waits(each)), default=0.0)
    words = (
        ngettext("%(num)s being done", "%(num)s being done", running) if running else "",
        ngettext("%(num)s waiting", "%(num)s waiting", waiting) if waiting else "",
        _("the longest for %(time)s", time=lasting(oldest)) if waiting and oldest >= _MIN_TOLD_SECONDS else "",
        ngettext("%(num)s to be tried again", "%(num)s to be tried again", postponed) if postponed else "",
    )
    return QueueBar(
        name=_(_QUEUES[name]),
        running=_share(running, longest),
        waiting=_share(waiting, longest),
        postponed=_share(postponed, longest),
        words=tuple(filter(None, words)) or (_("nothing to do"),),
        is_stuck=bool(waiting) and not takers,
    )


def _waits(count: QueueCount) -> bool:
    return count.state is JobState.QUEUED and not count.is_postponed


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)


def _lines(workers: Sequence[WorkerAbilities], *, is_shared: bool) -> tuple[WorkerLine, ...]:
    alike = (replace(each, host="") for each in workers)  # the containers of one machine are
    counts = Counter(sorted(alike, key=lambda worker: (worker.machine, worker.version)))
    return tuple(
        WorkerLine(
            machine=each.machine,
            version=each.version,
            count=ngettext("%(num)s worker", "%(num)s workers", count) if count > 1 else "",
            does=_does(each, is_shared=is_shared),
        )
        for each, count in counts.items()
    )


def _does(worker: WorkerAbilities, *, is_shared: bool) -> tuple[str, ...]:
    """What it takes, and can do."""
    hears = _("transcribes with a GPU") if worker.gpu else _("transcribes")
    stages = worker.stages if JobKind.RUN in worker.kinds else ()
    does = (
        _("links") if RunStage.ALIGN in stages else "",
        _("fetches") if RunStage.FETCH in stages and worker.fetches else "",
        hears if RunStage.TRANSCRIBE in stages and worker.transcribes else "",
        _("looks through places") if is_shared and JobKind.SCAN in worker.kinds else "",
    )
    return tuple(filter(None, does))


def _failures(figures: QueueFigures) -> tuple[FailureBar, ...]:
    counts: dict[str, int] = {}
    for each in figures.ended:
        if each.state is JobState.FAILED:
            counts[each.reason] = counts.get(each.reason, 0) + each.jobs
    longest = max(counts.values(), default=0) or 1
    most_first = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(FailureBar(reason_words(reason), _share(jobs, longest), number(jobs)) for reason, jobs in most_first)


def _speed(pace: float | None) -> str:
    if pace is None:
        return ""
    return _("One second of work hears %(seconds)s seconds of a recording.", seconds=number(round(pace, 1)))


def _notices(figures: QueueFigures, workers: Sequence[WorkerAbilities], takers: Mapping[str, int]) -> list[str]:
    if not workers:
        return [_("No worker is there: what waits goes on waiting.")]
    untaken = ", ".join(_(title) for name, title in _QUEUES.items() if takers.get(name) == 0)
    waiting = sum(each.jobs for each in figures.without(tuple(workers)))
    newer = figures.newer
    in_vain = ngettext(
        "%(num)s job waits, and no worker takes it.", "%(num)s jobs wait, and no worker takes them.", waiting
    )
    for_newer = ngettext(
        "%(num)s job waits for a worker of a newer jumpnotes.",
        "%(num)s jobs wait for a worker of a newer jumpnotes.",
        newer,
    )
    by_nobody = _("No worker is there for: %(queues)s.", queues=untaken)
    return [words for words, is_so in ((in_vain, waiting), (by_nobody, untaken), (for_newer, newer)) if is_so]
