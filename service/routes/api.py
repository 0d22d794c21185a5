"""What the pages show, as JSON for programs."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import msgspec
from flask import Blueprint, current_app, request, url_for
from msgspec import Meta
from werkzeug.exceptions import BadRequest

from pipeline import export
from pipeline.export import schema
from pipeline.records import Failure, MeetingSummary, Segment, Transcript
from pipeline.search import search as find
from service.web import openapi
from service.web.openapi import Operation, described
from service.web.store import store

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

_DEEPEST = 1_000  # hits; whoever needs more narrows the search

_QUERY = """\
Words, in any of their forms: first come the moments where all of them stand together, then those with a word that \
was probably misheard, and where these are few, those with some of the words. "quoted phrase" keeps words in order, \
sched* finds what begins so, -word leaves out, OR between two words lets either do. meeting:office narrows down to \
meetings with this in their title or name (two of them: either), after:2024-03 to those on this day or later, \
before:2025 to those earlier (a year, a month or a day), in:notes and in:transcript to what was written or said. \
What makes no sense as one of these is looked up as words; a query without any letter or digit is a 400."""


class Listed(TypedDict):
    """One line of the list of meetings: `linked` of its `sections` have a moment."""

    slug: str
    title: str
    date: schema.Day | None
    duration: schema.Seconds | None
    sections: schema.Count
    linked: schema.Count
    has_video: bool
    has_transcript: bool
    failed: bool
    url: str


class Meetings(TypedDict):
    meetings: list[Listed]


class Said(TypedDict):
    """Something said in one go."""

    start: schema.Seconds
    end: schema.Seconds
    speaker: str | None
    text: str


class Speech(TypedDict):
    """A transcript. `origin` is where it came from: a speech `model`, captions, or a file."""

    language: str
    origin: str
    model: str | None
    segments: list[Said]


class Failed(TypedDict):
    """Why the last run of a meeting ended early; a run may help when it is `retryable`."""

    stage: str
    message: str
    hint: str
    retryable: bool
    at: schema.Instant


class Whole(schema.MeetingJson):
    """Everything of one meeting."""

    transcript: Speech | None
    failure: Failed | None


class Found(TypedDict):
    """Hits, best first; `next` is the address of those after them; null at the end, or after a thousand."""

    query: str
    hits: list[schema.HitJson]
    next: str | None


class Query(msgspec.Struct):
    """What a search is asked for."""

    q: Annotated[str, Meta(description=_QUERY)]
    limit: Annotated[int, Meta(ge=1, le=100, description="At most so many hits at a time.")] = 50
    cursor: Annotated[int, Meta(ge=0, le=_DEEPEST, description="From `next`: where to go on.")] = 0
    whole: Annotated[bool, Meta(description="Only moments that have all of the words, as they were heard.")] = False


@blueprint.get("/openapi.json")
@described(Operation())
def description() -> dict[str, Any]:
    """This description."""
    return openapi.document(current_app, request.script_root)


@blueprint.get("/meetings")
@described(Operation())
def meetings() -> Meetings:
    """Every meeting, the newest first."""
    return {"meetings": [_listed(summary) for summary in store().meetings()]}


@blueprint.get("/meetings/<slug>")
@described(Operation(problems=(404,)))
def meeting(slug: str) -> Whole:
    """One meeting: its notes with their moments, and its transcript."""
    stored = store().meeting(slug)
    return {
        **export.meeting_json(stored),
        "transcript": _speech(stored.transcript) if stored.transcript else None,
        "failure": _failed(stored.failure) if stored.failure else None,
    }


@blueprint.get("/search")
@described(Operation(problems=(400,), query=Query))
def search() -> Found:
    """Find words in everything said and written."""
    try:
        asked = msgspec.convert({"q": "", **request.args.to_dict()}, Query, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(f"{error}.") from error
    end = asked.cursor + asked.limit
    hits = find(store(), asked.q, limit=end + 1, whole=asked.whole)
    more = len(hits) > end and end <= _DEEPEST
    whole = "true" if asked.whole else None
    return {
        "query": asked.q,
        "hits": [export.hit_json(hit) for hit in hits[asked.cursor : end]],
        "next": url_for("api.search", q=asked.q, limit=asked.limit, cursor=end, whole=whole) if more else None,
    }


def _listed(summary: MeetingSummary) -> Listed:
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
        "url": url_for("pages.meeting", slug=summary.slug),
    }


def _speech(transcript: Transcript) -> Speech:
    return {
        "language": transcript.language,
        "origin": transcript.origin.value,
        "model": transcript.model,
        "segments": [_said(segment) for segment in transcript.heard],
    }


def _said(segment: Segment) -> Said:
    return {"start": segment.start, "end": segment.end, "speaker": segment.speaker, "text": segment.text}


def _failed(failure: Failure) -> Failed:
    return {
        "stage": failure.stage,
        "message": failure.message,
        "hint": failure.hint,
        "retryable": failure.retryable,
        "at": failure.at.isoformat(),
    }
