"""What a transcript file says more than once though it was said once, found by how its cues follow each other.

copies              the same cue at the same time: files put together, each cue written twice
highlighted words   a sentence again for each of its words, another word set off each time (whisper, stable-ts)
scrolling lines     a line again above the line after it (YouTube's automatic captions)
growing text        a cue that is the one before and some words more, or its end and some words more (live captions)
pairs               every cue twice in a row, each with a time of its own

People do say "yes" twice: what could be that is taken for a repetition only where the whole file is made so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline import unspaced
from pipeline.cues import word_spans
from pipeline.cues.draft_cue import DraftCue
from pipeline.cues.markup import tokens
from pipeline.records import Word

_MIN_SHARE = 0.25  # of the cues repeat something: below this, people merely repeat themselves
_MIN_LONG_WORDS = 3  # in a text that nobody says a second time by chance
_MIN_LONG_SIGNS = 10  # the same, without spaces
_MIN_OVERLAP_WORDS = 2  # that the end of a cue and the beginning of the next share by more than chance
_MIN_UNSPACED_OVERLAP_SHARE = 0.35  # of a cue, where tokens are characters
_MAX_ROLLING_LINES = 16  # that a cue carries over; there are one or two on a screen
_MIN_LINES_SHARE = 0.8  # of the repeated text are whole lines: it scrolls by lines, and by nothing else
_MIN_RUNS_SHARE = 0.8  # of the texts are repeated equally often
_MAX_GAP_SECONDS = 1.0  # between the cues of a text that grows
_MAX_HIGHLIGHT_GAP_SECONDS = 5.0  # between two words of a sentence
_MAX_GROWN_SECONDS = 12.0  # of a cue put together from others
_SENTENCE_ENDINGS = (".", "?", "!", "。", "？", "！")
_PUNCTUATION = '.,;:!?…"“”‘’()-–—。，、？！'


def without_copies(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """The cues, each time and text once, in the order of the file.

    A single word is left twice where nothing else is: several people may say "yes" at once.
    """
    seen: set[tuple[object, ...]] = set()
    is_copy = []
    for cue in cues:
        key = (cue.start, cue.end, cue.text, cue.speaker, cue.highlight)
        is_copy.append(key in seen)
        seen.add(key)
    is_long_copy = [copied and _is_long(cue) for cue, copied in zip(cues, is_copy, strict=True)]
    are_many = any(is_long_copy) and sum(is_copy) >= _MIN_SHARE * len(cues)
    return [cue for cue, left_out in zip(cues, is_copy if are_many else is_long_copy, strict=True) if not left_out]


def said_once(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """The cues, in order of time, without what they repeat."""
    cues = _joined(_without_highlights(cues))
    return _without_pairs(_without_carried_over(cues))


def _end(cue: DraftCue) -> float:
    return cue.start if cue.end is None else cue.end


def _said(cue: DraftCue) -> tuple[str, str | None]:
    return " ".join(cue.text.split()), cue.speaker


def _without_highlights(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """Each sentence that is there once a word as one cue with the times of its words."""
    groups: list[list[DraftCue]] = []
    at = -1  # where the last highlight of the group ends
    for cue in cues:
        if groups and _goes_on(groups[-1][-1], cue) and (cue.highlight is None or cue.highlight[0] >= at):
            groups[-1].append(cue)
        else:
            groups.append([cue])
            at = -1
        at = cue.highlight[1] if cue.highlight else at
    if not any(sum(cue.highlight is not None for cue in group) > 1 for group in groups):
        return list(cues)
    return [one for group in groups for one in _spoken_group(group)]


def _goes_on(before: DraftCue, cue: DraftCue) -> bool:
    return cue.start - _end(before) <= _MAX_HIGHLIGHT_GAP_SECONDS and _said(before) == _said(cue)


def _spoken_group(group: list[DraftCue]) -> list[DraftCue]:
    marked = [(cue, cue.highlight) for cue in group if cue.highlight]
    if not marked:
        return group
    text, words, place = group[0].text, [], 0
    spans = [(group[0].start, marked[0][0].start), *((cue.start, _end(cue)) for cue, _ in marked)]
    stops = [*(start for _, (start, _) in marked), word_spans.count(text)]
    for (start, end), stop in zip(spans, stops, strict=True):
        part, text = word_spans.split_after(text, stop - place)
        place = max(stop, place)
        if part := " ".join(part.split()):
            words.append(Word(start, max(start, end), part))
    return [replace(group[0], end=max(map(_end, group)), words=tuple(words), highlight=None)]


def _joined(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """One cue of those with one text of which each begins while the one before is shown, as at the seams of streams."""
    result: list[DraftCue] = []
    for cue in cues:
        last = result[-1] if result else None
        if last and cue.start < _end(last) and _said(last) == _said(cue) and _is_long(cue):
            result[-1] = replace(last, end=max(_end(last), _end(cue)))
        else:
            result.append(cue)
    return result


def _is_long(cue: DraftCue) -> bool:
    return word_spans.count(cue.text) >= _MIN_LONG_SIGNS and len(tokens(cue.text)) >= _MIN_LONG_WORDS


@dataclass(frozen=True, slots=True)
class _CarriedOver:
    """What a cue repeats of the one before. `signs` counts characters without spaces."""

    signs: int = 0
    count: int = 0  # lines, or words
    has_more: bool = False  # and says something new after it


def _without_carried_over(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """Without what is carried over from cue to cue: whole lines, or else words.

    YouTube's automatic captions show each line two or three times: as it is spoken, for an instant whole, and above the
    line after it. Live captions show a line each time that a word is added to it.
    """
    lines = [_CarriedOver(), *(_carried_lines(*pair) for pair in pairwise(cues))]
    words = [_CarriedOver(), *(_carried_words(*pair) for pair in pairwise(cues))]
    new_lines = sum(each.count > 0 and each.has_more for each in lines)
    new_words = [each.count for each in words if each.count and each.has_more]
    enough = _MIN_SHARE * len(cues)
    if new_lines >= max(1.0, enough) and new_lines >= _MIN_LINES_SHARE * len(new_words):
        fresh = (_without_start(cue, each.signs) for cue, each in zip(cues, lines, strict=True))
        return [cue for cue in fresh if cue.text]
    if len(new_words) >= enough and (len(new_words) > 1 or max(new_words, default=0) > _MIN_OVERLAP_WORDS):
        return _grown(cues, words)
    return list(cues)


def _carried_lines(before: DraftCue, cue: DraftCue) -> _CarriedOver:
    if before.speaker != cue.speaker:
        return _CarriedOver()
    old, new = before.text.split("\n"), cue.text.split("\n")
    sizes = range(min(len(old), len(new), _MAX_ROLLING_LINES), 0, -1)
    count = next((size for size in sizes if old[-size:] == new[:size]), 0)
    return _CarriedOver(sum(map(word_spans.count, new[:count])), count, count < len(new))


def _carried_words(before: DraftCue, cue: DraftCue) -> _CarriedOver:
    if before.speaker != cue.speaker or cue.start - _end(before) > _MAX_GAP_SECONDS:
        return _CarriedOver()
    old, new = tokens(before.text), tokens(cue.text)
    count = _overlap([_folded(token) for token in old], [_folded(token) for token in new])
    if count < min(_MIN_OVERLAP_WORDS, len(old)):  # a single word may be the same by chance
        return _CarriedOver()
    if count < _MIN_UNSPACED_OVERLAP_SHARE * len(old) and all(map(unspaced.is_sign, "".join(new[:count]))):
        return _CarriedOver()  # so may be a few characters
    return _CarriedOver(sum(map(len, new[:count])), count, count < len(new))


def _folded(token: str) -> str:
    """As it is compared: where a text grows, a full stop may become a comma."""
    return token.strip(_PUNCTUATION).casefold() or token


def _overlap(old: Sequence[str], new: Sequence[str]) -> int:
    """How many of the last of `old` are the first of `new`, at most (Knuth, Morris and Pratt, 1977)."""
    fallback = [0]
    size = 0
    for token in new[1:]:
        while size and new[size] != token:
            size = fallback[size - 1]
        size += new[size] == token
        fallback.append(size)
    size = 0
    for token in old[-len(new) :]:
        while size and (size == len(new) or new[size] != token):
            size = fallback[size - 1]
        size += new[size] == token
    return size


def _without_start(cue: DraftCue, signs: int) -> DraftCue:
    if not signs:
        return cue
    rest = word_spans.split_after(cue.text, signs)[1].strip()
    return replace(cue, text=rest, words=word_spans.words_without(cue.words, cue.text, [(0, signs)]))


def _grown(cues: Sequence[DraftCue], carried: Iterable[_CarriedOver]) -> list[DraftCue]:
    """What each cue adds, put together until a sentence ends."""
    groups: list[list[DraftCue]] = []
    shown_till = 0.0
    for cue, each in zip(cues, carried, strict=True):
        fresh = _without_start(cue, each.signs)
        if each.count and cue.start < shown_till < _end(cue):
            fresh = replace(fresh, start=shown_till)  # shown from the start on, and added to in place
        shown_till = max(shown_till, _end(cue))
        if not fresh.text:
            continue
        group = groups[-1] if each.count and groups else None
        if group and not _ends_sentence(group[-1]) and _end(fresh) - group[0].start <= _MAX_GROWN_SECONDS:
            group.append(fresh)
        else:
            groups.append([fresh])
    return [_put_together(group) for group in groups]


def _ends_sentence(cue: DraftCue) -> bool:
    return cue.text.endswith(_SENTENCE_ENDINGS)


def _put_together(group: list[DraftCue]) -> DraftCue:
    """One cue, in which each part is a word with a time, whatever it consists of."""
    if len(group) == 1:
        return group[0]
    text = ""
    for cue in group:
        is_glued = bool(text) and unspaced.is_sign(text[-1]) and unspaced.is_sign(cue.text[0])
        text = f"{text}{'' if is_glued else ' '}{cue.text}".strip()
    words: list[Word] = []
    for cue, after in zip(group, [*(cue.start for cue in group[1:]), _end(group[-1])], strict=True):
        end = min(_end(cue), max(after, cue.start))
        words.extend(cue.words or (Word(cue.start, end, " ".join(cue.text.split())),))
    return replace(group[0], end=max(map(_end, group)), text=text, words=tuple(words))


def _without_pairs(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """Each cue once where nearly every one is there twice, or three times, in a row."""
    runs = [list(run) for _, run in groupby(cues, _said)]
    (often, equal), *_ = Counter(map(len, runs)).most_common(1) or [(1, 0)]
    long = sum(_is_long(run[0]) for run in runs)
    if often not in (2, 3) or len(runs) < 2 or equal < _MIN_RUNS_SHARE * len(runs) or 2 * long < len(runs):
        return list(cues)
    return [replace(run[0], end=max(map(_end, run))) for run in runs]
