"""What may speak for or against a block starting at a unit: the features, in the order of the fitted weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FeatureGroup(StrEnum):
    """What a feature looks at."""

    WORDS = "words"  # of the block itself
    STRUCTURE = "structure"  # the words of the blocks above, under and beside it
    ONSET = "onset"  # somebody begins, after a pause, with "next up"
    PEOPLE = "people"  # somebody the block names is speaking
    POSITION = "position"  # first, last, opening, closing
    MEANING = "meaning"  # what is said means the same; with a sentence model only


class Matching(StrEnum):
    EXACT = "exact"
    FUZZY = "fuzzy"  # misheard words count, too


class Measure(StrEnum):
    EVIDENCE = "evidence"  # the weight of the block's terms that are heard
    COVERAGE = "coverage"  # its share of the weight of all the block's terms
    RELATIVE = "relative"  # its share of that in the block's best window


class Side(StrEnum):
    NEXT = "next"  # from the start of the unit on
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Window:
    """The block's words that are heard within some seconds of a unit's start."""

    matching: Matching
    measure: Measure
    side: Side
    seconds: int


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the feature table. `window` is None where the feature is not simply the words in a window."""

    name: str
    group: FeatureGroup
    window: Window | None = None


def window_feature(matching: Matching, measure: Measure, side: Side, seconds: int) -> Feature:
    """The feature of a window, named like `exact_coverage_next_30s`."""
    name = f"{matching}_{measure}_{side}_{seconds}s"
    return Feature(name, FeatureGroup.WORDS, Window(matching, measure, side, seconds))


BURST = Feature("burst_next_15s", FeatureGroup.WORDS)
FIRST_MENTION = Feature("first_mention_next_15s", FeatureGroup.WORDS)
DESCENDANTS_60S = Feature("descendants_next_60s", FeatureGroup.STRUCTURE)
DESCENDANTS_300S = Feature("descendants_next_300s", FeatureGroup.STRUCTURE)
FIRST_CHILD = Feature("first_child_next_30s", FeatureGroup.STRUCTURE)
WITH_HEADINGS = Feature("with_headings_next_60s", FeatureGroup.STRUCTURE)
HEADINGS_AROUND = Feature("headings_around_300s", FeatureGroup.STRUCTURE)
COMPETITION = Feature("share_among_blocks_next_60s", FeatureGroup.STRUCTURE)
CROWD = Feature("crowd_next_60s", FeatureGroup.STRUCTURE)
FIRST_BLOCK = Feature("first_block_elapsed", FeatureGroup.POSITION)
LAST_BLOCK = Feature("last_block_near_end", FeatureGroup.POSITION)
OPENING_HEADING = Feature("opening_heading_near_start", FeatureGroup.POSITION)
CLOSING_HEADING = Feature("closing_heading_near_end", FeatureGroup.POSITION)
NEW_SPEAKER = Feature("new_speaker", FeatureGroup.ONSET)
SHORT_UNIT = Feature("short_unit", FeatureGroup.ONSET)
TOPIC_PHRASE = Feature("topic_phrase", FeatureGroup.ONSET)
PAUSE = Feature("pause_before", FeatureGroup.ONSET)
CUE_START = Feature("cue_start", FeatureGroup.ONSET)
TURN_LENGTH = Feature("turn_length", FeatureGroup.ONSET)
QUESTION = Feature("question", FeatureGroup.ONSET)
SENTENCE_START = Feature("sentence_start", FeatureGroup.ONSET)
NAMED_SPEAKER = Feature("named_speaker_next_60s", FeatureGroup.PEOPLE)
TOPIC_BOUNDARY = Feature("topic_boundary", FeatureGroup.ONSET)

FEATURES: tuple[Feature, ...] = (
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 15),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 60),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 300),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.PREVIOUS, 120),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 15),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 60),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 120),
    window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 30),
    window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 120),
    window_feature(Matching.FUZZY, Measure.EVIDENCE, Side.NEXT, 60),
    window_feature(Matching.FUZZY, Measure.EVIDENCE, Side.NEXT, 15),
    window_feature(Matching.FUZZY, Measure.COVERAGE, Side.NEXT, 30),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.NEXT, 60),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.NEXT, 15),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.PREVIOUS, 30),
    *(BURST, FIRST_MENTION),
    *(DESCENDANTS_60S, DESCENDANTS_300S, FIRST_CHILD, WITH_HEADINGS, HEADINGS_AROUND, COMPETITION, CROWD),
    *(FIRST_BLOCK, LAST_BLOCK, OPENING_HEADING, CLOSING_HEADING),
    *(NEW_SPEAKER, SHORT_UNIT, TOPIC_PHRASE, PAUSE, CUE_START, TURN_LENGTH, QUESTION, SENTENCE_START),
    *(NAMED_SPEAKER, TOPIC_BOUNDARY),
)
"""The rows of the feature table, in its order."""
