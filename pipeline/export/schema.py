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
Number = Annotated[int, Meta(ge=1)]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
BlockKindName = Literal["heading", "paragraph", "item", "row", "quote", "code", "markup"]
LinkName = Literal["sure", "likely", "within", "none", "set", "not_discussed"]
CertaintyName = Literal["sure", "likely", "not found", "not discussed", "set by a person"]
BasisName = Literal["pinned", "hint", "match", "path", "neighbours"]
FurtherMomentJson = Annotated[list[float], Meta(min_length=3, max_length=3, description="Start, end and confidence.")]
CharacterRange = Annotated[
    list[int], Meta(min_length=2, max_length=2, description="Half-open, in characters of the text.")
]

Slug = Annotated[str, Meta(description="The meeting: the last part of its page's address.")]
MeetingTitle = Annotated[str, Meta(description="The meeting's title.")]
MeetingDay = Annotated[Day | None, Meta(description="The day of the meeting; null: not known.")]
RecordingLength = Annotated[Seconds | None, Meta(description="Of the whole recording, in seconds; null: not known.")]
PageUrl = Annotated[str, Meta(description="The meeting's page.")]
SeriesName = Annotated[
    str | None,
    Meta(description="What its title shares with those of its series: all but dates and numbers; null: nothing."),
]
NextUrl = Annotated[str | None, Meta(description="The address of the next page; null after the last one.")]
UpdatedAt = Annotated[
    Instant | None,
    Meta(description="When a run, a correction or the name of a speaker last changed what is shown; null: not known."),
]


class SectionSpanJson(TypedDict):
    """A stretch of the recording."""

    start: Annotated[Seconds, Meta(description="Where it begins, in seconds.")]
    end: Annotated[Seconds, Meta(description="Where it ends, in seconds.")]
    confidence: Annotated[Probability, Meta(description="The probability that the block was discussed in it.")]


class MomentJson(TypedDict):
    """Where a block was discussed; null where nothing was found."""

    start: Annotated[
        Seconds | None, Meta(description="Where that begins, in seconds. Only a guess where `link` is within or none.")
    ]
    end: Annotated[Seconds | None, Meta(description="Where that ends, in seconds.")]
    confidence: Annotated[Probability | None, Meta(description="The probability that the start is right.")]
    link: Annotated[
        LinkName,
        Meta(
            description="How far it is known. sure and likely: the start is. within: not the start, but the span in "
            "which the block was discussed. none: not found. set: a person set it. not_discussed: a person said that "
            "nobody talked about it."
        ),
    ]
    certainty: Annotated[
        CertaintyName, Meta(description="As `link`, in older words, and without the difference of within and none.")
    ]
    basis: Annotated[
        BasisName | None,
        Meta(
            description="How the start is known. pinned: a person said so. hint: by a time in the notes. match: its "
            "own words were heard. path: by its order among the others. neighbours: by what stands beside it."
        ),
    ]
    also: Annotated[list[FurtherMomentJson], Meta(description="Where else it was clearly discussed, in time order.")]
    within: Annotated[
        SectionSpanJson | None,
        Meta(description="The span in which it was discussed, where that is all that is known."),
    ]
    url: Annotated[
        str,
        Meta(
            description="The meeting's page at this block and its moment, or at the beginning of its span. Without "
            "either, at the block."
        ),
    ]


class BlockJson(MomentJson):
    """A heading, paragraph, list item, row or quote of the notes, and where it was discussed."""

    id: Annotated[str, Meta(description="Stays the same as long as the text does, wherever it stands.")]
    line: Annotated[Number, Meta(description="Of the notes' file, from 1.")]
    kind: Annotated[BlockKindName, Meta(description="What it is in the notes.")]
    text: Annotated[str, Meta(description="Without markup.")]


class PartJson(TypedDict):
    """One of several recordings that follow each other in a meeting."""

    number: Annotated[Number, Meta(description="Its place among the parts, from 1.")]
    start: Annotated[
        Seconds,
        Meta(
            description="Where it begins on the common clock of the parts, in seconds; what that has later, by so "
            "much, is in the part."
        ),
    ]
    duration: Annotated[Seconds, Meta(description="How long it is, in seconds.")]
    title: Annotated[str, Meta(description="Its own title.")]
    url: Annotated[str | None, Meta(description="Where it is published; null for a file of the server's.")]
    video_id: Annotated[str | None, Meta(description="Of a video on YouTube.")]


class RecordingJson(TypedDict):
    """A recording in several parts."""

    parts: Annotated[list[PartJson], Meta(description="In their order.")]


class PartMomentJson(TypedDict):
    """A moment on the clock of a part."""

    number: Annotated[Number, Meta(description="The part's number, from 1.")]
    start: Annotated[Seconds, Meta(description="Seconds from the beginning of the part.")]


class ClockPieceJson(TypedDict):
    """A stretch of a transcript that runs by one clock."""

    start: Annotated[Seconds, Meta(description="From here on, in seconds of the transcript as it was given.")]
    offset: Annotated[float, Meta(description="Seconds that are added to its times.")]
    drift: Annotated[float, Meta(description="Seconds that are added for each second after `start`.")]


class ClockJson(TypedDict):
    """How the times of a transcript became those of the recording."""

    basis: Annotated[
        Literal["sound", "words", "given"],
        Meta(
            description="How that is known: by the sound of the recording, by the words that are said in it, or "
            "because somebody gave it."
        ),
    ]
    confidence: Annotated[
        Probability, Meta(description="The probability that each time is right within half a second.")
    ]
    pieces: Annotated[list[ClockPieceJson], Meta(description="In their order, the first from 0.")]


class AlignedJson(TypedDict):
    """Notes with the moments of their blocks."""

    title: MeetingTitle
    date: MeetingDay
    video: Annotated[
        str | None, Meta(description="The recording that the notes link, or the first of its parts; null: none.")
    ]
    duration: RecordingLength
    url: PageUrl
    blocks: Annotated[list[BlockJson], Meta(description="In the order of the notes.")]
    recording: NotRequired[Annotated[RecordingJson, Meta(description="Only where it is in several parts.")]]


class MeetingJson(AlignedJson):
    """Notes with the moments of their blocks, as they are stored."""

    slug: Slug
    series: SeriesName
    updated_at: UpdatedAt


class HitJson(TypedDict):
    """One place where a query was found."""

    slug: Slug
    title: MeetingTitle
    date: MeetingDay
    duration: RecordingLength
    source: Annotated[Literal["notes", "transcript"], Meta(description="Whether it was written or said.")]
    start: Annotated[Seconds | None, Meta(description="When, in seconds; null for a block without a moment.")]
    block: Annotated[str | None, Meta(description="The id of the block of the notes; null: it was said.")]
    section: Annotated[str | None, Meta(description="The heading under which it stands, or was said.")]
    speaker: Annotated[str | None, Meta(description="Who said it, as far as that is known.")]
    heard: Annotated[
        str | None, Meta(description="What the transcript has where a word of the query was probably said.")
    ]
    similar: Annotated[
        str | None, Meta(description="What stands there in place of a word of the query that is spelt almost like it.")
    ]
    missing: Annotated[list[str], Meta(description="The words of the query that this place does not have.")]
    by_meaning: Annotated[
        bool,
        Meta(
            description="Whether it has no word of the query that matters, but says something alike, as far as the "
            "sentence model knows."
        ),
    ]
    text: Annotated[str, Meta(description="What stands there, or some of it.")]
    matches: Annotated[list[CharacterRange], Meta(description="Where the text has words of the query.")]
    part: NotRequired[
        Annotated[PartMomentJson, Meta(description="Only of a recording in several parts: in which, and when there.")]
    ]
    url: Annotated[str, Meta(description="The meeting's page at this place.")]


class CorrectionJson(TypedDict):
    """A person's word on where a block was discussed."""

    id: Annotated[int, Meta(description="Its number; later ones have higher ones.")]
    block: Annotated[str, Meta(description="The id of the block.")]
    text: Annotated[str, Meta(description="The block's text when it was corrected.")]
    verdict: Annotated[Verdict, Meta(description="What was said about the link.")]
    start: Annotated[Seconds | None, Meta(description="The moment, in seconds; null unless the verdict is `time`.")]
    author: Annotated[str, Meta(description="Who said so.")]
    at: Annotated[Instant, Meta(description="When.")]
