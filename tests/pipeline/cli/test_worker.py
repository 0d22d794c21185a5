from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import transcribe
from pipeline.cli import main

PLACE = "postgresql://127.0.0.1:1/nowhere"


@pytest.mark.parametrize(
    ("options", "database", "said"),
    [
        (["--queues", "fetch"], None, "JUMPNOTES_DATABASE is not set"),
        (["--queues", "fetch,cook"], PLACE, "cook: choose from align, fetch, transcribe, look, scan, notify"),
        (["--queues", ","], PLACE, "choose from align"),
        (["--queues", "fetch,align"], PLACE, "Set JUMPNOTES_EXCHANGE"),
        (["--gpu"], None, "finds no GPU"),
    ],
)
def test_a_worker_that_could_not_do_its_part_does_not_start(
    options: list[str], database: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcribe, "has_gpu", lambda: False)
    if database:
        monkeypatch.setenv("JUMPNOTES_DATABASE", database)
    done = CliRunner().invoke(main, ["worker", *options, "--data-dir", str(tmp_path)])

    assert done.exit_code
    assert said in " ".join(done.output.split())
