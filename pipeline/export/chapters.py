"""Chapters of a recording: the topics of the notes that have a link, for players and for the description of a video.

All times are seconds on the clock of the recording or, where one of its parts is asked for, of that part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline import part_clock, timecode
from pipeline.errors import NoChapters
from pipeline.export import certainty_of
from pipeline.links import youtube_ids, youtube_url
from pipeline.records import Alignment, Certainty, Meeting, RecordingPart

OPENING = "Introduction"
"""The title of what comes before the first topic, where there has to be one."""

MIN_YOUTUBE_SECONDS = 10
"""Of each chapter. YouTube's rules; where a list breaks one of them, YouTube shows no chapters at all."""

MIN_YOUTUBE_CHAPTERS, MAX_YOUTUBE_CHAPTERS = 3, 100

MAX_YOUTUBE_BYTES = 5_000
"""Of the description of a video."""

_MIN_SECONDS = 1.0  # of a chapter elsewhere: a player shows no shorter one
_MAX_TITLE_CHARS = (100, 60, 30, 10)  # the first of these with which the list is short enough
_MAX_JOINED_CHARS = 80
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_LEADING_TIMES = re.compile(r"\A(?:[\[(]?\d{1,3}(?::[0-5]\d){1,2}(?!\w)[\])]?[\s–—-]*)+")
_NOT_IN_DESCRIPTIONS = str.maketrans("<>", "‹›")


@dataclass(frozen=True, slots=True)
class TopicChapter:
    """A topic, or several that begin at one moment. `title` is one line of plain text, `level` that of its heading."""

    start: float
    end: float
    title: str
    level: int
    block_id: str = ""  # of the heading; "" for what comes before the first topic


def link_of(meeting: Meeting, block_id: str) -> Alignment | None:
    """The link of a block as the page shows it: sure, likely, or set by a person; a guess is none."""
    alignment = meeting.alignments.get(block_id)
    certainty = certainty_of(alignment, meeting.corrections.get(block_id))
    return alignment if certainty not in {Certainty.NOT_FOUND, Certainty.NOT_DISCUSSED} else None


def video_url(meeting: Meeting, seconds: float) -> str:
    """Where a moment of the recording, or of all its parts, opens on YouTube; "" where it is not there."""
    moment, ids = part_clock.locate(meeting.part_starts, seconds), youtube_ids(meeting.notes, meeting.recording)
    number = moment.number if moment else 1
    video_id = ids[number - 1] if number <= len(ids) else None
    return youtube_url(video_id, moment.seconds if moment else seconds) if video_id else ""


def chapters_of(meeting: Meeting, part: RecordingPart | None = None) -> tuple[TopicChapter, ...]:
    """The chapters of the recording, or of a part of it, in time order; each lasts until the next one begins.

    Raises:
        NoChapters: no topic has a link, or none in this part.
    """
    topics = _topics(meeting, part)
    if not topics:
        place = "in this part of the recording" if part else "with a link"
        raise NoChapters(f"{meeting.notes.slug} has no topic {place}")
    length = part.duration if part else meeting.duration
    return tuple(_until_next(_spaced(topics, _MIN_SECONDS), max(length or 0.0, topics[-1].start + _MIN_SECONDS)))


def youtube_description(meeting: Meeting, part: RecordingPart | None = None, *, opening: str = OPENING) -> str:
    """Chapters as lines of a video's description, such that YouTube shows them. Topics closer than 10 s share a line.

    Args:
        part: of a recording in several parts, the one that is this video.
        opening: the title of what comes before the first topic.

    Raises:
        NoChapters: YouTube's rules cannot be met; it says which.
    """
    if part is None and meeting.part_starts:
        count = len(meeting.part_starts)
        raise NoChapters(f"the recording is in {count} parts, each a video of its own", hint="Choose one with --part.")
    length = part.duration if part else meeting.duration
    if length is None:
        hint = "Run its notes with the recording first: jumpnotes run NOTES."
        raise NoChapters("the length of the recording is not known, and YouTube's last chapter needs 10 s", hint=hint)
    if length < MIN_YOUTUBE_CHAPTERS * MIN_YOUTUBE_SECONDS:
        raise NoChapters(f"the recording has {length:.0f} s, and YouTube's three chapters of 10 s need 30")
    topics = [replace(topic, title=title) for topic in _topics(meeting, part) if (title := _youtube_title(topic.title))]
    chapters = _youtube_chapters(topics, int(length), opening)
    if len(chapters) < MIN_YOUTUBE_CHAPTERS:
        found = f"only {len(chapters)} of at least 10 s" if chapters else "none"
        raise NoChapters(f"YouTube wants three chapters or more; {meeting.notes.slug} has {found}")
    return _within_limit(chapters)


# -- topics ------------------------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Text without line breaks and what nobody sees."""
    return " ".join(_NOT_SHOWN.sub(" ", text).split())


def _topics(meeting: Meeting, part: RecordingPart | None) -> list[TopicChapter]:
    """The topics with a link, in time order; of those at one moment, in the order of the notes."""
    begin, end = (part.start, part.start + part.duration) if part else (0.0, float("inf"))
    found = [
        TopicChapter(link.start - begin, link.end - begin, title, topic.level, topic.id)
        for topic in meeting.notes.topics
        if (link := link_of(meeting, topic.id)) and begin <= link.start < end and (title := one_line(topic.title))
    ]
    return sorted(found, key=lambda chapter: chapter.start)


def _spaced(topics: Iterable[TopicChapter], min_seconds: float) -> list[TopicChapter]:
    """Topics in time order, those that begin sooner after another made one with it."""
    spaced: list[TopicChapter] = []
    for topic in topics:
        if spaced and topic.start - spaced[-1].start < min_seconds:
            spaced[-1] = _joined(spaced[-1], topic)
        else:
            spaced.append(topic)
    return spaced


def _joined(first: TopicChapter, second: TopicChapter) -> TopicChapter:
    """One chapter for both; a topic below the first one is part of it, and so is what would make its title too long."""
    title = f"{first.title} / {second.title}"
    if second.level > first.level or second.title == first.title or len(title) > _MAX_JOINED_CHARS:
        return first
    return replace(first, title=title, level=second.level)


def _until_next(chapters: Sequence[TopicChapter], end: float) -> Iterator[TopicChapter]:
    ends = [chapter.start for chapter in chapters[1:]] + [end]
    for chapter, until in zip(chapters, ends, strict=True):
        yield replace(chapter, end=until)


# -- YouTube -----------------------------------------------------------------------------------------------------------


def _youtube_chapters(topics: Sequence[TopicChapter], length: int, opening: str) -> list[TopicChapter]:
    """Chapters in whole seconds by the rules on lengths; where there are too many, without the lowest headings.

    Raises:
        NoChapters: the highest ones are too many by themselves.
    """
    count = 0
    for level in sorted({topic.level for topic in topics}, reverse=True):
        chapters = _opened([topic for topic in topics if topic.level <= level], length, opening)
        count = len(chapters)
        if count <= MAX_YOUTUBE_CHAPTERS:
            return chapters
    if count:
        raise NoChapters(f"YouTube shows {MAX_YOUTUBE_CHAPTERS} chapters at most, and here are {count}")
    return []


def _opened(topics: Iterable[TopicChapter], length: int, opening: str) -> list[TopicChapter]:
    whole = [
        replace(topic, start=float(int(topic.start)))
        for topic in topics
        if int(topic.start) <= length - MIN_YOUTUBE_SECONDS
    ]
    if not whole:
        return []
    first = whole[0]
    if first.start < MIN_YOUTUBE_SECONDS:  # too soon for an opening of its own
        whole[0] = replace(first, start=0.0)
    else:
        whole.insert(0, TopicChapter(0.0, first.start, opening, first.level))
    return _spaced(whole, MIN_YOUTUBE_SECONDS)


def _youtube_title(title: str) -> str:
    """A title after which a line still has one time, and which YouTube takes: it refuses angle brackets."""
    return _LEADING_TIMES.sub("", title).translate(_NOT_IN_DESCRIPTIONS)


def _within_limit(chapters: Sequence[TopicChapter]) -> str:
    """The lines, with titles as long as there is room for."""
    texts = (
        "".join(f"{timecode.clock(chapter.start)} {_cut(chapter.title, max_chars)}\n" for chapter in chapters)
        for max_chars in _MAX_TITLE_CHARS
    )
    return next(text for text in texts if len(text.encode()) <= MAX_YOUTUBE_BYTES)


def _cut(title: str, max_chars: int) -> str:
    if len(title) <= max_chars:
        return title
    cut = title[: max_chars - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
