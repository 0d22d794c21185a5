"""Progress on stderr, where there is no terminal."""

from __future__ import annotations

import pytest

from pipeline.cli.render.progress import ConsoleReporter


def test_a_log_gets_a_line_at_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """However often a stage reports; the next stage counts from the start, and nothing goes to stdout."""
    with ConsoleReporter() as reporter:
        reporter.stage("Call", "fetching", unit="bytes")
        for done in range(50):
            reporter.progress(done, 200)
        reporter.progress(0, 0)
        reporter.say("Slow down.")
        reporter.stage("Call", "aligning")
        reporter.progress(1, 10)

    assert capsys.readouterr() == (
        "",
        "Call: fetching …\n  fetching 10 %\n  fetching 20 %\nSlow down.\nCall: aligning …\n  aligning 10 %\n",
    )
