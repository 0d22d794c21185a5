"""What becomes Markdown when it is read, and what has to be converted before."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import notes
from pipeline.errors import NotesError


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("call.rst", "pandoc -s call.rst -t gfm -o call.md"),
        ("call.Org", "pandoc -s call.Org -t gfm -o call.md"),
        ("a call.docx", "pandoc -s 'a call.docx' -t gfm -o 'a call.md'"),
        ("call.wiki", "pandoc -s -f mediawiki call.wiki -t gfm -o call.md"),
        ("call.adoc", "npx downdoc call.adoc"),
        ("call.pdf", "pdftotext call.pdf call.md"),
    ],
)
def test_other_formats_say_how_to_convert_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    """They are not read as if they were Markdown, of which little would be right."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("Call\n====\n")

    with pytest.raises(NotesError, match="is not Markdown or HTML") as refused:
        notes.read(Path(name))

    assert command in refused.value.hint


def test_statements_of_mdx_are_no_notes(tmp_path: Path) -> None:
    """Lines keep their numbers, and prose that begins with such a word stays."""
    page = tmp_path / "call.mdx"
    page.write_text(
        "import Player from '../player'\nexport const meta = { title: 'x' }\n{/* a comment */}\n\n# Call\n\n"
        "import duties were discussed\n\nexport is open\n"
    )

    read = [(block.line, block.text) for block in notes.read(page).blocks if block.text]

    assert read == [(5, "Call"), (7, "import duties were discussed"), (9, "export is open")]
