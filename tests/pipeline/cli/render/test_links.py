"""The table of links, and what is said of the times in the notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline import export
from pipeline import notes as reader
from pipeline.cli.render.links import hint_report, link_table
from pipeline.records import Alignment, Basis, Correction, FurtherMoment, MeetingAlignment, SectionSpan, Verdict


def test_further_moments_are_shown() -> None:
    """Where a topic comes back is shown after its line, and in the JSON with its end and confidence."""
    read = reader.parse("# Call\n\n## Compost heap\n\n- Broken pallets\n", name="a.md")
    item = next(block for block in read.blocks if block.text == "Broken pallets")
    also = (FurtherMoment(300.0, 341.239, 0.7128), FurtherMoment(3723.9, 3730.0, 0.6))
    links = {item.id: Alignment(item.id, 10.0, 60.0, 0.8, Basis.MATCH, (), also)}

    blocks = export.aligned_json(read, links, 4000.0)["blocks"]

    assert link_table(read, links).splitlines()[-1].endswith("Broken pallets  (also 5:00, 1:02:03)")
    assert isinstance(blocks, list)
    assert [block["also"] for block in blocks] == [[], [], [[300.0, 341.24, 0.713], [3723.9, 3730.0, 0.6]]]


def test_times_say_in_which_part_of_the_recording() -> None:
    """Where it is in several, on the clock of the part."""
    read = reader.parse("# Call\n\n- Broken pallets\n", name="a.md")
    item = next(block for block in read.blocks if block.text == "Broken pallets")
    also = (FurtherMoment(300.0, 341.0, 0.7),)
    links = {item.id: Alignment(item.id, 1810.0, 1860.0, 0.8, Basis.MATCH, (), also)}

    table = link_table(read, links, part_starts=(0.0, 1800.0))

    assert table.splitlines()[-1].split("  ")[0].strip() == "part 2 · 0:10"
    assert table.endswith("Broken pallets  (also part 1 · 5:00)")


def test_a_line_that_was_not_found_says_where_its_section_was() -> None:
    """Instead of a dash, and of the guess; the part is named once."""
    read = reader.parse("# Call\n\n- Broken pallets\n- Fox\n", name="a.md")
    _, item, fox = read.blocks
    guess = {block.id: Alignment(block.id, 200.0, 260.0, 0.3, Basis.PATH) for block in (item, fox)}
    within = {item.id: SectionSpan(item.id, 1910.0, 2053.9, 0.9)}

    rows = link_table(read, guess, within=within).splitlines()[-2:]
    in_parts = link_table(read, guess, part_starts=(0.0, 1800.0), within=within)

    assert [row.split("  ")[0].strip() for row in rows] == ["in 31:50–34:13", ""]
    assert "in 31:50–34:13  within  " in rows[0]
    assert "–  none  " in rows[1]
    assert "in part 2 · 1:50–4:13  within  " in in_parts


NOTES = """# Call

## Compost heap

- Broken pallets
- New pallets
- Fox

## Next steps

```
pallets = 2
```
"""


def test_how_far_a_link_is_known_is_said_in_the_words_of_the_page() -> None:
    """Each block has its word; one without a moment has a dash, one that is only likely a question mark; what nobody
    would say is not called missing.
    """
    notes = reader.parse(NOTES, name="a.md", templates=frozenset({"next steps"}))
    ids = {block.text: block.id for block in notes.blocks}
    basis_and_confidence = {
        "Compost heap": (Basis.MATCH, 0.7),
        "Broken pallets": (Basis.MATCH, 0.5),
        "New pallets": (Basis.PATH, 0.49),
        "Fox": (Basis.PINNED, 1.0),
    }
    links = {
        ids[text]: Alignment(ids[text], 66.0, 99.0, confidence, basis)
        for text, (basis, confidence) in basis_and_confidence.items()
    }

    rows = [line.split(maxsplit=1) for line in link_table(notes, links).splitlines()]

    assert rows == [
        ["time", "link      notes"],
        ["–", "Call"],
        ["1:06", "sure        Compost heap"],
        ["1:06?", "likely        Broken pallets"],
        ["–", "none          New pallets"],
        ["1:06", "set           Fox"],
        ["–", "template    Next steps"],
        ["–", "pallets = 2"],
    ]


def test_what_a_person_calls_not_discussed_is_not_called_not_found() -> None:
    """The table of a meeting with corrections says so."""
    notes = reader.parse(NOTES, name="a.md")
    fox = next(block.id for block in notes.blocks if block.text == "Fox")
    said = Correction(1, fox, Verdict.NOT_DISCUSSED, None, "Ana", datetime(2024, 3, 6, tzinfo=UTC))

    assert "–  not discussed      Fox" in link_table(notes, {}, {fox: said})


def test_clocks_stand_below_each_other_though_a_question_mark_follows_some() -> None:
    """Where none is only likely, the column needs no room for it."""
    notes = reader.parse("# Call\n\n- Pallets\n- Fox\n", name="a.md")
    _, pallets, fox = notes.blocks
    sure = {block.id: Alignment(block.id, 66.0, 99.0, 0.9, Basis.MATCH) for block in (pallets, fox)}
    likely = sure | {fox.id: replace(sure[fox.id], confidence=0.6)}

    assert [line[:6] for line in link_table(notes, likely).splitlines()] == ["time  ", "   –  ", "1:06  ", "1:06? "]
    assert link_table(notes, sure).splitlines()[2].startswith("1:06  sure  ")


@pytest.mark.parametrize(
    ("offset", "report"),
    [
        (305.0, "The times in the notes run 5:05 behind the recording; 1 of 2 agree."),
        (-305.0, "The times in the notes run 5:05 ahead of the recording; 1 of 2 agree."),
        (0.4, "The times in the notes match the recording's; 1 of 2 agree."),
    ],
)
def test_written_times_are_reported(offset: float, report: str) -> None:
    """How their clock differs from the recording's, and which of them the recording contradicts."""
    notes = reader.parse("# Call\n\n- (1:00) Pallets\n- (2:00) Fox\n", name="a.md")
    pallets = next(block.id for block in notes.blocks if block.text == "Pallets")
    found = (Alignment(pallets, 60.0, 99.0, 0.9, Basis.HINT),)

    lines = hint_report(notes, MeetingAlignment(found, offset)).splitlines()

    assert lines == [report, "Ignored, because the recording disagrees: 2:00 on line 4."]
    assert hint_report(reader.parse("# Call\n\n- Fox\n", name="a.md"), MeetingAlignment(())) == ""
