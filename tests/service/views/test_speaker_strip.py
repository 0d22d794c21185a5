"""The strip shows who speaks when, as far as that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from pipeline.records import Notes, Origin, Segment, Transcript
from service.views.moment_links import MomentLinks
from service.views.speaker_strip import MAX_TURNS, SpeakerStrip, speaker_strip
from tests.service.meetings import Library

LINKS = MomentLinks("/meetings/call")


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """Addresses of other pages can be told."""
    with app.test_request_context():
        yield


needs_addresses = pytest.mark.usefixtures("within")


def heard(*said: tuple[float, float, str | None]) -> Transcript:
    return Transcript(
        "en", Origin.ASR, None, tuple(Segment(start, end, "Hose", speaker=who) for start, end, who in said)
    )


def strip(*said: tuple[float, float, str | None], length: float | None = 1000.0) -> SpeakerStrip:
    shown = speaker_strip(heard(*said), length, LINKS)
    assert shown
    return shown


def turns(shown: SpeakerStrip) -> list[tuple[str, float, float]]:
    return [(shown.voices[turn.voice].name, float(turn.x), float(turn.width)) for turn in shown.turns]


@needs_addresses
def test_who_speaks_when_is_drawn_and_leads_there() -> None:
    """Neighbouring lines of one person are one turn, over a pause, too; a long silence is seen."""
    shown = strip((0, 100, "Ana"), (103, 200, "Ana"), (200, 300, "Omar"), (600, 700, "Ana"))
    assert turns(shown) == [("Ana", 0, 200), ("Omar", 200, 100), ("Ana", 600, 100)]
    assert [(turn.clock, turn.href) for turn in shown.turns[1:]] == [
        ("3:20", "/meetings/call?t=200.00"),
        ("10:00", "/meetings/call?t=600.00"),
    ]
    assert [(voice.name, voice.length, voice.share) for voice in shown.voices] == [
        ("Ana", "4:57", "75%"),
        ("Omar", "1:40", "25%"),
    ]


@needs_addresses
def test_lines_of_nobody_end_a_turn() -> None:
    assert turns(strip((0, 10, "Ana"), (10, 20, None), (20, 30, "Ana"), (30, 40, "Omar"))) == [
        ("Ana", 0, 10),
        ("Ana", 20, 10),
        ("Omar", 30, 10),
    ]


@needs_addresses
def test_a_turn_plays_from_where_it_begins_not_from_where_it_is_drawn() -> None:
    shown = strip((0, 100.5, "Ana"), (101.25, 300, "Omar"))
    assert [turn.start for turn in shown.turns] == ["0.00", "101.25"]
    assert turns(shown)[1] == ("Omar", 100, 200)


def test_nothing_is_drawn_where_nobody_is_told_apart() -> None:
    assert speaker_strip(None, 10.0, LINKS) is None
    assert speaker_strip(heard((0, 5, "Ana"), (5, 9, "Ana")), 10.0, LINKS) is None
    assert speaker_strip(heard((0, 5, None), (5, 9, "Ana")), 10.0, LINKS) is None


@needs_addresses
def test_of_many_those_who_speak_least_are_others() -> None:
    names = [f"Voice {chr(65 + at)}" for at in range(11)]
    shown = strip(*((at * 50.0, at * 50.0 + 40 - at, name) for at, name in enumerate(names)))
    assert [voice.name for voice in shown.voices] == [*names[:8], "3 others"]
    assert shown.voices[8].length == "1:33"
    assert {turn.voice for turn in shown.turns} == set(range(9))
    assert [(turn.name, turn.clock) for turn in shown.turns if turn.voice == 8] == [
        ("Voice I", "6:40"),
        ("Voice J", "7:30"),
        ("Voice K", "8:20"),
    ]


@needs_addresses
def test_spellings_of_a_name_are_one_voice() -> None:
    shown = strip((0, 100, "POtuz"), (100, 300, "Potuz"), (300, 400, "Ana"))
    assert turns(shown) == [("Potuz", 0, 300), ("Ana", 300, 100)]
    assert [voice.name for voice in shown.voices] == ["Potuz", "Ana"]


@needs_addresses
def test_a_long_meeting_of_short_turns_stays_small() -> None:
    """Neither more turns than can be hit, nor anybody left out who says little."""
    many = [(at * 5.4, at * 5.4 + 5, ("Ana", "Omar", "Priya")[at * 7 % 11 % 3]) for at in range(2_000)]
    shown = strip(*many, (10_800, 10_801, "Tomasz"), length=10_800.0)
    assert 50 < len(shown.turns) <= MAX_TURNS
    assert "Tomasz" in {name for name, _, _ in turns(shown)}
    assert all(x + width <= 1000.1 for _, x, width in turns(shown))


@needs_addresses
def test_who_speaks_often_and_shortly_is_seen_as_long_as_they_speak() -> None:
    """Two thirds of each step are one person's; a third of the strip is the other's."""
    shown = strip(*((at * 4.0, at * 4.0 + 4, ("Ana", "Omar", "Ana")[at % 3]) for at in range(2_700)), length=10_800.0)
    assert 0.3 < sum(width for name, _, width in turns(shown) if name == "Omar") / 1000 < 0.37


def test_the_page_has_a_strip_and_a_legend(full: Notes, library: Library, opened: Callable[[str], str]) -> None:
    html = opened("/meetings/garden")
    assert 'aria-label="Priya, 0:04"' in html
    assert 'data-name="Ana"' in html
    library.transcript(segments=(Segment(0.0, 4.0, "Good evening."),))
    assert 'class="strip"' not in opened("/meetings/garden")


def test_the_page_calls_everybody_by_one_name(full: Notes, library: Library, opened: Callable[[str], str]) -> None:
    said = ((0.0, "POtuz"), (3.0, "Ana"), (6.0, "Potuz"), (9.0, "Ana"), (12.0, "Potuz"))
    library.transcript(segments=tuple(Segment(at, at + 2, "Hose", speaker=who) for at, who in said))
    assert "POtuz" not in opened("/meetings/garden")


def test_a_strip_of_two_thousand_turns_weighs_little(library: Library, opened: Callable[[str], str]) -> None:
    """Less than 30 kB, legend included, in a meeting with an address of usual length."""
    slug = "garden-council-of-the-north-2024-05-07"
    library.notes("# Council\n", slug=slug)
    library.youtube(slug)
    names = [f"Somebody Called Voice {letter}" for letter in "ABCDEFGHIJ"]
    said = (Segment(at * 5.4, at * 5.4 + 5, "Hose", speaker=names[at * 7 % 23 % 10]) for at in range(2_000))
    library.transcript(slug, tuple(said))
    html = opened(f"/meetings/{slug}")
    strip = html.partition('<nav class="strip"')[2].partition("</nav>")[0]
    legend = html.partition('<ul class="voices"')[2].partition("</ul>")[0]
    assert 5_000 < len(strip.encode()) + len(legend.encode()) < 30_000
