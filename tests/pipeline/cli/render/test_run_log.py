"""What of the log a run shows."""

from __future__ import annotations

import logging

import pytest

from pipeline.cli.render.run_log import shown_log


@pytest.mark.parametrize(("quiet", "shown"), [(False, ["skipped", "model", "broken"]), (True, ["model", "broken"])])
def test_what_is_told_once_is_told_even_to_those_who_want_quiet(
    quiet: bool, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But no second time; afterwards the log is as it was."""
    seen: list[str] = []
    told: set[str] = set()
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    log = logging.getLogger("pipeline.transcribe.models")

    def note_told(text: str) -> bool:
        return not (text in told or told.add(text))  # type: ignore[func-returns-value]

    with shown_log(note_told, quiet=quiet):
        log.warning("skipped")
        for _ in range(2):
            log.warning("mod%s", "el", extra={"once": True})
        log.error("broken")
    assert seen == shown
    log.warning("skipped")
    assert seen == [*shown, "skipped"]
