"""A file the user gave cannot be used."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors.base import JumpnotesError


class FileError(JumpnotesError):
    """A file the user gave cannot be used. `line` is 1-based, None when it concerns the whole file."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None, hint: str | None = None) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}", hint=hint)
        self.path = path
        self.line = line


class NotesError(FileError):
    """A notes file."""


class TranscriptError(FileError):
    hint = (
        "Give a transcript with times, such as WebVTT, SRT, Whisper JSON or a .docx from Teams; "
        "docs/reference.md lists all formats."
    )


class TranscriptWithoutTimes(TranscriptError):
    """What was said, but not when."""

    hint = (
        "`jumpnotes run NOTES --transcript FILE --media RECORDING` finds its times by the words heard in the recording."
    )

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "has no times")


class GoldError(FileError):
    """A file of gold times."""

    hint = 'Write it as {"items": [{"line": 12, "start": "12:34"}, {"line": 20, "start": null}]}.'


class CorrectionsFileError(FileError):
    hint = "Correct that line; `jumpnotes corrections export` shows the format."


class BackupError(FileError):
    """A file that is to be restored, or the folder that it is to be restored to."""

    hint = "Nothing was changed. Take another backup."


class SiteFolderError(FileError):
    """The folder that a site is to be written to."""

    hint = "Move it away, or choose another folder."
