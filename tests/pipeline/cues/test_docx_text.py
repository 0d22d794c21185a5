from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from pipeline import cues
from pipeline.cues.docx_text import text_of
from pipeline.errors import TranscriptError
from pipeline.untrusted import InvalidInput


def teams_document() -> bytes:
    """As Teams writes it: the name and time, a line break, the text, all in one paragraph."""
    document = docx.Document()
    document.add_paragraph("Choir call-20240305_100000-Meeting Recording")
    document.add_paragraph("March 5, 2024, 10:00AM")
    document.add_paragraph("Ada Krüger started transcription")
    for name, time, text in [
        ("Ada Krüger", "0:02", "Welcome to the call, everybody."),
        ("Ben", "0:09", "The church is booked."),
    ]:
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(f"   {time}").add_break()
        paragraph.add_run(text)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


@pytest.mark.parametrize("name", ["call.docx", "call.vtt", "call"])
def test_the_document_of_teams(tmp_path: Path, name: str) -> None:
    """It is read by its content, whatever it is called."""
    file = tmp_path / name
    file.write_bytes(teams_document())
    assert [(each.start, each.speaker, each.text) for each in cues.read(file).segments] == [
        (2.0, "Ada Krüger", "Welcome to the call, everybody."),
        (9.0, "Ben", "The church is booked."),
    ]
    assert cues.is_transcript(file)


def test_a_table_in_a_document(tmp_path: Path) -> None:
    """A row has the time, the name and the text."""
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for row in [("0:02", "Ada Krüger", "Welcome to\nthe call."), ("0:09", "Ben Okafor", "The church is booked.")]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    file = tmp_path / "call.docx"
    file.write_bytes(saved(document))
    assert [(each.speaker, each.text) for each in cues.read(file).segments] == [
        ("Ada Krüger", "Welcome to the call."),
        ("Ben Okafor", "The church is booked."),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (teams_document()[:-40], "broken Word document"),
        (teams_document()[:2000], "broken Word document"),
        (archive(word__document_xml=b"<w/>"), "broken Word document"),
        (archive(word__document_xml=b"no XML", _rels__x_xml=b""), "broken Word document"),
        (archive(word__document_xml=b" " * 41_000_000), "unpacks to more than 40 MB"),
    ],
)
def test_documents_that_cannot_be_read(tmp_path: Path, content: bytes, problem: str) -> None:
    """Broken, or far too large: each is named."""
    with pytest.raises(InvalidInput, match=problem):
        text_of(content)
    file = tmp_path / "call.docx"
    file.write_bytes(content)
    with pytest.raises(TranscriptError, match=problem):
        cues.read(file)
    assert not cues.is_transcript(file)


def test_entities_are_not_expanded() -> None:
    """A few of them could unpack to gigabytes, or read a file."""
    content = io.BytesIO(teams_document())
    changed = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "word/document.xml":
                part = part.replace(b"<w:document", b'<!DOCTYPE w [<!ENTITY e "SPAM">]><w:document', 1)
                part = part.replace(b"The church", b"The &e; church")
            new.writestr(info, part)
    assert "SPAM" not in text_of(changed.getvalue())
