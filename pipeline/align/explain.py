"""Why a block was placed where it was: what was heard, what else came into question, and what order added.

What a group of features contributes is found by occlusion (M. Zeiler, R. Fergus, "Visualizing and Understanding
Convolutional Networks", 2014): how far the score of the chosen moment falls against the runner-up's when these features
say at both what they usually say. That holds for any emission, weighted sum or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.align import decided, decode, features, further_moments, lexical, weights
from pipeline.align.confidence import RIVAL, window_mass
from pipeline.align.decode import EVIDENCE, EVIDENCE_SPAN, PEAK, WIDE, Decision, Reading
from pipeline.align.outline import placeable
from pipeline.language import word_lists
from pipeline.language.terms import Normalizer, Term
from pipeline.records import LINK_CONFIDENCE, Alignment, Block, BlockKind, Notes, Transcript

Array = NDArray[np.float64]

RUNNERS_UP = 3
SAID = 30  # words of what is said at a moment
LEAST = 0.01  # share of a block's own evidence that makes a runner-up


class How(StrEnum):
    """How a written word was heard."""

    HEARD = "heard"
    MISHEARD = "misheard"  # words that look or sound alike
    NUMBER = "number"


class Group(StrEnum):
    """What speaks for a moment."""

    WORDS = "words"  # of the block itself
    STRUCTURE = "structure"  # the words of what stands above, under and beside it
    ONSET = "onset"  # somebody begins, after a pause, with "next up"
    PEOPLE = "people"  # somebody the block names is speaking
    POSITION = "position"  # first, last, opening, closing


class Unplaced(StrEnum):
    """Why a block is not looked for."""

    CODE = "code"
    MARKUP = "markup"
    NO_WORDS = "no words"  # a bare link, a rule, an emoji
    TITLE = "title"  # of the whole document
    TEMPLATE = "template"  # recurs in the notes of its folder, with nothing under it to take its place from


class Order(StrEnum):
    """How the notes follow the meeting."""

    CHRONOLOGICAL = "chronological"
    BY_TOPIC = "by topic"
    UNORDERED = "unordered"


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the block and what was heard for it."""

    written: str
    heard: str
    start: float
    how: How


@dataclass(frozen=True, slots=True)
class Place:
    """A moment that came into question, and what was said there.

    `share` (0..1) is its part of the block's own evidence, `ordered` what it is after the neighbours were considered.
    """

    start: float
    share: float
    ordered: float
    said: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What a group of features adds to the log-odds of the chosen moment against the runner-up; negative: against."""

    group: Group
    weight: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest block before or after that has a link."""

    line: int
    text: str
    start: float


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """A block that is not looked for."""

    block: Block
    why: Unplaced


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one block's place. Times in seconds, probabilities 0..1."""

    block: Block
    link: Alignment | None  # None: no moment was likely enough to be told; `chosen` is then only the best guess
    confidence: float
    matches: tuple[Match, ...]  # the most telling first
    missing: tuple[str, ...]  # words that were not heard there, the most telling first
    chosen: Place
    rivals: tuple[Place, ...]  # other moments by the block's own evidence, the strongest first
    reasons: tuple[Reason, ...]  # chosen against the strongest rival, the weightiest first; empty without a rival
    signs: tuple[str, ...]  # of a beginning there: "a new speaker", "a pause of 3 s", "“next up”", "a question"
    order: Order
    order_share: float
    before: Neighbour | None
    after: Neighbour | None
    opens: Neighbour | None  # a heading moved to where this part of it begins


def explain(notes: Notes, transcript: Transcript, block: Block) -> Explanation | NotPlaced:
    """Why `block` of `notes` was placed where it was.

    Raises:
        AlignError: the transcript has no words.
    """
    read = decided(notes, transcript) if placeable(block) else None
    index = {each.id: b for b, each in enumerate(read[0].outline.blocks)} if read else {}
    if read is None or block.id not in index:
        return NotPlaced(block, _why_not(block))
    b = index[block.id]
    if block.template and not read[0].outline.leads[b]:
        return NotPlaced(block, Unplaced.TEMPLATE)
    return of(*read, weights.shipped(), b)


def of(reading: Reading, decision: Decision, fitted: weights.Model, block: int) -> Explanation:
    """Why the block of this number was placed where it was decided."""
    shape, time, pick = reading.outline, reading.units.start, int(decision.picks[block])
    links = {link.block_id: link for link in decode.records(reading, decision)}
    link = links.get(shape.blocks[block].id)
    if link:
        link = replace(link, also=further_moments.further(reading, decision, block, link))
    rivals = _rivals(reading, decision, block)
    matches, missing = _words(reading, block, float(time[pick]))
    order = {
        Order.CHRONOLOGICAL: decision.placement.chronological,
        Order.BY_TOPIC: decision.placement.by_topic,
        Order.UNORDERED: 1 - decision.placement.chronological - decision.placement.by_topic,
    }
    likeliest = max(order, key=lambda name: order[name])
    before, after = _neighbours(reading, links, block)
    return Explanation(
        block=shape.blocks[block],
        link=link,
        confidence=link.confidence if link else float(decision.confidence[block]),
        matches=matches,
        missing=missing,
        chosen=_place(reading, decision, block, pick),
        rivals=tuple(_place(reading, decision, block, unit) for unit in rivals),
        reasons=_reasons(reading, fitted, block, pick, rivals[0]) if rivals else (),
        signs=tuple(_signs(reading, pick)),
        order=likeliest,
        order_share=order[likeliest],
        before=before,
        after=after,
        opens=_opens(reading, decision, block),
    )


def group_of(feature: str) -> Group:
    """The group of a feature of `pipeline.align.features`, by its name."""
    if feature in {"kid60", "kid300", "kid1", "path60", "parC", "comp", "crowd"}:
        return Group.STRUCTURE
    if feature in {"fb_pos", "lb_end", "gen_start", "gen_end"}:
        return Group.POSITION
    if feature == "spk":
        return Group.PEOPLE
    return Group.ONSET if feature.startswith("o_") or feature == "tile" else Group.WORDS


def _why_not(block: Block) -> Unplaced:
    if block.kind is BlockKind.CODE:
        return Unplaced.CODE
    if block.kind is BlockKind.MARKUP:
        return Unplaced.MARKUP
    return Unplaced.TITLE if placeable(block) else Unplaced.NO_WORDS


def _words(reading: Reading, block: int, start: float) -> tuple[tuple[Match, ...], tuple[str, ...]]:
    """The words of the block that were heard around `start`, and those that were not; the most telling first."""
    common, units = reading.overlap, reading.units
    text = reading.outline.blocks[block].text
    low, high = np.searchsorted(units.start, [start - EVIDENCE_SPAN[0], start + EVIDENCE_SPAN[1]])
    normalizer = Normalizer(word_lists.detect(units.texts))
    matches: dict[str, Match] = {}
    missing: list[str] = []
    for term in _telling(reading, block):
        written, counts = text[term.start : term.end], common.fuzzy[common.index[term.key], low:high]
        if written in matches:
            continue
        if counts.max(initial=0.0) > 0:
            matches[written] = _match(reading, normalizer, term, written, int(low + counts.argmax()))
        elif not any(written in longer for longer in (*matches, *missing)):
            missing.append(written)
    whole = [match for word, match in matches.items() if not any(word in other != word for other in matches)]
    return tuple(whole[:EVIDENCE]), tuple(word for word in missing if word not in matches)[:EVIDENCE]


def _telling(reading: Reading, block: int) -> list[Term]:
    """The block's words by weight, a joined form such as dns_events before its parts; without pairs of words."""
    common = reading.overlap
    weights = {term: common.weights[block, common.index[term.key]] for term in common.terms[block]}
    terms = [term for term, weight in weights.items() if weight > 0 and " " not in term.key]
    return sorted(terms, key=lambda term: (-weights[term], term.start, -term.end))


def _match(reading: Reading, normalizer: Normalizer, term: Term, written: str, unit: int) -> Match:
    units = reading.units
    said, following = units.texts[unit], units.texts[unit + 1] if unit + 1 < len(units) else ""
    start = float(units.start[unit])
    if reading.overlap.exact[reading.overlap.index[term.key], unit] > 0:
        spoken = normalizer.terms(said, spoken=True)
        heard = next((said[other.start : other.end] for other in spoken if other.key == term.key), written)
        return Match(written, heard, start, How.NUMBER if term.key.startswith("#") else How.HEARD)
    heard = lexical.heard_as(term.word, said, following) or written
    joined = "".join(word_lists.WORD.findall(word_lists.fold(heard)))
    return Match(written, heard, start, How.HEARD if joined == term.word else How.MISHEARD)


def _rivals(reading: Reading, decision: Decision, block: int) -> list[int]:
    """Units of the highest peaks of the block's own evidence away from the chosen one."""
    time = reading.units.start
    own = decision.emission[block : block + 1]
    mass = window_mass(own, time, WIDE)[0]
    score = mass + PEAK * own[0]
    score[np.abs(time - time[decision.picks[block]]) <= RIVAL] = 0.0
    found: list[int] = []
    while len(found) < RUNNERS_UP and mass[unit := int(score.argmax())] >= LEAST and score[unit] > 0:
        found.append(unit)
        score[np.abs(time - time[unit]) <= RIVAL] = 0.0
    return found


def _place(reading: Reading, decision: Decision, block: int, unit: int) -> Place:
    said = " ".join(reading.units.texts[unit : unit + SAID]).split()
    start = float(reading.units.start[unit])
    near = np.abs(reading.units.start - start) <= WIDE
    return Place(
        start=start,
        share=float(decision.emission[block, near].sum()),
        ordered=float(decision.placement.posterior[block, near].sum()),
        said=" ".join(said[:SAID]) + (" …" if len(said) > SAID else ""),
    )


def _reasons(reading: Reading, fitted: weights.Model, block: int, chosen: int, rival: int) -> tuple[Reason, ...]:
    """What each group of features adds to the log-odds of `chosen` against `rival`."""
    heading = reading.outline.heading[block : block + 1]
    table = reading.table[:, block : block + 1]
    groups = [group_of(name) for name in features.NAMES]

    def odds(rows: lexical.Matrix) -> float:
        row = np.maximum(weights.emission(rows, heading, fitted)[0], 1e-30)
        return float(np.log(row[chosen] / row[rival]))

    everything, reasons = odds(table), []
    for group in Group:
        hidden = table.copy()
        for f in (f for f, other in enumerate(groups) if other is group):
            hidden[f, 0, [chosen, rival]] = np.median(table[f, 0])
        reasons.append(Reason(group, everything - odds(hidden)))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _signs(reading: Reading, unit: int) -> Iterator[str]:
    """What tells a listener that something begins at this unit."""
    units, language = reading.units, word_lists.detect(reading.units.texts)
    if units.turn[unit]:
        yield f"a new speaker ({units.speakers[unit]})" if units.speakers[unit] else "a new speaker"
    if units.pause[unit] >= 1:
        yield f"a pause of {units.pause[unit]:.0f} s"
    opening = " ".join(word_lists.fold(units.texts[unit]).split()[: features.DISCOURSE_WORDS])
    if language.turns and (phrase := language.turns.search(opening)):
        yield f"“{phrase[0].strip()}”"
    if "?" in units.texts[unit]:
        yield "a question"


def _neighbours(reading: Reading, links: dict[str, Alignment], block: int) -> tuple[Neighbour | None, Neighbour | None]:
    """The nearest linked blocks before and after it in the notes, without those it stands under."""
    blocks = reading.outline.blocks
    above = set(reading.outline.ancestors(block))

    def nearest(numbers: range) -> Neighbour | None:
        for b in numbers:
            link = links.get(blocks[b].id)
            if b not in above and link and link.confidence >= LINK_CONFIDENCE:
                return Neighbour(blocks[b].line, blocks[b].text, link.start)
        return None

    return nearest(range(block - 1, -1, -1)), nearest(range(block + 1, len(blocks)))


def _opens(reading: Reading, decision: Decision, block: int) -> Neighbour | None:
    """The part a heading was moved back to, if it was."""
    time, pick = reading.units.start, decision.picks[block]
    if decode.onset(decision.placement.posterior[block : block + 1], time)[0] == pick:
        return None
    for b, other in enumerate(reading.outline.blocks):
        if block in reading.outline.ancestors(b) and decision.picks[b] == pick:
            return Neighbour(other.line, other.text, float(time[pick]))
    return None
