"""Passages that were taken out once and are in a recording again, which people are told, as only they know what to do.

Either the meeting has another recording now, or its database is older than the muted files beside it, as after a backup
was restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import muted_media, timecode
from pipeline.config import Settings
from pipeline.errors import MeetingDamaged, MeetingNotFound
from pipeline.records import RecordingPart, RemovedPassage
from pipeline.redacted import joined
from pipeline.store import Store

_COPY = re.compile(r"(?P<slug>.+)\.muted-(?P<part>\d+)\.[^.]+")
_SAME_SECONDS = 0.05  # people repeat a passage in hundredths of a second


@dataclass(frozen=True, slots=True)
class UnknownMute:
    """A file in which passages are muted that the database does not know; `spans` are in seconds of that file."""

    slug: str
    file: Path
    spans: tuple[tuple[float, float], ...]
    part: int | None  # of a recording in several, from 1

    @property
    def remark(self) -> str:
        """What is wrong."""
        unknown = "but the database knows of no passage taken out there (was it restored from a backup?)"
        return f"{self.file} is muted at {self._times(', ')}, {unknown}"

    @property
    def hint(self) -> str:
        """What to do."""
        part = f" --part {self.part}" if self.part else ""
        command = f"jumpnotes redact {self.slug} {self._times(' ')}{part}"
        return f"To take it out again: {command} (if it is to stay, delete {self.file})"

    def _times(self, between: str) -> str:
        return between.join(f"{timecode.exact(start)}-{timecode.exact(end)}" for start, end in self.spans)


def lapsed(store: Store, slug: str) -> int:
    """How many passages were taken out of other recordings of a meeting, and not as many out of this one since."""
    with suppress(MeetingDamaged, MeetingNotFound):  # a run repairs it
        redactions = store.redactions(slug)
        others = [each.id for each in redactions if not each.applies]
        if not others or (store.recording(slug) is None and store.transcript(slug) is None):
            return 0
        since = [each for each in redactions if each.applies and each.id > max(others, default=0)]
        return max(len(others) - len(since), 0)
    return 0


def remark(count: int, slug: str) -> str:
    """What people are told of `lapsed`.

    >>> remark(1, "call")
    '1 passage that was taken out is of another recording and is not taken out of this one: jumpnotes redact call …'
    """
    one = count == 1
    taken = f"{count} passage{'' if one else 's'} that {'was' if one else 'were'} taken out"
    verb = "is" if one else "are"
    return f"{taken} {verb} of another recording and {verb} not taken out of this one: jumpnotes redact {slug} …"


def unknown_mutes(store: Store, settings: Settings) -> tuple[UnknownMute, ...]:
    """The muted files of meetings whose database does not know why they are."""
    notes = sorted(settings.media_dir.glob(".*.muted")) if settings.media_dir.is_dir() else []
    if not notes:
        return ()
    slugs, used = set(store.notes_paths()), store.media()
    return tuple(found for note in notes for found in _of_note(note, slugs, used, store))


def _of_note(note: Path, slugs: set[str], used: dict[str, frozenset[Path]], store: Store) -> Iterator[UnknownMute]:
    file = note.with_name(note.name.removeprefix(".").removesuffix(".muted"))
    copy = _COPY.fullmatch(file.name)
    of_file = {copy["slug"]} & slugs if copy else {slug for slug, files in used.items() if file in files}
    known: list[RemovedPassage] = []
    part: int | None = None
    for slug in sorted(of_file):
        try:
            redactions, recording = store.redactions(slug), store.recording(slug, audible=False)
        except (MeetingDamaged, MeetingNotFound):  # a run repairs it
            return
        if not all(each.applies for each in redactions):  # it may be of another recording, which `lapsed` tells
            return
        parts = recording.record.parts if recording else ()
        numbers = [number for number, each in enumerate(parts, 1) if _is_of(file, copy, each, number)]
        part = part or min(numbers, default=None)
        for by in [parts[number - 1].start for number in numbers] or [0.0]:
            known += (RemovedPassage(each.passage.start - by, each.passage.end - by) for each in redactions)
    spans = tuple(span for span in muted_media.noted_spans(note) if not _is_known(span, joined(known)))
    if of_file and spans and file.exists():
        yield UnknownMute(min(of_file), file, spans, part)


def _is_of(file: Path, copy: re.Match[str] | None, part: RecordingPart, number: int) -> bool:
    return int(copy["part"]) == number if copy else part.media == str(file)


def _is_known(span: tuple[float, float], known: Iterable[RemovedPassage]) -> bool:
    start, end = span[0] + _SAME_SECONDS, span[1] - _SAME_SECONDS
    return any(each.start <= start and end <= each.end for each in known)
