"""A meeting as a Markdown file: its notes with links to their moments, and what was said below each heading."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline import page_addresses, part_clock, unspaced
from pipeline.export.chapters import link_of, one_line, video_url
from pipeline.export.markdown_blocks import blocks_in_markdown
from pipeline.export.markdown_text import escaped, inline, link
from pipeline.records import Certainty, Meeting, Notes, Section, Segment
from pipeline.redacted import with_lines

_MAX_PAUSE_SECONDS = 3.0  # within a paragraph of speech
_MAX_PARAGRAPH_CHARS = 600  # after which the next segment begins another one
_NOT_IN_ANCHORS = re.compile(r"[:#|^\\\[\]]|%%")


class MarkdownFlavour(StrEnum):
    """For whom it is: MARKDOWN is what GitHub reads, OBSIDIAN has properties, links to headings and callouts."""

    MARKDOWN = "markdown"
    OBSIDIAN = "obsidian"


def markdown(meeting: Meeting, flavour: MarkdownFlavour = MarkdownFlavour.MARKDOWN, *, site: str = "") -> str:
    """The file. A moment is a link to the video on YouTube or, of any other recording, to the meeting's page at `site`;
    where the pages are served nowhere it is a time without a link.
    """
    moments = _WrittenMoments(meeting, site)
    starts = _section_starts(meeting)
    said = _said_by_section(meeting, starts)
    lead, rest = _lead_and_rest(meeting.notes)
    pieces = [_front_matter(meeting, flavour)]
    if meeting.notes.heading is None:
        pieces.append(f"# {escaped(one_line(meeting.notes.title))}")
    for section in lead:
        pieces.extend(_section(section, meeting.notes, moments))
    if flavour is MarkdownFlavour.OBSIDIAN:
        pieces.append(_contents(meeting, moments))
    before = _speech(said.get("", []), flavour, moments)
    if starts:
        pieces.append(before)
    for section in rest:
        pieces.extend(_section(section, meeting.notes, moments))
        pieces.append(_speech(said.get(section.id, []), flavour, moments))
    if before and not starts:
        pieces += ["## Transcript", before]
    return "\n\n".join(filter(None, pieces)) + "\n"


def _lead_and_rest(notes: Notes) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """What stands above the first heading and the title with what is below it, and the other sections."""
    count = sum(not section.level or section is notes.heading for section in notes.sections)
    return notes.sections[:count], notes.sections[count:]


@dataclass(frozen=True, slots=True)
class _WrittenMoments:
    """The moments of a meeting as they are written."""

    meeting: Meeting
    site: str

    def of_block(self, block_id: str) -> str:
        """The link of a block, with a question mark where it is only likely; "" where it has none."""
        found = link_of(self.meeting, block_id)
        if found is None:
            return ""
        return self.at(found.start, block_id) + ("?" if found.certainty is Certainty.LIKELY else "")

    def at(self, seconds: float, block_id: str = "") -> str:
        """A moment, as a link where it can be opened."""
        url = self._url(seconds, block_id)
        clock = part_clock.clock(self.meeting.part_starts, seconds)
        return link(clock, url) if url else clock

    def span(self, start: float, end: float) -> str:
        """A stretch of the recording, without a link."""
        return part_clock.clock_span(self.meeting.part_starts, start, end)

    def _url(self, seconds: float, block_id: str) -> str:
        if url := video_url(self.meeting, seconds):
            return url
        if not self.site:
            return ""
        page = page_addresses.meeting_page(self.meeting.notes.slug, self.site)
        return page_addresses.at_block(page, block_id, seconds) if block_id else page_addresses.at_moment(page, seconds)


# -- what leads the file -----------------------------------------------------------------------------------------------


def _front_matter(meeting: Meeting, flavour: MarkdownFlavour) -> str:
    notes = meeting.notes
    title, recordings = one_line(notes.title), _addresses(meeting)
    fields: dict[str, object] = {"title": title}
    if flavour is MarkdownFlavour.OBSIDIAN:
        fields |= {"aliases": [title], "tags": ["meeting"]}
    if notes.date:
        fields["date"] = notes.date
    if recordings:
        fields["recording"] = recordings[0] if len(recordings) == 1 else recordings
    # JSON is YAML; a date is written bare, so that it is one.
    lines = (
        f"{name}: {value if name == 'date' else json.dumps(value, ensure_ascii=False)}"
        for name, value in fields.items()
    )
    return "\n".join(("---", *lines, "---"))


def _addresses(meeting: Meeting) -> list[str]:
    """Where the recording, or each part of it, is published."""
    recording = meeting.recording
    found = [part.url for part in recording.parts] or [recording.url] if recording else []
    found = found if any(found) else [video.url for video in meeting.notes.recordings]
    return [url for url in found if url and url.startswith(("https://", "http://"))]


def _contents(meeting: Meeting, moments: _WrittenMoments) -> str:
    """The topics as links to their headings, those with a moment with it."""
    lines = []
    for topic in meeting.notes.topics:
        if name := " ".join(_NOT_IN_ANCHORS.sub(" ", one_line(topic.title)).split()):
            moment = moments.of_block(topic.id)
            lines.append(f"- [[#{name}|{name}]]" + (f" {moment}" if moment else ""))
    return "\n".join(lines)


# -- notes -------------------------------------------------------------------------------------------------------------


def _section(section: Section, notes: Notes, moments: _WrittenMoments) -> Iterator[str]:
    blocks = section.blocks
    if section.level:
        heading, *rest = blocks
        # The title is the only heading of level 1: notes that use it for their topics, too, move down a level.
        shift = any(each.level == 1 for each in notes.sections if each is not notes.heading)
        level = section.level if section is notes.heading else min(section.level + shift, 6)
        yield f"{'#' * level} {inline(heading.html)}".rstrip()
        yield moments.of_block(heading.id)  # within the heading it would be part of the address of that
        blocks = tuple(rest)
    yield blocks_in_markdown(blocks, moments.of_block)


# -- what was said -----------------------------------------------------------------------------------------------------


def _section_starts(meeting: Meeting) -> list[tuple[float, str]]:
    """When the sections with a link begin, in time order: with the heading, or else with the first line with a link."""
    starts = []
    for section in meeting.notes.sections:
        if section.level and section is not meeting.notes.heading:
            links = [found for block in section.blocks if (found := link_of(meeting, block.id))]
            own = [found for found in links if found.block_id == section.id]
            if links:
                starts.append((min(found.start for found in own or links), section.id))
    return sorted(starts, key=lambda start: start[0])


def _said_by_section(meeting: Meeting, starts: Sequence[tuple[float, str]]) -> Mapping[str, list[Segment]]:
    """What was said, by the id of the section that was begun last; "" before the first one, or where there is none."""
    said: dict[str, list[Segment]] = {}
    for segment in with_lines(meeting.transcript).heard if meeting.transcript else ():
        begun = bisect_right(starts, segment.start, key=lambda each: each[0])
        said.setdefault(starts[begun - 1][1] if begun else "", []).append(segment)
    return said


def _speech(segments: Sequence[Segment], flavour: MarkdownFlavour, moments: _WrittenMoments) -> str:
    """What was said, folded: a reader of the notes opens it."""
    if not segments:
        return ""
    span = moments.span(segments[0].start, max(segment.end for segment in segments))
    paragraphs = [_paragraph(run, moments) for run in _paragraphs(segments)]
    if flavour is MarkdownFlavour.OBSIDIAN:
        return f"> [!quote]- {span}\n> " + "\n>\n> ".join(paragraphs)
    return f"<details>\n<summary>Transcript {span}</summary>\n\n" + "\n\n".join(paragraphs) + "\n\n</details>"


def _paragraphs(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Runs of one speaker, none very long, and without a long pause in them."""
    run: list[Segment] = []
    for segment in segments:
        if run and (
            segment.speaker != run[-1].speaker
            or segment.start - run[-1].end > _MAX_PAUSE_SECONDS
            or sum(len(each.text) for each in run) > _MAX_PARAGRAPH_CHARS
        ):
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def _paragraph(run: Sequence[Segment], moments: _WrittenMoments) -> str:
    speaker = escaped(one_line(run[0].speaker or ""))
    text = escaped(one_line(unspaced.join_words(segment.text for segment in run)))
    return " ".join(filter(None, (moments.at(run[0].start), f"**{speaker}:**" if speaker else "", text)))
