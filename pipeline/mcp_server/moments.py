"""A moment, as an assistant is told of it."""

from __future__ import annotations

from pipeline import page_addresses, part_clock
from pipeline.mcp_server import answers
from pipeline.records import Hit
from pipeline.search.snippet import difference


def found_moment(hit: Hit, site: str) -> answers.FoundMoment:
    """A hit, as an assistant is told of it."""
    return answers.FoundMoment(
        slug=hit.slug,
        title=hit.title,
        date=hit.date.isoformat() if hit.date else None,
        source=hit.source.value,
        section=hit.section,
        who=hit.speaker,
        when=None if hit.start is None else part_clock.clock(hit.part_starts, hit.start),
        seconds=None if hit.start is None else round(hit.start, 2),
        block=hit.block_id,
        text="".join(text for text, _ in hit.snippet),
        remark=difference(hit),
        url=page_addresses.at_hit(hit, site),
    )
