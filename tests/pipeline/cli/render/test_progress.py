"""Progress on stderr, where there is no terminal."""

from __future__ import annotations

import pytest

from pipeline.cli.render.progress import ConsoleReporter


def go_through_a_call(*, quiet: bool) -> None:
    with ConsoleReporter(quiet=quiet) as reporter:
        reporter.begin("3 of 40  ")
        reporter.stage("Call\x1b[2J", "fetching", unit="bytes")
        for done in range(50):
            reporter.progress(done, 200)
        reporter.say("The times in the notes match.")
        reporter.warn("Slow down.")
        reporter.stage("Call", "aligning")
        reporter.progress(1, 10)


def test_a_log_gets_a_line_for_each_stage(capsys: pytest.CaptureFixture[str]) -> None:
    """However often a stage reports: nothing moves where nobody looks, and nothing goes to stdout."""
    go_through_a_call(quiet=False)

    assert capsys.readouterr() == (
        "",
        "3 of 40  Call\\x1b[2J: fetching …\nThe times in the notes match.\nSlow down.\n3 of 40  Call: aligning …\n",
    )


def test_who_wants_quiet_hears_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else."""
    go_through_a_call(quiet=True)

    assert capsys.readouterr() == ("", "Slow down.\n")


def test_a_long_title_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of a log is for looking at."""
    with ConsoleReporter() as reporter:
        reporter.stage("Committee " * 30, "aligning")

    assert capsys.readouterr().err == f"{'Committee ' * 5}Committee…: aligning …\n"
