"""Notes and transcripts built in a line, for tests whose truth is constructed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import notes
from pipeline.align.outline import Outline
from pipeline.records import Block, BlockKind, Hint, Notes, Origin, Section, Segment, Transcript, Word


def block(
    number: int,
    text: str,
    *,
    kind: BlockKind = BlockKind.ITEM,
    depth: int = 0,
    parent: str | None = None,
    hint: float | None = None,
    template: bool = False,
) -> Block:
    return Block(
        id=f"b{number}",
        kind=kind,
        line=number + 1,
        end_line=number + 2,
        text=text,
        html=text,
        depth=depth,
        parent=parent,
        hint=None if hint is None else Hint(hint),
        template=template,
    )


def written(*sections: tuple[str, Sequence[str]]) -> Notes:
    """Notes of second-level headings with items under them."""
    number, made = 0, []
    for title, items in sections:
        heading = block(number, title, kind=BlockKind.HEADING, depth=2)
        below = [block(number + i, text, depth=1, parent=heading.id) for i, text in enumerate(items, start=1)]
        made.append(Section(heading.id, title, 2, heading.line, (heading, *below)))
        number += 1 + len(items)
    return Notes("meeting", "Meeting", None, None, tuple(made), "")


def of(*blocks: Block) -> Notes:
    """Notes of one section with these blocks."""
    return Notes("meeting", "Meeting", None, None, (Section("s", "", 0, 1, blocks),), "")


def heard(*texts: str, every: float = 10.0, speaker: str | None = None) -> Transcript:
    """A transcript of one cue every so many seconds."""
    segments = tuple(Segment(i * every, (i + 1) * every - 0.5, text, (), speaker) for i, text in enumerate(texts))
    return Transcript("en", Origin.ASR, None, segments, len(texts) * every)


def timed(*words: tuple[float, str]) -> Segment:
    """A segment whose words start at these seconds and last 0.3."""
    parts = tuple(Word(at, at + 0.3, text) for at, text in words)
    return Segment(parts[0].start, parts[-1].end, " ".join(word.text for word in parts), parts)


def shape_of(count: int, *, sections: int = 1) -> Outline:
    """An outline of items alone, in so many sections."""
    items = tuple(block(i, f"item {i}") for i in range(count))
    return Outline(
        notes=of(*items),
        blocks=items,
        parent=(None,) * count,
        section=tuple(i * sections // count for i in range(count)),
        is_heading=(False,) * count,
        heading_has_children=(False,) * count,
    )


TOPICS = (
    "the compost heap leaks again",
    "watering rota for the greenhouse",
    "insurance of the tractor",
    "seed swap with the village school",
    "broken pallets behind the shed",
    "beehives need a new roof",
    "harvest festival posters",
    "badgers dig under the fence",
)
TOPIC_SECONDS = 120.0


def spoken_topics() -> Transcript:
    """Each topic is announced at the start of its two minutes, and then other things are said."""
    segments = []
    for number, topic in enumerate(TOPICS):
        lines = [f"so next is {topic}", f"about {topic}", *(["well yes I see", "hm that is what I think too"] * 3)]
        segments += [
            Segment(number * TOPIC_SECONDS + 14 * i, number * TOPIC_SECONDS + 14 * i + 13, line)
            for i, line in enumerate(lines)
        ]
    return Transcript("en", Origin.IMPORT, None, tuple(segments), TOPIC_SECONDS * len(TOPICS))


def topic_notes(times: Mapping[int, float]) -> Notes:
    """Notes with a bullet for each topic, those in `times` with a time."""
    read = notes.parse("# Call\n\n" + "".join(f"- {topic.capitalize()}\n" for topic in TOPICS), name="call.md")
    number = {block.line: i for i, block in enumerate(list(read.blocks)[1:])}
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, hint=Hint(times[number[block.line]])) if number.get(block.line) in times else block
                for block in section.blocks
            ),
        )
        for section in read.sections
    )
    return replace(read, sections=sections)


def topic_start(number: int) -> float:
    """When the topic of this number begins."""
    return number * TOPIC_SECONDS
