"""What the tools answer with. Times are seconds from the start of the recording; what is not known is null.

Without slots, which the SDK would take for defaults.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting, `sections` of whose notes have a title; `linked` of them are linked to their moment."""

    slug: str
    title: str
    date: str | None
    series: str | None
    duration: str | None  # as a clock
    sections: int
    linked: int
    has_transcript: bool
    updated_at: str | None
    url: str


@dataclass(frozen=True)
class ListedMeetings:
    """A page of meetings, newest first; `next_cursor` asks for the next one."""

    meetings: list[ListedMeeting]
    next_cursor: str | None


@dataclass(frozen=True)
class FoundMoment:
    """A place where a query was found: `who` said it, `when` by the clock, or in which block of the notes it stands.

    `state` is the word that the notes mark a block with that names a topic: as decided, or to be done.
    """

    slug: str
    title: str
    date: str | None
    source: str  # notes or transcript
    section: str | None
    who: str | None
    when: str | None
    seconds: float | None
    block: str | None
    text: str
    remark: str  # how it differs from what was asked for
    url: str
    state: str | None = None


@dataclass(frozen=True)
class FoundMoments:
    """A page of what was found, best first. In `not_searched` meetings nothing is found yet: they have just changed."""

    hits: list[FoundMoment]
    next_offset: int | None
    not_searched: int


@dataclass(frozen=True)
class ListedTopic:
    """Something that the notes of several meetings name; `tracker` is where it is published, `about` what it is."""

    id: str
    kind: str
    name: str
    about: str | None
    meetings: int
    first: str | None
    last: str | None
    tracker: str | None
    url: str


@dataclass(frozen=True)
class ListedTopics:
    """A page of topics, those of the most meetings first."""

    topics: list[ListedTopic]
    next_offset: int | None


@dataclass(frozen=True)
class TopicMoments:
    """Where a topic was discussed, newest meeting first: in the notes, and in what was said. `more` are not told."""

    topic: ListedTopic
    written: list[FoundMoment]
    spoken: list[FoundMoment]
    more: int


@dataclass(frozen=True)
class ListedDecision:
    """What notes mark as decided, or as to be done; `state` is their own word for it, `when` null if not found."""

    slug: str
    title: str
    date: str | None
    kind: str
    state: str
    text: str
    done: bool | None
    people: list[str]
    section: str | None
    when: str | None
    seconds: float | None
    block: str
    url: str


@dataclass(frozen=True)
class ListedDecisions:
    """A page of decisions and actions, those of the newest meeting first; `total` counts all pages."""

    decisions: list[ListedDecision]
    total: int
    next_offset: int | None


@dataclass(frozen=True)
class QuotedLine:
    """Something said in one go."""

    seconds: float
    when: str
    who: str | None
    text: str
    url: str


@dataclass(frozen=True)
class TranscriptPage:
    """A page of a transcript; `next_start` asks for the next one. `other_moments` may be about the same, in seconds."""

    slug: str
    title: str
    date: str | None
    language: str
    lines: list[QuotedLine]
    next_start: float | None
    other_moments: list[float]


@dataclass(frozen=True)
class NotesBlock:
    """A heading, paragraph, list item, row or quote, and where it was discussed.

    `link` says how far that is known: sure, likely, within (only the span, in `when`), none, set by a person, or
    not_discussed.
    """

    id: str
    kind: str
    text: str
    link: str
    when: str | None
    seconds: float | None
    url: str


@dataclass(frozen=True)
class NotesBlocks:
    """A page of a meeting's notes; `next_offset` asks for the next one."""

    slug: str
    title: str
    date: str | None
    duration: str | None
    url: str
    recording_url: str | None
    blocks: list[NotesBlock]
    total: int
    next_offset: int | None


@dataclass(frozen=True)
class OpenedMoment:
    """Where to read a moment on its page, and to hear it where the recording is published."""

    url: str
    recording_url: str | None
    when: str | None
    seconds: float | None
    link: str | None
    text: str | None  # of the block that was asked for


@dataclass(frozen=True)
class ListedSpeaker:
    """Somebody who speaks; `spoken` is for how long in all, by the clock; null where no transcript tells."""

    name: str
    meetings: int
    spoken: str | None
    last: str | None  # the day on which they last spoke
    url: str


@dataclass(frozen=True)
class ListedSpeakers:
    """A page of those who speak, in most meetings first."""

    speakers: list[ListedSpeaker]
    total: int
    next_offset: int | None


@dataclass(frozen=True)
class SpokenMeeting:
    """A meeting in which somebody speaks; `spoken` and `turns` are null where only the notes say so."""

    slug: str
    title: str
    date: str | None
    spoken: str | None
    turns: int | None
    first: str | None  # when they first speak, by the clock
    first_seconds: float | None
    url: str


@dataclass(frozen=True)
class SpeakerMeetings:
    """The meetings in which somebody speaks, the newest first."""

    name: str
    spoken: str | None
    url: str
    meetings: list[SpokenMeeting]
    total: int
    next_offset: int | None
