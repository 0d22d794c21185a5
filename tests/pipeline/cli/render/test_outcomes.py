"""The table that ends a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import notes as reader
from pipeline import ytdlp_age
from pipeline.cli.render.outcomes import RunReport
from pipeline.records import Alignment, Basis, Correction, Failure, Meeting, SectionSpan, Verdict
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


def summary(outcomes: list[RunOutcome]) -> str:
    report = RunReport()
    for outcome in outcomes:
        report.add(outcome)
    return report.text()


def test_links_are_counted_by_how_far_they_are_known() -> None:
    """The title is not counted: nobody would look for it. One that was not found may still have a span."""
    assert summary([linked(Meeting(READ, alignments=LINKS))]).splitlines() == [
        "sure  likely  within  none  length  state   meeting",
        "   1       1       0     1          linked  Call",
    ]
    spanned = Meeting(READ, alignments=LINKS, within={FOX: SectionSpan(FOX, 10.0, 60.0, 0.9)})
    assert summary([linked(spanned)]).splitlines()[1].split() == ["1", "1", "1", "0", "linked", "Call"]


def test_a_long_title_is_cut_in_the_table() -> None:
    """Programs get all of it."""
    long = replace(READ, title="Committee " * 30)

    assert summary([linked(Meeting(long, alignments=LINKS))]).endswith(f"linked  {'Committee ' * 5}Committee…")


def test_what_people_said_is_counted_where_they_said_something() -> None:
    """In columns of their own, empty for none of the meetings."""
    said = Correction(1, FOX, Verdict.NOT_DISCUSSED, None, "Ana", AT)
    set_by_hand = LINKS | {PALLETS: Alignment(PALLETS, 70.0, 99.0, 1.0, Basis.PINNED)}
    corrected = Meeting(READ, alignments=set_by_hand, corrections={FOX: said})

    head, first, second, total = summary([linked(corrected), linked(Meeting(READ, alignments=LINKS))]).splitlines()

    assert head == "set  sure  likely  within  none  not discussed  length  state   meeting"
    assert first.split() == ["1", "1", "0", "0", "0", "1", "linked", "Call"]
    assert second.split() == ["0", "1", "1", "0", "1", "0", "linked", "Call"]
    assert total == "2 linked."


def failed(name: str, message: str, state: RunState = RunState.FAILED) -> RunOutcome:
    return RunOutcome(Path(f"notes/{name}"), state, failure=Failure("fetching", message, "Run again.", True, AT))


def test_failures_follow_and_what_there_is_of_each_state_is_counted() -> None:
    """Each failure with its reason and the next step; the name of the notes is not said twice."""
    outcomes = [
        failed("b.md", "no route to host"),
        failed("e.md", "notes/e.md:3: is not UTF-8 text"),
        RunOutcome(Path("c.md"), RunState.UNCHANGED, "c"),
        RunOutcome(Path("d.md"), RunState.UNCHANGED, "d"),
        RunOutcome(Path("f.md"), RunState.NO_RECORDING, "f", Meeting(READ)),
    ]

    report = RunReport()
    for outcome in outcomes:
        report.add(outcome)
    lines = report.text().splitlines()

    assert lines[:5] == [
        "2 failed, 2 unchanged, 1 without a recording.",
        "notes/b.md: no route to host",
        "  hint: Run again.",
        "notes/e.md:3: is not UTF-8 text",
        "  hint: Run again.",
    ]
    assert lines[5] == "f.md: no recording is linked in these notes"
    assert lines[6].startswith("  hint: Add a line such as")


def test_an_old_yt_dlp_is_told_once_below_all_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the next step, also to those who want quiet; not where nothing failed that it explains."""
    monkeypatch.setattr(ytdlp_age, "age_days", lambda: 75)
    report, other = RunReport(), RunReport()
    for number in range(3):
        failure = Failure("fetching", f"https://youtu.be/{number}: no sound", "", False, AT, "format-unavailable")
        report.add(RunOutcome(Path(f"{number}.md"), RunState.FAILED, failure=failure))
    other.add(failed("b.md", "no route to host"))

    assert list(report.problems(without=["busy"])) == [
        "3 notes: no sound (0.md, 1.md, 2.md)",
        "yt-dlp is 75 days old, which may be why: YouTube changes every few weeks.\n"
        f"  hint: {ytdlp_age.how_to_update()}",
    ]
    assert "yt-dlp" not in other.text()


def test_equal_reasons_are_told_once() -> None:
    """Whatever the notes and the recordings are called; another hint is another reason."""
    away = "cannot find media.example: no internet connection?"
    outcomes = [failed(f"{number}.md", f"https://media.example/{number}.m4a: {away}") for number in range(38)]
    locked = "is locked by another jumpnotes"
    year = [failed("year.md", "only shown to people who sign in") for _ in range(3)]
    busy = [failed(name, f"notes/{name}: {locked}", RunState.BUSY) for name in ("x.md", "y.md")]

    report = RunReport()
    for outcome in [*outcomes, *year, *busy]:
        report.add(outcome)

    assert list(report.problems()) == [
        f"38 notes: {away} (0.md, 1.md, 2.md and 35 more)\n  hint: Run again.",
        "3 meetings: only shown to people who sign in (year.md)\n  hint: Run again.",
        f"2 notes: {locked} (x.md, y.md)\n  hint: Run again.",
    ]
    assert len(list(report.problems(without=["busy"]))) == 2
