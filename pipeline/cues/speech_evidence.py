"""Whether a text with times is something said: notes, agendas, chapters, logs and programs have times, too.

Speech has about two words a second, or people who take turns, or ends its sentences; chapters, agendas and notes have
a few words for minutes. What is written by programs has more signs and figures than words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median_high

from pipeline.cues import furniture
from pipeline.cues.line_layouts import is_person
from pipeline.cues.markup import plain_text
from pipeline.cues.spoken_lines import SpokenLine, has_spelled_time, label_of, plain, timed_line

_NO_TEXT = re.compile(r"\s*(?:[{<]|\[\s*(?:[\[{\"\]]|-?\d[\d.]*\s*,)|#!|%PDF)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_BULLET = re.compile(r"\s*[-*+•]\s")
_TECHNICAL = re.compile(r"\w[=/\\_{}<>|#@:]+\w|\d[A-Za-z]|[A-Za-z]\d|^[{}<>()\[\]=/\\|$#-]+$|[({;=]$|0x")
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’»)]?$")
_SIGN = re.compile(r"[!-@\[-`{-~]")  # and figures
_SIGNS_OF_SPEECH = re.compile(
    r"https?://\S+|(?<!\d)\d{1,2}:\d\d(?!\d)|[.,?!]{1,3}(?=\s|$)|\[?\b(?:speaker|spk)_\d{1,3}\b\]?:?"
    r"|\[(?:inaudible|unintelligible|crosstalk|foreign|music|applause)[^\[\]]{0,20}\]",
    re.IGNORECASE,
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LEVEL_WORDS = "critical debug err error fatal info notice trace verbose warn warning"
_LOG_LEVELS = frozenset(_LEVEL_WORDS.split())

_MIN_DENSITY = 0.3  # words a second, where nothing else speaks for speech
_MIN_DENSITY_OF_PANEL = 0.1  # where screen readers are told the times, as by YouTube's panel
_MIN_SPARSE_DENSITY = 0.03  # where people take turns or sentences end: some transcripts have a time every ten minutes
_MIN_WORDS = 2.0  # for each time
_MIN_WORDS_OF_SENTENCES = 4.0
_MIN_SHARE = 0.5
_MAX_TECHNICAL_SHARE = 0.25  # of the words
_MAX_SIGNS_SHARE = 0.1  # of the characters that are no spaces: speech has 4 % of full stops, commas and the like
_MAX_SIGNS_SHARE_OF_SPEECH = 0.2  # where times have said that it is speech
_MAX_LISTED_SHARE = 0.3  # of the lines below the first time are items without one: more, and they are notes
_MAX_HEADING_SHARE = 0.1
_MAX_WORDS_ABOVE = 60  # the first time, where no line says that a transcript follows
_MIN_AGENDA_SECONDS = 5 * 60.0  # no agenda begins before five
_MAX_AGENDA_SECONDS = 24 * 60.0  # or goes on after midnight, its hours read as minutes


def may_be_text(text: str) -> bool:
    """Whether a text is neither JSON, XML, HTML, a program nor binary."""
    return _NO_TEXT.match(text) is None and "\0" not in text[:100_000]


def is_speech(spoken: Sequence[SpokenLine], lines: Sequence[str]) -> bool:
    """Whether what was found in these lines of a file was said; the first of `spoken` has a time."""
    texts = [plain_text(" ".join(each.texts)) for each in spoken if each.texts]
    starts = sorted({each.start for each in spoken if each.start is not None})
    if not texts or len(starts) < 2 or _is_log(spoken, texts) or _is_notes(spoken, lines):
        return False
    if is_agenda(starts):
        return False
    # What can be heard besides, as [Music], is a word or two, and has a time of its own.
    timed = sum(each.start is not None and not _is_sound(each) for each in spoken) or 1
    words = sum(map(count_words, texts))
    density, words_each = max(words / (starts[-1] - starts[0]), _median_density(spoken)), words / timed
    if density >= _MIN_DENSITY and (words_each >= _MIN_WORDS or _take_turns(spoken)):
        return True
    if density >= _MIN_DENSITY_OF_PANEL and _is_panel(spoken, lines):
        return True
    if density < _MIN_SPARSE_DENSITY or _are_items(spoken, lines):
        return False
    sentences = sum(_SENTENCE_END.search(text) is not None for text in texts)
    return words_each >= _MIN_WORDS_OF_SENTENCES and (_take_turns(spoken) or sentences >= _MIN_SHARE * len(texts))


def _is_sound(spoken: SpokenLine) -> bool:
    return len(spoken.texts) == 1 and _SIGNS_OF_SPEECH.fullmatch(spoken.texts[0]) is not None


def _median_density(spoken: Sequence[SpokenLine]) -> float:
    """Words a second between one time and the next, as a rule: a long pause says nothing of what is around it."""
    words = [0.0]
    starts: list[float] = []
    for each in spoken:
        if each.start is not None:
            starts.append(each.start)
            words.append(0.0)
        words[-1] += sum(map(count_words, each.texts))
    densities = [
        count / (after - before)
        for count, before, after in zip(words[1:], starts, starts[1:], strict=False)
        if after > before
    ]
    return median_high(densities) if densities else 0.0


def count_words(text: str) -> float:
    """As it takes to say them: where no spaces part them, two characters are about one."""
    return len(text.split()) + len(_UNSPACED.findall(text)) / 2


def _names(spoken: Sequence[SpokenLine]) -> list[str]:
    return [name for each in spoken if (name := each.speaker or (label_of(each.texts[0]) if each.texts else None))]


def _take_turns(spoken: Sequence[SpokenLine]) -> bool:
    names = [name for name in _names(spoken) if is_person(name)]
    return len(names) >= _MIN_SHARE * len(spoken) and len(set(names)) < max(3, len(names))


def _is_log(spoken: Sequence[SpokenLine], texts: Sequence[str]) -> bool:
    levels = Counter(word.strip("[]:()<>").casefold() in _LOG_LEVELS for text in texts for word in text.split()[:1])
    levels += Counter(name.strip("[]").casefold() in _LOG_LEVELS for name in _names(spoken))
    return levels[True] > 0.1 * len(texts) or is_written_by_program(texts, _MAX_SIGNS_SHARE_OF_SPEECH)


def is_written_by_program(texts: Sequence[str], max_signs_share: float = _MAX_SIGNS_SHARE) -> bool:
    """Whether many words are none that people say: paths, identifiers, versions, brackets."""
    texts = [_SIGNS_OF_SPEECH.sub("", text) for text in texts]
    chars = sum(len(text) - text.count(" ") for text in texts)
    if sum(len(_SIGN.findall(text)) for text in texts) > max_signs_share * chars:
        return True
    words = [word for text in texts for word in text.split()]
    technical = sum(_TECHNICAL.search(word.strip(".,:;?!\"'”“’")) is not None for word in words)
    return technical > _MAX_TECHNICAL_SHARE * len(words)


def _is_notes(spoken: Sequence[SpokenLine], lines: Sequence[str]) -> bool:
    first = (spoken[0].line or 1) - 1
    below = [line for line in lines[first:] if line.strip()]
    headings = sum(bool(_HEADING.match(line)) and timed_line(line) is None for line in below)
    listed = sum(bool(_BULLET.match(line)) and timed_line(line) is None for line in below)
    if headings > max(1, _MAX_HEADING_SHARE * len(below)) or listed > max(2, _MAX_LISTED_SHARE * len(below)):
        return True
    above = [text for line in lines[:first] if (text := plain(line))]
    said_so = any(furniture.is_title(text) or furniture.is_furniture(text) for text in above)
    return not said_so and sum(len(text.split()) for text in above) > max(
        _MAX_WORDS_ABOVE, 0.5 * sum(len(text.split()) for each in spoken for text in each.texts)
    )


def _is_panel(spoken: Sequence[SpokenLine], lines: Sequence[str]) -> bool:
    timed = [each.line - 1 for each in spoken if each.start is not None and each.line]
    spelled = sum(any(map(has_spelled_time, lines[index : index + 2])) for index in timed)
    return spelled >= _MIN_SHARE * len(timed) or furniture.is_title(furniture.line_above(lines, spoken[0].line) or "")


def is_agenda(starts: Sequence[float]) -> bool:
    """Whether times, in order, are hours and minutes that people chose: 9:30, 10:15."""
    return starts[0] >= _MIN_AGENDA_SECONDS and all(start % 5 == 0 and start < _MAX_AGENDA_SECONDS for start in starts)


def _are_items(spoken: Sequence[SpokenLine], lines: Sequence[str]) -> bool:
    """Whether the times stand in a list."""
    timed = [lines[each.line - 1] for each in spoken if each.start is not None and each.line]
    return sum(_BULLET.match(line) is not None for line in timed) >= _MIN_SHARE * len(timed)
