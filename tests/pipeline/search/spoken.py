"""Archives of a few sentences, each of which was said in a meeting of its own."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.records import Notes, Origin, Segment, Transcript, Word
from pipeline.refresh import Archive
from pipeline.search import search

Open = Callable[..., Archive]
"""Makes an archive of a language, in which each text is what was said in a meeting: "0", "1", …"""


def say(archive: Archive, slug: str, text: str) -> int:
    archive.store.claim(f"/{slug}.md", slug)
    archive.store.save_notes(Notes(slug, slug, None, None, (), ""))
    words = tuple(Word(float(at), at + 1.0, word) for at, word in enumerate(text.split()))
    segment = Segment(0.0, float(len(words)), text, words)
    return archive.store.save_transcript(slug, Transcript("de", Origin.ASR, None, (segment,)), key=text)


def found(archive: Archive, query: str) -> str:
    """The meetings in which all of the query stands, in order."""
    return "".join(sorted(hit.slug for hit in search(archive.index, query, whole=True)))
