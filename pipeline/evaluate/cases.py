"""Meetings whose true times are known: where they lie, and the one reader and writer of gold files.

A case is a folder with `notes.md`, a transcript and `gold.json`, which says when some blocks were really discussed:

    {"items": [{"line": 12, "start": "12:34", "spans": [["12:34", "15:00"]]}, {"line": 20, "start": null}]}

`line` is where the block starts in the notes, 1-based. `start` is in seconds or a clock time; null marks an
*unmentioned* block, one that nobody talked about. `spans` are the passages in which the block was discussed, where
they are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline import timecode, untrusted
from pipeline.errors import GoldError, TranscriptError
from pipeline.untrusted import InvalidInput

_TRANSCRIPTS = ("transcript.vtt", "transcript.srt", "transcript.json")


@dataclass(frozen=True, slots=True)
class GoldMeeting:
    """A meeting whose true times are known. `group` is the set it belongs to."""

    group: str
    name: str


@dataclass(frozen=True, slots=True)
class Case(GoldMeeting):
    """A folder with such a meeting."""

    folder: Path

    @property
    def notes(self) -> Path:
        return self.folder / "notes.md"

    @property
    def gold(self) -> Path:
        return self.folder / "gold.json"

    @property
    def transcript(self) -> Path:
        """The first of transcript.vtt, .srt and .json that exists.

        Raises:
            TranscriptError: none does.
        """
        for name in _TRANSCRIPTS:
            if (self.folder / name).exists():
                return self.folder / name
        raise TranscriptError(self.folder / _TRANSCRIPTS[0], "does not exist, nor does an .srt or .json of that name")


@dataclass(frozen=True, slots=True)
class GoldItem:
    """When the block that starts on `line` was discussed, in seconds. `start` None: nobody talked about it."""

    line: int
    start: float | None
    spans: tuple[tuple[float, float], ...] = ()


def find_cases(root: Path) -> list[Case]:
    """The cases in `root`, by set and name: folders of sets, folders of cases, or `root` itself is one.

    Raises:
        GoldError: there is no gold.json.
    """
    home = root.resolve()
    if (home / "gold.json").exists():
        return [Case(home.parent.name, home.name, root)]
    cases = [Case(home.name, gold.parent.name, gold.parent) for gold in root.glob("*/gold.json")]
    cases += [Case(gold.parts[-3], gold.parts[-2], gold.parent) for gold in root.glob("*/*/gold.json")]
    if not cases:
        raise GoldError(root / "gold.json", "does not exist, nor is there one in the folders below")
    return sorted(cases, key=lambda case: (case.group, case.name))


_MAX_GOLD_BYTES = 10_000_000

_Time = Annotated[float, msgspec.Meta(ge=0, le=untrusted.MAX_SECONDS)] | str


class _JsonItem(msgspec.Struct):
    line: Annotated[int, msgspec.Meta(ge=1)]
    start: _Time | None
    spans: list[tuple[_Time, _Time]] | None = None


class _JsonFile(msgspec.Struct):
    items: Annotated[list[_JsonItem], msgspec.Meta(min_length=1)]


def read_gold(path: Path) -> tuple[GoldItem, ...]:
    """The gold times in the file `path`, in its order.

    Raises:
        GoldError: it does not exist, is no JSON, or a value does not have the form above.
    """
    try:
        source = untrusted.read_bytes(path, limit=_MAX_GOLD_BYTES).decode("utf-8-sig")
        file = msgspec.convert(untrusted.parse_json(source), _JsonFile)
    except OSError as error:
        raise GoldError(path, f"cannot be opened ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise GoldError(path, "is not text in UTF-8") from error
    except InvalidInput as error:
        raise GoldError(path, str(error), line=error.line) from error
    except msgspec.ValidationError as error:
        raise GoldError(path, str(error)) from error
    return tuple(_gold(path, item) for item in file.items)


def gold_json(items: Iterable[GoldItem]) -> str:
    """The text of a gold file, one item a line; times in seconds. `read_gold` reads it back equal."""
    return '{"items": [\n' + ",\n".join(json.dumps(_item_json(item)) for item in items) + "\n]}\n"


def _item_json(item: GoldItem) -> dict[str, object]:
    found: dict[str, object] = {"line": item.line, "start": item.start}
    return found | {"spans": item.spans} if item.spans else found


def _gold(path: Path, item: _JsonItem) -> GoldItem:
    def seconds(time: float | str) -> float:
        found = timecode.parse(time) if isinstance(time, str) else time
        if found is None:
            raise GoldError(path, f"{untrusted.shown(time)}, of notes line {item.line}, is not a time")
        return found

    spans = tuple((seconds(start), seconds(end)) for start, end in item.spans or ())
    if any(end < start for start, end in spans):
        raise GoldError(path, f"a span of notes line {item.line} ends before it starts")
    return GoldItem(item.line, None if item.start is None else seconds(item.start), spans)
