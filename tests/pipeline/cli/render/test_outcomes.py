"""The table that ends a run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline import notes as reader
from pipeline.cli.render.outcomes import summary
from pipeline.records import Alignment, Basis, Correction, Failure, Meeting, Verdict
from pipeline.run.runner import RunOutcome, RunState

AT = datetime(2024, 3, 6, tzinfo=UTC)
READ = reader.parse("# Call\n\n- Compost\n- Pallets\n- Fox\n", name="a.md")
COMPOST, PALLETS, FOX = (block.id for block in READ.blocks if block.text != "Call")
LINKS = {
    COMPOST: Alignment(COMPOST, 66.0, 99.0, 0.9, Basis.MATCH),
    PALLETS: Alignment(PALLETS, 70.0, 99.0, 0.6, Basis.MATCH),
}


def linked(meeting: Meeting) -> RunOutcome:
    return RunOutcome(Path("a.md"), RunState.LINKED, "call", meeting)


def test_links_are_counted_by_their_certainty() -> None:
    """The title is not counted: nobody would look for it."""
    assert summary([linked(Meeting(READ, alignments=LINKS))]).splitlines() == [
        "sure  likely  not found  length  state   meeting",
        "   1       1          1          linked  Call",
    ]


def test_what_people_said_is_counted_where_they_said_something() -> None:
    """In columns of their own, empty for none of the meetings."""
    said = Correction(1, FOX, Verdict.NOT_DISCUSSED, None, "Ana", AT)
    set_by_hand = LINKS | {PALLETS: Alignment(PALLETS, 70.0, 99.0, 1.0, Basis.PINNED)}
    corrected = Meeting(READ, alignments=set_by_hand, corrections={FOX: said})

    head, first, second = summary([linked(corrected), linked(Meeting(READ, alignments=LINKS))]).splitlines()

    assert head == "set by a person  sure  likely  not found  not discussed  length  state   meeting"
    assert first.split() == ["1", "1", "0", "0", "1", "linked", "Call"]
    assert second.split() == ["0", "1", "1", "1", "0", "linked", "Call"]


def test_failures_follow_the_table_and_unchanged_notes_are_counted() -> None:
    """Each failure with its reason and the next step."""
    failure = Failure("fetching", "no route to host", "Run again.", retryable=True, at=AT)
    outcomes = [
        RunOutcome(Path("b.md"), RunState.FAILED, failure=failure),
        RunOutcome(Path("c.md"), RunState.UNCHANGED, "c"),
        RunOutcome(Path("d.md"), RunState.UNCHANGED, "d"),
    ]

    assert [line.strip() for line in summary(outcomes).splitlines()] == [
        "sure  likely  not found  length  state   meeting",
        "failed  b.md",
        "2 unchanged.",
        "b.md: no route to host",
        "hint: Run again.",
    ]
