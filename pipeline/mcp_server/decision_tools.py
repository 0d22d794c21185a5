"""What an assistant can ask about decisions and about what is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import page_addresses, part_clock
from pipeline.mcp_server import answers
from pipeline.refresh import Archive
from pipeline.topics.listed_marks import MarkFilter, PlacedMark, newest_first, placed


@dataclass(frozen=True, slots=True)
class DecisionTools:
    """What the notes of an archive mark. `site` is where its pages are served, "" where nobody said so."""

    archive: Archive
    site: str = ""

    def decisions(self, wanted: MarkFilter, limit: int, offset: int) -> answers.ListedDecisions:
        """Decisions and actions, those of the newest meeting first.

        Raises:
            StoreError: the index cannot be read.
        """
        marks = newest_first(self.archive.topics.topics(self.archive.missing()), wanted)
        shown = placed(self.archive.index, marks[offset : offset + limit])
        return answers.ListedDecisions(
            decisions=[self._listed(each) for each in shown],
            total=len(marks),
            next_offset=offset + limit if offset + limit < len(marks) else None,
        )

    def _listed(self, mark: PlacedMark) -> answers.ListedDecision:
        meeting, found = mark.found.meeting, mark.found.mark
        page = page_addresses.meeting_page(meeting.slug, self.site)
        return answers.ListedDecision(
            slug=meeting.slug,
            title=meeting.title,
            date=meeting.date.isoformat() if meeting.date else None,
            kind=found.kind.value,
            state=found.state,
            text=found.text,
            done=found.done,
            people=list(found.people),
            section=mark.section,
            when=None if mark.start is None else part_clock.clock(mark.part_starts, mark.start),
            seconds=None if mark.start is None else round(mark.start, 2),
            block=found.block_id,
            url=page_addresses.at_block(page, found.block_id, mark.start),
        )
