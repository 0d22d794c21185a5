"""Passages that were taken out of a recording, for programs."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline import export
from pipeline.export import schema
from pipeline.records import Redaction


class RedactionJson(TypedDict):
    """A passage that somebody took out."""

    id: Annotated[int, Meta(description="The number of the redaction.")]
    start: Annotated[float, Meta(description="Where the passage begins, in seconds: at a word, so it may be earlier.")]
    end: Annotated[float, Meta(description="Where it ends, in seconds.")]
    reason: Annotated[str, Meta(description='Why, as it stands where the passage was; "": nobody said so.')]
    author: Annotated[str, Meta(description="Who took it out.")]
    at: Annotated[schema.Instant, Meta(description="When.")]
    finished: Annotated[
        bool,
        Meta(
            description="Whether files are rewritten, too. Before, nothing shows the passage, nor plays it from a file."
        ),
    ]
    applies: Annotated[bool, Meta(description="Whether it is of the recording that the meeting has now.")]


def redaction_json(redaction: Redaction) -> RedactionJson:
    """One of them."""
    passage = redaction.passage
    at = export.instant(redaction.at)
    assert at is not None
    return {
        "id": redaction.id,
        "start": passage.start,
        "end": passage.end,
        "reason": passage.reason,
        "author": redaction.author,
        "at": at,
        "finished": not redaction.unfinished,
        "applies": redaction.applies,
    }
