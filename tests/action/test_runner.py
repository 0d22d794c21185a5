"""What the runner is told cannot be told by a text."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jumpnotes_action.runner import annotate, run_quoted, set_output

from tests.action.github import _OUTPUT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60))
def test_an_output_cannot_set_another(tmp_path: Path, value: str) -> None:
    """Whatever is in its lines, it is one output, and whole."""
    file = tmp_path / "output"
    file.write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_OUTPUT", str(file))
        set_output("summary", f"{value}\nEOF\nchanged=true")

    with file.open(newline="\n") as opened:
        found = _OUTPUT.findall(opened.read())
    assert [(name, text) for name, _, text in found] == [("summary", f"{value}\nEOF\nchanged=true")]


def test_what_a_program_prints_is_no_command(capfd: pytest.CaptureFixture[str]) -> None:
    """It stands between a stop and a token that nobody can guess, both of its streams."""
    program = "import sys; print('::set-output name=changed::no'); print('::error::x', file=sys.stderr)"
    for is_long in (False, True):
        run_quoted([sys.executable, "-c", program], is_long=is_long)
        lines = capfd.readouterr().out.splitlines()
        token = lines[0].removeprefix("::stop-commands::")
        assert len(token) == 32
        assert lines[-1] == f"::{token}::"
        assert "::error::x" in lines[1:-1]


def test_annotations_are_escaped_as_the_runner_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    """A file name ends no property, a message no line."""
    annotate("error", "100 %\r\n::warning::x", file="a,line=1::b\n.md", line=3)

    assert capsys.readouterr().out == "::error file=a%2Cline=1%3A%3Ab%0A.md,line=3::100 %25%0D%0A::warning::x\n"
