"""Corrections as a file that lives beside the notes in version control, and from there into another database.

    notes = "2020-01-21.md"

    [[correction]]
    line = "dns_events: attach probes"
    under = "eBPF"
    verdict = "time"
    start = "12:34"
    author = "Ana"
    at = 2020-01-22T09:30:00Z

`under` is the heading a line stands under; `nth` counts lines with the same words there, and is left out for the first.
Read by `tomllib`. Written by hand: these are a few strings and dates, and a basic string of TOML is one of JSON.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import timecode
from pipeline.corrections.locate import Spot
from pipeline.errors import CorrectionsFileError, InvalidCorrection
from pipeline.records import Verdict
from pipeline.store import Store
from pipeline.store.corrections import Fate, checked_author
from pipeline.store.effective_links import Told

SUFFIX = ".corrections.toml"

_LARGEST = 4_000_000  # bytes
_AT = re.compile(r"at line (\d+)")
_FIELDS = {"line", "under", "nth", "verdict", "start", "author", "at"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one correction of a file."""

    told: Told
    fate: Fate


def written(store: Store, slug: str) -> str:
    """The corrections of a meeting as text; the same corrections give the same text.

    Raises:
        MeetingNotFound: there is none of that name.
    """
    told = store.told(slug)
    return "\n".join([f"notes = {_quoted(Path(store.paths()[slug]).name)}\n", *map(_entry, told)])


def read(path: Path) -> tuple[str, tuple[Told, ...]]:
    """The name of the notes, and the corrections in the file `path`.

    Raises:
        CorrectionsFileError: it is not such a file; the line says where.
    """
    source = _text(path)
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found else None
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise CorrectionsFileError(path, f"not TOML ({problem})", line=line) from error
    entries = document.get("correction", [])
    if set(document) - {"notes", "correction"} or not isinstance(document.get("notes"), str):
        raise CorrectionsFileError(path, 'it has to hold notes = "NAME.md" and [[correction]] parts, and nothing else')
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CorrectionsFileError(path, "each correction begins with [[correction]]", line=_line(source, 0, ""))
    return document["notes"], tuple(_Entry(path, source, index, entry).told() for index, entry in enumerate(entries))


def take(store: Store, path: Path, *, slug: str | None = None) -> tuple[str, tuple[Imported, ...]]:
    """Add the corrections of a file to the meeting of its notes, or to `slug`; a second time nothing is added.

    Raises:
        CorrectionsFileError: the file cannot be read, or no meeting, or several, have notes of that name.
        MeetingNotFound: there is no meeting `slug`.
    """
    name, told = read(path)
    slug = slug or _meeting(store, path, name)
    fates = store.take(slug, told)
    return slug, tuple(Imported(each, fate) for each, fate in zip(told, fates, strict=True))


def _meeting(store: Store, path: Path, name: str) -> str:
    paths = store.paths()
    beside = str((path.resolve().parent / name).resolve())
    found = [slug for slug, notes in paths.items() if notes == beside]
    found = found or [slug for slug, notes in paths.items() if Path(notes).name == name]
    if not found:
        raise CorrectionsFileError(path, f"no meeting has notes called {name}", hint=f"First: jumpnotes run {name}")
    if len(found) > 1:
        raise CorrectionsFileError(
            path, f"{', '.join(sorted(found))} all have notes called {name}", hint="Say which with --meeting."
        )
    return found[0]


def _text(path: Path) -> str:
    hint = "Give a file that `jumpnotes corrections export` wrote."
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise CorrectionsFileError(path, f"cannot be read ({error.strerror})", hint=hint) from error
    if len(data) > _LARGEST:
        raise CorrectionsFileError(path, "is too large to be a file of corrections", hint=hint)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = 1 + data[: error.start].count(b"\n")
        raise CorrectionsFileError(path, "is not UTF-8 text", line=line, hint="Save it as UTF-8.") from error


def _entry(told: Told) -> str:
    lines = ["[[correction]]", f"line = {_quoted(told.spot.text)}"]
    if told.spot.under:
        lines.append(f"under = {_quoted(told.spot.under)}")
    if told.spot.nth > 1:
        lines.append(f"nth = {told.spot.nth}")
    lines.append(f"verdict = {_quoted(told.verdict.value)}")
    if told.start is not None:
        lines.append(f"start = {_quoted(timecode.exact(told.start))}")
    lines += [f"author = {_quoted(told.author)}", f"at = {told.at:%Y-%m-%dT%H:%M:%SZ}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # TOML wants DEL escaped, too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A [[correction]] of a file, to be checked field by field."""

    path: Path
    source: str
    index: int
    fields: Mapping[str, Any]

    def told(self) -> Told:
        for name in self.fields:
            if name not in _FIELDS:
                raise self.error(name, f"{name} is nothing a correction has")
        return Told(self._spot(), self._verdict(), self._start(), self._author(), self._at())

    def error(self, name: str, problem: str) -> CorrectionsFileError:
        return CorrectionsFileError(self.path, problem, line=_line(self.source, self.index, name))

    def _spot(self) -> Spot:
        nth = self.fields.get("nth", 1)
        if type(nth) is not int or nth < 1:
            raise self.error("nth", "nth is a number from 1")
        return Spot(self._string("line"), self._string("under", ""), nth)

    def _verdict(self) -> Verdict:
        given = self._string("verdict")
        if given not in list(Verdict):
            raise self.error("verdict", f"verdict is {given!r}, which is none of {', '.join(Verdict)}")
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
            raise self.error("start", f"start is {given!r}, which is no time such as 1:02:03.5")
        return round(seconds, 2)

    def _author(self) -> str:
        try:
            return checked_author(self._string("author"))
        except InvalidCorrection as error:
            raise self.error("author", "author is no name") from error

    def _at(self) -> datetime:
        given = self.fields.get("at")
        if not isinstance(given, datetime):
            raise self.error("at", "at is a date and time, such as 2020-01-22T09:30:00Z")
        aware = given if given.tzinfo else given.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=0)

    def _string(self, name: str, default: str | None = None) -> str:
        given = self.fields.get(name, default)
        if not isinstance(given, str):
            raise self.error(name, f"{name} is missing" if given is None else f"{name} has to be in quotes")
        return given


def _line(source: str, index: int, name: str) -> int | None:
    """The line of the field `name` of a correction, or else that on which it begins; 1-based."""
    begins: Sequence[re.Match[str]] = list(re.finditer(r"^[ \t]*\[\[?[ \t]*correction\b.*$", source, re.MULTILINE))
    if index >= len(begins):
        return None
    end = begins[index + 1].start() if index + 1 < len(begins) else len(source)
    field = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=", re.MULTILINE) if name else None
    found = field.search(source, begins[index].end(), end) if field else None
    return source.count("\n", 0, found.start() if found else begins[index].start()) + 1
