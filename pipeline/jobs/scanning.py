"""A look through a watched place: jobs for what is new there.

What was found is remembered only when its jobs are stored. Whoever is killed in between puts them again, and the queue
has them once.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import msgspec

from pipeline.config import Settings
from pipeline.errors import (
    Busy,
    DraftError,
    DraftNotFound,
    JumpnotesError,
    NotFound,
    PlaceUnreachable,
    RateLimited,
    Unsupported,
)
from pipeline.file_names import path_of, printable
from pipeline.jobs import drafts
from pipeline.jobs.drafts import DraftCorrections
from pipeline.links import is_on_youtube
from pipeline.records import (
    Claim,
    ItemState,
    Job,
    JobDone,
    JobFailure,
    JobHeard,
    JobKind,
    JobProgress,
    JobRequest,
    JobState,
    Watch,
    WatchedItem,
    WatchKind,
)
from pipeline.refresh import Archive
from pipeline.watch import addresses, schedule
from pipeline.watch.missing import recordings_without_notes

if TYPE_CHECKING:
    from pipeline.watch.folder import NotesLook

_PATIENCE_SECONDS = 5.0
_MAX_QUEUED = 100_000
_HINT_FOR_LISTS = "Watch the address of a channel, a playlist or a podcast's feed."


class Cursor(msgspec.Struct, omit_defaults=True):
    """What is remembered of a place between two looks."""

    commit: str = ""  # of a repository: the one that there are jobs for
    unsettled: int = 0  # looks in a row that found files which somebody was writing


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What a look did and found."""

    jobs: tuple[Job, ...] = ()
    waiting: int = 0  # files being written, streams to come
    open: int = 0  # recordings without notes
    unavailable: int = 0
    next_at: datetime | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """What is new in a place: `items` to be remembered when there are jobs for the notes in `changed`."""

    items: tuple[WatchedItem, ...]
    changed: tuple[Path, ...] = ()
    gone: tuple[Path, ...] = ()  # notes that are not there any more
    cursor: Cursor = field(default_factory=Cursor)
    dropped: tuple[str, ...] = ()  # keys of what is to be remembered no more


def perform(
    job: Claim, archive: Archive, settings: Settings, tell: Callable[[JobProgress | JobHeard], None]
) -> JobDone:
    """Do a SCAN.

    Raises:
        JumpnotesError: the place could not be looked through. When it is looked at again stands in its watch.
    """
    assert job.job.request.watch is not None
    tell(JobProgress("scan"))
    outcome = scan(archive.store.watches.watch(job.job.request.watch), archive, settings, datetime.now(UTC))
    found = {
        "jobs": [each.id for each in outcome.jobs],
        "waiting": outcome.waiting,
        "recordings_without_notes": outcome.open,
        "unavailable": outcome.unavailable,
    }
    return JobDone(remarks=outcome.remarks, result=msgspec.json.encode(found).decode())


def scan(watch: Watch, archive: Archive, settings: Settings, now: datetime) -> ScanOutcome:
    """Look through a watched place, and put jobs for what is new there.

    Raises:
        Busy: another process is looking through it.
        WatchNotFound: it is not watched any more.
        JumpnotesError: it could not be looked through: that is noted, and it is looked at again.
    """
    with _alone(watch, settings):
        archive.store.watches.begin(watch.id, at=now, next_at=schedule.after_failure(watch, now))
        known = archive.store.watches.items(watch.id)
        try:
            look = _LOOKS[watch.kind](watch, known, archive, settings, now)
        except JumpnotesError as error:
            again = schedule.after_failure(watch, now, limited=isinstance(error, RateLimited))
            archive.store.watches.fail(watch.id, JobFailure(error.reason, str(error), error.hint), next_at=again)
            raise
        author = f"watching {addresses.shown(watch.address)}"
        jobs = _put_jobs(look.changed, archive, author)
        _cancel_jobs(look.gone, archive, author)
        next_at = schedule.after_look(watch, now, unsettled=look.cursor.unsettled)
        cursor = msgspec.json.encode(look.cursor).decode()
        times = {"scanned_at": now, "next_at": next_at}
        archive.store.watches.finish(watch.id, look.items, cursor, **times, dropped=look.dropped)
    items = archive.store.watches.items(watch.id)
    remarks: tuple[str, ...] = ()
    if watch.kind is WatchKind.LISTING:
        matched = _match(watch, items, archive, settings)
        jobs, remarks = (*jobs, *matched.jobs), matched.remarks
    counts = Counter(item.state for item in items.values())
    lacking = sum(each.id == watch.id for each, _ in recordings_without_notes(archive.store))
    return ScanOutcome(jobs, counts[ItemState.WAITING], lacking, counts[ItemState.UNAVAILABLE], next_at, remarks)


def _match(watch: Watch, items: Known, archive: Archive, settings: Settings) -> ScanOutcome:
    """Match recordings with notes that have none, and make notes of the others where that is wanted."""
    from pipeline.matching import match_new
    from pipeline.watch.listing import video_of

    author = f"watching {addresses.shown(watch.address)}"
    videos = [video_of(item) for item in items.values() if item.state is ItemState.OPEN]
    archive.store.matches.withdraw(but={item.key for _, item in archive.store.watches.open_recordings()})
    if not videos:
        return ScanOutcome()
    try:
        outcome = match_new(videos, archive, settings, author=author)
    except JumpnotesError as error:  # the look itself is done
        return ScanOutcome(remarks=(f"not matched with notes: {error}",))
    jobs = [archive.store.jobs.job(each.job) for each in outcome.taken if each.job is not None]
    proposed = [f"{outcome.new} proposed: see jumpnotes matches"] if outcome.new else []
    taken = [f"{len(jobs)} matched with notes"] if jobs else []
    if watch.makes_notes:
        left = {video.id for video in outcome.left.videos_without_notes}
        jobs += _make_notes(watch, [item for item in items.values() if item.key in left], archive, settings, author)
    return ScanOutcome(tuple(jobs), remarks=(*taken, *proposed))


def _make_notes(
    watch: Watch, items: Sequence[WatchedItem], archive: Archive, settings: Settings, author: str
) -> Iterator[Job]:
    """Have notes made of recordings, once: what is put for one is remembered first."""
    for item in items:
        draft_id = item.fingerprint or _draft_of(item, settings, author)
        archive.store.watches.remember(watch.id, [replace(item, fingerprint=draft_id)])
        with suppress(DraftNotFound):  # it has become a meeting, which was forgotten
            drafts.submit(settings, draft_id)
            key = f"watch {watch.id} {item.key}"
            yield archive.store.jobs.put(
                JobKind.RUN, item.title or item.url, JobRequest(draft=draft_id), author, key=key
            )


def _draft_of(item: WatchedItem, settings: Settings, author: str) -> str:
    """A draft of a recording, called and dated as it is listed: a sound file says nothing of that itself."""
    from pipeline.notes import dates

    draft = drafts.create(settings, author, link=item.url)
    is_guess = is_on_youtube(item.url) and not item.has_time  # of how long ago it was, which the video says better
    is_said = bool(dates.find_date(item.title))  # in the title, which counts for more than when it came out
    day = item.at.date().isoformat() if item.at and not is_guess and not is_said else None
    with suppress(DraftError):  # a title that cannot be one
        drafts.correct(settings, draft.id, DraftCorrections(title=item.title or None, date=day))
    return draft.id


def _put_jobs(changed: Sequence[Path], archive: Archive, author: str) -> tuple[Job, ...]:
    from pipeline.run.inputs import stored_path

    titles = {stored_path(path): printable(path.name) for path in changed}  # a symlink is another name for notes
    put = archive.store.jobs.put
    return tuple(put(JobKind.RUN, title, JobRequest(notes=path), author) for path, title in titles.items())


def _cancel_jobs(gone: Sequence[Path], archive: Archive, author: str) -> None:
    """Cancel what was put here and waits for notes that are gone: renamed, they have another job."""
    if not gone:
        return
    from pipeline.run.inputs import stored_path

    paths, queue = {stored_path(path) for path in gone}, archive.store.jobs
    for job in queue.jobs(states=[JobState.QUEUED], kinds=[JobKind.RUN], limit=_MAX_QUEUED):
        if job.author == author and job.request.notes in paths:
            queue.cancel(job.id)


@contextmanager
def _alone(watch: Watch, settings: Settings) -> Iterator[None]:
    """Keep other processes from looking through the same place.

    Two watches of one repository have one folder: the address may be with a password and without.
    """
    folder, name = settings.data_dir / "watching", str(watch.id)
    if watch.kind is WatchKind.REPOSITORY:
        from pipeline.watch import repository

        name = repository.folder_name(watch.address)
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / f"{name}.lock"
    try:
        with filelock.FileLock(lock, timeout=_PATIENCE_SECONDS):
            yield
    except filelock.Timeout as error:
        shown = Path(addresses.shown(watch.address))
        raise Busy(shown, "another jumpnotes is looking through it") from error


# -- a look at each kind of place --------------------------------------------------------------------------------------

Known = Mapping[str, WatchedItem]


def _look_through_folder(watch: Watch, known: Known, archive: Archive, settings: Settings, now: datetime) -> _Look:
    from pipeline.watch import folder

    root = path_of(watch.address)
    try:
        found = folder.look(root, known, now, without=settings.data_dir.resolve(), has_meeting=_meetings_of(archive))
    except OSError as error:
        raise PlaceUnreachable(printable(watch.address), error.strerror or "cannot be read") from error
    unsettled = _cursor(watch).unsettled + 1 if found.unsettled else 0
    gone = _gone(found, root)
    return _Look(found.items, found.changed, gone, Cursor(unsettled=unsettled), found.dropped)


def _look_through_repository(watch: Watch, known: Known, archive: Archive, settings: Settings, _now: datetime) -> _Look:
    from pipeline.watch import repository

    folder = settings.repository_dir / repository.folder_name(watch.address)
    last_commit = _cursor(watch).commit
    try:
        with _removed_if_it_fails(folder):
            found, commit = repository.look(
                watch.address,
                folder,
                known,
                last_commit,
                settings,
                has_meeting=_meetings_of(archive),
            )
    except OSError as error:
        raise PlaceUnreachable(printable(str(folder)), error.strerror or "cannot be written") from error
    return _Look(found.items, found.changed, _gone(found, folder), Cursor(commit=commit), found.dropped)


def _gone(found: NotesLook, root: Path) -> tuple[Path, ...]:
    keys = (*(item.key for item in found.items if item.state is ItemState.GONE), *found.dropped)
    return tuple(root / path_of(key) for key in keys)


@contextmanager
def _removed_if_it_fails(folder: Path) -> Iterator[None]:
    """Leave nothing of a first look that failed: it may have filled the disk."""
    is_new = not folder.exists()
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _look_through_listing(watch: Watch, known: Known, archive: Archive, settings: Settings, _now: datetime) -> _Look:
    from pipeline.fetch.listing import listed
    from pipeline.watch import listing

    lists = addresses.youtube_lists(watch.address) if is_on_youtube(watch.address) else (watch.address,)
    try:
        videos = listed(lists, settings=settings)
    except (NotFound, Unsupported) as error:
        error.hint = _HINT_FOR_LISTS
        raise
    expected = sum(item.state is not ItemState.GONE for item in known.values())
    if expected and not videos:
        raise PlaceUnreachable(addresses.shown(watch.address), f"lists nothing any more, and had {expected} recordings")
    items = listing.look(videos, known, archive.store.matches.recorded())
    return _Look(tuple(item for item in items if item != known.get(item.key)))


_LOOKS = {
    WatchKind.FOLDER: _look_through_folder,
    WatchKind.REPOSITORY: _look_through_repository,
    WatchKind.LISTING: _look_through_listing,
}


def _meetings_of(archive: Archive) -> Callable[[Path], bool]:
    """Whether there is a meeting whose notes are in a file, or were."""
    from pipeline.run.inputs import stored_path

    paths = {place.path for place in archive.store.places()}
    return lambda path: stored_path(path) in paths


def _cursor(watch: Watch) -> Cursor:
    with suppress(msgspec.MsgspecError):
        return msgspec.json.decode(watch.cursor, type=Cursor)
    return Cursor()
