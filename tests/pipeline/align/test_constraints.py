"""What is known besides the words: written times by another clock, typing errors, corrections, chapters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import notes
from pipeline.align import align, constraints
from pipeline.records import Basis, Chapter, Hint, Notes, Origin, Segment, Transcript

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
EVERY = 120.0  # seconds a topic lasts


def heard() -> Transcript:
    """Each topic is announced at the start of its two minutes, and then other things are said."""
    segments = []
    for number, topic in enumerate(TOPICS):
        lines = [f"so next is {topic}", f"about {topic}", *(["well yes I see", "hm that is what I think too"] * 3)]
        segments += [
            Segment(number * EVERY + 14 * i, number * EVERY + 14 * i + 13, line) for i, line in enumerate(lines)
        ]
    return Transcript("en", Origin.IMPORT, None, tuple(segments), EVERY * len(TOPICS))


def written(times: dict[int, float]) -> Notes:
    """A bullet for each topic, those in `times` with a time."""
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


def true(number: int) -> float:
    return number * EVERY


@pytest.mark.parametrize("offset", [-300.0, 0.0, 45.0, 500.0])
def test_the_offset_of_the_notes_clock_is_found(offset: float) -> None:
    """All times are off by the same: it is told, and the links are right by the recording's clock."""
    times = {i: true(i) - offset for i in range(8) if true(i) >= offset}

    found = align(written(times), heard())

    assert found.offset == pytest.approx(offset, abs=3)
    assert [link.start for link in found.alignments] == pytest.approx([true(i) for i in range(8)], abs=15)


def test_a_mistyped_time_is_outvoted() -> None:
    """One of eight times is ten minutes wrong; its block goes where its words are, and the others keep theirs."""
    times = {i: true(i) for i in range(8)} | {2: true(2) + 600}

    found = align(written(times), heard())

    starts = [link.start for link in found.alignments]
    assert starts == pytest.approx([true(i) for i in range(8)], abs=15)
    assert found.alignments[2].basis is not Basis.HINT
    assert found.alignments[3].basis is Basis.HINT


def test_what_stands_out_of_order_is_doubted() -> None:
    """Only where the others rise: in notes by topic every time may be right."""
    rising = constraints.doubtful({1: 10.0, 2: 20.0, 3: 700.0, 4: 30.0, 5: 40.0})

    assert rising == dict.fromkeys((1, 2, 4, 5), constraints.IN_ORDER) | {3: constraints.OUT_OF_ORDER}
    assert set(constraints.doubtful({1: 50.0, 2: 40.0, 3: 30.0, 4: 20.0}).values()) == {constraints.HINT_WRONG}


def test_a_correction_holds_and_helps() -> None:
    """A block stands where a person set it, to the second, and a block that was not discussed has no link."""
    call = written({})
    compost, rota = (block.id for block in list(call.blocks)[1:3])

    found = {link.block_id: link for link in align(call, heard(), pins={compost: 33.3, rota: None}).alignments}

    assert (found[compost].start, found[compost].confidence, found[compost].basis) == (33.3, 1.0, Basis.PINNED)
    assert rota not in found


def test_chapters_of_the_video_are_evidence() -> None:
    """The heading nobody says aloud begins where the chapter of its name does."""
    call = notes.parse(
        "# Call\n\n## Quarterly ledger\n\nMoney.\n\n## Badgers\n\nThey dig under the fence.\n", name="a.md"
    )
    block = next(block for block in call.blocks if block.text == "Quarterly ledger")
    chapters = (Chapter(0, 250, "Hello"), Chapter(250, 700, "Quarterly ledger"), Chapter(700, 960, "Fence"))

    found = {link.block_id: link for link in align(call, heard(), chapters=chapters).alignments}

    assert found[block.id].start == pytest.approx(250, abs=15)
    assert found[block.id].confidence >= 0.5
