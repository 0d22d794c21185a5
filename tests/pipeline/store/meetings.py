"""A small meeting to store."""

from __future__ import annotations

from datetime import date

from pipeline.records import (
    Block,
    BlockKind,
    Hint,
    Notes,
    Origin,
    Section,
    Segment,
    Transcript,
    Video,
    Word,
)


def notes(slug: str = "call-1", *, title: str = "Call 1", when: date | None = date(2020, 1, 21)) -> Notes:
    heading = Block("ebpf", BlockKind.HEADING, 3, 4, "eBPF", "eBPF", depth=2)
    item = Block("dns", BlockKind.ITEM, 5, 6, "dns_events table", "dns_events", depth=1, parent="ebpf", hint=Hint(3.5))
    video = Video("https://youtu.be/xO1o1N5o050", "xO1o1N5o050")
    return Notes(
        slug, title, when, video, (Section("ebpf", "eBPF", 2, 3, (heading, item)),), "# Call 1\n", ("careful",)
    )


def transcript(text: str = "let us talk about probes") -> Transcript:
    words = tuple(Word(float(i), i + 0.5, word, 0.9) for i, word in enumerate(text.split()))
    return Transcript("en", Origin.ASR, "tiny.en", (Segment(0.0, 5.0, text, words, "Nick"),), 60.0)
