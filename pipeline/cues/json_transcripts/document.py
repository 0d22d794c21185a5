"""Everything in a JSON document that has a text or a time, in its order, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.cues.json_transcripts.fields import Fields, plain_name, read_fields
from pipeline.cues.json_transcripts.times import read_time
from pipeline.untrusted import repaired_text

Place = tuple["Place", str] | None
"""Where a value stands: the place it is in, and its name or number there. Written out only where somebody reads it."""

_BEST_OF = frozenset(("alternatives", "nbest"))  # what may have been said instead: the best one comes first
_FINAL = ("is_final", "isFinal", "final")
_SPEAKER_IDS = ("id", "speakerid", "key", "tag", "speaker")
_SPEAKER_NAMES = ("name", "speakername", "displayname", "fullname", "label")
_MAX_SPEAKER_CHARS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing with a text, or with a time and a speaker.

    `path` says where such things stand: it is the same for all in a list, and in all lists of the same kind;
    `list_number` tells these lists apart. `parent` is the thing it stands in.
    """

    fields: Fields
    place: Place
    path: int
    list_number: int
    parent: Item | None

    @property
    def at(self) -> str:
        """Its place as people write it: `segments[3].words[0]`."""
        names: list[str] = []
        place = self.place
        while place is not None:
            place, name = place
            names.append(f"[{name}]" if name.isdecimal() else f".{name}")
        return "".join(reversed(names)).removeprefix(".") or "its top"


class _Paths:
    """Numbers for paths: a text for each would grow with the square of the depth."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, str], int] = {}
        self.translated: set[int] = set()

    def below(self, path: int, name: str) -> int:
        number = self._numbers.setdefault((path, name), len(self._numbers) + 1)
        if path in self.translated or "translat" in name.lower():
            self.translated.add(number)
        return number


@dataclass(slots=True)
class Collected:
    """What `collect` found. `translated` are the paths below something called a translation."""

    items: list[Item] = field(default_factory=list)
    translated: set[int] = field(default_factory=set)
    speaker_names: dict[str, str] = field(default_factory=dict)
    language: str | None = None


class _Visit(NamedTuple):
    value: object
    place: Place = None
    path: int = 0
    list_number: int = 0
    parent: Item | None = None
    speaker: str | None = None
    is_read: bool = False  # whether it has been read, as the best alternative of the thing it is in


def collect(document: object) -> Collected:
    """Everything with a text, or with a time and a speaker, in what `json` made of a file."""
    collected, paths = Collected(), _Paths()
    lists = 0
    stack = [iter((_Visit(document),))]
    while stack:
        visit = next(stack[-1], None)
        if visit is None:
            stack.pop()
        elif isinstance(visit.value, dict) and not _is_interim(visit.value):
            stack.append(_inside(visit if visit.is_read else _read(visit, collected), paths, collected))
        elif isinstance(visit.value, list):
            lists += 1
            stack.append(_members(visit, lists, paths))
    collected.translated = paths.translated
    return collected


def _is_interim(thing: dict[str, object]) -> bool:
    """Whether a service wrote this while it was still listening, and wrote it again when it was sure.

    Of who speaks IBM is never sure, and writes it once.
    """
    is_said = any(isinstance(value, str | dict | list) for value in thing.values())
    return is_said and any(thing.get(name) is False for name in _FINAL)


def _read(visit: _Visit, collected: Collected) -> _Visit:
    """Collect what an object is; the visit with what the things in it inherit."""
    assert isinstance(visit.value, dict)
    fields = read_fields(_with_best(visit.value))
    if collected.language is None:
        collected.language = fields.language
    speaker, parent = fields.speaker or visit.speaker, visit.parent
    if fields.text is not None or (fields.start and fields.speaker):
        inherited = fields if fields.speaker or not speaker else replace(fields, speaker=speaker)
        parent = Item(inherited, visit.place, visit.path, visit.list_number, visit.parent)
        collected.items.append(parent)
    return visit._replace(parent=parent, speaker=speaker)


def _with_best(thing: dict[str, object]) -> dict[str, object]:
    """`thing` with what its best alternative says, where it does not say it itself."""
    for key, value in thing.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and plain_name(key) in _BEST_OF:
            return {**value[0], **thing}
    return thing


def _inside(visit: _Visit, paths: _Paths, collected: Collected) -> Iterator[_Visit]:
    assert isinstance(visit.value, dict)
    for key, value in visit.value.items():
        if not isinstance(value, dict | list):
            continue
        name = plain_name(key)
        if name == "speakers":
            collected.speaker_names.update(_speaker_names(value))
        path = paths.below(visit.path, "*" if key.isdecimal() else key)
        below = visit._replace(value=value, place=(visit.place, key), path=path, is_read=False)
        if name not in _BEST_OF or not isinstance(value, list):
            yield below
        elif value and isinstance(value[0], dict):
            yield below._replace(value=value[0], place=(below.place, "0"), is_read=True)


def _members(visit: _Visit, number: int, paths: _Paths) -> Iterator[_Visit]:
    assert isinstance(visit.value, list)
    path = paths.below(visit.path, "*")
    for index, value in enumerate(visit.value):
        if isinstance(value, dict | list):
            thing = _row(value) if isinstance(value, list) else value
            yield _Visit(thing, (visit.place, str(index)), path, number, visit.parent, visit.speaker)


def _row(row: list[object]) -> object:
    """A row such as ["word", 1.2, 1.5] as an object; any other list as it is."""
    if not 3 <= len(row) <= 4:
        return row
    texts = [value for value in row if isinstance(value, str) and read_time(value, None) is None]
    times = [value for value in row if read_time(value, None) is not None]
    if len(texts) == 1 and len(times) >= 2:
        return {"text": texts[0], "start": times[0], "end": times[1]}
    if isinstance(row[0], str) and all(isinstance(value, int | float) for value in row[1:]):  # a word such as "10:30"
        return {"text": row[0], "start": row[1], "end": row[2]}
    return row


def _speaker_names(value: dict[str, object] | list[object]) -> Iterator[tuple[str, str]]:
    """Names by the ids that the rest of the document calls speakers by."""
    entries = value.items() if isinstance(value, dict) else [(None, entry) for entry in value]
    for key, entry in entries:
        fields = (
            {plain_name(name): part for name, part in entry.items()} if isinstance(entry, dict) else {"name": entry}
        )
        ids = (fields.get(name) for name in _SPEAKER_IDS)
        known = key if key is not None else next((each for each in ids if isinstance(each, str | int)), None)
        name = next((fields[name] for name in _SPEAKER_NAMES if isinstance(fields.get(name), str)), None)
        if known is not None and isinstance(name, str) and name.strip():
            yield str(known)[:_MAX_SPEAKER_CHARS], " ".join(repaired_text(name).split())
