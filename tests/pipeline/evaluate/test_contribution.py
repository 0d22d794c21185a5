"""A stored meeting becomes a case that is read as it was, with the names of people or without."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import align, cues, evaluate, notes
from pipeline.errors import AlignError, NotesError
from pipeline.evaluate.contribution import contribution
from pipeline.language.words import folded_words
from pipeline.records import Correction, Meeting, Notes, Transcript, Verdict
from tests.conftest import CALL

GARDEN = CALL / "2024-03-05-garden.md"
TRANSCRIPT = cues.read(CALL / "garden.vtt")
HOUR = datetime(2024, 3, 6, 9, 30, tzinfo=UTC)


def corrected(read: Notes, starts: dict[str, float | None]) -> Meeting:
    """The meeting of these notes, with corrections of the blocks of these texts."""
    corrections = {
        block.id: Correction(1, block.id, Verdict.NOT_DISCUSSED if start is None else Verdict.TIME, start, "Ana", HOUR)
        for text, start in starts.items()
        for block in read.blocks
        if block.text == text
    }
    assert len(corrections) == len(starts)
    return Meeting(read, transcript=TRANSCRIPT, corrections=corrections)


def texts_of_gold(folder: Path) -> dict[str, float | None]:
    """What the lines of the gold of a case say in its notes."""
    blocks = {block.line: block.text for block in notes.read(folder / "notes.md").blocks}
    return {blocks[item.line]: item.start for item in evaluate.read_gold(folder / "gold.json")}


SEVERAL = """\
# Garden club

## 2024-03-05

Attendees: Ann

- The compost heap
- Frost

## 2024-02-20

Attendees: Ann

- Pallets
- Frost
"""

HTML = """<!doctype html><html><head><title>Garden call</title></head><body><nav>Home</nav><h1>Garden call</h1>
<p>In the village hall.</p><h2>Topics</h2><ul><li>Pallets</li><li>Frost</li></ul></body></html>
"""


@pytest.mark.parametrize(("name", "text"), [("club.md", SEVERAL), ("call.html", HTML)])
def test_gold_is_on_the_lines_of_the_notes_that_are_written(name: str, text: str, tmp_path: Path) -> None:
    """Of one of several meetings in a file, and of HTML, whose lines are not those of its Markdown."""
    (tmp_path / name).write_text(text)
    *_, last = notes.read_all(tmp_path / name)
    meeting = corrected(last, {"Pallets": 83.25, "Frost": None})

    contribution(meeting).write(tmp_path / "case")

    assert texts_of_gold(tmp_path / "case") == {"Pallets": 83.25, "Frost": None}
    assert cues.read(tmp_path / "case" / "transcript.vtt").segments == TRANSCRIPT.segments


def test_a_masked_case_is_aligned_as_before(tmp_path: Path) -> None:
    """Nearly all lines are where they were, within five seconds, and not one name is left."""
    source = GARDEN.read_text() + "\n- Tomasz and Leila carry the pallets, see @leila\n"
    read = notes.parse(source, name="call.md")
    case = contribution(corrected(read, {"Compost heap": 66.25}), mask_names=True)
    case.write(tmp_path)

    assert case.masked is not None
    assert {name for names in case.masked.values() for name in names} == {"Ana", "Tomasz", "Priya", "Leila", "@leila"}
    written = {word for path in tmp_path.iterdir() for word in folded_words(path.read_text())}
    assert written & {"ana", "tomasz", "priya", "leila"} == set()
    starts = starts_by_line(read, TRANSCRIPT)
    masked = starts_by_line(notes.read(tmp_path / "notes.md"), cues.read(tmp_path / "transcript.vtt"))
    same = [line for line, start in starts.items() if masked[line] == pytest.approx(start, abs=5.0)]
    assert masked.keys() == starts.keys()
    assert len(same) >= 0.8 * len(starts)


def starts_by_line(read: Notes, transcript: Transcript) -> dict[int, float | None]:
    """Where each block is placed, by its line."""
    found = {link.block_id: link.start for link in align.align(read, transcript).alignments}
    return {block.line: found.get(block.id) for block in read.blocks}


def test_a_readme_says_what_there_is_and_how_to_check_it(tmp_path: Path) -> None:
    """Whether names were masked, too, and none of them."""
    meeting = corrected(notes.read(GARDEN), {"Compost heap": 66.25})
    for mask_names, told in ((False, "Names are as they were."), (True, "Names are masked")):
        contribution(meeting, mask_names=mask_names).write(tmp_path)

        readme = (tmp_path / "README.txt").read_text()
        assert told in readme
        assert "jumpnotes evaluate ." in readme
        assert "when one line of the notes" in readme
        assert "Priya" not in readme


def test_what_cannot_be_a_case_says_why() -> None:
    """There is no transcript any more, or the notes are several meetings when they stand alone."""
    meeting = corrected(notes.read(GARDEN), {"Compost heap": 66.25})

    with pytest.raises(AlignError, match="has no transcript"):
        contribution(replace(meeting, transcript=None))
    with pytest.raises(NotesError, match="cannot be read by themselves"):
        contribution(replace(meeting, notes=replace(meeting.notes, source=SEVERAL)))


def test_a_line_that_is_none_of_the_notes_by_themselves_is_left_out() -> None:
    """And counted."""
    meeting = corrected(notes.read(GARDEN), {"Compost heap": 66.25, "Seed swap": 120.0})
    changed = meeting.notes.source.replace("## Seed swap\n", "")

    case = contribution(replace(meeting, notes=replace(meeting.notes, source=changed)))

    assert [item.start for item in case.gold] == [66.25]
    assert case.left_out == 1
