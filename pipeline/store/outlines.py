"""What a hit has around it: the meeting, the section, the speaker. Read for many meetings at once, and no more of each
than that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import LINK_CONFIDENCE
from pipeline.store import standing


@dataclass(frozen=True, slots=True)
class Outline:
    """A meeting, its blocks by their section, and where they were discussed."""

    title: str
    date: str | None
    transcript_id: int | None
    sections: Mapping[str, str]  # headings by block id; without the title of the notes
    starts: Mapping[str, float]  # seconds, of linked blocks, by id
    stretches: tuple[tuple[float, str], ...] = ()  # where the talk comes to a section, by its title, ascending
    end: float = 0.0  # of the last linked block, in seconds
    duration: float | None = None  # of the recording, in seconds

    def section_at(self, seconds: float) -> str | None:
        """The section that is talked about at a moment, None where none is known."""
        at = bisect_right(self.stretches, seconds + 1, key=lambda stretch: stretch[0]) - 1  # links begin a bit early
        return self.stretches[at][1] or None if at >= 0 and seconds < self.end else None


class _Block(msgspec.Struct):
    id: str


class _Section(msgspec.Struct):
    title: str
    level: int
    blocks: tuple[_Block, ...]


class _Notes(msgspec.Struct):
    """What is needed of records.Notes: the rest is not even read."""

    sections: tuple[_Section, ...]


_MEETINGS = sa.text("""
    SELECT m.slug, n.title, n.date, n.document, t.id AS transcript_id,
           coalesce(nullif(r.duration, 0), nullif(t.duration, 0)) AS duration,
           (SELECT max(id) FROM alignment_runs WHERE slug = m.slug) AS run_id,
           EXISTS (SELECT 1 FROM corrections WHERE slug = m.slug) AS corrected
    FROM json_each(:slugs) asked JOIN meetings m ON m.slug = asked.value
    JOIN notes n ON n.id = (SELECT max(id) FROM notes WHERE slug = m.slug)
    LEFT JOIN recordings r ON r.id = (SELECT max(id) FROM recordings WHERE slug = m.slug)
    LEFT JOIN transcripts t ON t.id = (
        SELECT max(id) FROM transcripts WHERE slug = m.slug AND recording_key IS r.key)
""")
_LINKS = sa.text("""
    SELECT r.slug, a.block_id, a.start, a.end FROM json_each(:runs) asked
    JOIN alignment_runs r ON r.id = asked.value
    JOIN alignments a ON a.run_id = r.id AND a.confidence >= :floor
    WHERE r.transcript_id = (
        SELECT max(id) FROM transcripts WHERE slug = r.slug AND recording_key IS
        (SELECT key FROM recordings WHERE slug = r.slug ORDER BY id DESC LIMIT 1))
""")
_SPEAKERS = sa.text("""
    SELECT value ->> 0 AS number, (
        SELECT speaker FROM segments WHERE transcript_id = value ->> 1 AND start <= (value ->> 2) + 0.001
        ORDER BY start DESC LIMIT 1) AS speaker
    FROM json_each(:moments)
""")


def read(db: Connection, slugs: Iterable[str]) -> dict[str, Outline]:
    """The outlines of meetings, by slug."""
    asked = msgspec.json.encode(list(slugs)).decode()
    rows = db.execute(_MEETINGS, {"slugs": asked}).all()
    runs = msgspec.json.encode([row.run_id for row in rows if row.run_id is not None]).decode()
    links: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for slug, block_id, start, end in db.execute(_LINKS, {"runs": runs, "floor": LINK_CONFIDENCE}):
        links[slug][block_id] = (start, end)
    for row in rows:
        if row.corrected and (corrected := standing.spans(db, row.slug)) is not None:
            links[row.slug] = corrected
    decode = msgspec.json.Decoder(_Notes).decode
    return {row.slug: _outline(row, decode(row.document).sections, links[row.slug]) for row in rows}


def speakers(db: Connection, moments: str) -> dict[int, str]:
    """Who spoke. `moments` is JSON: [[a number, a transcript, seconds], …]; those that are known, by number."""
    return {row.number: row.speaker for row in db.execute(_SPEAKERS, {"moments": moments}) if row.speaker}


def _outline(row: Any, sections: Iterable[_Section], links: Mapping[str, tuple[float, float]]) -> Outline:
    named: dict[str, str] = {}
    headed = False
    for section in sections:
        is_title = section.level == 1 and not headed
        headed = headed or section.level > 0
        named.update((block.id, "" if is_title or not section.level else section.title) for block in section.blocks)
    begun = sorted((start, named[block_id]) for block_id, (start, _) in links.items() if block_id in named)
    return Outline(
        row.title,
        row.date,
        row.transcript_id,
        {block_id: name for block_id, name in named.items() if name},
        {block_id: start for block_id, (start, _) in links.items()},
        tuple(begun),
        max((end for _, end in links.values()), default=0.0),
        row.duration,
    )
