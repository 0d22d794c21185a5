"""What people changed in written links is told from what was written, and kept as corrections."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline import notes as reader
from pipeline.annotate.memory import AnnotationMemory, as_corrections, edits_of_people
from pipeline.corrections import toml_file
from pipeline.records import Verdict

URL = "https://youtu.be/dQw4w9WgXcQ"
READ = partial(reader.parse_all, name="2024-03-05.md")


def own(text: str, seconds: int) -> str:
    return f'- {text} ([{seconds // 60}:{seconds % 60:02}]({URL}?t={seconds} "jumpnotes"))\n'


def memory_of(folder: Path, written: str) -> AnnotationMemory:
    """What is remembered of notes with these lines: `one` at 1:00, `two` at 2:00."""
    path = folder / "2024-03-05.md"
    meetings = READ(written)
    keys = [(notes.slug, block.id) for notes in meetings for block in notes.blocks if block.text in {"one", "two"}]
    standing = {key: 60 * number for number, key in enumerate(keys, 1)}
    toml_file.beside(path).write_text(AnnotationMemory(path).with_links(path.name, meetings, standing, ()))
    return AnnotationMemory.beside(path)


NOTES = f"# Call\n\n## Plan\n\n{own('one', 60)}{own('two', 120)}"


def changes(text: str, memory: AnnotationMemory) -> tuple[list[float], list[int]]:
    edits = edits_of_people(text, READ(text), memory)
    return sorted(edits.changed.values()), sorted(edits.deleted.values())


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
    assert changes(copied, memory) == ([300.0], [])  # a link that was pasted, with another time


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
    read = AnnotationMemory.beside(tmp_path / "2024-03-05.md")
    meetings = READ(NOTES)
    (key, _) = [(notes.slug, block.id) for notes in meetings for block in notes.blocks if block.text in {"one", "two"}]
    said = as_corrections(meetings, {key: 75.0})
    made = read.with_links("2024-03-05.md", meetings, {key: 75}, said.values())

    memory.path.write_bytes(made.encode())
    after = AnnotationMemory.beside(tmp_path / "2024-03-05.md")
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
    assert memory.with_links("2024-03-05.md", READ(NOTES), {}, ()) == ""


def test_of_several_meetings_in_a_file_each_has_its_own_links(tmp_path: Path) -> None:
    text = f"## 2024-03-05\n\n{own('one', 60)}\n## 2024-03-12\n\n{own('one', 120)}"
    memory = memory_of(tmp_path, text)
    assert changes(text, memory) == ([], [])
    assert changes(text.replace("t=60", "t=75").replace("[1:00]", "[1:15]"), memory) == ([75.0], [])
