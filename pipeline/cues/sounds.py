"""Descriptions of sounds beside what is said: "[Music] and so we begin".

A cue that is nothing but a sound is left as it is, for `invented_speech` to mark.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.cues import word_spans
from pipeline.records import Segment

_MAX_DESCRIPTION_WORDS = 5
_SOUND = re.compile(r"\[(?P<square>[^\[\]]{1,60})\]|\((?P<round>[^()]{1,60})\)|[♪♫♬♩][^♪♫♬♩]*[♪♫♬♩]+")
_NAMES = """
    applause applauding cheering cheers chuckles chuckling clapping cough coughing coughs gasps giggles giggling
    laughing laughs laughter music musical sighs silence singing sneezes static whistling blank_audio
    musik applaus gelächter lachen lacht música musica aplausos risas risos musique applaudissements rires applausi
    risate muziek gelach музыка аплодисменты смех 音楽 拍手 笑 笑い 音乐 掌声 笑声 음악 박수 웃음
"""
_SOUND_WORDS = frozenset(_NAMES.split())


def without_sounds(segment: Segment) -> Segment:
    """The segment without `[Music]`, `(applause)`, `♪ la la ♪`, where something is said beside them."""
    text = segment.text
    found = [match.span() for match in _SOUND.finditer(text) if _is_sound(match)] if _may_have(text) else []
    if not found:
        return segment
    said, gaps, place, last = [], [], 0, 0
    for start, end in found:
        said.append(text[last:start])
        place += word_spans.count(said[-1])
        gaps.append((place, place := place + word_spans.count(text[start:end])))
        last = end
    rest = " ".join(" ".join([*said, text[last:]]).split())
    if not any(map(str.isalnum, rest)) or rest.endswith(":"):
        return segment
    return replace(segment, text=rest, words=word_spans.words_without(segment.words, text, gaps))


def _may_have(text: str) -> bool:
    return any(sign in text for sign in "[(♪♫♬♩")


def _is_sound(match: re.Match[str]) -> bool:
    inside = match["square"] or match["round"]
    if inside is None:
        return True
    words = [word.strip("♪*.,!") for word in inside.lower().split()]
    return len(words) <= _MAX_DESCRIPTION_WORDS and not _SOUND_WORDS.isdisjoint(words)
