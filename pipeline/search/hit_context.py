"""What a hit has around it: the meeting, the section, the speaker. Derived, and kept ready in one row a meeting."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import LINK_CONFIDENCE, Notes
from pipeline.search.passage_ids import DAY
from pipeline.store import effective_links, rows
from pipeline.store import tables as t


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """A meeting, its blocks by their section, and where they were discussed. Times are seconds."""

    title: str
    date: str | None
    transcript_id: int | None
    duration: float | None
    headings: tuple[str, ...]  # without the title of the notes
    blocks: dict[str, tuple[int | None, float | None]]  # heading, and start of its link, by block id
    stretches: tuple[tuple[float, float, int | None], ...]  # of links: start, end and heading, ascending

    def section(self, block_id: str) -> str | None:
        """The section a block stands in."""
        heading, _ = self.blocks.get(block_id, (None, None))
        return None if heading is None else self.headings[heading]

    def start(self, block_id: str) -> float | None:
        """Where a block was discussed."""
        return self.blocks.get(block_id, (None, None))[1]

    def section_at(self, seconds: float) -> str | None:
        """The section that is talked about at a moment, None where none is known.

        That is the last link that began and did not end; between two links, the one before.
        """
        begun = self.stretches[
            : bisect_right(self.stretches, seconds + 1, key=lambda link: link[0])
        ]  # they begin early
        if not begun or seconds >= max(end for _, end, _ in self.stretches):
            return None
        heading = next((heading for _, end, heading in reversed(begun) if end > seconds), begun[-1][2])
        return None if heading is None else self.headings[heading]


_READ = "SELECT slug, document FROM outlines WHERE slug IN (SELECT value FROM json_each(?))"
_SPEAKERS = """
    SELECT value ->> 0, (
        SELECT speaker FROM segments WHERE transcript_id = value ->> 1 AND start <= (value ->> 2) + 0.001
        ORDER BY start DESC LIMIT 1)
    FROM json_each(?)
"""


def write(db: Connection, slug: str) -> None:
    """Keep the outline of a meeting as it is now."""
    notes = effective_links.notes_of(db, slug)
    links = effective_links.placed(db, slug, notes).alignments.values()
    spans = {link.block_id: (link.start, link.end) for link in links if link.confidence >= LINK_CONFIDENCE}
    transcript = rows.heard_in(db, slug, rows.latest(db, t.recordings, slug))
    headings, under = _headings(notes)
    made = Outline(
        notes.title,
        notes.date.isoformat() if notes.date else None,
        transcript.id if transcript else None,
        effective_links.length_of(db, slug),
        headings,
        {block_id: (heading, spans[block_id][0] if block_id in spans else None) for block_id, heading in under.items()},
        tuple(sorted(((*spans[block_id], under[block_id]) for block_id in spans if block_id in under), key=_at)),
    )
    db.execute(t.outlines.delete().where(t.outlines.c.slug == slug))
    document = msgspec.json.encode(made)
    db.execute(t.outlines.insert().values(slug=slug, document=document, **_numbered(db, slug)))


def read(db: Connection, slugs: Iterable[str]) -> dict[str, Outline]:
    """The outlines of meetings, by slug."""
    decode = msgspec.json.Decoder(Outline).decode
    return {slug: decode(document) for slug, document in rows.straight(db, _READ, json.dumps(list(slugs)))}


def speakers(db: Connection, moments: Iterable[tuple[int, int | None, float | None]]) -> dict[int, str]:
    """Who spoke. `moments` are (a number, a transcript, seconds); those that are known, by number."""
    found = rows.straight(db, _SPEAKERS, json.dumps(list(moments)))
    return {number: speaker for number, speaker in found if speaker}


def _numbered(db: Connection, slug: str) -> dict[str, int]:
    """The day of the passages, as it is in their numbers, and how many there are."""
    of = t.passages.c
    counted = db.execute(
        sa.select(of.kind, sa.func.count(), sa.func.min(of.id)).where(of.slug == slug).group_by(of.kind)
    )
    found = {kind: (count, first) for kind, count, first in counted}
    day = min((first for _, first in found.values()), default=0) >> DAY << DAY
    return {"day": day} | {kind: found.get(kind, (0, 0))[0] for kind in ("said", "noted")}


def _headings(notes: Notes) -> tuple[tuple[str, ...], dict[str, int | None]]:
    """The headings, and by block id which of them a block stands under."""
    named: list[str] = []
    under: dict[str, int | None] = {}
    for section in notes.sections:
        heading = None
        if section.level and section is not notes.heading:
            heading = len(named)
            named.append(section.title)
        under.update((block.id, heading) for block in section.blocks)
    return tuple(named), under


def _at(stretch: tuple[float, float, int | None]) -> float:
    return stretch[0]
