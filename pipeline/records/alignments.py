"""Where what was written was said: found by the program, or set by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LINK_CONFIDENCE = 0.5
"""From here up a block gets a link; below it, the block counts as not found."""

SURE_CONFIDENCE = 0.7
"""From here up a link is sure; below it, likely."""


class Certainty(StrEnum):
    """How far to trust a link: the same words on the page, in the terminal and in the API."""

    SET = "set by a person"
    SURE = "sure"
    LIKELY = "likely"
    NOT_FOUND = "not found"
    NOT_DISCUSSED = "not discussed"  # a person said so


class LinkState(StrEnum):
    """How far it is known where a block was discussed: one set of words for page, terminal and API."""

    SURE = "sure"
    LIKELY = "likely"
    WITHIN = "within"  # not when, but between which two moments
    NONE = "none"  # not found
    SET = "set"  # by a person
    NOT_DISCUSSED = "not_discussed"  # a person said so

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ")


class Basis(StrEnum):
    """How we know where a block was discussed, strongest first."""

    PINNED = "pinned"  # a person said so
    HINT = "hint"  # a time written in the notes
    MATCH = "match"  # its own words were heard there
    PATH = "path"  # weak words, placed by its order among the others
    NEIGHBOURS = "neighbours"  # no words of its own: placed by what stands beside it


@dataclass(frozen=True, slots=True)
class FurtherMoment:
    """A stretch of the recording, and how sure it is that a block was discussed in it."""

    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a block was discussed. A block without one was not placed."""

    block_id: str
    start: float
    end: float
    confidence: float
    basis: Basis
    evidence: tuple[str, ...] = ()  # the words of the notes that were heard there
    also: tuple[FurtherMoment, ...] = ()  # where else it was clearly discussed, in time order

    @property
    def certainty(self) -> Certainty:
        """How far to trust it. One that is NOT_FOUND is only the best guess."""
        if self.basis is Basis.PINNED:
            return Certainty.SET
        if self.confidence < LINK_CONFIDENCE:
            return Certainty.NOT_FOUND
        return Certainty.SURE if self.confidence >= SURE_CONFIDENCE else Certainty.LIKELY


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """The stretch of the recording in which a block was discussed whose own moment was not found. Seconds."""

    block_id: str
    start: float
    end: float
    confidence: float  # how probable it is that the moment lies in the span


_STATES = {
    Certainty.SURE: LinkState.SURE,
    Certainty.LIKELY: LinkState.LIKELY,
    Certainty.SET: LinkState.SET,
    Certainty.NOT_DISCUSSED: LinkState.NOT_DISCUSSED,
}


def link_state(certainty: Certainty, within: SectionSpan | None = None) -> LinkState:
    """How far a link is known: its certainty or, where its own moment was not found, whether there is a span."""
    return _STATES.get(certainty) or (LinkState.WITHIN if within else LinkState.NONE)


@dataclass(frozen=True, slots=True)
class MeetingAlignment:
    """What the aligner found in one meeting: one alignment per placed block, in the order of the notes."""

    alignments: tuple[Alignment, ...]
    offset: float | None = None  # seconds to add to the times in the notes to get the recording's; None: unknown
    cut_line: int | None = None  # from which on nothing was looked for: notes and recording together are too long
    within: tuple[SectionSpan, ...] = ()  # of blocks without a link, in the order of the notes


@dataclass(frozen=True, slots=True)
class Mishearing:
    """A word of the notes that was probably said where the transcript has other words. Seconds."""

    start: float
    end: float
    term: str  # as the notes spell it
    heard: str  # the one to four words that stand in the transcript instead, as they stand there
    confidence: float  # how probable it is that the term was said


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that sets a stretch apart from the rest of a transcript, and when it is first said there, in seconds."""

    text: str
    start: float


@dataclass(frozen=True, slots=True)
class UncoveredSpan:
    """A stretch of the recording that the notes do not cover. Seconds."""

    start: float
    end: float
    keywords: tuple[Keyword, ...] = ()  # the most typical first


class Verdict(StrEnum):
    """What a person says about the link of a block."""

    TIME = "time"  # it begins here
    NOT_DISCUSSED = "not_discussed"  # nobody talked about it
    AUTOMATIC = "automatic"  # no opinion any more: the link that was found


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on where a block was discussed."""

    id: int
    block_id: str
    verdict: Verdict
    start: float | None  # seconds; of TIME alone
    author: str
    at: datetime  # UTC, whole seconds
    text: str = ""  # of the block, as it was when it was corrected
