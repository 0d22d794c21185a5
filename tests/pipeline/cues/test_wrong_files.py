from __future__ import annotations

import gzip
import io
import random
import sqlite3
import struct
import tarfile
import time
import wave
import zipfile
from pathlib import Path

import pytest

from pipeline import cues
from pipeline.cues import wrong_files
from pipeline.errors import TranscriptError

SRT = "1\n00:00:01,000 --> 00:00:02,000\nThe pump is broken.\n"


def zipped(**files: bytes) -> bytes:
    """A ZIP file, `__` in the names standing for `/`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("call.srt"))
    return made.getvalue()


def wav() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"\0\1" * 800)
    return made.getvalue()


def sqlite() -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE a (b)")
    content = database.serialize()
    database.close()
    return content


RECORDINGS = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2",
    "m4a": b"\0\0\0\x1cftypM4A \0\0\0\0",
    "mov": b"\0\0\0\x14ftypqt  ",
    "old mov": b"\0\0\0\x08wide\0\0\1\0mdat",
    "mp3 with tags": b"ID3\3\0\0\0\0\0\x0aTIT2",
    "mp3": b"\xff\xfb\x90\x64\0" * 9,
    "aac": b"\xff\xf1\x50\x80\0\x1f\xfc",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1webm",
    "wav": wav(),
    "ogg": b"OggS\0\2\0\0\0\0OpusHead",
    "flac": b"fLaC\0\0\0\x22",
    "aiff": b"FORM\0\0\1\0AIFFCOMM\0\0\0\x12",
    "avi": b"RIFF\0\0\1\0AVI LIST\x20\1\0\0",
    "wma": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9",
    "transport stream": (b"G\x40\x11\x10" + b"\0" * 184) * 4,
}
OTHERS = {
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3": "PDF",
    b"{\\rtf1\\ansi The pump}": "rich text",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99: "old Word",
    zipped(mimetype=b"application/vnd.oasis.opendocument.text", content=b""): "OpenDocument",
    zipped(Index__Document=b"", **{"Index/Document.iwa": b""}): "Pages",
    zipped(xl__workbook=b"", **{"xl/workbook.xml": b""}): "Excel",
    zipped(**{"call.srt": SRT.encode()}): "ZIP archive",
    zipped(): "ZIP archive",
    gzip.compress(SRT.encode()): "gzip",
    b"7z\xbc\xaf\x27\x1c\0\4": "archive",
    b"Rar!\x1a\x07\x01\0": "archive",
    tar(): "archive",
    b"\xfd7zXZ\0\0\4": "compressed",
    sqlite(): "SQLite",
    b"\x89PNG\r\n\x1a\n\0\0": "image",
    b"\xff\xd8\xff\xe0\0\x10JFIF": "image",
    b"GIF89a\1\0": "image",
    b"RIFF\0\0\1\0WEBPVP8 ": "image",
    b"\0\0\0\x18ftypheic": "image",
    b"\0\x05\x16\x07\0\2\0\0Mac OS X": "macOS",
    struct.pack("<200I", *range(1000, 1200)): "not text",
    random.Random(5).randbytes(5000): "not text",
    b"": "empty",
    b"\n \r\n\t": "empty",
    b"\xef\xbb\xbf\n": "empty",
    b"<!DOCTYPE html><html><title>Sign in</title></html>": "web page",
    b"\n<!-- made by hand -->\n<HTML lang=en><body>Sign in</body></HTML>": "web page",
    '<?xml version="1.0"?>\n<html xmlns="x"><head/></html>'.encode("utf-16"): "web page",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 12\n": "git lfs pull",
    b"../../.git/annex/objects/Gk/0p/SHA256E-s12--0a.vtt/SHA256E-s12--0a.vtt": "git annex get",
    b"/annex/objects/SHA256E-s12--0a.vtt\n": "git annex get",
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>': "web service.*AccessDenied",
    b'{"message": "Not Found", "status": "404"}': "web service.*Not Found",
    b'{"error": {"code": 403, "message": "No permission"}}': "web service.*No permission",
    b'{"errors": [{"detail": "Expired"}]}': "web service",
    b"#EXTM3U\n#EXT-X-VERSION:3\n0.vtt\n": "playlist",
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_given_as_a_transcript(tmp_path: Path, name: str) -> None:
    """It is named, with the option that takes it."""
    error = refused(tmp_path, RECORDINGS[name])
    assert "is a recording" in str(error)
    assert "--media" in error.hint


@pytest.mark.parametrize("content", OTHERS, ids=OTHERS.values())
def test_what_is_no_transcript_is_named(tmp_path: Path, content: bytes) -> None:
    """The error or its hint says what the file is, and the hint is another one than for an unknown format."""
    error = refused(tmp_path, content)
    assert error.hint != TranscriptError.hint
    with pytest.raises(TranscriptError, match=OTHERS[content]):
        raise TranscriptError("x", f"{error} {error.hint}")


@pytest.mark.parametrize(
    "start",
    [
        "The free lunch. ",
        "BM is his name. ",
        "ID3 is a tag. ",
        "G" * 400,
        "FORM 12 AIFF ",
        "RIFF1234WAVE is a word. ",
        "caff ",
        "PK is here. ",
        "II* ",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_that_begins_like_something_else(tmp_path: Path, start: str, encoding: str) -> None:
    """Letters that happen to be a signature's are text."""
    file = tmp_path / "call.srt"
    file.write_bytes((f"{start}é\n" + SRT).encode(encoding))
    assert cues.read(file).segments[0].text == "The pump is broken."


@pytest.mark.parametrize("text", ["Dear all,", '{"error": null, "items": []}', '{"a": 1}', "<note>hello</note>", "[1]"])
def test_a_text_that_is_nothing_known(tmp_path: Path, text: str) -> None:
    """It is refused with a hint that says how to convert it, or what can be given."""
    assert "WebVTT" in refused(tmp_path, text.encode()).hint


@pytest.mark.parametrize("text", ["<!-- " * 1_000_000, '<?xml "' * 700_000, "<" * 5_000_000, "<a>error" * 600_000])
def test_long_texts_are_told_at_a_glance(text: str) -> None:
    """Only the beginning of five megabytes decides."""
    start = time.process_time()
    wrong_files.of_text(text)
    assert time.process_time() - start < 0.5


def refused(folder: Path, content: bytes) -> TranscriptError:
    file = folder / "call.txt"
    file.write_bytes(content)
    with pytest.raises(TranscriptError, match=r"call\.txt: ") as caught:
        cues.read(file)
    return caught.value


def test_json_that_is_cut_off_is_told_from_json_that_is_no_transcript() -> None:
    cut_off = wrong_files.of_text('{"segments": [{"start": 2.0, "text": "Welc')

    assert cut_off is not None
    assert "broken JSON" in cut_off.problem
    assert wrong_files.of_text('{"name": "choir"}') is None
    assert wrong_files.of_text("[inaudible] and so on") is None
