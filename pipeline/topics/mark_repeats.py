"""Marks that say the same again: in the summary and below it, in two notes of one meeting, on each meeting's list."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.records import Mark, MarkKind, TopicMeeting

_WORD = re.compile(r"\w+")
_MIN_WORDS = 4  # of what stands within something longer, and says the same
_MIN_MEETINGS = 3  # whose notes have the same box
_MIN_TICKED = 2  # of these: what was done twice is done at every meeting


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark, and its meeting. `others` are further blocks of the same notes that mark the same."""

    meeting: TopicMeeting
    mark: Mark
    others: tuple[str, ...] = ()


def marks_once(found: Iterable[FoundMark], same: Mapping[str, str]) -> tuple[FoundMark, ...]:
    """Marks in their order, each once in a meeting, by its fuller text, without what is ticked off at every meeting.

    Args:
        same: of each notes, the first ones that are of the same meeting.
    """
    listed = [(each, _said(each.mark)) for each in found]
    routine = _routine(listed, same)
    of_meetings: dict[str, list[tuple[FoundMark, str]]] = defaultdict(list)
    for each, said in listed:
        if not _is_of_list(each.mark) or said not in routine:
            of_meetings[same[each.meeting.slug]].append((each, said))
    return tuple(kept for marks in of_meetings.values() for kept in _once(marks))


def _routine(listed: Iterable[tuple[FoundMark, str]], same: Mapping[str, str]) -> frozenset[str]:
    meetings: dict[str, set[str]] = defaultdict(set)
    ticked: Counter[str] = Counter()
    for each, said in listed:
        if _is_of_list(each.mark) and same[each.meeting.slug] not in meetings[said]:
            meetings[said].add(same[each.meeting.slug])
            ticked[said] += each.mark.done is True
    return frozenset(
        said for said, slugs in meetings.items() if len(slugs) >= _MIN_MEETINGS and ticked[said] >= _MIN_TICKED
    )


def _is_of_list(mark: Mark) -> bool:
    return mark.done is not None and not mark.people


def _once(marks: Iterable[tuple[FoundMark, str]]) -> Iterator[FoundMark]:
    kept: list[tuple[FoundMark, str]] = []
    for each, said in marks:
        at = next((at for at, other in enumerate(kept) if _says_the_same(other, (each, said))), None)
        if at is None:
            kept.append((each, said))
        else:
            fuller, less = (each, kept[at][0]) if len(said) > len(kept[at][1]) else (kept[at][0], each)
            kept[at] = _joined(fuller, less), max(said, kept[at][1], key=len)
    return iter([each for each, _ in kept])


def _says_the_same(one: tuple[FoundMark, str], other: tuple[FoundMark, str]) -> bool:
    mark, second = one[0].mark, other[0].mark
    if mark.kind is not second.kind or (None not in (mark.done, second.done) and mark.done != second.done):
        return False
    if one[1] == other[1]:
        return True
    if mark.kind is MarkKind.ACTION and mark.people and second.people and set(mark.people).isdisjoint(second.people):
        return False
    shorter, longer = sorted((one[1], other[1]), key=len)
    return shorter.count(" ") + 1 >= _MIN_WORDS and f" {shorter} " in f" {longer} "


def _joined(fuller: FoundMark, less: FoundMark) -> FoundMark:
    mark = fuller.mark
    people = tuple(dict.fromkeys([*mark.people, *less.mark.people]))
    done = less.mark.done if mark.done is None else mark.done
    others = dict.fromkeys(fuller.others)
    if less.meeting.slug == fuller.meeting.slug:
        others |= dict.fromkeys([less.mark.block_id, *less.others])
    others.pop(mark.block_id, None)
    return FoundMark(fuller.meeting, replace(mark, people=people, done=done), tuple(others))


def _said(mark: Mark) -> str:
    return " ".join(_WORD.findall(mark.text.casefold()))
