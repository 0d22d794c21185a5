"""What the API answers with, as types and as what makes them: the description of the API is made from these, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from flask import url_for

from pipeline import export
from pipeline.export import schema
from pipeline.records import Correction, Failure, Hit, Meeting, MeetingSummary, Transcript
from pipeline.search.facets import Facets
from pipeline.speaking_time import SpeakingTime
from service.web.auth import Access


class MeetingSummaryJson(TypedDict):
    """One line of the list of meetings. `linked` of its `sections` have a link into the recording. What is stored of a
    `damaged` one cannot be read until its notes are run again.
    """

    slug: str
    title: str
    date: schema.Day | None
    duration: schema.Seconds | None
    sections: schema.Count
    linked: schema.Count
    has_video: bool
    has_transcript: bool
    failed: bool
    damaged: bool
    url: str


class MeetingsJson(TypedDict):
    meetings: list[MeetingSummaryJson]


class SegmentJson(TypedDict):
    """A segment of the transcript: something said in one go."""

    start: schema.Seconds
    end: schema.Seconds
    speaker: str | None
    text: str


class TranscriptJson(TypedDict):
    """A transcript. `origin` is where it came from: speech recognition (by `model`), captions, or a file. `clock` is
    how the times of a file became those of the recording, null where they are as they were; `warnings` is what is
    wrong with that file, or looks wrong about its times.
    """

    language: str
    origin: str
    model: str | None
    clock: schema.ClockJson | None
    warnings: list[str]
    segments: list[SegmentJson]


class SpeakerJson(TypedDict):
    """Somebody who speaks: how long, and in how many turns."""

    speaker: str
    seconds: schema.Seconds
    turns: schema.Count


class SpeakersJson(TypedDict):
    """Those who speak in a meeting, who speaks longest first."""

    speakers: list[SpeakerJson]


class FailureJson(TypedDict):
    """Why the last run of a meeting failed. If it is `retryable`, running it again may help."""

    stage: str
    message: str
    hint: str
    retryable: bool
    at: schema.Instant


class FullMeetingJson(schema.MeetingJson):
    """Everything about one meeting."""

    transcript: TranscriptJson | None
    failure: FailureJson | None


class FacetsJson(TypedDict):
    """In how many meetings all of a query is found: at all, and of each year, series (by what their titles share),
    speaker within 20 seconds, and `notes` or `transcript`. Years are the latest first, others the most frequent.
    """

    meetings: int
    years: dict[str, int]
    series: dict[str, int]
    speakers: dict[str, int]
    sources: dict[str, int]


class SearchResultsJson(TypedDict):
    """Hits, best first. `next` is the URL of the next page, null after the last one and after a thousand hits. A query
    that matches in more than some thousand places ends with the best of them. In `not_searched` meetings nothing is
    found yet, as they were changed a moment ago. `facets` are there if they were asked for.
    """

    query: str
    hits: list[schema.HitJson]
    next: str | None
    not_searched: int
    facets: NotRequired[FacetsJson]


class HistoryEntryJson(schema.CorrectionJson):
    """A correction, and whether it is the newest of its block."""

    current: bool


class HistoryJson(TypedDict):
    """The corrections of a meeting: all of them, newest first, in pages; the current one of each block, by block; and
    orphans, whose block is no longer in the notes or which were made for another recording.

    `next` is the URL of the next page, null after the last one. `may_write` says whether you may add a correction,
    `reason` why not.
    """

    may_write: bool
    reason: str
    corrections: list[HistoryEntryJson]
    next: str | None
    current: dict[str, schema.CorrectionJson]
    orphans: list[schema.CorrectionJson]


class CorrectionResultJson(TypedDict):
    """A correction that was made, and the link of its block as it is now."""

    correction: schema.CorrectionJson
    alignment: schema.MomentJson


def meetings_json(summaries: Iterable[MeetingSummary]) -> MeetingsJson:
    """The list of meetings."""
    return {"meetings": [_summary(summary) for summary in summaries]}


def full_meeting_json(meeting: Meeting) -> FullMeetingJson:
    """One meeting with its transcript."""
    return {
        **export.meeting_json(meeting),
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
        "hits": [export.hit_json(hit) for hit in hits],
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
    moment = export.moment_json(alignment, correction, within)
    return {"correction": export.correction_json(correction), "alignment": moment}


def _summary(summary: MeetingSummary) -> MeetingSummaryJson:
    return {
        "slug": summary.slug,
        "title": summary.title,
        "date": summary.date.isoformat() if summary.date else None,
        "duration": summary.duration,
        "sections": summary.topics,
        "linked": summary.linked,
        "has_video": summary.has_video,
        "has_transcript": summary.has_transcript,
        "failed": summary.failure is not None,
        "damaged": summary.damaged,
        "url": url_for("pages.meeting", slug=summary.slug),
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
            for segment in transcript.heard
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
