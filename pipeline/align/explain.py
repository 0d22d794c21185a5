"""Why a block was placed where it was: what was heard, which other places there were, and what order added.

What a group of features contributes is found by occlusion (M. Zeiler, R. Fergus, "Visualizing and Understanding
Convolutional Networks", 2014): how far the score of the chosen place falls against the runner-up's if these features
have their median at both. That works for any emission, weighted sum or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

import numpy as np

from pipeline import unspaced
from pipeline.align import compare_and_place, decode, features, further_moments, lexical, weights
from pipeline.align.confidence import RIVAL_SECONDS
from pipeline.align.decode import (
    EVIDENCE_AFTER_SECONDS,
    EVIDENCE_BEFORE_SECONDS,
    MAX_EVIDENCE_WORDS,
    PASSAGE_RADIUS_SECONDS,
    PEAK_WEIGHT,
    Comparison,
    Decision,
)
from pipeline.align.emission import compute_emission
from pipeline.align.features import FeatureGroup
from pipeline.align.masses import window_mass
from pipeline.align.onsets import MAX_ANNOUNCEMENT_WORDS
from pipeline.align.outline import is_placeable
from pipeline.align.weights import EmissionWeights, Weights
from pipeline.align.worth import pick_starts
from pipeline.arrays import Float32Array
from pipeline.language import word_lists
from pipeline.language.terms import Term, TermExtractor
from pipeline.language.words import fold, folded_words
from pipeline.meaning import Meaning
from pipeline.records import LINK_CONFIDENCE, Alignment, Block, BlockKind, Notes, Transcript

MAX_RIVALS = 3
MIN_RIVAL_SHARE = 0.01  # of a block's own evidence
MAX_QUOTED_WORDS = 30  # of what is said at a place
MIN_SHOWN_PAUSE_SECONDS = 1.0


class HeardAs(StrEnum):
    """How a written word was heard."""

    HEARD = "heard"
    MISHEARD = "misheard"  # words that look or sound alike
    NUMBER = "number"


class UnplacedReason(StrEnum):
    """Why no moment is looked for."""

    CODE = "code"
    MARKUP = "markup"
    NO_WORDS = "no words"  # a bare link, a rule, an emoji
    TITLE = "title"  # of the whole document
    TEMPLATE = "template"  # recurs in the notes of its folder, with nothing under it to be placed by


class NoteOrder(StrEnum):
    """How the notes follow the meeting."""

    CHRONOLOGICAL = "chronological"
    BY_TOPIC = "by topic"
    UNORDERED = "unordered"


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A word of the block and what was heard for it."""

    written: str
    heard: str
    start: float
    how: HeardAs


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A moment the block may begin at, and what is said there.

    `share` (0..1) is its part of the block's own evidence, `ordered` its probability once neighbours are considered.
    """

    start: float
    share: float
    ordered: float
    said: str


@dataclass(frozen=True, slots=True)
class GroupContribution:
    """What a group of features adds to the log-odds of the chosen place against the best rival; below 0: against it."""

    group: FeatureGroup
    weight: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A nearby block that has a link."""

    line: int
    text: str
    start: float


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """A block that no moment is looked for."""

    block: Block
    why: UnplacedReason


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about the place of one block. Times in seconds, probabilities 0..1."""

    block: Block
    link: Alignment | None  # None: no moment is likely enough; `chosen` is then only the best guess
    confidence: float
    matches: tuple[TermMatch, ...]  # the most distinctive first
    missing: tuple[str, ...]  # words that were not heard there, the most distinctive first
    chosen: PlaceCandidate
    rivals: tuple[PlaceCandidate, ...]  # other places by the block's own evidence, the best first
    reasons: tuple[GroupContribution, ...]  # against the best rival, the weightiest first; empty without one
    signs: tuple[str, ...]  # that something begins there: "a new speaker", "a pause of 3 s", "“next up”", "a question"
    order: NoteOrder
    order_share: float
    before: Neighbour | None
    after: Neighbour | None
    opens: Neighbour | None  # the block under it that a heading was moved back to


def explain(
    notes: Notes, transcript: Transcript, block: Block, meaning: Meaning | None = None
) -> Explanation | NotPlaced:
    """Why `block` of `notes` was placed where it was, with the sentence model `meaning` or without one.

    Raises:
        AlignError: the transcript has no words.
    """
    read = compare_and_place(notes, transcript, meaning=meaning) if is_placeable(block) else None
    index = {each.id: b for b, each in enumerate(read[0].outline.blocks)} if read else {}
    if read is None or block.id not in index:
        return NotPlaced(block, _why_not(block))
    b = index[block.id]
    if block.template and not read[0].outline.heading_has_children[b]:
        return NotPlaced(block, UnplacedReason.TEMPLATE)
    return explain_decision(*read, weights.shipped(), b)


def explain_decision(comparison: Comparison, decision: Decision, fitted: Weights, block: int) -> Explanation:
    """Why the block with this index was placed where it was."""
    shape, time, pick = comparison.outline, comparison.units.start, int(decision.picks[block])
    links = {link.block_id: link for link in decode.to_alignments(comparison, decision)}
    link = links.get(shape.blocks[block].id)
    if link:
        link = replace(link, also=further_moments.find_further_moments(comparison, decision, block, link))
    rivals = _rivals(comparison, decision, block)
    matches, missing = _words(comparison, block, float(time[pick]))
    order = {
        NoteOrder.CHRONOLOGICAL: decision.order.chronological,
        NoteOrder.BY_TOPIC: decision.order.by_topic,
        NoteOrder.UNORDERED: 1 - decision.order.chronological - decision.order.by_topic,
    }
    likeliest = max(order, key=lambda name: order[name])
    before, after = _neighbours(comparison, links, block)
    return Explanation(
        block=shape.blocks[block],
        link=link,
        confidence=link.confidence if link else float(decision.confidence[block]),
        matches=matches,
        missing=missing,
        chosen=_place(comparison, decision, block, pick),
        rivals=tuple(_place(comparison, decision, block, unit) for unit in rivals),
        reasons=_reasons(comparison, fitted, block, pick, rivals[0]) if rivals else (),
        signs=tuple(_signs(comparison, pick)),
        order=likeliest,
        order_share=order[likeliest],
        before=before,
        after=after,
        opens=_opens(comparison, decision, block),
    )


def _why_not(block: Block) -> UnplacedReason:
    if block.kind is BlockKind.CODE:
        return UnplacedReason.CODE
    if block.kind is BlockKind.MARKUP:
        return UnplacedReason.MARKUP
    return UnplacedReason.TITLE if is_placeable(block) else UnplacedReason.NO_WORDS


def _words(comparison: Comparison, block: int, start: float) -> tuple[tuple[TermMatch, ...], tuple[str, ...]]:
    """The words of the block that were heard around `start`, and those that were not; the most distinctive first."""
    common, units = comparison.counts, comparison.units
    text = comparison.outline.blocks[block].text
    low, high = np.searchsorted(units.start, [start - EVIDENCE_BEFORE_SECONDS, start + EVIDENCE_AFTER_SECONDS])
    extractor = TermExtractor(word_lists.detect_language(units.texts))
    matches: dict[str, TermMatch] = {}
    missing: list[str] = []
    terms = _terms_by_weight(comparison, block)
    pieces = [term for term in terms if unspaced.is_in(text[term.start : term.end])]
    for term in (term for term in terms if term not in pieces):
        written = text[term.start : term.end]
        heard, counts = common.fuzzy.between(common.index[term.key], low, high)
        if written in matches:
            continue
        if len(heard):
            matches[written] = _match(comparison, extractor, term, written, int(heard[counts.argmax()]))
        elif not any(written in longer for longer in (*matches, *missing)):
            missing.append(written)
    whole = [match for word, match in matches.items() if not any(word in other != word for other in matches)]
    unmatched = [word for word in missing if word not in matches]
    joined, unjoined = _unspaced_words(comparison, text, pieces, low, high)
    return tuple([*whole, *joined][:MAX_EVIDENCE_WORDS]), tuple([*unmatched, *unjoined][:MAX_EVIDENCE_WORDS])


def _unspaced_words(
    comparison: Comparison, text: str, terms: Sequence[Term], low: int, high: int
) -> tuple[list[TermMatch], list[str]]:
    """The same in scripts without spaces: the stretches of the text whose terms were heard, and what is left of it."""
    heard: list[tuple[float, int, int]] = []
    start_at: dict[float, float] = {}  # of the best term of a stretch, by its rank
    for rank, term in enumerate(terms):
        units, counts = comparison.counts.fuzzy.between(comparison.counts.index[term.key], low, high)
        if len(units):
            heard.append((rank, term.start, term.end))
            start_at[rank] = float(comparison.units.start[units[counts.argmax()]])
    covered = {at for _, start, end in heard for at in range(start, end)}
    left = {at for term in terms for at in range(term.start, term.end)} - covered
    first_rank = {at: rank for rank, term in reversed(list(enumerate(terms))) for at in range(term.start, term.end)}
    missing = [[at for _, at in gap] for _, gap in groupby(enumerate(sorted(left)), key=lambda each: each[1] - each[0])]
    missing.sort(key=lambda gap: min(first_rank[at] for at in gap))
    matches = [
        TermMatch(text[start:end].strip(), text[start:end].strip(), start_at[rank], HeardAs.HEARD)
        for rank, start, end in sorted(lexical.join_overlapping(text, heard))
    ]
    return matches, [text[gap[0] : gap[-1] + 1].strip() for gap in missing]


def _terms_by_weight(comparison: Comparison, block: int) -> list[Term]:
    """The block's words by weight, a joined form such as dns_events before its parts; without pairs of words."""
    common = comparison.counts
    of_row = dict(zip(*common.weights.row(block), strict=True))
    weights = {term: of_row[common.index[term.key]] for term in common.terms[block]}
    terms = [term for term, weight in weights.items() if weight > 0]
    return sorted(terms, key=lambda term: (-weights[term], term.start, -term.end))


def _match(comparison: Comparison, extractor: TermExtractor, term: Term, written: str, unit: int) -> TermMatch:
    units = comparison.units
    said, following = units.texts[unit], units.texts[unit + 1] if unit + 1 < len(units) else ""
    start = float(units.start[unit])
    if len(comparison.counts.exact.between(comparison.counts.index[term.key], unit, unit + 1)[0]):
        spoken = extractor.terms(said, spoken=True)
        heard = next((said[other.start : other.end] for other in spoken if other.key == term.key), written)
        return TermMatch(written, heard, start, HeardAs.NUMBER if term.key.startswith("#") else HeardAs.HEARD)
    heard = lexical.heard_as(term.word, said, following) or written
    joined = "".join(folded_words(heard))
    return TermMatch(written, heard, start, HeardAs.HEARD if joined == term.word else HeardAs.MISHEARD)


def _rivals(comparison: Comparison, decision: Decision, block: int) -> list[int]:
    """Units of the highest peaks of the block's own evidence away from the chosen place."""
    time = comparison.units.start
    own = decision.emission[block : block + 1]
    mass = window_mass(own, time, PASSAGE_RADIUS_SECONDS)[0]
    score = mass + PEAK_WEIGHT * own[0]
    score[np.abs(time - time[decision.picks[block]]) <= RIVAL_SECONDS] = 0.0
    found: list[int] = []
    while len(found) < MAX_RIVALS and mass[unit := int(score.argmax())] >= MIN_RIVAL_SHARE and score[unit] > 0:
        found.append(unit)
        score[np.abs(time - time[unit]) <= RIVAL_SECONDS] = 0.0
    return found


def _place(comparison: Comparison, decision: Decision, block: int, unit: int) -> PlaceCandidate:
    said = unspaced.split_words(unspaced.join_words(comparison.units.texts[unit : unit + MAX_QUOTED_WORDS]))
    start = float(comparison.units.start[unit])
    near = np.abs(comparison.units.start - start) <= PASSAGE_RADIUS_SECONDS
    return PlaceCandidate(
        start=start,
        share=float(decision.emission[block, near].sum()),
        ordered=float(decision.order.posterior[block, near].sum()),
        said=unspaced.join_words(said[:MAX_QUOTED_WORDS]) + (" …" if len(said) > MAX_QUOTED_WORDS else ""),
    )


def _reasons(
    comparison: Comparison, fitted: Weights, block: int, chosen: int, rival: int
) -> tuple[GroupContribution, ...]:
    """What each group of features adds to the log-odds of the unit `chosen` against the unit `rival`."""
    is_heading = comparison.outline.is_heading[block : block + 1]
    table = comparison.features.of_block(block)[:, None]

    def odds(rows: Float32Array, weights: EmissionWeights) -> float:
        row = np.maximum(compute_emission(rows, is_heading, weights)[0], 1e-30)
        return float(np.log(row[chosen] / row[rival]))

    by_words, reasons = odds(table, fitted.words), []
    share = comparison.words_share if comparison.meaning else 1.0
    for group in (group for group in FeatureGroup if group is not FeatureGroup.MEANING):
        hidden = table.copy()
        for f in (f for f, feature in enumerate(features.FEATURES) if feature.group is group):
            hidden[f, 0, [chosen, rival]] = np.median(table[f, 0])
        reasons.append(GroupContribution(group, share * (by_words - odds(hidden, fitted.words))))
    if comparison.meaning:
        by_meaning = odds(comparison.meaning.slab(slice(block, block + 1)), fitted.meaning)
        reasons.append(GroupContribution(FeatureGroup.MEANING, (1 - share) * by_meaning))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _signs(comparison: Comparison, unit: int) -> Iterator[str]:
    """What shows a listener that something begins at this unit."""
    units, language = comparison.units, word_lists.detect_language(comparison.units.texts)
    if units.new_speaker[unit]:
        yield f"a new speaker ({units.speakers[unit]})" if units.speakers[unit] else "a new speaker"
    if units.pause[unit] >= MIN_SHOWN_PAUSE_SECONDS:
        yield f"a pause of {units.pause[unit]:.0f} s"
    opening = " ".join(fold(units.texts[unit]).split()[:MAX_ANNOUNCEMENT_WORDS])
    if language.topic_phrases and (phrase := language.topic_phrases.search(opening)):
        yield f"“{phrase[0].strip()}”"
    if "?" in units.texts[unit]:
        yield "a question"


def _neighbours(
    comparison: Comparison, links: dict[str, Alignment], block: int
) -> tuple[Neighbour | None, Neighbour | None]:
    """The nearest linked blocks before and after it in the notes, without those it is under."""
    blocks = comparison.outline.blocks
    above = set(comparison.outline.ancestors(block))

    def nearest(numbers: range) -> Neighbour | None:
        for b in numbers:
            link = links.get(blocks[b].id)
            if b not in above and link and link.confidence >= LINK_CONFIDENCE:
                return Neighbour(blocks[b].line, blocks[b].text, link.start)
        return None

    return nearest(range(block - 1, -1, -1)), nearest(range(block + 1, len(blocks)))


def _opens(comparison: Comparison, decision: Decision, block: int) -> Neighbour | None:
    """The block under a heading that it was moved back to, if it was."""
    time, pick = comparison.units.start, decision.picks[block]
    if pick_starts(decision.order.posterior[block : block + 1], time)[0] == pick:
        return None
    for b, other in enumerate(comparison.outline.blocks):
        if block in comparison.outline.ancestors(b) and decision.picks[b] == pick:
            return Neighbour(other.line, other.text, float(time[pick]))
    return None
