"""Corrections as a TOML file, kept beside the notes in version control or carried to another database.

    notes = "2020-01-21.md"

    [[correction]]
    line = "dns_events: attach probes"
    under = "eBPF"
    verdict = "time"
    start = "12:34"
    author = "Ana"
    at = 2020-01-22T09:30:00Z

    [speakers]
    SPEAKER_00 = "Ana"

    [written]
    links = [
      { line = "eBPF", start = "12:30" },
    ]

`under` is the heading above the line; `nth` counts equal lines there, and is left out for the first. `speakers` says
who they are that the transcript calls so.
`tomllib` reads it. Writing needs no library: these are a few strings and dates, and TOML's basic strings are JSON's.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import file_names, timecode, untrusted
from pipeline.corrections.locate import BlockLocator
from pipeline.corrections.portable import PortableCorrection
from pipeline.corrections.validate import validated_author, validated_speaker
from pipeline.errors import CorrectionsFileError, InvalidCorrection
from pipeline.records import Verdict
from pipeline.untrusted import InvalidInput

_MAX_BYTES = 4_000_000
_MAX_NTH = 1_000_000
_LINE_OF_ERROR = re.compile(r"at line (\d+)")
# `a.b.c…`: tomllib takes quadratic time and memory for one such key, and no correction has any.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""")
# The table as it is written here: one line a link, and a bracket of its own at the end.
_WRITTEN = re.compile(r"\n?^\[written\][^\n]*\nlinks = \[\n(?:[ \t]+\{[^\n]*\n)*\](?:\n|\Z)", re.MULTILINE)
_FIELDS = {"line", "under", "nth", "meeting", "verdict", "start", "author", "at"}


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link that stands in the notes by our hand: at which block, and the seconds that it opens.

    `meeting` is the slug of the notes where a file has several, else "". `part` is the part of a recording in several.
    `before` are the seconds that it opened before it was last moved. `deleted`: somebody did not want it.
    """

    locator: BlockLocator
    start: int
    meeting: str = ""
    part: int = 0
    before: int | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionsFile:
    """What stands in a file: whose notes it is about, corrections, who the speakers are by what they are called, and
    which links were written into the notes.
    """

    notes_name: str
    corrections: tuple[PortableCorrection, ...] = ()
    speakers: Mapping[str, str] = field(default_factory=dict)
    written: tuple[WrittenLink, ...] = ()


def to_toml(file: CorrectionsFile) -> str:
    """The text of the file; the same content gives the same text."""
    names = [f"{_quoted(label)} = {_quoted(name)}\n" for label, name in sorted(file.speakers.items())]
    speakers = ["".join(["[speakers]\n", *names])] if names else []
    written = [_written_to_toml(file.written)] if file.written else []
    entries = map(_entry_to_toml, file.corrections)
    return "\n".join([f"notes = {_quoted(file.notes_name)}\n", *entries, *speakers, *written])


def with_annotations(text: str, added: Sequence[PortableCorrection], written: Sequence[WrittenLink]) -> str:
    """The text of a file with corrections added, and with other written links; all else stays as somebody wrote it."""
    found = _WRITTEN.search(text)
    after = text[found.end() :].strip("\n") if found else ""
    text = (text[: found.start()] if found else text).rstrip("\n") + "\n"
    pieces = [text, *map(_entry_to_toml, added), *([_written_to_toml(written)] if written else [])]
    return "\n".join([*pieces, *([f"{after}\n"] if after else [])])


def beside(notes: Path) -> Path:
    """The corrections file of notes: `2020-01-21.corrections.toml` beside `2020-01-21.md`.

    Where that is one of other notes beside them, such as `2020-01-21.markdown`, it has their whole name in its own.

    Raises:
        CorrectionsFileError: it cannot be read.
    """
    usual = notes.with_name(f"{notes.stem}.corrections.toml")
    if usual.is_file():
        of = Path(read(usual).notes_name).name
        if of != notes.name and notes.with_name(of or ".").is_file():
            return notes.with_name(f"{notes.name}.corrections.toml")
    return usual


def read(path: Path) -> CorrectionsFile:
    """What stands in the file `path`.

    Raises:
        CorrectionsFileError: it is not such a file; the error names the line.
    """
    source = _read_text(path)
    if found := _LONG_KEY.search(source):
        start = source.count("\n", 0, found.start()) + 1
        raise CorrectionsFileError(path, "has a name of more than 32 parts", line=start)
    try:
        document = tomllib.loads(source)
    except RecursionError as error:
        raise CorrectionsFileError(path, "is nested too deeply") from error
    except ValueError as error:
        found = _LINE_OF_ERROR.search(str(error))
        line = int(found[1]) if found else None
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise CorrectionsFileError(path, f"not TOML ({problem})", line=line) from error
    entries = document.get("correction", [])
    if set(document) - {"notes", "correction", "speakers", "written"} or not isinstance(document.get("notes"), str):
        known = 'needs notes = "NAME.md", [[correction]] tables and perhaps [speakers] and [written], and nothing else'
        raise CorrectionsFileError(path, known)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CorrectionsFileError(path, "each correction starts with [[correction]]", line=_line(source, 0, ""))
    corrections = tuple(_Entry(path, source, index, entry).parse() for index, entry in enumerate(entries))
    speakers, written = _speakers(path, document.get("speakers", {})), _written(path, document.get("written", {}))
    return CorrectionsFile(document["notes"], corrections, speakers, written)


def _speakers(path: Path, names: object) -> dict[str, str]:
    if not isinstance(names, dict):
        raise CorrectionsFileError(path, 'speakers has to be a table such as [speakers], with lines LABEL = "NAME"')
    try:
        return {label: validated_speaker(untrusted.text(name, label)) for label, name in names.items()}
    except (InvalidInput, InvalidCorrection) as error:
        raise CorrectionsFileError(path, f"[speakers]: {error}") from error


def _written(path: Path, table: object) -> tuple[WrittenLink, ...]:
    links = table.get("links") if isinstance(table, dict) else None
    if table == {}:
        return ()
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        raise CorrectionsFileError(path, "[written] has to be a table with links = [ { line = …, start = … }, … ]")
    return tuple(_written_link(path, number, link) for number, link in enumerate(links, 1))


def _written_link(path: Path, number: int, fields: Mapping[str, Any]) -> WrittenLink:
    if set(fields) - {"line", "under", "nth", "start", "meeting", "part", "before", "deleted"}:
        raise CorrectionsFileError(path, f"[written], link {number}: it has a field that is unknown")
    try:
        line, under, start, meeting, before = (
            untrusted.text(fields.get(name, default), name)
            for name, default in (("line", None), ("under", ""), ("start", None), ("meeting", ""), ("before", ""))
        )
        nth = untrusted.whole_number(fields.get("nth", 1), "nth", low=1, high=_MAX_NTH)
        part = untrusted.whole_number(fields.get("part", 0), "part", low=0, high=_MAX_NTH)
    except InvalidInput as error:
        raise CorrectionsFileError(path, f"[written], link {number}: {error}") from error
    if (seconds := timecode.parse(start)) is None:
        raise CorrectionsFileError(
            path, f"[written], link {number}: start is {untrusted.shown(start)}, which is no time"
        )
    earlier = timecode.parse(before)
    return WrittenLink(
        BlockLocator(line, under, nth),
        int(seconds),
        meeting,
        part,
        None if earlier is None else int(earlier),
        fields.get("deleted") is True,
    )


def meeting_of(path: Path, notes_name: str, notes_paths: Mapping[str, str]) -> str:
    """The slug of the meeting that the corrections file `path`, of the notes `notes_name`, belongs to.

    Notes in the same folder win; otherwise any notes of that name will do, or the meeting of this slug, by which what
    readers suggest names it.

    Args:
        notes_paths: the path of every meeting's notes, by slug.

    Raises:
        CorrectionsFileError: no meeting, or more than one, has notes of that name.
    """
    try:
        beside = file_names.stored((path.resolve().parent / notes_name).resolve())
    except (OSError, RuntimeError, ValueError):  # a name that no file can have
        beside = ""
    found = [slug for slug, notes in notes_paths.items() if notes == beside]
    found = found or [slug for slug, notes in notes_paths.items() if Path(notes).name == notes_name]
    found = found or [slug for slug in notes_paths if slug == notes_name]
    if not found:
        raise CorrectionsFileError(
            path, f"no meeting has notes called {notes_name}", hint=f"Run them first: jumpnotes run {notes_name}"
        )
    if len(found) > 1:
        raise CorrectionsFileError(
            path,
            f"{', '.join(sorted(found))} all have notes called {notes_name}",
            hint="Name one of them with --meeting.",
        )
    return found[0]


def _read_text(path: Path) -> str:
    """The text of a corrections file, its line breaks as \\n.

    Raises:
        CorrectionsFileError: it cannot be read.
    """
    hint = "Give a file that `jumpnotes corrections export` wrote."
    try:
        data = untrusted.read_bytes(path, limit=_MAX_BYTES)
    except untrusted.InvalidInput as error:
        raise CorrectionsFileError(path, str(error), hint=hint) from error
    except OSError as error:
        raise CorrectionsFileError(path, f"cannot be read ({error.strerror})", hint=hint) from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = 1 + data[: error.start].count(b"\n")
        raise CorrectionsFileError(path, "is not UTF-8 text", line=line, hint="Save it as UTF-8.") from error


def _written_to_toml(written: Sequence[WrittenLink]) -> str:
    lines = []
    for link in written:
        fields = [("line", _quoted(link.locator.text))]
        fields += [("under", _quoted(link.locator.under))] if link.locator.under else []
        fields += [("nth", str(link.locator.nth))] if link.locator.nth > 1 else []
        fields += [("meeting", _quoted(link.meeting))] if link.meeting else []
        fields += [("part", str(link.part))] if link.part else []
        fields.append(("start", _quoted(timecode.clock(link.start))))
        fields += [("before", _quoted(timecode.clock(link.before)))] if link.before is not None else []
        fields += [("deleted", "true")] if link.deleted else []
        lines.append(f"  {{ {', '.join(f'{name} = {value}' for name, value in fields)} }},\n")
    return f"[written]  # by jumpnotes annotate\nlinks = [\n{''.join(lines)}]\n"


def _entry_to_toml(correction: PortableCorrection) -> str:
    locator = correction.locator
    lines = ["[[correction]]", f"line = {_quoted(locator.text)}"]
    if locator.under:
        lines.append(f"under = {_quoted(locator.under)}")
    if locator.nth > 1:
        lines.append(f"nth = {locator.nth}")
    if correction.meeting:
        lines.append(f"meeting = {_quoted(correction.meeting)}")
    lines.append(f"verdict = {_quoted(correction.verdict.value)}")
    if correction.start is not None:
        lines.append(f"start = {_quoted(timecode.exact(correction.start))}")
    lines += [f"author = {_quoted(correction.author)}", f"at = {correction.at:%Y-%m-%dT%H:%M:%SZ}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # Unlike JSON, TOML wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A [[correction]] of a file, checked field by field."""

    path: Path
    source: str
    index: int
    fields: Mapping[str, Any]

    def parse(self) -> PortableCorrection:
        for name in self.fields:
            if name not in _FIELDS:
                raise self.error(name, f"{name} is not a field of a correction")
        meeting = self._string("meeting", "")
        return PortableCorrection(self._locator(), self._verdict(), self._start(), self._author(), self._at(), meeting)

    def error(self, name: str, problem: str) -> CorrectionsFileError:
        return CorrectionsFileError(self.path, problem, line=_line(self.source, self.index, name))

    def _locator(self) -> BlockLocator:
        nth = self.fields.get("nth", 1)
        try:
            nth = untrusted.whole_number(nth, "nth", low=1, high=_MAX_NTH)
        except InvalidInput as error:
            raise self.error("nth", str(error)) from error
        return BlockLocator(self._string("line"), self._string("under", ""), nth)

    def _verdict(self) -> Verdict:
        given = self._string("verdict")
        if given not in list(Verdict):
            known = ", ".join(Verdict)
            raise self.error("verdict", f"verdict is {untrusted.shown(given)}, but has to be one of {known}")
        return Verdict(given)

    def _start(self) -> float | None:
        if "start" not in self.fields:
            if self.fields["verdict"] == Verdict.TIME:
                raise self.error("", 'verdict = "time" needs a start')
            return None
        if self.fields["verdict"] != Verdict.TIME:
            raise self.error("start", 'only verdict = "time" has a start')
        given = self._string("start")
        if (seconds := timecode.parse(given)) is None:
            raise self.error("start", f"start is {untrusted.shown(given)}, which is not a time such as 1:02:03.5")
        return round(seconds, 2)

    def _author(self) -> str:
        try:
            return validated_author(self._string("author"))
        except InvalidCorrection as error:
            raise self.error("author", "author is not a name") from error

    def _at(self) -> datetime:
        given = self.fields.get("at")
        if not isinstance(given, datetime):
            raise self.error("at", "at has to be a date and time, such as 2020-01-22T09:30:00Z")
        try:
            return untrusted.moment(given, "at").replace(microsecond=0)
        except InvalidInput as error:
            raise self.error("at", f"at is {given}, which is not a date from 1970 on") from error

    def _string(self, name: str, default: str | None = None) -> str:
        given = self.fields.get(name, default)
        if not isinstance(given, str):
            raise self.error(name, f"{name} is missing" if given is None else f"{name} has to be in quotes")
        return given


def _line(source: str, index: int, name: str) -> int | None:
    """The line of the field `name` of a correction, or else the line where the correction starts; 1-based."""
    starts: Sequence[re.Match[str]] = list(re.finditer(r"^[ \t]*\[\[?[ \t]*correction\b.*$", source, re.MULTILINE))
    if index >= len(starts):
        return None
    end = starts[index + 1].start() if index + 1 < len(starts) else len(source)
    field = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=", re.MULTILINE) if name else None
    found = field.search(source, starts[index].end(), end) if field else None
    return source.count("\n", 0, found.start() if found else starts[index].start()) + 1
