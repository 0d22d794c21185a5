"""Which files of a folder are notes, whatever else is in it."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from pipeline import notes
from pipeline.errors import NotesError
from pipeline.notes import files
from pipeline.notes.files import find_notes, siblings_of

NOTES = b"# Meeting\n\n- the budget\n"


def found(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in find_notes([folder])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_bytes(NOTES)
    (folder / "sub" / "b.md").write_bytes(NOTES)
    return folder


def test_symlinks_that_lead_out_are_skipped(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is not in the folder somebody named is not read, and that is told; a symlink within it is a file."""
    (tmp_path / "secret.md").write_text("# Secret\n\nthe password is hunter2\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "c.md").write_bytes(NOTES)
    (folder / "out.md").symlink_to("../secret.md")
    (folder / "out.txt").symlink_to(tmp_path / "secret.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "there").symlink_to(tmp_path / "other")
    (folder / "up").symlink_to("..")
    (folder / "within.md").symlink_to("sub/b.md")

    assert found(folder) == ["a.md", "sub/b.md", "within.md"]
    told = {Path(line.partition(":")[0]).name for line in caplog.messages}
    assert told == {"out.md", "out.txt", "loop.md", "there", "up"}
    assert [file.name for file in siblings_of(folder / "a.md")] == ["a.md", "within.md"]


def test_a_symlink_somebody_named_is_followed(folder: Path, tmp_path: Path) -> None:
    """Naming it is consent, for a file and for a folder."""
    (tmp_path / "named").symlink_to(folder)
    (tmp_path / "named.md").symlink_to(folder / "a.md")

    assert found(tmp_path / "named") == ["a.md", "sub/b.md"]
    assert list(find_notes([tmp_path / "named.md"])) == [tmp_path / "named.md"]
    assert notes.read(tmp_path / "named.md").title == "Meeting"


def test_what_is_no_file_is_not_opened(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A pipe would wait for ever, and a device never end."""
    os.mkfifo(folder / "pipe.md")
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "2024-03-05 minutes.html")
    (folder / "folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.md"))
        assert found(folder) == ["a.md", "sub/b.md"]
        assert list(siblings_of(folder / "a.md")) == [folder / "a.md"]

    assert sum("no regular file" in message for message in caplog.messages) == 4
    for path in (folder / "pipe.md", Path("/dev/zero")):
        with pytest.raises(NotesError, match="not a regular file"):
            notes.read(path)


def test_folders_within_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be nested deeper than Python's own calls."""
    monkeypatch.chdir(folder)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.md").write_bytes(NOTES)

    assert [file.name for file in find_notes([folder])] == ["a.md", "deep.md", "b.md"]
    subprocess.run(["rm", "-rf", folder / "d"], check=True)  # pytest would not get to the bottom


def test_names_of_any_bytes(folder: Path) -> None:
    """Every name a disk can hold is found and read, and gives a title that can be stored."""
    names = [b"r\xe9union 2020-01-02.md", b"a\nb.md", b"-rf.md", b"quo'te\".md", b"x" * 252 + b".md", "é.md".encode()]
    for name in names:
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(b"- the budget\n")

    read = {os.fsencode(path.name): notes.read(path) for path in find_notes([folder])}

    assert set(names) < set(read)
    for each in read.values():
        each.title.encode()
        each.slug.encode("ascii")
    assert read[names[0]].date is not None


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be read by root")
def test_what_cannot_be_read_is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that cannot be listed and a text that cannot be opened stop nothing."""
    (folder / "closed.txt").write_bytes(NOTES)
    (folder / "closed.txt").chmod(0)
    (folder / "sub").chmod(0)
    try:
        assert found(folder) == ["a.md"]
    finally:
        (folder / "sub").chmod(0o755)
    assert len(caplog.messages) == 2


def test_siblings_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a huge file nor a folder of very many costs more than the notes themselves may."""
    with (folder / "huge.md").open("wb") as huge:
        huge.truncate(2_000_000_000)
    (folder / "binary.md").write_bytes(b"\0" * 100)
    for number in range(5):
        (folder / f"{number}.md").write_bytes(NOTES)

    assert [file.name for file in siblings_of(folder / "a.md")] == ["0.md", "1.md", "2.md", "3.md", "4.md", "a.md"]
    monkeypatch.setattr(files, "MAX_SIBLINGS", 3)
    assert [file.name for file in siblings_of(folder / "a.md")] == ["3.md", "4.md", "a.md"]
    monkeypatch.setattr(files, "MAX_SIBLING_BYTES", 2 * len(NOTES))
    assert [file.name for file in siblings_of(folder / "a.md")] == ["4.md", "a.md"]


def test_notes_among_everything_else_of_a_repository(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """READMEs of meetings, minutes in HTML, .mdx and .txt with a heading; not what every project has."""
    video = b"Recording: https://youtu.be/AAAAAAAAAAA\n"
    pages = {
        "2022/01-18-review/README.md": video,
        "2024-03-05/index.html": b"<h1>Minutes</h1>",
        "calls/2024-03-05.mdx": NOTES,
        "calls/2024-03-12.md": NOTES,
        "calls/2024-03-12.html": b"<h1>Minutes</h1>",  # made of the one above
        "calls/notes.txt": NOTES,
        "calls/chat.txt": b"12:00 ann: hello",
        "README.md": b"# Meetings\n" + video,
        "CONTRIBUTING.md": NOTES,
        "calls/template.md": NOTES,
        "hose/README.md": b"# Hose\n",
        "site/index.html": b"<title>Garden hose</title>",
        "node_modules/2024-03-05/README.md": NOTES,
        "old/a.rst": b"x",
        "old/b.RST": b"x",
        "old/c.adoc": b"x",
    }
    for name, content in pages.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    assert found(tmp_path) == [
        "2022/01-18-review/README.md",
        "2024-03-05/index.html",
        "calls/2024-03-05.mdx",
        "calls/2024-03-12.md",
        "calls/notes.txt",
    ]
    (told,) = caplog.messages
    assert told.startswith("3 files of other formats (.rst 2, .adoc 1) left out. Convert them to Markdown: ")
    assert "pandoc -s FILE -t gfm -o FILE.md" in told


def test_a_folder_of_other_formats_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.org").write_text("* x")

    with pytest.raises(
        NotesError, match=r"no notes in this folder, but 1 file of other formats \(\.org 1\)"
    ) as refused:
        list(find_notes([tmp_path]))

    assert "pandoc" in refused.value.hint


def test_a_dated_folder_with_nothing_but_its_readme(tmp_path: Path) -> None:
    """`jumpnotes run 2024-03-05-call/`: its name tells that its README is notes."""
    folder = tmp_path / "2024-03-05-call"
    folder.mkdir()
    (folder / "README.md").write_bytes(NOTES)

    assert found(folder) == ["README.md"]


def test_pages_are_siblings_as_markdown(tmp_path: Path) -> None:
    """What recurs in pages recurs in their text; a page that is none of the minutes does not count."""
    for day in ("05", "12"):
        (tmp_path / f"2024-03-{day}.html").write_text(f"<h1>Minutes</h1><p>day {day}</p>")
    (tmp_path / "about.html").write_text("<h1>About</h1>")
    (tmp_path / "2024-03-19.html").write_text("<script>minutes</script>")

    assert list(siblings_of(tmp_path / "2024-03-05.html").values()) == [
        "# Minutes\n\nday 05\n",
        "# Minutes\n\nday 12\n",
    ]


def test_one_of_several_paths_that_cannot_be_used_does_not_keep_the_others_out(tmp_path: Path) -> None:
    """Reading it says what is wrong."""
    (tmp_path / "a.md").write_text("# A call\n")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / "nowhere.md", tmp_path / "empty", tmp_path / "a.md"]

    assert list(find_notes(paths)) == paths
