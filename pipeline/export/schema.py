"""The JSON of meetings, links, corrections and hits, as types: what builds it is checked against them, and the web
API's description is made from them.

Times are seconds from the start of the recording. What is not known is null.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from pipeline.records import Verdict

Seconds = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Kind = Literal["heading", "paragraph", "item", "row", "quote", "code", "markup"]
Basis = Literal["pinned", "hint", "match", "path", "neighbours"]
Further = Annotated[list[float], Meta(min_length=3, max_length=3, description="Start, end and confidence.")]
Range = Annotated[list[int], Meta(min_length=2, max_length=2, description="Half-open, in characters of the text.")]


class Moment(TypedDict):
    """Where a block was discussed, `confidence` the probability that this is right; null where nothing was found."""

    start: Seconds | None
    end: Seconds | None
    confidence: Share | None
    basis: Basis | None
    also: list[Further]


class Block(Moment):
    """A heading, paragraph, list item, row or quote of the notes, and where it was discussed."""

    id: str
    line: Annotated[int, Meta(ge=1)]
    kind: Kind
    text: str


class Aligned(TypedDict):
    """Notes with the moments of their blocks."""

    title: str
    date: Day | None
    video: str | None
    duration: Seconds | None
    blocks: list[Block]


class Meeting(Aligned):
    """Notes with the moments of their blocks, under the name they have in the page's address."""

    slug: str


class Hit(TypedDict):
    """One place where a query was found; `start` is null at a block of the notes that has no moment. `duration` is the
    whole recording's. `heard` is what stands in the transcript where a word of the query was probably said; `missing`
    are what the query has and this place has not.
    """

    slug: str
    title: str
    date: Day | None
    duration: Seconds | None
    source: Literal["notes", "transcript"]
    start: Seconds | None
    block: str | None
    section: str | None
    speaker: str | None
    heard: str | None
    missing: list[str]
    text: str
    matches: list[Range]


class Correction(TypedDict):
    """What a person said of a block: `start` is null but for the verdict `time`."""

    id: int
    block: str
    text: str
    verdict: Verdict
    start: Seconds | None
    author: str
    at: Instant
