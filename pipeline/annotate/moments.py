"""Which link each block of the notes is to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import page_addresses, timecode
from pipeline.links import youtube_ids
from pipeline.notes.dates import find_date
from pipeline.notes.own_links import TITLE
from pipeline.part_clock import locate
from pipeline.records import Alignment, Block, BlockKind, Certainty, Notes, Recording

LINKED_KINDS = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.ROW})


@dataclass(frozen=True, slots=True)
class WantedLink:
    """A link as it is to stand in the notes; `seconds` are those it opens, on the clock of the part it opens."""

    seconds: int
    text: str
    href: str

    @property
    def markdown(self) -> str:
        return f'[{self.text}]({self.href} "{TITLE}")'


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What opens a recording at a moment: YouTube, by the id of each part, or else the meeting's page, "" for none."""

    video_ids: tuple[str | None, ...]
    page: str = ""
    part_starts: tuple[float, ...] = ()

    @classmethod
    def of(cls, notes: Notes, recording: Recording | None, page: str) -> LinkTarget:
        """That of a meeting."""
        return cls(youtube_ids(notes, recording), page, recording.part_starts if recording else ())

    def at(self, block_id: str, seconds: float) -> WantedLink | None:
        """The link to a moment of the common clock; None where nothing opens it."""
        moment = locate(self.part_starts, seconds)
        number = moment.number if moment else 1
        own_seconds = int(moment.seconds if moment else seconds)
        text = timecode.clock(own_seconds)
        if moment:
            text = f"part {number}, {text}"
        if number <= len(self.video_ids) and (video_id := self.video_ids[number - 1]):
            return WantedLink(own_seconds, text, f"https://youtu.be/{video_id}?t={own_seconds}")
        if not self.page:
            return None
        href = page_addresses.at_block(self.page, block_id, seconds)
        return WantedLink(int(seconds), text, href.replace("(", "%28").replace(")", "%29"))

    def common_seconds(self, seconds: float, part: int, video_id: str | None) -> float:
        """A moment of a part on the common clock: that of this number, from 1, or else the one that is this video."""
        if 1 <= part <= len(self.part_starts):
            return self.part_starts[part - 1] + seconds
        if self.part_starts and video_id in self.video_ids:
            return self.part_starts[self.video_ids.index(video_id)] + seconds
        return seconds


@dataclass(frozen=True, slots=True)
class WantedLinks:
    """The links of a meeting by block id, and how many blocks have one that is not sure enough."""

    links: Mapping[str, WantedLink]
    less_sure: int = 0
    unreachable: int = 0  # nothing opens the recording there


def wanted_links(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    target: LinkTarget,
    minimum: Certainty,
) -> WantedLinks:
    """The links of blocks that were found and have no time of their own: one that a person wrote is theirs.

    Args:
        alignments: by block id, with what people said laid over them.
        minimum: SURE, or LIKELY for those, too. What a person set always has a link.
    """
    allowed = {Certainty.SET, Certainty.SURE} | ({Certainty.LIKELY} if minimum is Certainty.LIKELY else set())
    links: dict[str, WantedLink] = {}
    less_sure = unreachable = 0
    for block in notes.blocks:
        alignment = alignments.get(block.id)
        if alignment is None or block.kind not in LINKED_KINDS or block.template or block.hint:
            continue
        if _is_title(block, notes):
            continue
        certainty = alignment.certainty
        if certainty in allowed:
            if link := target.at(block.id, alignment.start):
                links[block.id] = link
            else:
                unreachable += 1
        less_sure += certainty is Certainty.LIKELY and certainty not in allowed
    return WantedLinks(links, less_sure, unreachable)


def _is_title(block: Block, notes: Notes) -> bool:
    """Whether a block is the heading of the whole meeting: it is no topic."""
    if notes.heading is not None and block.id == notes.heading.id:
        return True
    if block.kind is not BlockKind.HEADING or notes.date is None:
        return False
    found = find_date(block.text)
    return found is not None and found[0] == notes.date
