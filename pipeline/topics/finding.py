"""The notes of one meeting → what they name and mark: what the index keeps of them for `pipeline.topics.archive`."""

from __future__ import annotations

from itertools import chain

from pipeline.records import MeetingTopics, Notes
from pipeline.topics.identifiers import find_references
from pipeline.topics.marks import find_marks
from pipeline.topics.people import find_people
from pipeline.topics.terms import find_terms

MAX_TEXT_CHARS = 280
"""Of a block, as it is quoted."""


def find_topics(notes: Notes) -> MeetingTopics:
    """Everything that comes back across meetings, in the notes of one."""
    references, marks, terms = find_references(notes), find_marks(notes), find_terms(notes)
    in_terms = chain.from_iterable(term.block_ids for term in terms)
    named = {*(each.block_id for each in references), *(each.block_id for each in marks), *in_terms}
    texts = {block.id: _shortened(block.text) for block in notes.blocks if block.id in named}
    headings = (section for section in notes.sections if section.level and section is not notes.heading)
    sections = {
        block.id: _shortened(section.title)
        for section in headings
        for block in section.blocks
        if block.id in named and not section.blocks[0].template
    }
    recording = (notes.video.id or notes.video.url) if notes.video else ""
    return MeetingTopics(references, terms, marks, find_people(notes), texts, sections, recording)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1].rstrip()}…"
