"""Which meeting the notes in a file are: the one that was stored from there, one whose notes moved there, or a new one.
Pure: nothing is read or written here.

What counts is what people leave alone when they rename, move or edit notes: their text, the recording and the day.
Where that does not tell, it is asked about and never guessed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from pathlib import PurePath

from pipeline.records import Notes

_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")

# What speaks for two being the same meeting, in points. Two texts that are equal outweigh all the rest together but the
# path; a day and a recording that differ outweigh the path.
_SAME_TEXT = 100
_SAME_RECORDING, _OTHER_RECORDING = 30, -30
_SAME_DAY, _OTHER_DAY = 10, -20
_SAME_TITLE = 5
_SAME_NAME = 8  # of the file
_SAME_PATH = 25
_SAME_ANCHOR = 25  # within a file
_SHARED_BLOCKS = ((0.95, 40), (0.75, 30), (0.5, 20), (0.25, 10), (0.05, 5))  # from this share on

_MIN_SHARE = 0.5  # of the blocks, from which the text speaks for the same meeting by itself
_MIN_DOUBTFUL_SHARE = 0.8  # of the blocks, from which it is asked about where the days differ
_MIN_BLOCKS = 3  # of a text that says by itself which meeting it is
_MIN_EQUAL_NOTES = 2  # in two folders, from which on one may be another clone of the other
_MIN_IN_FILE_POINTS = 35  # where a file holds several meetings
_MAX_COMMON = 20  # meetings with the same text, recording or block, from which it tells none of them from the others


class Whereabouts(StrEnum):
    """Where the notes are that a meeting was stored from."""

    CHANGED = "changed"  # in this run, and not as they were
    GONE = "gone"
    ELSEWHERE = "elsewhere"  # still there, and not in this run


@dataclass(frozen=True, slots=True)
class Traits:
    """What a meeting is recognised by."""

    path: str
    anchor: str | None  # what it was called within its file; None: its file no longer has it
    title: str
    day: date | None
    recordings: frozenset[str]  # a video's id, or an address
    digest: str  # of the text, without regard to spaces at the ends of lines and blank lines
    blocks: frozenset[str]  # their ids, without what a template has
    place: int = 0  # among the meetings of its file, counted from the last

    @classmethod
    def of(cls, path: str, anchor: str | None, notes: Notes, place: int = 0) -> Traits:
        text = _LINE_ENDS.sub("\n", notes.source.strip())
        return cls(
            path=path,
            anchor=anchor,
            title=notes.title,
            day=notes.date,
            recordings=frozenset(video.id or video.url for video in notes.recordings),
            digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            blocks=frozenset(block.id for block in notes.blocks if block.text and not block.template),
            place=place,
        )

    @property
    def name(self) -> str:
        """Of the file."""
        return PurePath(self.path).name

    @property
    def is_telling(self) -> bool:
        """Whether the text is that of one meeting, and not what any of them may begin with."""
        return bool(self.recordings) or len(self.blocks) >= _MIN_BLOCKS


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A stored meeting that notes may be those of."""

    slug: str
    traits: Traits
    whereabouts: Whereabouts


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Notes that may be those of several stored meetings, or a meeting whose notes may be in several files."""

    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One of the stored and one of the found, by their numbers, and how much speaks for them to be the same."""

    points: float
    known: int
    found: int
    same_path: bool = False
    doubtful: bool = False


def anchors(meetings: Sequence[Notes]) -> tuple[str, ...]:
    """What tells each meeting of a file from the others: its title and its day; numbered from the last one where that
    is the same, as files grow at their top.
    """
    seen: Counter[str] = Counter()
    found = []
    for notes in reversed(meetings):
        seen[notes.slug] += 1
        found.append(notes.slug if seen[notes.slug] == 1 else f"{notes.slug}-{seen[notes.slug]}")
    return tuple(reversed(found))


def match(known: Sequence[KnownMeeting], found: Sequence[Traits]) -> tuple[str | Ambiguity | None, ...]:
    """Which of the stored meetings each of the found is, by its slug; None: a new one.

    A meeting stays where it is unless what is there now contradicts it. Only then, or when its notes are gone, or when
    they lie elsewhere in the same form, it is looked for in other files.
    """
    result: list[str | Ambiguity | None] = [None] * len(found)
    free_known, free_found = set(range(len(known))), set(range(len(found)))
    pairs = sorted(_pairs(known, found), key=lambda pair: -pair.points)
    for _, equal in groupby(pairs, key=lambda pair: pair.points):
        level = [pair for pair in equal if pair.known in free_known and pair.found in free_found]
        rivals = Counter(("known", pair.known) for pair in level) + Counter(("found", pair.found) for pair in level)
        for pair in level:
            alone = rivals["known", pair.known] == rivals["found", pair.found] == 1
            free = pair.known in free_known and pair.found in free_found
            if free and (pair.same_path or (alone and not pair.doubtful)):
                result[pair.found] = known[pair.known].slug
                free_known.discard(pair.known)
                free_found.discard(pair.found)
        unclear = [pair for pair in level if pair.known in free_known and pair.found in free_found]
        for number in {pair.found for pair in unclear}:
            slugs = sorted(known[pair.known].slug for pair in unclear if pair.found == number)
            result[number] = Ambiguity(tuple(slugs))
        free_known -= {pair.known for pair in unclear}
        free_found -= {pair.found for pair in unclear}
    return tuple(result)


def _pairs(known: Sequence[KnownMeeting], found: Sequence[Traits]) -> Iterator[_Pair]:
    known_at, found_at = _by_path(each.traits for each in known), _by_path(found)
    near = _Neighbours(known)
    copies = _copied_folders(known, found)
    settled = {
        number
        for number, each in enumerate(known)
        if any(_is_clear(each.traits, found[other], each.whereabouts, copies) for other in found_at[each.traits.path])
    }
    for number, traits in enumerate(found):
        for candidate in near.of(traits):
            here, meeting = known[candidate].traits, known[candidate]
            points = _points(here, traits)
            if here.path == traits.path:
                alone = len(known_at[here.path]) == len(found_at[here.path]) == 1
                if points > 0 and (alone or points >= _MIN_IN_FILE_POINTS):
                    nearness = 0.001 * min(abs(here.place - traits.place), 1_000)
                    yield _Pair(points - nearness, candidate, number, same_path=True)
            elif candidate in settled:
                continue
            elif _is_clear(here, traits, meeting.whereabouts, copies):
                yield _Pair(points, candidate, number)
            elif _is_doubtful(here, traits, meeting.whereabouts):
                yield _Pair(points, candidate, number, doubtful=True)


def _by_path(traits: Iterable[Traits]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(traits):
        found[each.path].append(number)
    return found


class _Neighbours:
    """Finds the stored meetings that have something in common with notes, without comparing all with all."""

    def __init__(self, known: Sequence[KnownMeeting]) -> None:
        self._by_trait: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(known):
            for trait in _keys(each.traits):
                self._by_trait[trait].append(number)

    def of(self, traits: Traits) -> list[int]:
        found: set[int] = set()
        for trait in _keys(traits):
            numbers = self._by_trait.get(trait, [])
            if len(numbers) <= _MAX_COMMON or trait.startswith("path "):
                found.update(numbers)
        return sorted(found)


def _keys(traits: Traits) -> Iterator[str]:
    yield f"path {traits.path}"
    yield f"text {traits.digest}"
    yield f"text {traits.digest} {traits.name}"  # of a folder of forms that nobody has filled in yet
    for each in traits.recordings:
        yield f"recording {each}"
        yield f"recording {each} {traits.day}"  # of a room whose link is in all notes
    yield from (f"block {each}" for each in traits.blocks)


def _share(one: Traits, other: Traits) -> float:
    """Of the blocks of the longer one that the other has as well, 0..1.

    Within a file of the shorter one: a file that was one meeting may have become several.
    """
    lengths = len(one.blocks), len(other.blocks)
    of_all = min(lengths) if one.path == other.path else max(lengths)
    return len(one.blocks & other.blocks) / max(of_all, 1)


def _points(known: Traits, found: Traits) -> int:
    share = _share(known, found)
    points = next((points for least, points in _SHARED_BLOCKS if share >= least), 0)
    if known.digest == found.digest:
        points += _SAME_TEXT
    if known.recordings and found.recordings:
        points += _SAME_RECORDING if known.recordings & found.recordings else _OTHER_RECORDING
    if known.day and found.day:
        points += _SAME_DAY if known.day == found.day else _OTHER_DAY
    if known.title.casefold() == found.title.casefold():
        points += _SAME_TITLE
    if known.path == found.path:
        points += _SAME_PATH + (_SAME_ANCHOR if known.anchor == found.anchor else 0)
    elif known.name == found.name:
        points += _SAME_NAME
    return points


def _copied_folders(known: Sequence[KnownMeeting], found: Sequence[Traits]) -> frozenset[tuple[PurePath, PurePath]]:
    """The folders whose notes are still there, and those of other clones of them: most of their notes are the same."""
    elsewhere: dict[str, list[Traits]] = defaultdict(list)
    for each in known:
        if each.whereabouts is Whereabouts.ELSEWHERE:
            elsewhere[each.traits.name].append(each.traits)
    pairs = [(there, traits) for traits in found for there in elsewhere.get(traits.name, ())]
    namesakes = Counter(_folders(*pair) for pair in pairs)
    equal = Counter(
        _folders(there, traits) for there, traits in pairs if there.digest == traits.digest and traits.is_telling
    )
    return frozenset(
        folders for folders, count in equal.items() if count >= _MIN_EQUAL_NOTES and 2 * count >= namesakes[folders]
    )


def _folders(known: Traits, found: Traits) -> tuple[PurePath, PurePath]:
    return PurePath(known.path).parent, PurePath(found.path).parent


def _is_clear(
    known: Traits, found: Traits, whereabouts: Whereabouts, copies: frozenset[tuple[PurePath, PurePath]]
) -> bool:
    """Whether it is clear, without regard to the path, that the two are the same meeting."""
    same_text, share = known.digest == found.digest, _share(known, found)
    same_day = known.day == found.day
    shares_recording = bool(known.recordings & found.recordings)
    other_recording = bool(known.recordings and found.recordings) and not shares_recording
    if whereabouts is Whereabouts.ELSEWHERE and known.path != found.path:
        # Another clone has the same files. What else resembles a meeting whose notes are still there is a copy of them.
        if known.name != found.name:
            return False
        one, other = folders = _folders(known, found)
        same_folder = one.name == other.name or folders in copies
        return (same_text and found.is_telling) or (
            share >= _MIN_SHARE and same_day and same_folder and not other_recording
        )
    if same_text:
        return found.is_telling or same_day
    if shares_recording and (same_day or known.title.casefold() == found.title.casefold()):
        return True
    days_differ = known.day is not None and found.day is not None and not same_day
    return share >= _MIN_SHARE and found.is_telling and not other_recording and not days_differ


def _is_doubtful(known: Traits, found: Traits, whereabouts: Whereabouts) -> bool:
    """Whether a meeting whose notes are gone may be this one on another day, or this one was begun as its copy."""
    if whereabouts is Whereabouts.ELSEWHERE or not found.is_telling:
        return False
    other_recording = bool(known.recordings and found.recordings) and not known.recordings & found.recordings
    return not other_recording and _share(known, found) >= _MIN_DOUBTFUL_SHARE
