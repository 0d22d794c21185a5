"""`jumpnotes notes`: what is understood of notes, as people and programs see it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import cli

NOTES = """# Garden call

Recording: https://youtu.be/dQw4w9WgXcQ

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
        "line": 1,
        "end_line": 8,
        "times": [{"line": 7, "seconds": 90.0}],
        "sections": 1,
        "transcript": None,
        "warnings": [],
    }


def test_what_is_understood_is_told_to_people(tmp_path: Path) -> None:
    path = tmp_path / "2024-03-05.md"
    path.write_text(NOTES, "utf-8")

    told = cli("notes", str(path))

    assert told.exit_code == 0
    assert "recording   https://youtu.be/dQw4w9WgXcQ" in told.stdout
    assert "times       1:30 (line 7)" in told.stdout
