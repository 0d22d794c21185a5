"""A job that says what is understood of a draft, so that people can correct it before anything runs."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipeline import cues
from pipeline.config import Settings
from pipeline.errors import (
    AudioUnreadable,
    ConfigError,
    DraftError,
    FetchError,
    MeetingDamaged,
    MeetingNotFound,
    TranscriptWithoutTimes,
)
from pipeline.jobs import draft_notes, drafts
from pipeline.jobs.draft_notes import DraftNotes, PublishedFacts, named
from pipeline.jobs.drafts import Draft
from pipeline.jobs.understood import (
    MAX_PREVIEW_BYTES,
    SameRecording,
    Understood,
    UnderstoodMeeting,
    UnderstoodRecording,
    UnderstoodSection,
    encode,
)
from pipeline.links import youtube_id
from pipeline.records import Claim, JobDone, JobFailure, JobHeard, JobProgress, Notes, Recording
from pipeline.refresh import Archive

_MAX_WARNINGS = 100
_MAX_ASKED = 4  # links of which the host is asked

STAGE = "look"
"""What such a job is at, as it is reported."""


@dataclass(slots=True)
class _Findings:
    """What is found out beside the notes."""

    warnings: list[str] = field(default_factory=list)
    failures: list[JobFailure] = field(default_factory=list)
    uploaded: UnderstoodRecording | None = None
    transcript_seconds: float | None = None
    asked: dict[str, PublishedFacts | None] = field(default_factory=dict)


def perform(
    job: Claim, archive: Archive, settings: Settings, tell: Callable[[JobProgress | JobHeard], None]
) -> JobDone:
    """Look at a draft: its notes, its recording, its transcript. The result is `Understood`.

    Raises:
        DraftError: there is no such draft, not all of it has arrived, or it cannot be corrected as asked.
        NotesError, AudioUnreadable, TranscriptError: a file of it cannot be used.
        FetchError: there is only a link, and the host does not say what is there.
    """
    draft = drafts.load(settings, job.job.request.draft or "")
    if draft.stem is not None:
        raise DraftError("the draft has become a meeting already", hint="Open the meeting, and edit its notes.")
    drafts.check_whole(draft)
    tell(JobProgress(STAGE))
    read = draft_notes.read(settings, draft)
    found = _Findings()
    tell(JobProgress(STAGE))
    _probe(settings, draft, read, found)
    tell(JobProgress(STAGE))
    meetings = tuple(_meeting(settings, draft, notes, read, found) for notes in read.meetings)
    lengths = [each.recording.duration for each in meetings if each.recording and each.recording.duration]
    warnings = [*_marked(read.meetings), *found.warnings]
    notes = tuple(each.without_speech for each in read.meetings)
    if len(msgspec.json.encode(notes)) > MAX_PREVIEW_BYTES:
        notes = ()
        warnings.append("the notes are too long for a preview")
    understood = Understood(
        meetings=meetings,
        duration=max(lengths, default=found.transcript_seconds),
        warnings=tuple(dict.fromkeys(warnings))[:_MAX_WARNINGS],
        notes=notes,
        same_recording=tuple(_same_recording(archive, settings, draft, read.meetings)),
        makes_notes=read.is_made,
        failures=tuple(found.failures),
    )
    return JobDone(result=encode(understood))


def _probe(settings: Settings, draft: Draft, read: DraftNotes, found: _Findings) -> None:
    """Look at the files that were sent with the notes."""
    recording, transcript = draft.file("recording"), draft.file("transcript")
    if (recording or transcript) and len(read.meetings) > 1:
        problem = f"the notes are of {len(read.meetings)} meetings, and one recording or transcript was sent for them"
        raise DraftError(problem, hint="Link each recording below the heading of its meeting, or split the file.")
    if recording:
        path = drafts.path_of(settings, draft, "recording")
        duration = None
        with named(recording.name, path):
            try:
                from pipeline.fetch.files import checked_duration

                duration = checked_duration(path)
            except AudioUnreadable as error:
                error.hint = "Play the file to see whether it is complete, or send another."
                raise
            except ModuleNotFoundError:
                found.warnings.append(f"{recording.name} was not looked at: this server cannot hear recordings")
        found.uploaded = UnderstoodRecording(None, "file", recording.name, duration)
    if transcript:
        path = drafts.path_of(settings, draft, "transcript")
        try:
            with named(transcript.name, path):
                written = cues.read(path)
        except TranscriptWithoutTimes as error:
            if not recording and not read.meetings[0].video:
                error.hint = "Send the recording, too: the times are found by the words heard in it."
                raise
            found.warnings.append(f"{error}; they are found by the words heard in the recording")
        else:
            found.transcript_seconds = written.duration
            found.warnings += written.warnings


def _meeting(settings: Settings, draft: Draft, notes: Notes, read: DraftNotes, found: _Findings) -> UnderstoodMeeting:
    recording = found.uploaded or _linked(settings, draft, notes, found)
    if found.uploaded and notes.video:
        is_given = notes.video.url in {draft.link, draft.corrections.recording}
        which = "" if is_given else ", which the notes link to"
        found.warnings.append(f"{found.uploaded.title} is used in place of {notes.video.url}{which}")
    is_known = read.date_is_known if len(read.meetings) == 1 else notes.date is not None
    sections = tuple(UnderstoodSection(each.title, each.level) for each in notes.sections if each.level)
    day = notes.date.isoformat() if notes.date else None
    return UnderstoodMeeting(notes.title, day, is_known, recording, sections, sum(1 for _ in notes.blocks))


def _linked(settings: Settings, draft: Draft, notes: Notes, found: _Findings) -> UnderstoodRecording | None:
    """The recording that notes link to. What the host does not say is told, and the notes do without."""
    if notes.video is None:
        return None
    url = notes.video.url
    if "://" not in url:
        found.warnings.append(f"the notes name a recording beside them that was not sent: {url}")
        return UnderstoodRecording(url, "none")
    facts = [_asked(settings, draft, part.url, found) for part in notes.recordings]
    known = [each.recording for each in facts if each]
    title = known[0].title if known else None
    return UnderstoodRecording(
        url, "youtube" if youtube_id(url) else "link", title, _length(known) if len(known) == len(facts) else None
    )


def _asked(settings: Settings, draft: Draft, url: str, found: _Findings) -> PublishedFacts | None:
    if url not in found.asked and len(found.asked) < _MAX_ASKED:
        found.asked[url] = None
        try:
            found.asked[url] = draft_notes.published_facts(settings, draft, url)
        except (FetchError, ConfigError) as error:
            found.failures.append(JobFailure(error.reason, str(error), error.hint))
    return found.asked.get(url)


def _length(parts: list[Recording]) -> float | None:
    lengths = [each.duration for each in parts]
    return sum(each or 0.0 for each in lengths) if all(lengths) else None


def _marked(meetings: tuple[Notes, ...]) -> Iterator[str]:
    """The warnings of the notes, with their meeting where there are several."""
    for notes in meetings:
        yield from (f"{notes.title}: {each}" if len(meetings) > 1 else each for each in notes.warnings)


def _same_recording(
    archive: Archive, settings: Settings, draft: Draft, meetings: tuple[Notes, ...]
) -> Iterator[SameRecording]:
    """The meetings of the archive that were made from one of these recordings, or have the file that was sent."""
    keys = {_key(part.url) for notes in meetings for part in notes.recordings}
    found = set()
    for slug, key in archive.store.run_keys().items():
        used = {part for each in (key.link, key.media) if each for part in each.split(" + ")}
        if keys & used:
            found.add(slug)
    if draft.file("recording"):
        sent = drafts.path_of(settings, draft, "recording")
        found |= {slug for slug, files in archive.store.media().items() if any(_is_same(sent, each) for each in files)}
    for slug in sorted(found):
        with suppress(MeetingNotFound, MeetingDamaged):
            yield SameRecording(slug, archive.store.notes(slug).title)


def _is_same(sent: Path, other: Path) -> bool:
    """Whether two files have the same bytes; hardly ever is one read that does not."""
    with suppress(OSError):
        return sent.stat().st_size == other.stat().st_size and filecmp.cmp(sent, other, shallow=False)
    return False


def _key(url: str) -> str:
    """What a recording is known by in the archive."""
    video = youtube_id(url)
    return f"youtube {video}" if video else url
