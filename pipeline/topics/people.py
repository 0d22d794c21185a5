"""The names of people in notes, which are no topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.cues.label_words import PARTICLES
from pipeline.language.given_names import given_names
from pipeline.language.labels import is_label
from pipeline.language.plain_words import is_plain
from pipeline.language.words import fold
from pipeline.records import Block, BlockKind, Notes
from pipeline.topics.attendees import BETWEEN_LISTED, HANDLE, listed_names, split_names
from pipeline.topics.terms import is_meta, stop_words

_MAX_BLOCK_CHARS = 20_000
_MAX_SOURCE_CHARS = 50_000  # that people are listed in
_MIN_NAME_CHARS = 2
_NAME = r"@?[^\W\d_][\w-]{1,38}"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,\s{_NAME}){{0,6}},?\s(?:and|&|und|et|y)\s{_NAME})?)"
_SAYING = (
    r"(?:sa(?:ys|id)|asks|asked|thinks|thought|wonders|wondered|suggests|suggested|mentions|mentioned|explains|explained"
    r"|proposes|proposed|agrees|agreed|disagrees|disagreed|points\sout|pointed\sout|raises|raised|reports|reported|notes"
    r"|noted|volunteers|volunteered|offers|offered|comments|commented|reminds|pinged|prefers|wants|feels|believes|hopes"
    r"|posts|posted|wrote|writes|replied|argues|argued|observed|clarified|confirmed|presents|presented|demoed|demos|joined|doesn['’]t\slike)"
)
_DOING = (
    r"(?:(?:is|are)\s(?:going\sto|working\son|looking\sinto)|will\s(?:look|take|write|file|open|follow|check|talk|send|try"
    r"|investigate|ask|create|review|share|reach|post)|to\s(?:confirm|follow|investigate|check|file|write|send|ask|share"
    r"|create|schedule|reach|draft|look|talk|open|update))"
)
_SAYS = re.compile(rf"(?<![\w@./-]){_NAMES}\s{_SAYING}\b")
_DOES = re.compile(rf"(?<![\w@./-]){_NAMES}\s{_DOING}\b")
_THANKED = re.compile(
    rf"\b(?:[Tt]hanks|[Tt]hank\syou|[Kk]udos|[Ss]hout-?outs?|[Cc]ongratulations|cc|CC)(?:\s(?:to|for))?:?\s{_NAMES}"
)
_OWNS = re.compile(
    rf"(?<![\w@./-])(?P<names>{_NAME})['’]s\s(?:prs?|patch|branch|work|comments?|proposal|idea|suggestion|question|talk"
    r"|presentation|slides|blog|demo|draft|feedback|point|fix|team)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"\s(?:(?:--|—|–)\s?{_NAMES}|\((?:by\s)?{_NAMES.replace('names', 'bracketed')}\))\s*$")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9-]+s?")
_NO_TALK = frozenset((BlockKind.MARKUP, BlockKind.CODE))


def find_people(notes: Notes) -> tuple[str, ...]:
    """The words of names in notes, folded: of those who speak, are listed, mentioned by handle, quoted or thanked.

    One meeting alone does not show who is a person for sure (`pipeline.topics.choosing` asks all).
    """
    found = dict.fromkeys(_sure_words(listed_names(notes.source[:_MAX_SOURCE_CHARS])))
    for block in notes.blocks:
        if block.template or block.kind in _NO_TALK:
            continue
        if block.speaker:
            found |= dict.fromkeys(_sure_words(split_names(block.speaker, BETWEEN_LISTED)))
        found |= dict.fromkeys(_named_in(block))
    return tuple(found)


def _sure_words(names: Iterable[str]) -> Iterator[str]:
    """The words of what is somebody's name, whatever they look like."""
    for name in names:
        for word in re.findall(r"[^\W\d_][\w-]*", name):
            folded = fold(word)
            if len(word) >= _MIN_NAME_CHARS and folded not in PARTICLES and not is_label(word):
                yield folded


def _named_in(block: Block) -> Iterator[str]:
    text = block.text[:_MAX_BLOCK_CHARS]
    if "@" in text:
        yield from (fold(found[0][1:]) for found in HANDLE.finditer(text))
    for pattern in (_SAYS, _THANKED, _OWNS, _DOES):
        for found in pattern.finditer(text):
            words = _likely_words(found["names"])
            # Things do something, too.
            yield from (word for word in words if pattern is not _DOES or word in given_names() or "will" in found[0])
    if block.kind is BlockKind.HEADING and (signed := _SIGNED.search(text)):
        yield from _likely_words(signed["names"] or signed["bracketed"])


def _likely_words(names: str) -> Iterator[str]:
    """The words of what stands where a name would, if they look like one."""
    for name in re.findall(_NAME, names):
        word = name.removeprefix("@")
        folded = fold(word)
        is_word = is_plain(folded) or folded in stop_words() or is_meta(folded) or is_label(word)
        if not _ACRONYM.fullmatch(word) and (not is_word or (word.istitle() and folded in given_names())):
            yield folded
