"""What was understood of a draft, for the page that shows it before anything runs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline.jobs.drafts import Draft
from pipeline.jobs.understood import Understood, UnderstoodMeeting, UnderstoodRecording
from pipeline.records import Job, JobKind, RunStage, WorkerAbilities
from service.views.failures import FailureWords, failure_words
from service.views.formatting import duration
from service.views.jobs import JobMeeting
from service.views.moment_links import MomentLinks
from service.views.notes import NotesView, notes_view
from service.web.language import _, ngettext
from service.web.sentences import sentence

_MAX_SECTIONS = 200  # that are listed


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A heading of the notes; `depth` counts from 0."""

    title: str
    depth: int


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """One meeting. `recording` is a link, or "" where there is none or its file is what `recording_words` names."""

    title: str
    date: str  # ISO
    has_own_date: bool
    recording: str
    recording_words: str
    is_file: bool
    is_on_youtube: bool  # whose date is that of the publication; that of another is when its file was last changed
    sections: tuple[SectionLine, ...]
    section_count: str


@dataclass(frozen=True, slots=True)
class UnderstoodPage:
    """What was understood. What belongs to one of several meetings cannot be corrected here."""

    meetings: tuple[MeetingFacts, ...]
    length: str
    warnings: tuple[str, ...]
    known: tuple[JobMeeting, ...]  # meetings with this recording that are there already
    failures: tuple[FailureWords, ...]  # of asking hosts
    makes_notes: bool
    has_recording: bool  # one of the meetings has
    transcript: str  # the name of its file, "" where none was sent
    preview_href: str  # "": they are too long for one


@dataclass(frozen=True, slots=True)
class WorkerNotice:
    """What cannot be done here. `stops` where it is no use to ask for anything."""

    text: str
    hint: str = ""
    stops: bool = False


def understood_page(job: Job, understood: Understood, draft: Draft | None = None) -> UnderstoodPage:
    """What the job that looked at a draft has understood; None: the draft is there no more."""
    transcript = draft.file("transcript") if draft else None
    return UnderstoodPage(
        meetings=tuple(map(_facts, understood.meetings)),
        length=duration(understood.duration),
        warnings=tuple(map(sentence, understood.warnings)),
        failures=tuple(failure_words(each, job.kind) for each in understood.failures),
        known=tuple(
            JobMeeting(each.title, url_for("pages.meeting", slug=each.slug)) for each in understood.same_recording
        ),
        makes_notes=understood.makes_notes,
        has_recording=any(each.recording and each.recording.kind != "none" for each in understood.meetings),
        transcript=transcript.name if transcript else "",
        preview_href=url_for("jobs.preview", number=job.id) if understood.notes else "",
    )


def preview(understood: Understood) -> tuple[NotesView, ...]:
    """The notes as their page will show them, without links."""
    return tuple(
        notes_view(notes, {}, MomentLinks.of(notes.slug or "preview", playable=False)) for notes in understood.notes
    )


def worker_notices(worker: WorkerAbilities | None) -> tuple[WorkerNotice, ...]:
    """What the workers of this server together cannot do; None: there are none."""
    if worker is None:
        text = _("Nothing can be added at the moment: no worker is running for this archive.")
        hint = _("Whoever runs this server starts one with `jumpnotes worker`, or with `jumpnotes serve`.")
        return (WorkerNotice(text, hint, stops=True),)
    if {JobKind.LOOK, JobKind.RUN} - set(worker.kinds) or RunStage.ALIGN not in worker.stages:
        text = _("Nothing can be added at the moment: no worker on this machine looks at it.")
        hint = _("Whoever runs this server starts one here with `jumpnotes worker`: uploads are in its data folder.")
        return (WorkerNotice(text, hint, stops=True),)
    notices = []
    if not worker.transcribes:
        text = _("No recording can be transcribed here: add a transcript to your notes, or nothing will be linked.")
        notices.append(WorkerNotice(text, _("For more, install `jumpnotes[pipeline]` where the worker runs.")))
    if not worker.fetches:
        text = _("No recording can be fetched from the web here: add its file, or a transcript, to your notes.")
        notices.append(WorkerNotice(text))
    return tuple(notices)


def _facts(meeting: UnderstoodMeeting) -> MeetingFacts:
    recording, count = meeting.recording, len(meeting.sections)
    lowest = min((section.level for section in meeting.sections), default=0)
    is_file = recording is not None and recording.kind == "file"
    return MeetingFacts(
        title=meeting.title,
        date=meeting.date or "",
        has_own_date=meeting.date_is_known,
        recording=(recording.url or "") if recording and not is_file else "",
        recording_words=_recording_words(recording),
        is_file=is_file,
        is_on_youtube=recording is not None and recording.kind == "youtube",
        sections=tuple(SectionLine(each.title, each.level - lowest) for each in meeting.sections[:_MAX_SECTIONS]),
        section_count=ngettext("%(num)s section", "%(num)s sections", count),
    )


def _recording_words(recording: UnderstoodRecording | None) -> str:
    """What the host or the file says of itself."""
    if recording is None or recording.kind == "none":
        return ""
    return " · ".join(filter(None, (recording.title, duration(recording.duration))))
