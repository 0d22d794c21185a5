"""What the pages show, as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, request, url_for

from pipeline import export
from pipeline.records import Meeting, Summary
from pipeline.search import search as find
from service.database import store

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

Json = dict[str, object]


@blueprint.get("/meetings")
def meetings() -> Json:
    return {"meetings": [_summary(summary) for summary in store().meetings()]}


@blueprint.get("/meetings/<slug>")
def meeting(slug: str) -> Json:
    stored = store().meeting(slug)
    return export.meeting(stored) | {"transcript": _transcript(stored), "failure": _failure(stored)}


@blueprint.get("/search")
def search() -> Json:
    query = request.args.get("q", "")
    return {"query": query, "hits": [export.hit(hit) for hit in find(store(), query)]}


def _summary(summary: Summary) -> Json:
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


def _transcript(stored: Meeting) -> Json | None:
    if stored.transcript is None:
        return None
    return {
        "language": stored.transcript.language,
        "origin": stored.transcript.origin.value,
        "model": stored.transcript.model,
        "segments": [
            {"start": segment.start, "end": segment.end, "speaker": segment.speaker, "text": segment.text}
            for segment in stored.transcript.heard
        ],
    }


def _failure(stored: Meeting) -> Json | None:
    return asdict(stored.failure) | {"at": stored.failure.at.isoformat()} if stored.failure else None
