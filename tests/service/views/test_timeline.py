"""The strip tells where each section lies on the recording, and what was said in between."""

from __future__ import annotations

from dataclasses import replace

from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    FurtherMoment,
    Notes,
    Origin,
    Section,
    Segment,
    Transcript,
)
from service.views.timeline import Strip, section_at, strip


def notes(*titles: str) -> Notes:
    """Notes of sections that are a heading each, whose id is their title."""
    sections = tuple(
        Section(title, title, 2, line, (Block(title, BlockKind.HEADING, line, line + 1, title, title, 2),))
        for line, title in enumerate(titles, 1)
    )
    return Notes("call", "Call", None, None, sections, "")


def placed(title: str, start: float, end: float, confidence: float = 0.9) -> Alignment:
    return Alignment(title, start, end, confidence, Basis.MATCH)


def drawn(*alignments: Alignment, segments: tuple[Segment, ...] = (), language: str = "en") -> Strip:
    found = strip(
        notes("Hose", "Seeds", "Fence"),
        {alignment.block_id: alignment for alignment in alignments},
        Transcript(language, Origin.ASR, None, segments),
        1000.0,
        lambda seconds: f"?t={int(seconds)}",
    )
    assert found
    return found


def pieces(found: Strip) -> list[tuple[str, float, float]]:
    return [(piece.name, float(piece.start), float(piece.end)) for piece in found.pieces]


def test_a_section_within_another_lies_on_it() -> None:
    """What was interrupted goes on after the interruption; no stretch has two sections."""
    found = drawn(placed("Hose", 100, 500), placed("Seeds", 200, 300))
    assert pieces(found) == [("Hose", 100, 200), ("Seeds", 200, 300), ("Hose", 300, 500)]


def test_guesses_are_not_drawn() -> None:
    """What is too unsure for a link covers nothing."""
    assert pieces(drawn(placed("Hose", 100, 200), placed("Seeds", 300, 400, 0.3))) == [("Hose", 100, 200)]


def test_further_moments_are_drawn() -> None:
    """A topic that comes back stands twice on the strip, in one colour."""
    found = drawn(replace(placed("Hose", 100, 200), also=(FurtherMoment(600, 700, 0.8),)))
    assert pieces(found) == [("Hose", 100, 200), ("Hose", 600, 700)]
    assert len({piece.colour for piece in found.pieces}) == 1


def test_every_piece_can_be_seen_and_lies_on_the_strip() -> None:
    """A few seconds are a few pixels, at the very end, too."""
    piece = drawn(placed("Hose", 999, 1000)).pieces[0]
    assert float(piece.width) >= 4
    assert float(piece.x) + float(piece.width) <= 1000


def test_nothing_is_drawn_before_anything_is_known() -> None:
    """Without links, or without a length, there is no strip."""
    told = {"Hose": placed("Hose", 1, 2)}
    assert strip(notes("Hose"), {}, None, 60.0, str) is None
    assert strip(notes("Hose"), told, None, None, str) is None
    found = strip(notes("Hose"), told, None, 60.0, str)
    assert found
    assert found.unnoted == ()


def chatter(first: int, last: int, text: str) -> tuple[Segment, ...]:
    return tuple(Segment(at, at + 9.0, text) for at in range(first, last, 10))


def test_gaps_are_told_by_their_own_words() -> None:
    """A stretch without notes is named by what is said there and nowhere else, common words left out."""
    talk = chatter(0, 400, "and then the club met") + chatter(400, 460, "and then the Greenhouse leaked about")
    found = drawn(placed("Hose", 0, 400), placed("Seeds", 460, 900), segments=talk)
    (gap,) = found.unnoted
    assert (gap.clock, gap.until, gap.href) == ("6:40", "7:39", "?t=400")
    assert [word.text for word in gap.words] == ["Greenhouse", "leaked"]
    assert ("Not in the notes: Greenhouse, leaked", 400, 459) in pieces(found)


def test_pauses_and_greetings_are_no_gaps() -> None:
    """A short or nearly silent stretch is not worth a line."""
    short = chatter(0, 20, "good morning to all of you who have come to hear us speak of the garden today")
    silent = chatter(100, 400, "hm")
    assert drawn(placed("Hose", 20, 100), placed("Seeds", 400, 900), segments=short + silent).unnoted == ()


def test_any_language_has_telling_words() -> None:
    """Where stop words are not known, rarity alone decides."""
    talk = chatter(0, 400, "ja sitten kerho") + chatter(400, 480, "ja sitten kasvihuone vuotaa")
    (gap,) = drawn(placed("Hose", 0, 400), placed("Seeds", 480, 900), segments=talk, language="fi").unnoted
    assert {word.text for word in gap.words[:2]} == {"kasvihuone", "vuotaa"}


def test_section_at_a_moment() -> None:
    """A moment is named for the section that covers it, and for none in a gap."""
    found = drawn(placed("Hose", 100, 200), placed("Seeds", 300, 400))
    assert [section_at(found, at) for at in (99.5, 150, 250, 300, 500)] == ["Hose", "Hose", "", "Seeds", ""]
    assert section_at(None, 1.0) == ""


def test_fillers_are_no_telling_words() -> None:
    """What is said in most minutes of a meeting tells none of its stretches apart, however often it is said there."""
    talk = chatter(0, 600, "kinda the club met") + chatter(600, 680, "kinda kinda kinda kinda greenhouse roof leaked")
    (gap,) = drawn(placed("Hose", 0, 600), placed("Seeds", 680, 900), segments=talk).unnoted
    assert "kinda" not in [word.text for word in gap.words]
