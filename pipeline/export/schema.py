"""The types of the JSON of meetings, links, corrections and hits. The web API's description is made from them.

Times are seconds from the start of the recording; where it is in several parts, on their common clock, on which the
first begins at 0 and each of the others where the one before ends. What is not known is null.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from pipeline.records import Verdict

Seconds = Annotated[float, Meta(ge=0)]
Probability = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
BlockKindName = Literal["heading", "paragraph", "item", "row", "quote", "code", "markup"]
CertaintyName = Literal["sure", "likely", "not found", "not discussed", "set by a person"]
BasisName = Literal["pinned", "hint", "match", "path", "neighbours"]
FurtherMomentJson = Annotated[list[float], Meta(min_length=3, max_length=3, description="Start, end and confidence.")]
CharacterRange = Annotated[
    list[int], Meta(min_length=2, max_length=2, description="Half-open, in characters of the text.")
]


class SectionSpanJson(TypedDict):
    """A stretch of the recording. `confidence` is the probability that the block was discussed in it."""

    start: Seconds
    end: Seconds
    confidence: Probability


class MomentJson(TypedDict):
    """Where a block was discussed; null where nothing was found. `confidence` is the probability that this is right,
    `certainty` the same in words. The start of a block that is "not found" is only a guess; `within` is the span in
    which it was discussed all the same, where that much is known.
    """

    start: Seconds | None
    end: Seconds | None
    confidence: Probability | None
    certainty: CertaintyName
    basis: BasisName | None
    also: list[FurtherMomentJson]
    within: SectionSpanJson | None


class BlockJson(MomentJson):
    """A heading, paragraph, list item, row or quote of the notes, and where it was discussed."""

    id: str
    line: Annotated[int, Meta(ge=1)]
    kind: BlockKindName
    text: str


class PartJson(TypedDict):
    """One of several recordings that follow each other in a meeting. `start` is its place on their common clock; what
    that has later, by so much, is in the part. `url` is null for a file of the server's.
    """

    number: Annotated[int, Meta(ge=1)]
    start: Seconds
    duration: Seconds
    title: str
    url: str | None
    video_id: str | None


class RecordingJson(TypedDict):
    """A recording in several parts, in their order."""

    parts: list[PartJson]


class PartMomentJson(TypedDict):
    """A moment on the clock of a part, and the part's number."""

    number: Annotated[int, Meta(ge=1)]
    start: Seconds


class ClockPieceJson(TypedDict):
    """From `start` on, in seconds of the transcript as it was given, `offset` is added to its times, and `drift` for
    each second after `start`.
    """

    start: Seconds
    offset: float
    drift: float


class ClockJson(TypedDict):
    """How the times of a transcript became those of the recording. `basis` is how that is known: by the sound of the
    recording, by the words that are said in it, or because somebody gave it.
    """

    basis: Literal["sound", "words", "given"]
    confidence: Probability
    pieces: list[ClockPieceJson]


class AlignedJson(TypedDict):
    """Notes with the moments of their blocks. There is a `recording` only where it is in several parts; `video` is then
    the first of them.
    """

    title: str
    date: Day | None
    video: str | None
    duration: Seconds | None
    blocks: list[BlockJson]
    recording: NotRequired[RecordingJson]


class MeetingJson(AlignedJson):
    """Notes with the moments of their blocks. `slug` is the last part of the page's address."""

    slug: str


class HitJson(TypedDict):
    """One place where a query was found. `start` is null for a block of the notes without a moment, `duration` is that
    of the whole recording. `heard` is what the transcript has where a word of the query was probably said, `similar`
    what stands there in place of a word that is spelt almost like it; `missing` are the words of the query that this
    place does not have, and `by_meaning` is true where it has none that matters, but says something alike, as far as
    the sentence model knows. Only in a recording in several parts `part` says in which of them the moment is.
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
    similar: str | None
    missing: list[str]
    by_meaning: bool
    text: str
    matches: list[CharacterRange]
    part: NotRequired[PartMomentJson]


class CorrectionJson(TypedDict):
    """A person's word on where a block was discussed: `start` is null unless the verdict is `time`."""

    id: int
    block: str
    text: str
    verdict: Verdict
    start: Seconds | None
    author: str
    at: Instant
