"""`jumpnotes annotate`: links written into notes, looked at, corrected by hand, and taken out again."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.annotate import annotating
from pipeline.annotate.files import NotesFile
from pipeline.corrections import toml_file
from pipeline.errors import FileError
from pipeline.records import Verdict
from pipeline.store import Store
from tests.pipeline.cli.conftest import NOTES, SLUG, VTT, cli

URL = "https://youtu.be/gArDenCall0"
ROTA = f'[0:10]({URL}?t=10 "jumpnotes")'


@pytest.fixture
def annotated(notes: Path, stored: Path) -> Path:
    """The notes with their links, and an archive that knows them."""
    assert cli("annotate", notes, "--data-dir", stored).exit_code == 0
    return notes


def test_what_is_sure_is_written_and_twice_is_no_difference(notes: Path, stored: Path) -> None:
    result = cli("annotate", notes, "--data-dir", stored)
    assert result.stdout == f"{notes}: 7 links written; 1 less sure (--min likely)\n"
    text = notes.read_text()
    assert f"## Watering rota\n\n{ROTA}\n\n- Priya" in text
    assert f'leaks ([0:45]({URL}?t=45 "jumpnotes"))\n' in text

    again = cli("annotate", notes, "--data-dir", stored)
    assert (again.stdout, notes.read_text()) == (f"{notes}: no changes; 1 less sure (--min likely)\n", text)
    assert cli("annotate", notes, "--data-dir", stored, "--min", "likely").stdout == f"{notes}: 1 link written\n"
    assert cli("annotate", notes, "--data-dir", stored).stdout.startswith(f"{notes}: 1 link taken out")


def test_removed_the_file_is_as_it_was_and_nothing_is_left_beside_it(annotated: Path) -> None:
    assert cli("annotate", annotated, "--remove").stdout == f"{annotated}: 7 links taken out\n"
    assert annotated.read_bytes() == NOTES.read_bytes()
    assert not toml_file.beside(annotated).exists()


def test_a_transcript_will_do_without_an_archive(notes: Path, tmp_path: Path) -> None:
    """A file, or a folder that has one called like the notes; no data folder is made."""
    nowhere = tmp_path / "nowhere"
    result = cli("annotate", notes, "--transcript", VTT, "--data-dir", nowhere)
    written = notes.read_text()
    assert (result.exit_code, written.count('"jumpnotes"')) == (0, 7)

    notes.write_bytes(NOTES.read_bytes())
    folder = tmp_path / "transcripts"
    folder.mkdir()
    (folder / f"{notes.stem}.vtt").write_bytes(VTT.read_bytes())
    assert cli("annotate", notes, "--transcript", folder, "--data-dir", nowhere).exit_code == 0
    assert notes.read_text() == written
    assert not nowhere.exists()


def test_the_difference_is_a_patch_that_git_applies(notes: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notes.parent)
    notes.write_bytes(NOTES.read_bytes().replace(b"\n", b"\r\n").rstrip())
    before = notes.read_bytes()
    patch = cli("annotate", notes.name, "--data-dir", stored, "--diff")
    assert notes.read_bytes() == before

    done = subprocess.run(["git", "apply", "-p1"], input=patch.stdout_bytes, cwd=notes.parent, capture_output=True)
    assert done.returncode == 0, done.stderr
    patched = notes.read_bytes()
    notes.write_bytes(before)
    cli("annotate", notes, "--data-dir", stored)
    assert notes.read_bytes() == patched


def test_the_check_names_lines_and_the_command_that_mends_them(notes: Path, stored: Path) -> None:
    result = cli("annotate", notes, "--check", "--data-dir", stored)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"{notes}:5: 0:10 is missing"
    assert result.stderr == f"Fix them with: jumpnotes annotate {notes} --data-dir {stored}\n"
    assert notes.read_bytes() == NOTES.read_bytes()

    cli("annotate", notes, "--data-dir", stored)
    assert cli("annotate", notes, "--check", "--data-dir", stored).exit_code == 0


def test_the_check_tells_without_any_archive_what_it_can(annotated: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert cli("annotate", annotated, "--check", "--data-dir", nowhere).exit_code == 0
    annotated.write_text(annotated.read_text() + f"\n- [8:40]({URL}?t=517) Later\n")
    memory = toml_file.beside(annotated)
    said = 'verdict = "time"\nstart = "2:00"\nauthor = "Ana"\nat = 2024-03-06T10:00:00Z'
    entry = f'\n[[correction]]\nline = "Seed swap"\n{said}\n'
    memory.write_text(memory.read_text().replace("[written]", f"{entry}\n[written]"))

    result = cli("annotate", annotated, "--check", "--data-dir", nowhere)
    own = f'[1:49]({URL}?t=109 "jumpnotes")'
    lines = annotated.read_text().splitlines()
    assert result.stdout.splitlines() == [
        f"{annotated}:{1 + lines.index(own)}: 1:49 would be 2:00",
        f"{annotated}:{len(lines)}: the link says 8:40 and opens 8:37",
    ]
    assert not nowhere.exists()


def test_a_link_that_somebody_changed_is_a_correction_for_the_transcript_and_for_the_archive(
    annotated: Path, stored: Path
) -> None:
    annotated.write_text(annotated.read_text().replace("[0:45]", "[0:40]").replace("?t=45", "?t=40"))

    told = cli("annotate", annotated, "--transcript", VTT).stdout
    assert "1 changed by hand, kept as corrections" in told
    assert f"leaks ([0:40]({URL}?t=40" in annotated.read_text()
    (entry,) = toml_file.read(toml_file.beside(annotated)).corrections
    assert (entry.locator.text, entry.start) == ("The hose by the greenhouse leaks", 40.0)

    assert cli("run", annotated, "--transcript", VTT, "--data-dir", stored).exit_code == 0
    listed = cli("corrections", "list", SLUG, "--data-dir", stored).stdout.splitlines()
    assert [row.split()[1:3] for row in listed[1:]] == [["0:40", f"{entry.at:%Y-%m-%d}"]]


def test_a_link_that_somebody_deleted_does_not_come_back(annotated: Path, stored: Path) -> None:
    without = annotated.read_text().replace(f' ([0:45]({URL}?t=45 "jumpnotes"))', "")
    annotated.write_text(without)
    for _ in range(2):
        assert "no changes" in cli("annotate", annotated, "--data-dir", stored).stdout
    assert annotated.read_text() == without


def test_a_link_that_somebody_wrote_is_not_touched_and_told_where_it_is_far_off(notes: Path, stored: Path) -> None:
    own = f"- [9:00]({URL}?t=540) Saturday 23 March in the village hall"
    notes.write_text(notes.read_text().replace("- Saturday 23 March in the village hall", own))
    cli("run", notes, "--transcript", VTT, "--data-dir", stored)

    assert cli("annotate", notes, "--data-dir", stored).exit_code == 0
    assert f"{own}\n" in notes.read_text()
    line = 1 + notes.read_text().splitlines().index(own)
    checked = cli("annotate", notes, "--check", "--data-dir", stored)
    assert checked.stdout == f"{notes}:{line}: the time here is 9:00, but it was surely said at 1:54\n"


def test_a_recording_elsewhere_is_opened_on_the_published_page(notes: Path, tmp_path: Path) -> None:
    notes.write_text(notes.read_text().replace(f"Recording: {URL}", "Recording: to be published"))
    nowhere = cli("annotate", notes, "--transcript", VTT)
    assert "6 found, but not on YouTube: say where the pages are (--site)" in nowhere.stdout
    assert '"jumpnotes"' not in notes.read_text()

    cli("annotate", notes, "--transcript", VTT, "--site", "https://garden.example/archive/")
    page = f"https://garden.example/archive/meetings/{SLUG}"
    assert f"leaks ([0:45]({page}?t=45#the-hose-by-the-greenhouse-leaks-" in notes.read_text()


def test_notes_of_which_nothing_is_known_say_what_to_do(notes: Path, stored: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Another call\n\n- text\n")
    result = cli("annotate", other, "--data-dir", stored)
    assert result.exit_code == 0  # it is no failure that notes were not run yet
    assert (
        result.stdout == f"{other}: no changes; nothing is known of it (jumpnotes run {other}, or give --transcript)\n"
    )
    both = cli("annotate", other, notes, "--data-dir", stored)
    assert both.exit_code == 0
    assert both.stdout.splitlines()[-1] == (
        "1 of 2 files changed: 7 links written, 0 moved, 0 taken out; nothing is known of 1 file"
    )


def test_one_file_that_cannot_be_read_keeps_no_other_from_its_links(notes: Path, stored: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.md"
    broken.write_bytes(b"# Call\n\xff")
    result = cli("annotate", broken, notes, "--data-dir", stored)
    assert result.exit_code == 1
    assert "broken.md:2: is not UTF-8 text" in result.stderr
    assert '"jumpnotes"' in notes.read_text()


def test_a_link_of_ours_that_says_another_time_than_it_opens_is_mended_by_its_address(tmp_path: Path) -> None:
    """Where nothing else is known. A text that is no time is somebody's own, and stays."""
    notes, nowhere = tmp_path / "notes.md", tmp_path / "nowhere"
    notes.write_text(f'# Call\n\n- Hoses ([0:50]({URL}?t=45 "jumpnotes"))\n- Seeds ([here]({URL}?t=90 "jumpnotes"))\n')
    assert cli("annotate", notes, "--data-dir", nowhere).stdout.startswith(f"{notes}: 1 link moved")
    assert f"[0:45]({URL}?t=45" in notes.read_text()
    assert f"[here]({URL}?t=90" in notes.read_text()
    assert cli("annotate", notes, "--check", "--data-dir", nowhere).exit_code == 0


def test_an_address_of_the_pages_has_to_be_one(notes: Path) -> None:
    result = cli("annotate", notes, "--transcript", VTT, "--site", "garden.example")
    assert (result.exit_code, "does not begin with https://" in result.stderr) == (2, True)


# -- what people do to notes with links --------------------------------------------------------------------------------


def test_a_link_that_a_formatter_moved_to_a_line_of_its_own_stays(annotated: Path, stored: Path) -> None:
    wrapped = annotated.read_text().replace(" ([0:45]", "\n  ([0:45]")
    annotated.write_text(wrapped)
    assert "no changes" in cli("annotate", annotated, "--data-dir", stored).stdout
    assert annotated.read_text() == wrapped


def test_text_between_a_heading_and_its_link_takes_neither_from_the_other(annotated: Path) -> None:
    text = annotated.read_text().replace("## Seed swap\n", "## Seed swap\n\nAll of us.\n")
    annotated.write_text(text)
    cli("annotate", annotated, "--transcript", VTT, "--no-meaning")
    assert f'All of us.\n\n[1:49]({URL}?t=109 "jumpnotes")' in annotated.read_text()


def test_a_deleted_link_stays_away_when_the_others_are_taken_out_and_written_again(
    annotated: Path, stored: Path
) -> None:
    annotated.write_text(annotated.read_text().replace(f' ([0:45]({URL}?t=45 "jumpnotes"))', ""))
    cli("annotate", annotated, "--data-dir", stored)
    cli("annotate", annotated, "--remove")
    assert cli("annotate", annotated, "--data-dir", stored).stdout.startswith(f"{annotated}: 6 links written")
    assert "?t=45" not in annotated.read_text()


def test_a_copy_of_the_notes_beside_them_takes_no_link_out(annotated: Path, stored: Path) -> None:
    text = annotated.read_text()
    for number in range(3):
        (annotated.parent / f"copy-{number}.md").write_text(text)
    assert "no changes" in cli("annotate", annotated, "--data-dir", stored).stdout
    assert annotated.read_text() == text


def test_notes_that_somebody_changes_meanwhile_are_not_written_nor_what_is_remembered(
    annotated: Path, stored: Path
) -> None:
    """Else the next run would take every link for a correction."""
    annotated.write_text(annotated.read_text() + "\n- The hose by the greenhouse leaks\n")
    memory = toml_file.beside(annotated).read_bytes()
    made = annotating.remove(NotesFile.open(annotated, frozenset()))
    annotated.write_text(annotated.read_text() + "more\n")
    with pytest.raises(FileError, match="changed while it was annotated"):
        made.write()
    assert toml_file.beside(annotated).read_bytes() == memory


def test_a_newer_word_is_not_undone_by_a_link_that_was_changed_before(annotated: Path, stored: Path) -> None:
    """Though the notes still say the older time when they are read again."""
    annotated.write_text(annotated.read_text().replace("[0:45]", "[0:40]").replace("?t=45", "?t=40"))
    cli("run", annotated, "--transcript", VTT, "--data-dir", stored)
    store = Store.open(stored / "jumpnotes.db")
    (old,) = store.history(SLUG)
    store.correct(SLUG, old.block_id, Verdict.TIME, 60.0, "Ana", seen=old.id)
    with closing(sqlite3.connect(stored / "jumpnotes.db")) as db, db:
        db.execute("UPDATE corrections SET at = datetime(at, '-1 hour')")  # all of it was an hour ago
    annotated.write_text(annotated.read_text().replace("Seed swap", "Swap of seeds"))
    cli("run", annotated, "--transcript", VTT, "--data-dir", stored)
    assert store.meeting(SLUG).corrections[old.block_id].author == "Ana"
    store.close()

    cli("annotate", annotated, "--data-dir", stored)
    assert f"leaks ([1:00]({URL}?t=60" in annotated.read_text()
    assert toml_file.read(toml_file.beside(annotated)).corrections == ()


def test_a_time_that_the_recording_has_not_is_told_and_not_taken(annotated: Path) -> None:
    annotated.write_text(annotated.read_text().replace("[0:45]", "[9:00:45]").replace("?t=45", "?t=32445"))
    told = cli("annotate", annotated, "--transcript", VTT, "--check").stdout
    assert "9:00:45 is not within the recording" in told
    cli("annotate", annotated, "--transcript", VTT)
    assert toml_file.read(toml_file.beside(annotated)).corrections == ()
    annotated.write_text(annotated.read_text().replace("[0:45]", "[0:75]"))
    assert "[0:75] is no time" in cli("annotate", annotated, "--transcript", VTT, "--check").stdout


def test_a_link_that_lost_its_time_gets_it_back(annotated: Path, stored: Path) -> None:
    whole = annotated.read_text()
    annotated.write_text(whole.replace("?t=45", ""))
    assert "1 link moved" in cli("annotate", annotated, "--data-dir", stored).stdout
    assert annotated.read_text() == whole


def test_the_check_says_that_nothing_is_known(tmp_path: Path, stored: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Another call\n\n- text\n")
    result = cli("annotate", other, "--check", "--data-dir", stored)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing is known of it" in result.stderr


def test_a_newer_correction_of_the_archive_counts_for_more_than_the_file_beside_the_notes(
    annotated: Path, stored: Path
) -> None:
    said = 'verdict = "time"\nstart = "0:30"\nauthor = "Tomasz"\nat = 2024-03-06T10:00:00Z'
    memory = toml_file.beside(annotated)
    memory.write_text(f'{memory.read_text()}\n[[correction]]\nline = "Seed swap"\n{said}\n')
    store = Store.open(stored / "jumpnotes.db")
    block_id = next(block.id for block in store.meeting(SLUG).notes.blocks if block.text == "Seed swap")
    store.correct(SLUG, block_id, Verdict.TIME, 120.0, "Ana", seen=None)
    store.close()
    cli("annotate", annotated, "--data-dir", stored)
    assert f'## Seed swap\n\n[2:00]({URL}?t=120 "jumpnotes")' in annotated.read_text()


def test_a_correction_that_stands_in_the_file_already_is_not_added_again(annotated: Path) -> None:
    said = 'verdict = "time"\nstart = "0:40"\nauthor = "Tomasz"\nat = 2024-03-06T10:00:00Z'
    memory = toml_file.beside(annotated)
    memory.write_text(f'{memory.read_text()}\n[[correction]]\nline = "The hose by the greenhouse leaks"\n{said}\n')
    annotated.write_text(annotated.read_text().replace("[0:45]", "[0:40]").replace("?t=45", "?t=40"))
    cli("annotate", annotated, "--transcript", VTT)
    assert [each.author for each in toml_file.read(memory).corrections] == ["Tomasz"]


def test_a_check_of_what_would_be_removed_is_refused(annotated: Path) -> None:
    """It would name every link as wrong, and the command that writes it."""
    result = cli("annotate", annotated, "--check", "--remove")
    assert (result.exit_code, "--diff shows what would go" in result.stderr) == (2, True)
    assert cli("annotate", annotated, "--diff", "--remove").stdout.count("\n-[") == 2


def test_html_in_a_folder_is_left_out_and_fails_nothing(notes: Path, stored: Path) -> None:
    """Named itself, it is refused."""
    page = notes.parent / "2024-03-12.html"
    page.write_text(
        "<title>Meeting 2024-03-12</title><h1>Call minutes 2024-03-12</h1><p>Recording: https://youtu.be/x</p>"
    )
    result = cli("annotate", notes.parent, "--data-dir", stored)
    assert (result.exit_code, "HTML left out (1)" in result.stderr) == (0, True)
    assert cli("annotate", page, "--data-dir", stored).exit_code == 1
