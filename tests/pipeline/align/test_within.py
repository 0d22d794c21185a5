"""A line without a link is told the stretch of its section, where the aligner is sure of that much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from pipeline.align import align, decode, units, weights, within
from pipeline.align.constraints import ExternalEvidence
from pipeline.align.outline import build_outline
from pipeline.records import LINK_CONFIDENCE, Alignment, Basis, Notes, SectionSpan
from tests import growth
from tests.pipeline.align.meetings import block, heard, of, written

SHED, ROOF, SLATES, LADDER = "The shed", "The roof drips", "Slates are dear", "A ladder is needed"
SEEDS, SWAP = "Seed swap", "Bring tomatoes and beans"
NOTES = written((SHED, [ROOF, SLATES, LADDER]), (SEEDS, [SWAP]))
SPOKEN = [
    "the roof of the shed drips",
    "slates are dear",
    "bring a ladder",
    "the seed swap is next",
    "beans and tomatoes",
]
SECONDS = 3000.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """Fifty minutes of NOTES, or of others, whose aligner has made up its mind."""

    notes: Notes = NOTES
    pins: Mapping[str, float | None] | None = None

    def spans(self, links: Mapping[str, tuple[float, float]], posterior: Mapping[str, float]) -> dict[str, SectionSpan]:
        """The spans that are told, by text, where blocks are linked from and to these seconds.

        All the probability of any other block is at its second of `posterior`; it was nearly placed elsewhere.
        """
        transcript = heard(*[*SPOKEN, *["yes I think that is right"] * 5] * 30)
        comparison = decode.compare(build_outline(self.notes), units.build_units(transcript))
        decision = decode.decide(comparison, weights.shipped(), ExternalEvidence(self.pins or {}))
        blocks, time = comparison.outline.blocks, comparison.units.start
        rows = np.full((len(blocks), len(time)), 1 / len(time), dtype=np.float32)
        for row, each in zip(rows, blocks, strict=True):
            if each.text in posterior:
                row[:] = np.abs(time - posterior[each.text]) < 6
                row /= row.sum()
        order = replace(decision.order, posterior=rows)
        decision = replace(decision, order=order, confidence=np.full(len(blocks), 0.45))
        placed = [Alignment(each.id, *links[each.text], 0.8, Basis.MATCH) for each in blocks if each.text in links]
        text = {each.id: each.text for each in blocks}
        return {text[span.block_id]: span for span in within.find_spans(comparison, decision, placed)}


def ends(span: SectionSpan) -> tuple[float, float]:
    return span.start, span.end


def test_a_line_between_two_links_is_told_their_span() -> None:
    """From where the line before it begins to where the line after it does, and how sure that is."""
    found = Meeting().spans({ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}, {SLATES: 400.0})

    assert ends(found[SLATES]) == (300.0, 540.0)
    assert found[SLATES].confidence == within.MAX_SPAN_CONFIDENCE


def test_the_last_line_of_a_section_is_told_what_was_found_of_it() -> None:
    """Its heading and the lines before it, and not the time until the next section, which is long."""
    links = {SHED: (300.0, 700.0), ROOF: (320.0, 500.0), SLATES: (500.0, 690.0), SWAP: (2800.0, 2900.0)}

    found = Meeting().spans(links, {LADDER: 650.0})

    assert ends(found[LADDER]) == (300.0, 700.0)


def test_the_last_line_of_a_section_is_not_told_the_time_until_the_next() -> None:
    """What comes between two sections may be anything; of the first line the same."""
    links = {SLATES: (300.0, 400.0), SWAP: (700.0, 800.0)}

    assert Meeting().spans(links, {LADDER: 550.0, SEEDS: 550.0}) == {}


def test_a_section_of_one_line_is_told_what_is_between_its_neighbours() -> None:
    """The section before it and the one after it were found."""
    notes = written((SHED, [ROOF]), (SLATES, []), (SEEDS, [SWAP]))

    found = Meeting(notes).spans({ROOF: (300.0, 400.0), SEEDS: (540.0, 700.0)}, {SLATES: 450.0})

    assert ends(found[SLATES]) == (300.0, 540.0)


@pytest.mark.parametrize(
    ("lines", "told"), [(within.MAX_UNLINKED_BETWEEN, True), (1 + within.MAX_UNLINKED_BETWEEN, False)]
)
def test_many_lines_in_a_row_that_were_not_found_are_told_nothing(lines: int, told: bool) -> None:
    """They are hardly all in the minutes between two links."""
    missing = [SLATES + "!" * number for number in range(lines)]
    links = {ROOF: (300.0, 540.0), LADDER: (540.0, 2000.0)}

    found = Meeting(written((SHED, [ROOF, *missing, LADDER]))).spans(links, dict.fromkeys(missing, 400.0))

    assert set(found) == (set(missing) if told else set())


def test_a_heading_is_told_the_span_of_what_is_under_it() -> None:
    """Nobody says "Updates": when its items were discussed is when it was."""
    links = {ROOF: (300.0, 400.0), SLATES: (400.0, 520.0), LADDER: (520.0, 600.0)}

    found = Meeting().spans(links, {SHED: 310.0})

    assert ends(found[SHED]) == (300.0, 600.0)


def test_the_shortest_span_that_is_sure_is_told() -> None:
    """The whole section is no less sure, and says less."""
    links = {SHED: (100.0, 690.0), ROOF: (300.0, 420.0), LADDER: (500.0, 690.0)}

    found = Meeting().spans(links, {SLATES: 400.0})

    assert ends(found[SLATES]) == (300.0, 500.0)


@pytest.mark.parametrize(
    ("links", "posterior"),
    [
        ({ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}, {SLATES: 2000.0}),  # its probability is elsewhere
        ({ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}, {}),  # or all over the meeting
        ({ROOF: (100.0, 900.0), LADDER: (900.0, 1000.0)}, {SLATES: 500.0}),  # in a quarter of an hour
        ({ROOF: (300.0, 310.0), LADDER: (310.0, 319.0)}, {SLATES: 310.0}),  # at a moment
        ({ROOF: (540.0, 600.0), LADDER: (300.0, 400.0)}, {SLATES: 1000.0}),  # against the order of the notes
        ({}, {SLATES: 400.0}),  # nothing of its section was found
    ],
)
def test_what_is_not_sure_or_no_help_is_not_told(
    links: dict[str, tuple[float, float]], posterior: dict[str, float]
) -> None:
    assert SLATES not in Meeting().spans(links, posterior)


def test_a_stretch_of_a_short_recording_says_nothing() -> None:
    """Five minutes of ten are anywhere."""
    transcript = heard(*[*SPOKEN, *["yes I think that is right"] * 7] * 5)
    comparison = decode.compare(build_outline(NOTES), units.build_units(transcript))
    decision = decode.decide(comparison, weights.shipped())
    links = [
        Alignment(each.id, start, start + 60, 0.8, Basis.MATCH)
        for each in comparison.outline.blocks
        for start in [{ROOF: 100.0, LADDER: 400.0}.get(each.text)]
        if start is not None
    ]
    line = next(b for b, each in enumerate(comparison.outline.blocks) if each.text == SLATES)

    bounds = within.BoundingLinks(comparison.outline, links)

    assert (100.0, 400.0) in set(bounds.spans_around(line))
    assert not list(within.candidates(comparison, decision, line, bounds))


@pytest.mark.parametrize("start", [None, 2000.0])
def test_a_person_knows_better(start: float | None) -> None:
    """What somebody set, or marked as not discussed, is in no span."""
    slates = next(each.id for each in NOTES.blocks if each.text == SLATES)
    links = {ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}

    assert SLATES not in Meeting(pins={slates: start}).spans(links, {SLATES: 400.0})


def test_template_text_has_a_span_only_as_the_heading_of_something() -> None:
    """What recurs in all notes was said by nobody; what is under such a heading was."""
    (section, other) = NOTES.sections
    heading, roof, slates, ladder = section.blocks
    section = replace(section, blocks=(replace(heading, template=True), roof, replace(slates, template=True), ladder))
    links = {ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}

    found = Meeting(replace(NOTES, sections=(section, other))).spans(links, {SLATES: 400.0, SHED: 310.0})

    assert set(found) == {SHED}


def test_what_nobody_mentioned_has_no_span() -> None:
    """The order of the notes puts it between its neighbours; but its words are not heard in the whole meeting."""
    notes = written((SHED, [ROOF, "Validators migrate to Hoodi", LADDER]))
    links = {ROOF: (300.0, 540.0), LADDER: (540.0, 700.0)}

    assert Meeting(notes).spans(links, {"Validators migrate to Hoodi": 400.0}) == {}


def test_a_heading_that_nobody_says_is_told_its_parts() -> None:
    """Its words need not be heard, unlike those of its items."""
    notes = written(("Miscellaneous", [ROOF, LADDER]), ("Validators", [SWAP]))
    links = {ROOF: (300.0, 540.0), LADDER: (540.0, 700.0), SWAP: (760.0, 900.0)}

    found = Meeting(notes).spans(links, {"Miscellaneous": 310.0})

    assert ends(found["Miscellaneous"]) == (300.0, 700.0)


def test_the_spans_of_a_meeting_are_those_of_blocks_without_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """However sure they are: in the recording, and in the order of the notes."""
    monkeypatch.setattr(within, "shortest_sure", lambda found: next(found, None))
    transcript = heard(*[*SPOKEN, *["the committee agrees to that"] * 10] * 4)
    everywhere = written((SHED, [ROOF, SLATES, "Committee agrees", LADDER]), (SEEDS, [SWAP]))

    aligned = align(everywhere, transcript)

    told = [span.block_id for span in aligned.within]
    assert told
    assert told == [each.id for each in everywhere.blocks if each.id in told]
    assert not set(told) & {link.block_id for link in aligned.alignments if link.confidence >= LINK_CONFIDENCE}
    assert all(0 <= span.start < span.end <= transcript.segments[-1].end for span in aligned.within)


def test_bounding_links_of_long_notes_are_found_in_one_pass() -> None:
    """Nested as deep as lists are, and with a link on every other line."""

    def bounds(count: int) -> tuple[Notes, list[Alignment]]:
        blocks = [
            block(n, f"item {n} of the list", depth=1 + n % 6, parent=f"b{n - 1}" if n % 6 else None)
            for n in range(count)
        ]
        return of(*blocks), [Alignment(each.id, n, n + 2.0, 0.8, Basis.MATCH) for n, each in enumerate(blocks) if n % 2]

    def around_all(made: tuple[Notes, list[Alignment]]) -> int:
        outline = build_outline(made[0])
        links = within.BoundingLinks(outline, made[1])
        return sum(len(list(links.spans_around(b))) for b in range(0, len(outline), 2))

    assert growth.measure(bounds, around_all, 300).exponent < growth.NEAR_LINEAR
