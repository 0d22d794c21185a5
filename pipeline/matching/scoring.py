"""Which video is the recording of which notes, by what their titles, numbers and dates say. Pure: nothing is asked for.

A date in the title of a video counts most; then the day on which it was streamed or released, which in UTC is often the
day before or after. A wrong recording costs more trust than a missing one: a match is unique only where the date and
either the number or the title agree, nothing speaks against it, and every other video for these notes, and all other
notes for this video, are clearly behind.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from pipeline.language.words import fold
from pipeline.matching import labels
from pipeline.matching.labels import MeetingLabel
from pipeline.notes.dates import day_order
from pipeline.records import ListedVideo, Match, NotesWithoutRecording

MIN_SCORE = 0.3
"""What has less is not proposed."""

CLEARLY_AHEAD = 0.2
"""By how much the score of a unique match is above that of any other for the same notes or the same video."""

MAX_PROPOSED_VIDEOS = 3  # for the same notes
MAX_DAYS_APART = 2  # between the notes and a video that may be their recording by its date alone

_SAME_DATE, _DATES_A_DAY_APART = 0.5, 0.15  # in the titles
_RELEASED = {0: 0.4, 1: 0.3, 2: 0.2}  # by the days between
_SAME_MARKED_NUMBER, _SAME_BARE_NUMBER, _OTHER_NUMBER = 0.35, 0.25, -0.3
_SAME_SERIES, _SIMILAR_TITLE, _OTHER_SERIES = 0.25, 0.1, -0.2
_RARE_WORD, _MAX_RARE_WORDS = 0.1, 2
_GENERIC_WEIGHT, _MIN_SHARED_WEIGHT, _MIN_SHARED_SHARE = 0.5, 1.0, 0.6
_COMMON_SHARE, _MIN_FOR_COMMON = 0.8, 3  # what so many titles of a list have is the name of the channel
_CROWDED_DAYS = 2
_MAX_OF_A_NUMBER = 20  # videos: what more have is no number in a series, as in Team 3
_ROUNDING = 1e-9
_WORD = re.compile(r"[^\W_]+")

Pair = tuple[str, str]
"""The slug of notes, and the id of a video."""


@dataclass(slots=True)
class PairEvidence:
    """What speaks for and against one pair."""

    score: float = 0.0
    reasons: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    dated: bool = False  # the date agrees
    named: bool = False  # the number or the title agrees

    def add(self, score: float, reason: str, *, dated: bool = False, named: bool = False) -> None:
        self.score += score
        self.reasons += (reason,)
        self.dated |= dated
        self.named |= named

    def doubt(self, score: float, reason: str) -> None:
        self.score += score
        self.doubts += (f"but {reason}",)

    @property
    def doubtful(self) -> bool:
        """Whether something speaks against it."""
        return bool(self.doubts)


@dataclass(frozen=True, slots=True)
class TitleWords:
    """How often words are in the titles of both lists, and which of them tell the series apart."""

    in_videos: Counter[str]
    in_notes: Counter[str]
    common: frozenset[str]  # in nearly all titles of a list: the name of the channel, or of the only series
    segments: Counter[frozenset[str]]  # of the titles of videos

    @classmethod
    def of(cls, videos: Sequence[MeetingLabel], notes: Sequence[MeetingLabel]) -> TitleWords:
        counts = [Counter(chain.from_iterable(label.words for label in titles)) for titles in (videos, notes)]
        common: set[str] = set()
        for titles, found in zip((videos, notes), counts, strict=True):
            if len(titles) >= _MIN_FOR_COMMON:
                common |= {word for word, times in found.items() if times >= _COMMON_SHARE * len(titles)}
        segments = Counter(chain.from_iterable(label.segments for label in videos))
        return cls(counts[0], counts[1], frozenset(common), segments)

    def is_rare(self, word: str) -> bool:
        """Whether a word is in the titles of one video and of one meeting."""
        is_once = self.in_videos[word] == self.in_notes[word] == 1
        return is_once and word not in labels.generic_words() and word not in self.common

    def telling(self, words: Iterable[str]) -> frozenset[str]:
        """The words that tell a series from others: neither in nearly all titles, nor in this one only."""
        return frozenset(
            word for word in words if word not in self.common and self.in_videos[word] + self.in_notes[word] > 1
        )

    def names_series(self, title: MeetingLabel, name: frozenset[str]) -> bool:
        """Whether a piece of a video's title is this name of a series, and the others are about this video alone."""
        if name not in title.segments:
            return False
        others = [segment for segment in title.segments if segment not in (name, self.common)]
        return all(self.segments[segment] == 1 or segment <= self.common for segment in others)


class ReleaseDays:
    """When the videos of a list were released."""

    def __init__(self, videos: Iterable[ListedVideo], read: Mapping[str, MeetingLabel]) -> None:
        self._read = read
        self._by_day: dict[date, set[str]] = defaultdict(set)
        for video in videos:
            if video.at:
                self._by_day[video.at.date()].add(video.id)

    def is_crowded(self, video: ListedVideo) -> bool:
        """Whether another video of the same series is so near that the day alone does not tell which is which."""
        near = (
            (video.at.date() + timedelta(days) for days in range(-_CROWDED_DAYS, _CROWDED_DAYS + 1)) if video.at else ()
        )
        own = self._read[video.id].words
        others = {other for day in near for other in self._by_day.get(day, ())} - {video.id}
        return any(_is_similar(own, self._read[other].words) for other in others)


def propose(
    videos: Sequence[ListedVideo],
    notes: Sequence[NotesWithoutRecording],
    *,
    others: Sequence[ListedVideo] = (),
    refused: Collection[Pair] = (),
) -> list[Match]:
    """What may be the recording of which notes, best first.

    Args:
        videos: those that no meeting has.
        others: further videos of the same lists, which have their notes. They tell what titles have in common.
        refused: pairs that somebody said are none.
    """
    order = day_order(video.title for video in chain(videos, others))
    read = {video.id: labels.of_video(video, order) for video in chain(others, videos)}
    written = {each.slug: labels.of_notes(each) for each in notes}
    titles = TitleWords.of(list(read.values()), list(written.values()))
    crowd = ReleaseDays(chain(others, videos), read)
    by_id, by_slug = {video.id: video for video in videos}, {each.slug: each for each in notes}
    found: dict[Pair, PairEvidence] = {}
    for slug, video_id in _candidates(videos, notes, read, written, titles):
        if (slug, video_id) not in refused and by_id[video_id].status != "unavailable":
            evidence = _compare(by_id[video_id], read[video_id], by_slug[slug], written[slug], titles, crowd)
            if evidence and evidence.score >= MIN_SCORE:
                found[slug, video_id] = evidence
    dated = {
        pair
        for pair, each in found.items()
        if each.dated and not each.doubtful and _can_be_taken(by_slug[pair[0]], by_id[pair[1]], read[pair[1]])
    }
    sound = {pair for pair in dated if found[pair].named}
    unique = _unique({pair: each.score for pair, each in found.items()}, sound)
    return _best(
        Match(
            by_id[pair[1]],
            by_slug[pair[0]],
            each.reasons + each.doubts,
            round(min(each.score, 1.0), 2),
            unique=pair in unique,
            dated=pair in dated,
        )
        for pair, each in found.items()
        if by_id[pair[1]].status == "recorded"
    )


# -- one pair ----------------------------------------------------------------------------------------------------------


def _compare(
    video: ListedVideo,
    title: MeetingLabel,
    notes: NotesWithoutRecording,
    written: MeetingLabel,
    words: TitleWords,
    released: ReleaseDays,
) -> PairEvidence | None:
    """What speaks for and against a pair; None: it is none."""
    evidence = PairEvidence()
    if notes.date and title.days:
        apart = min((day - notes.date for day in title.days), key=abs).days
        if abs(apart) > 1:
            return None
        if apart == 0:
            evidence.add(_SAME_DATE, f"both are dated {notes.date}", dated=True)
        else:
            evidence.add(_DATES_A_DAY_APART, "the dates in the titles are near")
            evidence.doubt(0.0, f"its title is dated one day {_direction(apart)} the notes: {min(title.days)}")
    elif notes.date and video.at:
        apart = (video.at.date() - notes.date).days
        if abs(apart) <= MAX_DAYS_APART:
            is_sure = apart == 0 or (abs(apart) == 1 and not released.is_crowded(video))
            evidence.add(_RELEASED[abs(apart)], _released(video, notes.date, apart), dated=is_sure)
        elif apart < 0:
            return None
        else:
            evidence.doubt(0.0, _released(video, notes.date, apart))
    _compare_numbers(title, written, evidence)
    _compare_words(video, title, written, words, evidence)
    return evidence


def _released(video: ListedVideo, day: date, apart: int) -> str:
    verb = "streamed" if video.has_time else "released"
    if apart == 0:
        return f"{verb} on the day of the notes: {day}"
    count = "one day" if abs(apart) == 1 else f"{abs(apart)} days"
    return f"{verb} {count} {_direction(apart)} the notes’ date: {video.at:%Y-%m-%d}"


def _direction(apart: int) -> str:
    return "after" if apart > 0 else "before"


def _compare_numbers(title: MeetingLabel, written: MeetingLabel, evidence: PairEvidence) -> None:
    marked = title.numbers & written.marked | title.marked & written.numbers
    bare = title.numbers & written.numbers
    if marked:
        evidence.add(_SAME_MARKED_NUMBER, f"both are number {min(marked)}", named=True)
    elif bare:
        evidence.add(
            _SAME_BARE_NUMBER, f"both have the number {min(bare)}", named=len(title.numbers | written.numbers) == 1
        )
    elif (title.marked and written.marked) or len(title.numbers) == len(written.numbers) == 1:
        numbers = (title.marked or title.numbers), (written.marked or written.numbers)
        evidence.doubt(_OTHER_NUMBER, f"the video is number {min(numbers[0])}, the notes are {min(numbers[1])}")


def _compare_words(
    video: ListedVideo, title: MeetingLabel, written: MeetingLabel, words: TitleWords, evidence: PairEvidence
) -> None:
    shared = title.words & written.words
    rare = frozenset(filter(words.is_rare, shared))
    if rare:
        is_telling = len(rare) >= _MAX_RARE_WORDS
        reason = f"no other titles have {_quoted(rare, video.title)}"
        evidence.add(_RARE_WORD * min(len(rare), _MAX_RARE_WORDS), reason, named=is_telling)
    own, others = words.telling(written.words), words.telling(title.words)
    if own - others and others - own:
        if not rare:
            names = _quoted(others - own, video.title), f"“{' '.join(sorted(own - others))}”"
            evidence.doubt(_OTHER_SERIES, f"the titles may be of two series: {names[0]} and {names[1]}")
    elif (own == others or words.names_series(title, written.words)) and _is_same_name(
        shared, title.words, written.words
    ):
        evidence.add(_SAME_SERIES, f"both titles say {_quoted(shared, video.title)}", named=True)
    elif shared - rare:
        evidence.add(_SIMILAR_TITLE, f"both titles have {_quoted(shared - rare, video.title)}")


def _is_same_name(shared: frozenset[str], *titles: frozenset[str]) -> bool:
    """Whether what two titles share is all of both, or enough to be the name of a series and most of one of them."""
    if shared and all(shared == title for title in titles):
        return True
    weight = _weight(shared)
    return weight >= _MIN_SHARED_WEIGHT and weight >= _MIN_SHARED_SHARE * min(map(_weight, titles))


def _is_similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles may be of one series; of one without words that cannot be told."""
    return not (one and other) or _weight(one & other) >= _MIN_SHARED_SHARE * min(_weight(one), _weight(other))


def _weight(words: Iterable[str]) -> float:
    return sum(_GENERIC_WEIGHT if word in labels.generic_words() else 1.0 for word in words)


def _quoted(words: frozenset[str], title: str) -> str:
    """Words as the title has them; those of scripts without spaces are pieces that nobody would know again."""
    as_written = dict.fromkeys(word for word in _WORD.findall(title) if fold(word) in words)
    return f"“{' '.join(as_written)}”" if as_written else "the same words"


# -- all pairs ---------------------------------------------------------------------------------------------------------


def _candidates(
    videos: Sequence[ListedVideo],
    notes: Iterable[NotesWithoutRecording],
    read: Mapping[str, MeetingLabel],
    written: Mapping[str, MeetingLabel],
    words: TitleWords,
) -> Iterator[Pair]:
    """The pairs worth comparing: they share a number or a rare word, or their dates are near."""
    keys: dict[object, list[str]] = defaultdict(list)
    for video in videos:
        label = read[video.id]
        days = label.days or ({video.at.date()} if video.at else set())
        for key in (*label.numbers, *days, *filter(words.is_rare, label.words)):
            keys[key].append(video.id)
    near = [timedelta(days) for days in range(-MAX_DAYS_APART, MAX_DAYS_APART + 1)]
    for each in notes:
        label = written[each.slug]
        days = {each.date + apart for apart in near} if each.date else set()
        numbers = (number for number in label.numbers if len(keys.get(number, ())) <= _MAX_OF_A_NUMBER)
        found = (keys.get(key, ()) for key in (*numbers, *days, *filter(words.is_rare, label.words)))
        yield from ((each.slug, video_id) for video_id in dict.fromkeys(chain.from_iterable(found)))


def _can_be_taken(notes: NotesWithoutRecording, video: ListedVideo, title: MeetingLabel) -> bool:
    return notes.alone and video.status == "recorded" and not title.is_part


def _unique(scores: Mapping[Pair, float], sound: Collection[Pair]) -> set[Pair]:
    """The sound pairs that are clearly ahead, from the clearest on: what they take is no rival to the others."""
    live, found = dict(scores), set[Pair]()
    while True:
        by_end: dict[str, list[float]] = defaultdict(list)
        for (slug, video_id), score in live.items():
            by_end[f"notes {slug}"].append(score)
            by_end[f"video {video_id}"].append(score)
        best = {end: sorted(each, reverse=True)[:2] for end, each in by_end.items()}
        new = {
            pair
            for pair in sound
            if pair in live
            and all(_is_ahead(live[pair], best[end]) for end in (f"notes {pair[0]}", f"video {pair[1]}"))
        }
        if not new:
            return found
        found |= new
        slugs, videos = {slug for slug, _ in new}, {video_id for _, video_id in new}
        live = {pair: score for pair, score in live.items() if pair[0] not in slugs and pair[1] not in videos}


def _is_ahead(score: float, best: Sequence[float]) -> bool:
    """Whether a score is the best one, and the second is clearly behind it."""
    return score == best[0] and (len(best) == 1 or best[1] <= score - CLEARLY_AHEAD + _ROUNDING)


def _best(matches: Iterable[Match]) -> list[Match]:
    """The best for each notes, without those that another match leaves nothing to."""
    matches = sorted(matches, key=lambda match: (-match.score, match.notes.slug, match.video.id))
    slugs = {match.notes.slug for match in matches if match.unique}
    videos = {match.video.id for match in matches if match.unique}
    shown: Counter[str] = Counter()
    found = []
    for match in matches:
        slug = match.notes.slug
        is_left = match.unique or not (slug in slugs or match.video.id in videos)
        if is_left and shown[slug] < MAX_PROPOSED_VIDEOS:
            shown[slug] += 1
            found.append(match)
    return found
