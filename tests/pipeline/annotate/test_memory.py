"""What people changed in written links is told from what was written, and kept as corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from pipeline import notes as reader
from pipeline.annotate.memory import AnnotationMemory, LinkEdit, as_corrections, edits_of_people
from pipeline.corrections import toml_file
from pipeline.corrections.locate import locators
from pipeline.corrections.toml_file import WrittenLink
from pipeline.errors import CorrectionsFileError
from pipeline.records import Verdict

URL = "https://youtu.be/dQw4w9WgXcQ"
READ = partial(reader.parse_all, name="calls.md")


def own(text: str, seconds: int) -> str:
    return f'- {text} ([{seconds // 60}:{seconds % 60:02}]({URL}?t={seconds} "jumpnotes"))\n'


def memory_of(folder: Path, written: str) -> AnnotationMemory:
    """What is remembered of notes with these lines: `one` at 1:00, `two` at 2:00."""
    path = folder / "calls.md"
    meetings = READ(written)
    keys = [(notes.slug, block.id) for notes in meetings for block in notes.blocks if block.text in {"one", "two"}]
    several = len(meetings) > 1
    places = {(notes.slug, id_): place for notes in meetings for id_, place in locators(notes).items()}
    links = {
        key: WrittenLink(places[key], 60 * number, key[0] if several else "") for number, key in enumerate(keys, 1)
    }
    toml_file.beside(path).write_text(AnnotationMemory(path).with_links(path.name, meetings, links, ()))
    return AnnotationMemory.beside(path)


def call(day: str, lines: str) -> str:
    """One of several meetings in a file."""
    return f"## 2024-03-{day}\n\nRecording: {URL}\n\n### Plan\n\n{lines}\n"


NOTES = f"# Call\n\n## Plan\n\n{own('one', 60)}{own('two', 120)}"


def changes(text: str, memory: AnnotationMemory) -> tuple[list[float], list[int]]:
    edits = edits_of_people(text, READ(text), memory)
    return sorted(each.seconds for each in edits.changed.values()), sorted(
        each.start for each in edits.deleted.values()
    )


def test_a_link_that_is_as_it_was_written_is_nobodys_word(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    assert changes(NOTES, memory) == ([], [])
    assert changes(f"# Call\n\nNew lines.\n\n## Plan\n\n{own('two', 120)}{own('one', 60)}", memory) == ([], [])


def test_another_time_in_the_link_or_in_its_text_is_a_persons(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    assert changes(NOTES.replace("t=60", "t=75").replace("1:00", "1:15"), memory) == ([75.0], [])
    assert changes(NOTES.replace("t=60", "t=75"), memory) == ([75.0], [])
    assert changes(NOTES.replace("[1:00]", "[1:15]"), memory) == ([75.0], [])
    assert changes(NOTES.replace("[1:00]", "[here]"), memory) == ([], [])


def test_a_line_keeps_what_is_remembered_of_it_when_it_is_reworded(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    assert changes(NOTES.replace("one", "something else altogether"), memory) == ([], [])
    copied = NOTES + own("three", 300)
    assert changes(copied, memory) == ([], [])  # with its link, from another file: nothing is remembered of it
    moved = NOTES.replace("## Plan", f'## Plan\n\nAll of us.\n\n[5:00]({URL}?t=300 "jumpnotes")')
    assert changes(moved, memory) == ([], [])


def test_a_link_that_was_deleted_is_told_unless_all_are_gone(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    assert changes(NOTES.replace(own("one", 60), "- one\n"), memory) == ([], [60])
    assert changes("# Call\n\n## Plan\n\n- one\n- two\n", memory) == ([], [])  # the file was put back


def test_without_the_file_every_link_is_ours(tmp_path: Path) -> None:
    assert changes(NOTES.replace("t=60", "t=75"), AnnotationMemory.beside(tmp_path / "other.md")) == ([], [])


def test_the_file_keeps_all_that_people_wrote_in_it(tmp_path: Path) -> None:
    """Comments, order and line breaks; only the written links are replaced, and corrections added before them."""
    memory = memory_of(tmp_path, NOTES)
    text = (
        f"# ours\r\n{memory.text}".replace("\n", "\r\n").replace("\r\r", "\r")
        + '\r\n[speakers]\r\n"A" = "Ana"  # she\r\n'
    )
    memory.path.write_bytes(text.encode())
    read = AnnotationMemory.beside(tmp_path / "calls.md")
    meetings = READ(NOTES)
    (key, _) = [(notes.slug, block.id) for notes in meetings for block in notes.blocks if block.text in {"one", "two"}]
    said = as_corrections(meetings, {key: 75.0})
    link = WrittenLink(locators(meetings[0])[key[1]], 75, before=60)
    made = read.with_links("calls.md", meetings, {key: link}, said.values())

    memory.path.write_bytes(made.encode())
    after = AnnotationMemory.beside(tmp_path / "calls.md")
    assert after.file is not None
    assert [(each.locator.text, each.start) for each in after.file.written] == [("one", 75)]
    assert [(each.verdict, each.start, each.author) for each in after.file.corrections] == [
        (Verdict.TIME, 75.0, "an edit of the notes")
    ]
    assert after.file.speakers == {"A": "Ana"}
    assert made.startswith("# ours\r\n")
    assert '"A" = "Ana"  # she' in made


def test_a_file_with_nothing_left_to_say_is_none(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    assert memory.with_links("calls.md", READ(NOTES), {}, ()) == ""


def test_of_several_meetings_in_a_file_each_has_its_own_links(tmp_path: Path) -> None:
    text = call("05", own("one", 60)) + call("12", own("one", 120))
    assert len(READ(text)) == 2
    memory = memory_of(tmp_path, text)
    assert changes(text, memory) == ([], [])
    assert changes(text.replace("t=60", "t=75").replace("[1:00]", "[1:15]"), memory) == ([75.0], [])
    lines = memory.text.splitlines(keepends=True)
    memory.path.write_text("".join(line for line in lines if '"1:00"' not in line))
    second = AnnotationMemory.beside(tmp_path / "calls.md")
    assert changes(text.replace("t=120", "t=135").replace("[2:00]", "[2:15]"), second) == ([135.0], [])


def test_a_link_that_opens_what_it_opened_before_was_put_back_with_its_file(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    memory.path.write_text(memory.text.replace('start = "1:00"', 'start = "1:15", before = "1:00"'))
    assert changes(NOTES, AnnotationMemory.beside(tmp_path / "calls.md")) == ([], [])


def test_a_second_meeting_in_the_file_changes_nothing_of_what_is_remembered_of_the_first(tmp_path: Path) -> None:
    first = call("05", own("one", 60) + own("two", 120))
    memory = memory_of(tmp_path, first)
    both = call("12", "- one\n") + first
    assert (len(READ(first)), len(READ(both))) == (1, 2)
    assert changes(both, memory) == ([], [])


def test_a_correction_is_of_one_meeting_of_the_file(tmp_path: Path) -> None:
    """The newest of a line counts, and the same line of another meeting has its own."""
    text = call("05", own("one", 60)) + call("12", own("one", 120))
    assert len(READ(text)) == 2
    meetings = READ(text)
    key = next((notes.slug, block.id) for notes in meetings[1:] for block in notes.blocks if block.text == "one")
    path = tmp_path / "calls.md"
    earlier, later = (as_corrections(meetings, {key: start}) for start in (130.0, 140.0))
    (old,), (new,) = earlier.values(), later.values()
    old = replace(old, at=old.at - timedelta(days=1))
    toml_file.beside(path).write_text(AnnotationMemory(path).with_links(path.name, meetings, {}, (new, old)))
    said = AnnotationMemory.beside(path).said(meetings)
    assert {at: each.start for at, each in said.items()} == {key: 140.0}


def test_what_was_deleted_once_stays_so_when_all_links_are_gone(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    memory.path.write_text(memory.text.replace('start = "1:00"', 'start = "1:00", deleted = true'))
    assert changes("# Call\n\n## Plan\n\n- one\n- two\n", AnnotationMemory.beside(tmp_path / "calls.md")) == (
        [],
        [60],
    )


def test_a_changed_part_is_a_change(tmp_path: Path) -> None:
    text = NOTES.replace("[1:00]", "[part 1, 1:00]")
    memory = memory_of(tmp_path, text)
    memory.path.write_text(memory.text.replace('start = "1:00"', 'part = 1, start = "1:00"'))
    memory = AnnotationMemory.beside(tmp_path / "calls.md")
    assert edits_of_people(text, READ(text), memory).changed == {}
    (edit,) = edits_of_people(text.replace("part 1", "part 2"), READ(text), memory).changed.values()
    assert edit == LinkEdit(60.0, 2)


def test_notes_of_one_stem_have_files_of_their_own(tmp_path: Path) -> None:
    memory_of(tmp_path, NOTES)
    other = tmp_path / "calls.markdown"
    other.write_text(NOTES)
    assert AnnotationMemory.beside(other).file is not None  # it was renamed, perhaps
    (tmp_path / "calls.md").write_text(NOTES)
    assert AnnotationMemory.beside(other) == AnnotationMemory(tmp_path / "calls.markdown.corrections.toml")
    assert AnnotationMemory.beside(tmp_path / "calls.md").file is not None


def test_a_table_of_another_form_is_not_written_twice(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, NOTES)
    memory.path.write_text('notes = "calls.md"\nwritten = { links = [] }\n')
    read = AnnotationMemory.beside(tmp_path / "calls.md")
    meetings = READ(NOTES)
    key = next((notes.slug, block.id) for notes in meetings for block in notes.blocks if block.text == "one")
    with pytest.raises(CorrectionsFileError, match="in another form"):
        read.with_links("calls.md", meetings, {key: WrittenLink(locators(meetings[0])[key[1]], 60)}, ())
