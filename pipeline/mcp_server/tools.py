"""What an assistant can ask: the same functions answer that answer on the pages and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pipeline import export, links, page_addresses, part_clock, redacted, timecode
from pipeline.errors import BlockNotFound, JumpnotesError
from pipeline.mcp_server import answers
from pipeline.mcp_server.moments import found_moment
from pipeline.meeting_list import MeetingFilter, page_of
from pipeline.records import Block, Hit, LinkState, Meeting, MeetingSummary, Segment
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.by_meaning import Nearest
from pipeline.series import series_of

MAX_CHARS = 12_000
"""Of the texts in a page of notes or of a transcript; at least one of them is in it, cut to so many."""

AROUND_SECONDS = 60.0
"""Of a transcript before and after a moment."""

_OTHER_MOMENTS = 5

Item = TypeVar("Item")


class CannotAnswer(JumpnotesError):
    """What was asked for is not there."""


@dataclass(frozen=True, slots=True)
class ArchiveTools:
    """An archive to be asked. `site` is where its pages are served, "" where nobody said so."""

    archive: Archive
    site: str = ""
    nearest: Nearest | None = None

    def meetings(self, wanted: MeetingFilter, limit: int, cursor: str | None) -> answers.ListedMeetings:
        """Meetings, newest first.

        Raises:
            MeetingNotFound: the meeting of the cursor is not there any more.
        """
        page = page_of(self.archive.store.meetings(), wanted, limit=limit, cursor=cursor)
        return answers.ListedMeetings(meetings=[self._listed(each) for each in page.meetings], next_cursor=page.cursor)

    def search(self, query: str, slug: str | None, limit: int, offset: int) -> answers.FoundMoments:
        """The best moments for a query.

        Raises:
            InvalidQuery: there is no word in it.
            MeetingNotFound: there is no meeting `slug`.
        """
        hits, missing = self._hits(query, slug, limit=limit + 1, offset=offset)
        return answers.FoundMoments(
            hits=[found_moment(hit, self.site) for hit in hits[:limit]],
            next_offset=offset + limit if len(hits) > limit else None,
            not_searched=len(missing),
        )

    def transcript(
        self, slug: str, about: str | None, around: float | None, start: float | None, end: float | None
    ) -> answers.TranscriptPage:
        """What was said: about something, around a moment, or from `start` to `end`, and otherwise from the beginning.

        Raises:
            CannotAnswer: there is no transcript, or nobody speaks then or of that.
            InvalidQuery: there is no word in `about`.
            MeetingNotFound: there is no such meeting.
        """
        meeting = self.archive.store.meeting(slug)
        if meeting.transcript is None:
            raise CannotAnswer("nothing is known of what was said in this meeting", hint="Read its notes instead.")
        others: list[float] = []
        if about:
            query = f"{about} in:transcript"
            hits, _ = self._hits(query, slug, limit=1 + _OTHER_MOMENTS, offset=0)
            moments = [round(hit.start, 2) for hit in hits if hit.start is not None]
            if not moments:
                hint = "Search for other words, or for these in all meetings."
                raise CannotAnswer(f"nothing in this meeting's transcript is about {about}", hint=hint)
            around, others = moments[0], moments[1:]
        if around is not None:
            start, end = max(around - AROUND_SECONDS, 0.0), around + AROUND_SECONDS
        heard = redacted.with_lines(meeting.transcript).heard
        said = [each for each in heard if each.end > (start or 0.0) and (end is None or each.start < end)]
        if not said:
            raise CannotAnswer("nobody speaks then", hint=_length_hint(meeting))
        lines = list(_bounded(said, len(said), (each.text for each in said)))
        return answers.TranscriptPage(
            slug=slug,
            title=meeting.notes.title,
            date=_day(meeting),
            language=meeting.transcript.language,
            lines=[self._spoken(meeting, each) for each in lines],
            next_start=round(said[len(lines)].start, 2) if len(lines) < len(said) else None,
            other_moments=others,
        )

    def notes(self, slug: str, limit: int, offset: int) -> answers.NotesBlocks:
        """What was written, with the moments.

        Raises:
            MeetingNotFound: there is no such meeting.
        """
        meeting = self.archive.store.meeting(slug, segments=False)
        blocks = [block for block in meeting.notes.blocks if block.text]
        asked = blocks[offset:]
        shown = list(_bounded(asked, limit, (block.text for block in asked)))
        following = offset + len(shown)
        return answers.NotesBlocks(
            slug=slug,
            title=meeting.notes.title,
            date=_day(meeting),
            duration=timecode.clock(meeting.duration) if meeting.duration else None,
            url=page_addresses.meeting_page(slug, self.site),
            recording_url=recording_url(meeting, 0.0),
            blocks=[self._block(meeting, block) for block in shown],
            total=len(blocks),
            next_offset=following if following < len(blocks) else None,
        )

    def moment(self, slug: str, seconds: float | None, block_id: str | None) -> answers.OpenedMoment:
        """Where to open a moment, that of a block, or the beginning.

        Raises:
            BlockNotFound: the notes have no such block.
            CannotAnswer: the recording is shorter.
            MeetingNotFound: there is no such meeting.
        """
        meeting = self.archive.store.meeting(slug, segments=False)
        if seconds is not None and meeting.duration is not None and seconds > meeting.duration:
            raise CannotAnswer("the recording is over by then", hint=_length_hint(meeting))
        block = self._block(meeting, _block_of(meeting, block_id)) if block_id else None
        page = page_addresses.meeting_page(slug, self.site)
        if seconds is None and block:
            seconds = block.seconds
        if block_id:
            page = page_addresses.at_block(page, block_id, seconds)
        elif seconds is not None:
            page = page_addresses.at_moment(page, seconds)
        return answers.OpenedMoment(
            url=page,
            recording_url=recording_url(meeting, seconds or 0.0),
            when=None if seconds is None else part_clock.clock(meeting.part_starts, seconds),
            seconds=seconds,
            link=block.link if block else None,
            text=block.text if block else None,
        )

    def _hits(self, query: str, slug: str | None, *, limit: int, offset: int) -> tuple[tuple[Hit, ...], frozenset[str]]:
        if slug is not None:
            self.archive.store.notes(slug)  # an unknown meeting is a mistake, not one without hits
        missing = self.archive.missing()
        hits = search(
            self.archive.index,
            query,
            slug=slug,
            skip=offset,
            limit=offset + limit,
            without=missing,
            nearest=self.nearest,
        )
        return hits, missing

    def _listed(self, meeting: MeetingSummary) -> answers.ListedMeeting:
        return answers.ListedMeeting(
            slug=meeting.slug,
            title=meeting.title,
            date=meeting.date.isoformat() if meeting.date else None,
            series=series_of(meeting.title) or None,
            duration=timecode.clock(meeting.duration) if meeting.duration else None,
            sections=meeting.topics,
            linked=meeting.linked,
            has_transcript=meeting.has_transcript,
            updated_at=export.instant(meeting.updated_at),
            url=page_addresses.meeting_page(meeting.slug, self.site),
        )

    def _spoken(self, meeting: Meeting, segment: Segment) -> answers.QuotedLine:
        page = page_addresses.meeting_page(meeting.notes.slug, self.site)
        return answers.QuotedLine(
            seconds=round(segment.start, 2),
            when=part_clock.clock(meeting.part_starts, segment.start),
            who=segment.speaker,
            text=segment.text.strip()[:MAX_CHARS],
            url=page_addresses.at_moment(page, segment.start),
        )

    def _block(self, meeting: Meeting, block: Block) -> answers.NotesBlock:
        alignment, within = meeting.alignments.get(block.id), meeting.within.get(block.id)
        page = page_addresses.meeting_page(meeting.notes.slug, self.site)
        moment = export.moment_json(page, block.id, alignment, meeting.corrections.get(block.id), within)
        state = LinkState(moment["link"])
        seconds, when = None, None
        if state is LinkState.WITHIN and within:
            seconds, when = within.start, part_clock.clock_span(meeting.part_starts, within.start, within.end)
        elif state in {LinkState.SURE, LinkState.LIKELY, LinkState.SET} and alignment:
            seconds, when = alignment.start, part_clock.clock(meeting.part_starts, alignment.start)
        return answers.NotesBlock(
            id=block.id,
            kind=block.kind.value,
            text=block.text[:MAX_CHARS],
            link=state.value,
            when=when,
            seconds=None if seconds is None else round(seconds, 2),
            url=moment["url"],
        )


def recording_url(meeting: Meeting, seconds: float) -> str | None:
    """The recording's own address at a moment; None for a file of somebody's own."""
    recording, video = meeting.recording, meeting.notes.video
    if recording and recording.parts:
        moment = part_clock.locate(meeting.part_starts, seconds)
        assert moment is not None  # there are parts
        part = recording.parts[moment.number - 1]
        return _opened(part.url, part.video_id, moment.seconds)
    if recording:
        return _opened(recording.url, recording.video_id, seconds)
    return _opened(video.url, video.id, seconds) if video else None


def _opened(url: str | None, video_id: str | None, seconds: float) -> str | None:
    if video_id:
        return links.youtube_url(video_id, seconds)
    if url is None or not url.startswith(("https://", "http://")):
        return None
    return f"{url.partition('#')[0]}#t={int(seconds)}" if seconds >= 1 else url


def _block_of(meeting: Meeting, block_id: str) -> Block:
    for block in meeting.notes.blocks:
        if block.id == block_id:
            return block
    raise BlockNotFound(meeting.notes.slug, block_id)


def _bounded(items: Sequence[Item], limit: int, texts: Iterable[str]) -> Iterator[Item]:
    """The first items: at most `limit`, and so many that their texts together are not too long."""
    chars = 0
    for item, text in islice(zip(items, texts, strict=True), limit):
        if chars and chars + len(text) > MAX_CHARS:
            return
        chars += len(text)
        yield item


def _day(meeting: Meeting) -> str | None:
    return meeting.notes.date.isoformat() if meeting.notes.date else None


def _length_hint(meeting: Meeting) -> str:
    if meeting.duration is None:
        return "Ask for another moment."
    return f"Ask for a moment before {timecode.clock(meeting.duration)}, which is {int(meeting.duration)} seconds."
