"""From the lists that were chosen to cues: phrases with their words, or sentences made of words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from pipeline.cues.drafts import DraftCue
from pipeline.cues.json_transcripts.choice import Choice, Track
from pipeline.cues.json_transcripts.document import Item
from pipeline.cues.json_transcripts.times import seconds
from pipeline.cues.markup import plain_text
from pipeline.cues.wording import PartKind, SpokenWord, as_written, timed, whole_words
from pipeline.records import Word
from pipeline.sentences import MAX_SEGMENT_SECONDS, sentences
from pipeline.untrusted import MAX_SECONDS

_MAX_ANCESTORS = 4  # between a word and the phrase it is in
_MIN_WORDS_SHARE = 0.5  # of the words of a phrase have times: below, they are no use
_MAX_STEP_BACK_SECONDS = 0.5  # of a word before the one in front of it; more is another recording, or another channel
_TOLERANCE_SECONDS = 0.5  # by which a word may be outside its phrase, or its speaker's turn
_SPECIAL_TOKEN = re.compile(r"\[_[A-Z_0-9]{1,20}\]|<\|[^|]{0,30}\|>|<unk(?:nown)?>")  # of a model, or of an editor

_SpeakerAt = Callable[[float, float | None], str | None]


@dataclass(slots=True)
class Drafts:
    """The cues of a document, and what is wrong with what could not be used of it."""

    cues: list[DraftCue] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def draft_cues(choice: Choice, speaker_names: dict[str, str]) -> Drafts:
    """The cues of the lists in `choice`, in the order of the document."""
    drafts = Drafts()
    if choice.phrases:
        unit = choice.phrases.unit
        for phrase, words in _with_words(choice.phrases, choice.words):
            drafts.cues += _phrase_cues(phrase, unit, words, drafts.problems)
    elif choice.words:
        unit = choice.words.unit
        speaker_at = _speaker_at(choice.turns, unit)
        for members in choice.words.lists:
            drafts.cues += _list_cues(members, unit, speaker_at, drafts.problems)
    if choice.phrases and not choice.phrases.has_speakers:
        speaker_at = _speaker_at(choice.turns, unit)
        drafts.cues = [replace(cue, speaker=speaker_at(cue.start, cue.end)) for cue in drafts.cues]
    drafts.cues = [
        replace(cue, speaker=speaker_names.get(cue.speaker, cue.speaker)) if cue.speaker else cue for cue in drafts.cues
    ]
    return drafts


def _with_words(phrases: Track, words: Track | None) -> Iterator[tuple[Item, list[SpokenWord]]]:
    """Each phrase, and its words: those in it or, where the words stand elsewhere, those of its time."""
    words_of: dict[int, list[SpokenWord]] = defaultdict(list)
    if words:
        phrase_of = _by_place(phrases) if _are_inside(words, phrases) else _by_time(phrases, words)
        for item in words.items:
            phrase = phrase_of(item)
            if phrase is not None:
                words_of[id(phrase)].append(_spoken(item, words.unit))
    for phrase in phrases.items:
        yield phrase, words_of.get(id(phrase), [])


def _are_inside(words: Track, phrases: Track) -> bool:
    find = _by_place(phrases)
    return any(find(item) is not None for item in words.items)


def _by_place(phrases: Track) -> Callable[[Item], Item | None]:
    known = {id(phrase) for phrase in phrases.items}

    def find(item: Item) -> Item | None:
        above = item.parent
        for _ in range(_MAX_ANCESTORS):
            if above is None or id(above) in known:
                break
            above = above.parent
        return above if id(above) in known else None

    return find


def _by_time(phrases: Track, words: Track) -> Callable[[Item], Item | None]:
    timed_phrases = [
        (start, end, phrase)
        for phrase in phrases.items
        if (start := seconds(phrase.fields.start, phrases.unit)) is not None
        and (end := _end(phrase, start, phrases.unit)) is not None
    ]
    timed_phrases.sort(key=lambda each: each[0])
    starts = [start for start, _, _ in timed_phrases]

    def find(item: Item) -> Item | None:
        start = seconds(item.fields.start, words.unit)
        if start is None:
            return None
        end = _end(item, start, words.unit)
        middle = start if end is None else (start + end) / 2
        at = bisect_right(starts, middle) - 1
        return timed_phrases[at][2] if at >= 0 and middle <= timed_phrases[at][1] + _TOLERANCE_SECONDS else None

    return find


def _end(item: Item, start: float, unit: float) -> float | None:
    """When a thing ends, in seconds; None where that is not known, or not after its start."""
    length_or_end = seconds(item.fields.end, unit)
    if length_or_end is None:
        return None
    end = start + length_or_end if item.fields.ends_by_length else length_or_end
    return end if start < end <= MAX_SECONDS else None


def _spoken(item: Item, unit: float) -> SpokenWord:
    fields = item.fields
    start = seconds(fields.start, unit)
    return SpokenWord(
        text=_without_markup(fields.text or ""),
        start=start,
        end=None if start is None else _end(item, start, unit),
        speaker=fields.speaker,
        probability=fields.probability,
        kind=PartKind.SOUND if _SPECIAL_TOKEN.fullmatch((fields.text or "").strip()) else fields.kind,
    )


def _without_markup(text: str) -> str:
    """The text of a word without entities; the spaces around it stay."""
    if "&" not in text and "<" not in text:
        return text
    return f"{' ' if text[:1].isspace() else ''}{plain_text(text)}{' ' if text[-1:].isspace() else ''}"


def _phrase_cues(phrase: Item, unit: float, parts: list[SpokenWord], problems: list[str]) -> Iterator[DraftCue]:
    """A phrase as one cue or, where it is long and its words have times, as its sentences."""
    text = plain_text(phrase.fields.text or "")
    words = whole_words(parts)
    if not any(word.start is not None for word in words) or any("\ufffd" in word.text for word in words):
        words = []
    start = seconds(phrase.fields.start, unit)
    if start is None:
        start = next((word.start for word in words if word.start is not None), None)
    if start is None or not text:
        if text:
            problems.append(_problem(phrase))
        return
    end = _end(phrase, start, unit)
    as_written(words, text)
    known = timed(words, start, end)
    is_whole = len(known) >= _MIN_WORDS_SHARE * len(text.split())
    speaker = phrase.fields.speaker
    if known and is_whole and known[-1].end - known[0].start > MAX_SEGMENT_SECONDS:
        for sentence in sentences(known):
            yield _cue(sentence, speaker)
    else:
        yield DraftCue(start, end, text, _plain(known) if is_whole else (), speaker)


def _problem(item: Item) -> str:
    start = item.fields.start
    return f"{item.at} has no time" if start is None else f"{item.at} begins at {start.value:g}, not within a week"


def _list_cues(members: Sequence[Item], unit: float, speaker_at: _SpeakerAt, problems: list[str]) -> Iterator[DraftCue]:
    """A list of words as sentences, each of one speaker."""
    words = whole_words([_spoken(item, unit) for item in members])
    if not any(word.start is not None for word in words):
        if words:
            problems.append(_problem(members[0]))
        return
    parent = members[0].parent
    if parent and parent.fields.text and all(item.parent is parent for item in members):
        as_written(words, plain_text(parent.fields.text))
    run: list[Word] = []
    speaker: str | None = None
    for word, known in zip(words, timed(words), strict=True):
        found = word.speaker or speaker_at(known.start, known.end) or speaker
        if run and (found != speaker or known.start < run[-1].start - _MAX_STEP_BACK_SECONDS):
            yield from (_cue(sentence, speaker) for sentence in sentences(run))
            run = []
        speaker = found
        run.append(known)
    yield from (_cue(sentence, speaker) for sentence in sentences(run))


def _cue(words: Sequence[Word], speaker: str | None) -> DraftCue:
    text = "".join(word.text for word in words).strip()
    return DraftCue(words[0].start, words[-1].end, text, _plain(words), speaker)


def _plain(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(msgspec.structs.replace(word, text=word.text.strip()) for word in words)


def _speaker_at(turns: Sequence[Item], unit: float) -> _SpeakerAt:
    """Who speaks from a time to another, by the list that says only that."""
    spans = [
        (start, _end(turn, start, unit), turn.fields.speaker)
        for turn in turns
        if (start := seconds(turn.fields.start, unit)) is not None
    ]
    spans.sort(key=lambda span: span[0])
    starts = [start for start, _, _ in spans]

    def find(start: float, end: float | None) -> str | None:
        middle = start if end is None else (start + end) / 2
        at = bisect_right(starts, middle) - 1
        if at < 0:
            return None
        _, until, speaker = spans[at]
        return speaker if until is None or middle <= until + _TOLERANCE_SECONDS else None

    return find
