"""Find a block again in other notes, by its words and by the heading above it.

A block's id is made from its text, so a reworded block has another id. A correction must survive that: it moves to the
block that has nearly the same text in about the same place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.records import Block, BlockKind, Notes

MIN_SIMILARITY = 0.7
"""Of two texts, 0..1, from which they are the same block under the same heading."""

_OTHER_HEADING_PENALTY = 0.15  # under an unlike heading the same text still passes, a reworded one hardly
_TWIN_PENALTY = 0.01  # for each step between equal texts under one heading
_MAX_TWIN_STEPS = 5
_LONG_TEXT_WORDS = 6
_MIN_SHARED_WORDS = 1 / 3  # of a long text, below which two texts are not compared letter by letter
_PAIR_WORK = 500  # of comparing two texts, however short they are; each pair of their letters is 1 more
_MAX_WORK = 200_000_000  # some seconds, in which nobody else can write; a hundred lines in notes of 500 take half

_Candidate = tuple[float, int, int, str]  # the better, the less; which one is wanted, and the block's position and id


@dataclass(frozen=True, slots=True)
class BlockLocator:
    """How a person would point at a block: its text, the heading above, and which of the equal ones it is, from 1."""

    text: str
    under: str = ""
    nth: int = 1


def locators(notes: Notes) -> dict[str, BlockLocator]:
    """The locator of every block a reader sees, by id, in the order of the notes."""
    lines = [""] * (notes.line - 1) + notes.source.splitlines()
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for section in notes.sections:
        for block in section.blocks:
            if block.kind is BlockKind.MARKUP:
                continue
            text = _single_line(block, lines)
            under = "" if block.kind is BlockKind.HEADING else " ".join(section.title.split())
            seen[text, under] += 1
            found[block.id] = BlockLocator(text, under, seen[text, under])
    return found


def locate(wanted: Sequence[BlockLocator], blocks: Mapping[str, BlockLocator]) -> list[str | None]:
    """The id of the block that each of `wanted` is, None where there is none. No block is given twice.

    Equal texts are paired first, then similar ones, the most similar before the others; when there are too many or too
    long ones to compare them all, some reworded ones are not found. Similarity is the ratio of Ratcliff and Obershelp,
    as in `difflib`, less a penalty for another place.
    """
    found: dict[int, str] = {}
    for candidates in (_equal, _similar):
        taken = set(found.values())
        free = {block_id: locator for block_id, locator in blocks.items() if block_id not in taken}
        missing = {number: locator for number, locator in enumerate(wanted) if number not in found}
        found |= _paired(candidates(missing, free))
    return [found.get(number) for number in range(len(wanted))]


def _paired(candidates: Iterable[_Candidate]) -> dict[int, str]:
    found: dict[int, str] = {}
    taken = set()
    for _, number, _, block_id in sorted(candidates):
        if number not in found and block_id not in taken:
            found[number] = block_id
            taken.add(block_id)
    return found


def _equal(wanted: Mapping[int, BlockLocator], blocks: Mapping[str, BlockLocator]) -> Iterator[_Candidate]:
    by_text: dict[str, list[tuple[int, str, BlockLocator]]] = {}
    for position, (block_id, other) in enumerate(blocks.items()):
        by_text.setdefault(other.text.casefold(), []).append((position, block_id, other))
    left = _MAX_WORK
    for number, locator in wanted.items():
        twins = by_text.get(locator.text.casefold(), [])
        left -= _PAIR_WORK * len(twins)
        for position, block_id, other in twins if left >= 0 else twins[locator.nth - 1 : locator.nth]:
            yield _place_penalty(locator, other) - 1.0, number, position, block_id


def _similar(wanted: Mapping[int, BlockLocator], blocks: Mapping[str, BlockLocator]) -> Iterator[_Candidate]:
    """Pairs of nearly the same text, by no more than _MAX_WORK."""
    folded = [
        (position, block_id, other, other.text.casefold()) for position, (block_id, other) in enumerate(blocks.items())
    ]
    left = _MAX_WORK
    for number, locator in wanted.items():
        text = locator.text.casefold()
        for position, block_id, other, other_text in folded:
            work = _PAIR_WORK + len(text) * len(other_text)
            if left < _PAIR_WORK:
                return
            if work > left:
                continue
            left -= work
            score = _text_similarity(text, other_text)
            if score >= MIN_SIMILARITY and score - (penalty := _place_penalty(locator, other)) >= MIN_SIMILARITY:
                yield penalty - score, number, position, block_id


def _single_line(block: Block, lines: Sequence[str]) -> str:
    """The text on one line; of code, which has no text for matching, its source."""
    return " ".join((block.text or " ".join(lines[block.line - 1 : block.end_line - 1])).split())


def _text_similarity(one: str, other: str) -> float:
    here, there = Counter(one.split()), Counter(other.split())
    most = max(here.total(), there.total())
    # Similar long texts have words in common: a quick look that spares most pairs the slow comparison.
    if most >= _LONG_TEXT_WORDS and (here & there).total() < _MIN_SHARED_WORDS * most:
        return 0.0
    return _ratio(one, other)


def _place_penalty(one: BlockLocator, other: BlockLocator) -> float:
    """The similarity that is lost where the two are in different places."""
    here, there = one.under.casefold(), other.under.casefold()
    difference = 0.0 if here == there else 1 - _ratio(here, there)
    twin_steps = min(abs(one.nth - other.nth), _MAX_TWIN_STEPS)
    return _OTHER_HEADING_PENALTY * difference + _TWIN_PENALTY * twin_steps


def _ratio(one: str, other: str) -> float:
    """Similarity of two texts, 0..1; 0 for any below MIN_SIMILARITY, whose upper bounds are quick to compute."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < MIN_SIMILARITY or matcher.quick_ratio() < MIN_SIMILARITY:
        return 0.0
    return matcher.ratio()
