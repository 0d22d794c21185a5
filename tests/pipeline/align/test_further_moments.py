"""A topic that comes back is told, few and right; one that is discussed once is not."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.align import align, decode, further_moments, units, weights
from pipeline.align.outline import build_outline
from pipeline.records import Alignment, Basis
from tests import growth
from tests.pipeline.align.meetings import block, heard, of, written

SMALL_TALK = [
    "yes I think that is right",
    "okay sounds good to me",
    "can you say a bit more",
    "so that was it then",
] * 4
COMPOST = ["the compost heap needs new pallets", "the broken pallets leak", "the sawmill has pallets"]
SEEDS = ["the seed swap is in march", "bring tomatoes and beans to swap", "labels for every seed packet"]
SHED = ["the roof of the shed drips", "slates for the roof are dear", "a ladder for the slates"]
HEAP = "New pallets from the sawmill, the broken ones leak; a ladder for the slates of the roof"
NOTES = written(("Compost heap", [HEAP]), ("Seed swap", ["Bring tomatoes and beans"]))
BREAK = 10.0 * len(SMALL_TALK)


def placed(texts: list[str], mass: dict[float, float], *, confidence: float = 0.8, heading: bool = False) -> Alignment:
    """The link of HEAP, an item or a `heading`, in a meeting where these `texts` are said, ten seconds each.

    It lies at the first moment of `mass`: the probability that order has left at these seconds. No fitted weight plays
    a part in that.
    """
    shape = build_outline(NOTES)
    comparison = decode.compare(replace(shape, is_heading=(heading,) * len(shape)), units.build_units(heard(*texts)))
    decision = decode.decide(comparison, weights.shipped())
    time = comparison.units.start
    row = np.full(len(time), (1 - sum(mass.values())) / len(time))
    for at, share in mass.items():
        row[np.abs(time - at).argmin()] += share
    rows = np.tile(row, (len(comparison.outline), 1))
    decision = replace(decision, emission=rows, order=replace(decision.order, posterior=rows))
    block = next(b for b, block in enumerate(comparison.outline.blocks) if block.text == HEAP)
    start = next(iter(mass))
    link = Alignment(comparison.outline.blocks[block].id, start, start + 30, confidence, Basis.MATCH)
    return replace(link, also=further_moments.find_further_moments(comparison, decision, block, link))


def test_a_topic_that_comes_back_has_a_second_moment() -> None:
    """Its return is told where it begins, until its words have faded."""
    again = 30 + 2 * BREAK + 30
    link = placed([*COMPOST, *SMALL_TALK, *SEEDS, *SMALL_TALK, *COMPOST, *SMALL_TALK], {0.0: 0.5, again: 0.45})

    (moment,) = link.also
    assert moment.start == again
    assert again + 20 <= moment.end <= again + 35
    assert further_moments.MIN_MOMENT_CONFIDENCE <= moment.confidence < 1


def test_another_fact_of_the_same_bullet_has_its_own_moment() -> None:
    """A clause that the link does not have needs less of the probability than a repetition."""
    other = 30 + BREAK

    (fact,) = placed([*COMPOST, *SMALL_TALK, *SHED, *SMALL_TALK], {0.0: 0.8, other: 0.1}).also
    repeated = placed([*COMPOST, *SMALL_TALK, *COMPOST, *SMALL_TALK], {0.0: 0.8, other: 0.1})

    assert fact.start == other
    assert repeated.also == ()


@pytest.mark.parametrize(
    ("texts", "mass", "confidence"),
    [
        ([*COMPOST, *SMALL_TALK, *SEEDS, *SMALL_TALK], {0.0: 0.5, 30 + BREAK: 0.45}, 0.8),  # its words are not there
        ([*COMPOST, *SMALL_TALK, *COMPOST, *SMALL_TALK], {0.0: 0.9, 30 + BREAK: 0.02}, 0.8),  # hardly any probability
        ([*COMPOST, *SMALL_TALK, *COMPOST, *SMALL_TALK], {0.0: 0.5, 30 + BREAK: 0.45}, 0.49),  # the link is none
        ([*COMPOST, *SMALL_TALK[:4], *COMPOST, *SMALL_TALK], {0.0: 0.5, 70.0: 0.45}, 0.8),  # the same passage
    ],
)
def test_what_is_not_clear_is_not_told(texts: list[str], mass: dict[float, float], confidence: float) -> None:
    """Without its words, without probability, without a link or close to it there is no further moment."""
    assert placed(texts, mass, confidence=confidence).also == ()


def test_a_heading_named_before_its_topic_is_the_agenda() -> None:
    """An item may come up earlier; a heading that does is only announced. Both may come back later."""
    texts, other = [*COMPOST, *SMALL_TALK, *COMPOST, *SMALL_TALK], 30 + BREAK

    earlier = [placed(texts, {other: 0.5, 0.0: 0.45}, heading=heading).also for heading in (False, True)]
    later = [placed(texts, {0.0: 0.5, other: 0.45}, heading=heading).also for heading in (False, True)]

    assert [[moment.start for moment in also] for also in earlier] == [[0.0], []]
    assert [[moment.start for moment in also] for also in later] == [[other], [other]]


def test_the_surest_three_are_told_in_order() -> None:
    """A topic that is spoken of again and again does not get a list of times."""
    every = 30 + BREAK
    shares = {every: 0.2, 2 * every: 0.24, 3 * every: 0.26, 4 * every: 0.25}

    link = placed([*COMPOST, *SMALL_TALK, *[*SHED, *SMALL_TALK] * 4], {0.0: 0.05, **shares})

    assert [moment.start for moment in link.also] == [2 * every, 3 * every, 4 * every]


def test_moments_of_a_whole_meeting_lie_outside_the_link() -> None:
    """Whatever the weights: away from the link, in the recording, with an end after the start."""
    transcript = heard(*[*COMPOST, *SMALL_TALK, *SEEDS, *SMALL_TALK] * 3)

    links = align(NOTES, transcript).alignments

    assert len(links) == 4
    for link in links:
        for moment in link.also:
            assert abs(moment.start - link.start) > further_moments.MIN_MOMENT_DISTANCE_SECONDS
            assert not link.start <= moment.start < link.end
            assert moment.start <= moment.end <= transcript.segments[-1].end


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One fact", ["One fact"]),
        ("Sign the packages; DNS events and a new table", ["Sign the packages;", "DNS events", "a new table"]),
        ("Es regnet, und die Tonne ist voll", ["Es regnet", "und die Tonne ist voll"]),
        ("Version 4.2.0 is out. Thanks – bye", ["Version 4.2.0 is out.", "Thanks", "bye"]),
        ("", []),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    """Sentences, semicolons, dashes, commas and "and" part facts; a decimal point does not."""
    assert [text[start:end] for start, end in further_moments.split_clauses(text)] == parts


def test_a_moment_grows_surer_with_its_evidence() -> None:
    """More of the probability, or more of a clause the link does not have: surer. Two fifths alone are told."""
    assert further_moments.moment_probability((-2.0, 0.2)) > further_moments.moment_probability((-3.0, 0.2))
    assert further_moments.moment_probability((-3.0, 0.5)) > further_moments.moment_probability((-3.0, 0.2))
    assert (
        further_moments.moment_probability((math.log(0.4), 0.0))
        > further_moments.MIN_MOMENT_CONFIDENCE
        > further_moments.moment_probability((math.log(0.3), 0.0))
    )


def test_an_endless_block_takes_as_long_as_its_words() -> None:
    """Its terms are not compared with all its clauses."""
    found = units.build_units(heard(*["compost heap and a watering rota"] * 20))
    syllables = ("ba", "co", "di", "fe", "gra", "hin", "jo", "ker", "lum", "mo", "nes", "pra")
    names = ["".join(parts) for parts in itertools.product(syllables, repeat=3)]

    def endless(clauses: int) -> decode.Comparison:
        return decode.compare(build_outline(of(block(0, " and ".join(names[:clauses])))), found)

    grown = growth.measure(endless, lambda comparison: further_moments.BlockOccurrences(comparison, 0), 400)

    assert grown.exponent < growth.NEAR_LINEAR
