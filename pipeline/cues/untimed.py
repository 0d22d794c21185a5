"""Text without times: what was said, and by whom. The words heard in the recording tell when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.cues import furniture, speech_evidence, text_with_times
from pipeline.cues.labels import readable_name
from pipeline.cues.line_layouts import is_person
from pipeline.cues.speakers import with_speakers
from pipeline.cues.spoken_lines import SpokenLine, is_chat, label_of, line_with_spelled_time, plain, timed_line
from pipeline.cues.text_with_times import split_lines
from pipeline.records import Segment, Utterance

_HEAD_CHARS = 65_536
_MAX_WORDS = 40  # of one utterance: its words are looked for together
_MAX_UNSPACED_CHARS = 80
_MIN_WORDS = 8  # fewer are no transcript
_MAX_TIMED_SHARE = 0.1  # of the lines begin with a time: more, and it is a log, a chat or an agenda
_MIN_LABELLED_SHARE = 0.3  # of the paragraphs begin with a name: then nobody says what is above the first one

_SENTENCE_END = re.compile(r"[.?!…][\"'”’»)]?\s+|[。？！]")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_FIELD = re.compile(
    r"(?:attendees|participants|date|time|duration|length|title|language|recorded|file|url|link|model|speakers"
    r"|teilnehmer(?:innen)?|datum|dauer|sprecher)\s?[:：].{0,500}|https?://\S+",
    re.IGNORECASE,
)


def reads_as_text(text: str) -> bool:
    """Whether people would read this: words, hardly any signs, no times."""
    if not speech_evidence.may_be_text(text):
        return False
    head = text[:_HEAD_CHARS]
    lines = [text for line in split_lines(head) if (text := plain(line))]
    timed = sum(any(test(line) for test in (is_chat, timed_line, line_with_spelled_time)) for line in lines)
    return (
        speech_evidence.count_words(head) >= _MIN_WORDS
        and timed <= _MAX_TIMED_SHARE * len(lines)
        and not speech_evidence.is_written_by_program(lines)
    )


def utterances(text: str) -> tuple[Utterance, ...]:
    """What was said in a text without times, in its order, at most a few sentences each.

    Speakers are known by labels, or by names that stand alone above what they say.
    """
    paragraphs = list(_paragraphs(split_lines(text)))
    labelled = [index for index, each in enumerate(paragraphs) if each.speaker or label_of(" ".join(each.texts))]
    if labelled and len(labelled) >= _MIN_LABELLED_SHARE * len(paragraphs):
        paragraphs = paragraphs[labelled[0] :]
    return utterances_of(paragraphs)


def timed_utterances(text: str) -> tuple[Utterance, ...]:
    """What was said in a text with times, in its order, with the times that stand at it and no others."""
    spoken = text_with_times.read_lines(split_lines(text)) or []
    if spoken and text_with_times.is_time_of_day(spoken):
        spoken = text_with_times.counted_from_first(spoken)
    return utterances_of(spoken, labels=not text_with_times.has_own_names(spoken))


def utterances_of(spoken: Sequence[SpokenLine], *, labels: bool = True) -> tuple[Utterance, ...]:
    """The same with labels taken for speakers, long ones in parts of which the first keeps the time."""
    numbered = [
        Segment(float(index), float(index), " ".join(each.texts), (), readable_name(each.speaker))
        for index, each in enumerate(spoken)
        if each.texts
    ]
    said = with_speakers(numbered) if labels else numbered
    return tuple(
        Utterance(part, segment.speaker, spoken[int(segment.start)].start if number == 0 else None)
        for segment in said
        for number, part in enumerate(in_parts(segment.text))
    )


def _paragraphs(lines: Sequence[str]) -> Iterator[SpokenLine]:
    """Paragraphs, or lines where no empty ones part them; a label begins one, too."""
    texts = [(line, plain(line)) for line in lines if not _FENCE.match(line)]
    counts = Counter(text for _, text in texts if len(text.split()) > 1 and is_person(text))
    names = {name for name, count in counts.items() if count > 1}
    is_parted = any(not text for _, text in texts[1:-1])
    current = SpokenLine(None, None)
    for line, text in texts:
        if text in names:
            yield current
            current = SpokenLine(None, text)
        elif not text or not is_parted or label_of(text):
            yield current
            current = SpokenLine(None, current.speaker if current.speaker in names else None)
        if text and text not in names and not _is_nobodys(line, text):
            current.texts.append(text)
    yield current


def _is_nobodys(line: str, text: str) -> bool:
    return bool(
        _HEADING.match(line) or furniture.is_furniture(text) or furniture.is_title(text) or _FIELD.fullmatch(text)
    )


def in_parts(text: str) -> Iterator[str]:
    """The text in parts of whole sentences, with at most _MAX_WORDS words each.

    >>> list(in_parts("One. Two."))
    ['One. Two.']
    """
    start = last = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if last > start and speech_evidence.count_words(text[start:end]) > _MAX_WORDS:
            yield from _pieces(text[start:last])
            start = last
        last = end
    yield from _pieces(text[start:])


def _pieces(text: str) -> Iterator[str]:
    """A sentence that is too long, in pieces."""
    words = text.split()
    for first in range(0, len(words), _MAX_WORDS):
        piece = " ".join(words[first : first + _MAX_WORDS])
        is_spaced = speech_evidence.count_words(piece) <= 2 * _MAX_WORDS
        step = len(piece) if is_spaced else _MAX_UNSPACED_CHARS
        yield from (piece[start : start + step] for start in range(0, len(piece), step))
