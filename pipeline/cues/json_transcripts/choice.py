"""Which of the lists in a document are its transcript: the phrases, the words, and who speaks when.

A document says the same thing several times: as a whole, by phrases, by words, by sentences, with other words as
alternatives, and beside it what it found in it: topics, names, chapters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline import unspaced
from pipeline.cues.json_transcripts.document import Collected, Item
from pipeline.cues.json_transcripts.times import MICROSECOND, MILLISECOND, SAMPLE, SECOND, TICK, RawTime, unit_of
from pipeline.cues.speech_evidence import is_agenda
from pipeline.cues.wording import PartKind

_MIN_TIMED_SHARE = 0.3  # of the things in a list of what was said; a forced aligner may miss most words
_MAX_WORDS_IN_WORD = 2.5  # the things in a list are words up to so many in each, on average
_UNSPACED_CHARS_PER_WORD = 2
_MIN_SHARE_OF_TEXT = 0.7  # of the longest list: below, a list is about a part of what was said
_MIN_SHARE_REPEATED = 0.9  # of what all lists before it say: the last one says everything again
_MAX_UNIT_ERROR = 0.02  # between where a phrase begins and where its first word does, as a share of that
_UNITS = (SECOND, MILLISECOND, MICROSECOND, TICK, SAMPLE)


@dataclass(frozen=True, slots=True)
class Track:
    """Everything of one kind in a document that says what was said. `unit` holds for times that do not say theirs."""

    items: Sequence[Item]
    words: float
    has_speakers: bool
    are_words: bool
    unit: float

    @property
    def lists(self) -> list[list[Item]]:
        """The items, list by list."""
        return [list(group) for _, group in groupby(self.items, key=lambda item: item.list_number)]


@dataclass(frozen=True, slots=True)
class Choice:
    """The transcript in a document. `turns` say who speaks when, and nothing of what."""

    phrases: Track | None
    words: Track | None
    turns: Sequence[Item]


def choose(collected: Collected) -> Choice | None:
    """The lists that are the transcript in a document; None: it has none."""
    by_path: dict[int, list[Item]] = defaultdict(list)
    for item in collected.items:
        by_path[item.path].append(item)
    turns = max(
        (items for items in by_path.values() if not any(item.fields.text for item in items)), key=len, default=[]
    )
    parents = {id(item.parent) for item in collected.items if item.parent and item.fields.start}
    tracks = [
        track
        for path, items in by_path.items()
        if path not in collected.translated and (track := _track(items, parents))
    ]
    phrases, words = (_best([track for track in tracks if track.are_words is flag]) for flag in (False, True))
    if phrases and words:
        is_part = phrases.words < _MIN_SHARE_OF_TEXT * words.words
        if is_part or (words.has_speakers and not phrases.has_speakers) or not _is_timed(phrases):
            phrases = None
    if phrases and words:
        phrases = _with_unit_of(phrases, words)
    elif phrases and not _is_timed(phrases):
        phrases = _with_starts(phrases)
    return Choice(phrases, words, turns) if phrases or words else None


def _track(items: list[Item], parents: set[int]) -> Track | None:
    """The things of a kind as a track; None where they are not what was said."""
    spoken = [item for item in items if item.fields.text and item.fields.kind is PartKind.SPEECH]
    timed = [item for item in spoken if item.fields.start or item.fields.last_end]
    if not timed or len(timed) < _MIN_TIMED_SHARE * len(spoken):
        return None
    if not any(item.fields.is_typical for item in timed) or all(map(_counts_characters, timed)):
        return None
    written = [item.fields.start.value for item in timed if item.fields.start and item.fields.start.unit == SECOND]
    if len(written) == len(timed) and is_agenda(written):
        return None
    words = [_word_count(item.fields.text or "") for item in timed]
    are_words = sum(words) <= _MAX_WORDS_IN_WORD * len(words) and not any(id(item) in parents for item in timed)
    items = _without_repeat(items)
    return Track(items, sum(words), any(item.fields.speaker for item in timed), are_words, _unit(timed, words))


def _best(tracks: Sequence[Track]) -> Track | None:
    """Of those that say most, the one that says who, then the one that says where best, then the first."""
    most = max((track.words for track in tracks), default=0)
    longest = [track for track in tracks if track.words >= _MIN_SHARE_OF_TEXT * most]
    return max(longest, key=lambda track: (_is_timed(track), track.has_speakers, len(track.items)), default=None)


def _is_timed(track: Track) -> bool:
    return any(item.fields.start for item in track.items)


def _counts_characters(item: Item) -> bool:
    """Whether the times of a thing are places in a text: it is as long as it lasts."""
    fields = item.fields
    return (
        fields.start is not None
        and fields.end is not None
        and fields.text is not None
        and fields.start.unit is None
        and not fields.ends_by_length
        and fields.end.value - fields.start.value == len(fields.text)
    )


def _word_count(text: str) -> float:
    signs = sum(map(unspaced.is_sign, text)) if not text.isascii() else 0
    return max(len(text.split()), signs / _UNSPACED_CHARS_PER_WORD)


def _without_repeat(items: list[Item]) -> list[Item]:
    """Without all but the last list, if that begins again and has everything: Google tells speakers apart that way."""
    numbers = [item.list_number for item in items]
    if numbers[0] == numbers[-1]:
        return items
    last = items[numbers.index(numbers[-1]) :]
    before = items[: -len(last)]
    first, again = before[0].fields.start, last[0].fields.start
    if first and again and again.value > first.value:
        return items
    common = Counter(item.fields.text for item in before) & Counter(item.fields.text for item in last)
    return last if common.total() >= _MIN_SHARE_REPEATED * len(before) else items


def _unit(timed: Sequence[Item], words: Sequence[float]) -> float:
    """The unit of the times that do not say theirs."""
    bare = [(item, count) for item, count in zip(timed, words, strict=True) if _bare(item.fields.start)]
    lengths = [
        (end.value - (0 if item.fields.ends_by_length else item.fields.start.value), count)
        for item, count in bare
        if item.fields.start and (end := _bare(item.fields.end))
    ]
    if any(length > 0 for length, _ in lengths):
        return unit_of(lengths)
    starts = [(item.fields.start.value, count) for item, count in bare if item.fields.start]
    gaps = sorted((after - start, count) for (start, count), (after, _) in pairwise(starts) if after > start)
    return unit_of(gaps[: max(1, len(gaps) // 2)])  # without the pauses


def _bare(time: RawTime | None) -> RawTime | None:
    return time if time and time.unit is None else None


def _with_unit_of(phrases: Track, words: Track) -> Track:
    """The phrases in the unit in which they begin with the first of their words, where those are in them."""
    firsts: dict[int, float] = {}
    for word in words.items:
        if word.parent and word.fields.start:
            start = word.fields.start
            firsts.setdefault(id(word.parent), start.value * (words.unit if start.unit is None else start.unit))
    votes: Counter[float] = Counter()
    for phrase in phrases.items:
        given, first = _bare(phrase.fields.start), firsts.get(id(phrase), 0.0)
        if given and given.value > 0 and first > 0:
            votes.update(unit for unit in _UNITS if abs(given.value * unit - first) <= _MAX_UNIT_ERROR * first)
    return replace(phrases, unit=votes.most_common(1)[0][0]) if votes else phrases


def _with_starts(phrases: Track) -> Track:
    """Phrases of which only the ends are known, each from the end of the one before."""
    items = []
    start = RawTime(0.0, SECOND)
    for item in phrases.items:
        if end := item.fields.last_end:
            items.append(replace(item, fields=replace(item.fields, start=start, end=end)))
            start = end
    return replace(phrases, items=items)
