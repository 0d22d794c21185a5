"""`jumpnotes notes`: what is understood of notes, as people and programs see it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import cli

VIDEO = "Recording: https://youtu.be/dQw4w9WgXcQ"

NOTES = f"""# Garden call

{VIDEO}

## Compost

- (1:30) Two pallets.
"""


def test_what_is_understood_is_told_to_programs(tmp_path: Path) -> None:
    """One object a meeting, with the lines a person looks at; a file that cannot be read keeps none from being told."""
    path = tmp_path / "2024-03-05.md"
    path.write_text(NOTES, "utf-8")

    told = cli("notes", str(tmp_path / "gone.md"), str(path), "--format", "json")

    assert told.exit_code == 1
    assert "gone.md: does not exist" in told.stderr
    (meeting,) = json.loads(told.stdout)
    assert meeting == {
        "path": str(path),
        "title": "Garden call",
        "date": "2024-03-05",
        "video": "https://youtu.be/dQw4w9WgXcQ",
        "recordings": ["https://youtu.be/dQw4w9WgXcQ"],
        "recording_lines": [3],
        "published": True,
        "line": 1,
        "end_line": 8,
        "times": [{"line": 7, "seconds": 90.0}],
        "sections": 1,
        "transcript": None,
        "warnings": [],
        "beside": {},
    }


def test_what_is_understood_is_told_to_people(tmp_path: Path) -> None:
    """With the line the recording was found on, which mostly says why."""
    path = tmp_path / "2024-03-05.md"
    path.write_text(NOTES, "utf-8")

    told = cli("notes", str(path))

    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        f"{path}:1",
        "  title       Garden call",
        "  date        2024-03-05",
        "  recording   https://youtu.be/dQw4w9WgXcQ",
        "              line 3: Recording: https://youtu.be/dQw4w9WgXcQ",
        "  topics      1: Compost",
        "  times       1:30 (line 7)",
    ]


def test_a_folder_is_read_as_a_run_would(tmp_path: Path) -> None:
    """All its notes, one of which cannot be read; what is of other formats is told; the end sums up."""
    (tmp_path / "2024-03-05.md").write_text(NOTES, "utf-8")
    (tmp_path / "2024-03-12.html").write_text("<h1>Minutes of the pond group</h1><p>Two pallets.</p>", "utf-8")
    (tmp_path / "bad.md").write_bytes(b"caf\xe9")
    (tmp_path / "old.rst").write_text("x", "utf-8")
    (tmp_path / "README.md").write_text("# Our garden\n", "utf-8")

    told = cli("notes", str(tmp_path))

    assert told.exit_code == 1
    assert "title       Minutes of the pond group" in told.stdout
    assert "Our garden" not in told.stdout
    assert "bad.md:1: is not UTF-8 text\nhint: Save it as UTF-8" in told.stderr
    last = told.stdout.splitlines()[-1]
    assert last == "3 files, 1 of which cannot be read; meetings: 2, with a date: 2, with a recording: 1"


def test_a_folder_without_notes_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.md").write_text(NOTES, "utf-8")

    told = cli("notes", str(tmp_path / "empty"), str(tmp_path / "a.md"), "--format", "json")

    assert told.exit_code == 1
    assert "no notes in this folder" in told.stderr
    assert [meeting["title"] for meeting in json.loads(told.stdout)] == ["Garden call"]


def test_long_lists_are_shortened_and_nothing_moves_the_cursor(tmp_path: Path) -> None:
    path = tmp_path / "call.md"
    items = "".join(f"- ({minute}:{minute + 17}) the bed number {minute}\n" for minute in range(10, 40))
    path.write_text(f"# Call \u202ellac\n\n{VIDEO}\n\n## {'long ' * 50}\n\n{items}", "utf-8")

    told = cli("notes", str(path))

    (times,) = (line for line in told.stdout.splitlines() if line.startswith("  times"))
    assert times.startswith("  times       10:27 (line 7), 11:28 (line 8), ")
    assert times.endswith(" … 24 more … 39:56 (line 36)")
    assert "title       Call \\u202ellac" in told.stdout
    assert max(map(len, told.stdout.splitlines())) < 150


def test_what_belongs_to_the_notes_is_told(tmp_path: Path) -> None:
    """A recording and a transcript of the same name; and what is not clear."""
    path = tmp_path / "2024-03-05.md"
    path.write_text(NOTES, "utf-8")
    for name in ("2024-03-05.ogg", "2024-03-05.de.vtt", "2024-03-05.en.vtt"):
        (tmp_path / name).touch()

    told = cli("notes", str(path))
    (meeting,) = json.loads(cli("notes", str(path), "--format", "json").stdout)

    assert f"  beside      {tmp_path / '2024-03-05.ogg'} (recording)" in told.stdout
    warning = "which transcript belongs to these notes is not clear: 2024-03-05.de.vtt, 2024-03-05.en.vtt"
    assert f"  warning     {warning}" in told.stdout
    assert meeting["beside"] == {"recording": str(tmp_path / "2024-03-05.ogg")}
    assert meeting["warnings"] == [warning]
