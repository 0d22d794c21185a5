"""Three years of a community garden's calls, for a picture of what comes back in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

CALLS = 36
FIRST = date(2023, 1, 10)
_EVERY = timedelta(days=30)
_ISSUES = "https://github.com/community-garden/minutes/issues"

# What is talked about in which calls: the number of an issue, its heading, and what is noted in turn.
_TALKED: Sequence[tuple[int, str, Iterable[int], Sequence[str]]] = (
    (
        12,
        "The leaking hose",
        (0, 1, 2, 4, 5, 7),
        ("Tape for now", "A new valve is ordered", "It drips again", "Solved"),
    ),
    (31, "Compost shredder", (3, 4, 6, 9, 10, 13), ("Rent it?", "`shredder_log` has the hours", "Blades are blunt")),
    (48, "Water rota in July", (5, 6, 17, 18, 29, 30), ("Priya drafts it", "Nobody wants August", "Two for each day")),
    (
        77,
        "Rain barrels",
        range(8, 22, 2),
        ("Six are promised", "Where to put them?", "RFC 9110 has no word on it", "Full"),
    ),
    (90, "Beehives on the roof", range(20, 36, 3), ("The keeper asks for shade", "No swarm yet", "First honey")),
    (
        104,
        "Solar pump",
        (27, 29, 31, 32, 34, 35),
        ("The MPPT is here", "`pump_events` shows it ran dry", "More sun, please"),
    ),
    (118, "Accessible path", (31, 33, 35), ("Gravel, or boards?", "DIN 18040 asks for 1.20 m", "Begins in May")),
)
_ASIDES: Sequence[tuple[Iterable[int], str, Sequence[str]]] = (
    (
        (1, 5, 9, 14, 19, 24, 30),
        "Seed library",
        ("It opens on Saturdays", "New drawers", "Who labels?", "Beans are out"),
    ),
    ((2, 8, 15, 22, 28), "Slug fence", ("Copper, this time", "They climb over it", "It holds")),
    ((0, 3, 6, 11), "Greenhouse foil", ("Torn by the storm", "Three offers", "Mended")),
    ((26, 28, 30, 33, 35), "Tool shed", ("The lock sticks", "A code instead of a key?", "Rakes are missing")),
    ((7, 12, 16, 25, 31), "Bokashi", ("A bucket for everybody", "How long does it take?", "It needs no turning")),
)


def calls() -> Iterator[tuple[str, str]]:
    """The name of each file and its notes."""
    for number in range(CALLS):
        day = FIRST + number * _EVERY
        yield f"{day}-call", "\n".join([f"# Community garden call {day}", "", *_lines(number)]) + "\n"


def _lines(number: int) -> Iterator[str]:
    for issue, heading, numbers, said in _TALKED:
        if number in numbers:
            text = said[[*numbers].index(number) % len(said)]
            yield from (f"## {heading} [#{issue}]({_ISSUES}/{issue})", "", f"- {text}", "")
    for numbers, heading, said in _ASIDES:
        if number in numbers:
            text = said[[*numbers].index(number) % len(said)]
            yield from (f"## {heading}", "", f"- {text}", "")
    yield from ("## Decisions", "", f"- Next call is on {FIRST + (number + 1) * _EVERY}", "") if number % 6 == 5 else ()
