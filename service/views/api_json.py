"""What the API answers with, as types and as what makes them: the description of the API is made from these, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from pipeline import export, redacted
from pipeline.export import schema
from pipeline.page_addresses import meeting_page
from pipeline.records import Correction, Failure, Hit, Meeting, MeetingSummary, Transcript
from pipeline.search.facets import Facets
from pipeline.series import series_of
from pipeline.speaking_time import SpeakingTime
from service.web.auth import Access
from service.web.site import site


class MeetingSummaryJson(TypedDict):
    """One line of the list of meetings."""

    slug: schema.Slug
    title: schema.MeetingTitle
    series: schema.SeriesName
    date: schema.MeetingDay
    duration: schema.RecordingLength
    sections: Annotated[schema.Count, Meta(description="How many sections the notes have.")]
    linked: Annotated[schema.Count, Meta(description="How many of them have a link into the recording.")]
    has_video: Annotated[bool, Meta(description="Whether the notes link a recording.")]
    has_transcript: Annotated[bool, Meta(description="Whether what was said is known.")]
    failed: Annotated[bool, Meta(description="Whether its last run failed.")]
    damaged: Annotated[
        bool, Meta(description="Whether what is stored of it cannot be read, until its notes are run again.")
    ]
    updated_at: schema.UpdatedAt
    url: schema.PageUrl


class MeetingsJson(TypedDict):
    """Meetings, newest first; those without a date last."""

    meetings: Annotated[list[MeetingSummaryJson], Meta(description="All that were asked for, or a page of them.")]
    next: schema.NextUrl


class SegmentJson(TypedDict):
    """A segment of the transcript: something said in one go."""

    start: Annotated[schema.Seconds, Meta(description="Where it begins, in seconds.")]
    end: Annotated[schema.Seconds, Meta(description="Where it ends, in seconds.")]
    speaker: Annotated[str | None, Meta(description="Who says it, as far as that is known.")]
    text: Annotated[str, Meta(description="What is said.")]


class TranscriptJson(TypedDict):
    """A transcript."""

    language: Annotated[str, Meta(description="What is spoken, as a code such as en; und: not known.")]
    origin: Annotated[
        str, Meta(description="Where it came from: asr (speech recognition), captions or import (a file).")
    ]
    model: Annotated[str | None, Meta(description="The speech model, if one heard it.")]
    clock: Annotated[
        schema.ClockJson | None,
        Meta(description="How the times of a file became those of the recording; null: they are as they were."),
    ]
    warnings: Annotated[
        list[str], Meta(description="What is wrong with its file, or looks wrong about its times, in words.")
    ]
    segments: Annotated[list[SegmentJson], Meta(description="In the order of time.")]


class SpeakerJson(TypedDict):
    """Somebody who speaks."""

    speaker: Annotated[str, Meta(description="Their name, or what the transcript calls them.")]
    seconds: Annotated[schema.Seconds, Meta(description="How long they speak.")]
    turns: Annotated[schema.Count, Meta(description="How many times they begin to speak.")]


class SpeakersJson(TypedDict):
    """Those who speak in a meeting."""

    speakers: Annotated[list[SpeakerJson], Meta(description="Who speaks longest first.")]


class FailureJson(TypedDict):
    """Why the last run of a meeting failed."""

    stage: Annotated[str, Meta(description="What was being done.")]
    message: Annotated[str, Meta(description="What went wrong.")]
    hint: Annotated[str, Meta(description="What can be done about it.")]
    retryable: Annotated[bool, Meta(description="Whether running it again may help.")]
    at: Annotated[schema.Instant, Meta(description="When it failed.")]


class FullMeetingJson(schema.MeetingJson):
    """Everything about one meeting."""

    transcript: Annotated[TranscriptJson | None, Meta(description="What was said; null: that is not known.")]
    failure: Annotated[FailureJson | None, Meta(description="Why its last run failed; null: it did not.")]


class FacetsJson(TypedDict):
    """In how many meetings all of a query is found."""

    meetings: Annotated[int, Meta(description="At all.")]
    years: Annotated[dict[str, int], Meta(description="By year, the latest first.")]
    series: Annotated[dict[str, int], Meta(description="By what their titles share, the most frequent first.")]
    speakers: Annotated[
        dict[str, int], Meta(description="By who speaks within 20 seconds of it, the most frequent first.")
    ]
    sources: Annotated[dict[str, int], Meta(description="By where it is: `notes` or `transcript`.")]


class SearchResultsJson(TypedDict):
    """Hits, best first. A query that matches in more than some thousand places ends with the best of them."""

    query: Annotated[str, Meta(description="As it was asked.")]
    hits: Annotated[list[schema.HitJson], Meta(description="At most one for each minute of a meeting.")]
    next: Annotated[
        str | None, Meta(description="The address of the next page; null after the last one and after a thousand hits.")
    ]
    not_searched: Annotated[
        int, Meta(description="Meetings in which nothing is found yet, as they were changed a moment ago.")
    ]
    facets: NotRequired[Annotated[FacetsJson, Meta(description="Only if they were asked for.")]]


class HistoryEntryJson(schema.CorrectionJson):
    """A correction, and whether it counts."""

    current: Annotated[bool, Meta(description="Whether it is the newest of its block.")]


class HistoryJson(TypedDict):
    """The corrections of a meeting."""

    may_write: Annotated[bool, Meta(description="Whether you may add a correction.")]
    reason: Annotated[str, Meta(description="Why not, in a sentence.")]
    corrections: Annotated[list[HistoryEntryJson], Meta(description="All of them, newest first, in pages.")]
    next: schema.NextUrl
    current: Annotated[
        dict[str, schema.CorrectionJson], Meta(description="The newest correction of each block, by the block's id.")
    ]
    orphans: Annotated[
        list[schema.CorrectionJson],
        Meta(description="Those whose block is no longer in the notes, or which were made for another recording."),
    ]


class CorrectionResultJson(TypedDict):
    """A correction that was made."""

    correction: Annotated[schema.CorrectionJson, Meta(description="As it is stored.")]
    alignment: Annotated[schema.MomentJson, Meta(description="The link of its block as it is now.")]


def meetings_json(summaries: Iterable[MeetingSummary], next_url: str | None) -> MeetingsJson:
    """The list of meetings, or a page of it."""
    return {"meetings": [_summary(summary) for summary in summaries], "next": next_url}


def full_meeting_json(meeting: Meeting) -> FullMeetingJson:
    """One meeting with its transcript. A site of files does not say what went wrong, and what is odd."""
    if site().static:
        transcript = meeting.transcript and replace(meeting.transcript, warnings=(), doubts=())
        meeting = replace(meeting, failure=None, transcript=transcript)
    return {
        **export.meeting_json(meeting, site=site().address),
        "transcript": _transcript(meeting.transcript) if meeting.transcript else None,
        "failure": _failure(meeting.failure) if meeting.failure else None,
    }


def speakers_json(times: Iterable[SpeakingTime]) -> SpeakersJson:
    """Those who speak."""
    return {"speakers": [{"speaker": each.speaker, "seconds": each.seconds, "turns": each.turns} for each in times]}


def search_results_json(
    query: str, hits: Iterable[Hit], next_url: str | None, not_searched: int, facets: Facets | None
) -> SearchResultsJson:
    """One page of hits."""
    made: SearchResultsJson = {
        "query": query,
        "hits": [export.hit_json(hit, site=site().address) for hit in hits],
        "next": next_url,
        "not_searched": not_searched,
    }
    if facets:
        made["facets"] = {
            "meetings": facets.meetings,
            "years": facets.years,
            "series": facets.series,
            "speakers": facets.speakers,
            "sources": facets.sources,
        }
    return made


def history_json(meeting: Meeting, page: Iterable[Correction], access: Access, next_url: str | None) -> HistoryJson:
    """The corrections of a meeting; `page` is a part of its history."""
    current = {correction.id for correction in meeting.corrections.values()}
    return {
        "may_write": access.allowed,
        "reason": access.reason,
        "corrections": [{**export.correction_json(made), "current": made.id in current} for made in page],
        "next": next_url,
        "current": {block_id: export.correction_json(made) for block_id, made in meeting.corrections.items()},
        "orphans": [export.correction_json(made) for made in meeting.orphans],
    }


def correction_result_json(meeting: Meeting, correction: Correction) -> CorrectionResultJson:
    """A correction, and the link of its block in `meeting` as it is after it."""
    alignment, within = meeting.alignments.get(correction.block_id), meeting.within.get(correction.block_id)
    page = meeting_page(meeting.notes.slug, site().address)
    moment = export.moment_json(page, correction.block_id, alignment, correction, within)
    return {"correction": export.correction_json(correction), "alignment": moment}


def _summary(summary: MeetingSummary) -> MeetingSummaryJson:
    return {
        "slug": summary.slug,
        "title": summary.title,
        "series": series_of(summary.title) or None,
        "date": summary.date.isoformat() if summary.date else None,
        "duration": summary.duration,
        "sections": summary.topics,
        "linked": summary.linked,
        "has_video": summary.has_video,
        "has_transcript": summary.has_transcript,
        "failed": summary.failure is not None,
        "damaged": summary.damaged,
        "updated_at": export.instant(summary.updated_at),
        "url": meeting_page(summary.slug, site().address),
    }


def _transcript(transcript: Transcript) -> TranscriptJson:
    return {
        "language": transcript.language,
        "origin": transcript.origin.value,
        "model": transcript.model,
        "clock": export.clock_json(transcript.clock) if transcript.clock else None,
        "warnings": [*transcript.warnings, *transcript.doubts],
        "segments": [
            {"start": segment.start, "end": segment.end, "speaker": segment.speaker, "text": segment.text}
            for segment in redacted.with_lines(transcript).heard
        ],
    }


def _failure(failure: Failure) -> FailureJson:
    return {
        "stage": failure.stage,
        "message": failure.message,
        "hint": failure.hint,
        "retryable": failure.retryable,
        "at": failure.at.isoformat(),
    }
