"""A season of a garden club's calls, in which some topics come back."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.records import Alignment, Basis, Segment
from pipeline.store import AlignmentInputs
from tests.service.meetings import Library

FIRST = date(2023, 1, 3)
CALLS = 12

HOSE = "issue/garden-club/minutes/12"
ROTA = "issue/garden-club/minutes/7"
RULES = "standard/rfc/9110"

_SPOKEN = (
    Segment(2.0, 6.0, "Good evening everybody.", speaker="Ana"),
    Segment(6.0, 11.0, "The hose still leaks, that was issue twelve.", speaker="Ana"),
    Segment(12.0, 16.0, "And the water rota is drafted.", speaker="Priya"),
)


def slug_of(number: int) -> str:
    """The call with this number, from 0."""
    return f"call-{number + 1}"


def season(library: Library, calls: int = CALLS) -> None:
    """One call each month: of the hose in the first six, of the rota in the last three; the second one was recorded."""
    with library.store.telling_once():
        for number in range(calls):
            read = library.notes(_source(number), slug=slug_of(number), video=False)
            if number != 1:
                continue
            library.local(read.slug, file=f"{read.slug}.wav")
            found = tuple(
                Alignment(block.id, 6.0, 11.0, 0.9, Basis.MATCH) for block in read.blocks if "#12" in block.text
            )
            inputs = AlignmentInputs(library.store.save_notes(read), library.transcript(read.slug, _SPOKEN), "1")
            library.store.save_alignments(read.slug, found, inputs)


def _source(number: int) -> str:
    day = FIRST + timedelta(days=30 * number)
    lines = [f"# Garden club {day}", "", "## The leaking hose" if number < 6 else "## Seeds", ""]
    if number < 6:
        link = f"https://github.com/Garden-Club/minutes/issues/{12}"
        lines.append(f"- [#12]({link}): the hose leaks" if number % 2 else "- See issue #12, the hose leaks")
    if number >= CALLS - 3:
        lines += ["", "## Watering rota", "", "- garden-club/minutes#7: the `water_rota` is drafted, by RFC 9110"]
    lines += ["", f"- #{100 + number}: only in this call", "- RFC 1 is a stage, and call #12 was long ago", ""]
    lines += [f"- garden-club/minutes#{200 + number} was closed", f"- garden-club/minutes#{300 + number} was opened"]
    return "\n".join(lines) + "\n"
