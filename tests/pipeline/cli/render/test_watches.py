"""Watched places on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline import ytdlp_age
from pipeline.cli.render.watches import watches_text
from pipeline.records import JobFailure, Watch, WatchKind

AT = datetime(2026, 3, 6, tzinfo=UTC)


def watched(reason: str) -> Watch:
    failure = JobFailure(reason, "the list cannot be read")
    address = "https://www.youtube.com/@garden"
    return Watch(1, WatchKind.LISTING, address, 86_400.0, "Ana", AT, AT, failure=failure)


def test_an_old_yt_dlp_is_told_once_below_the_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may be why a list could not be read."""
    monkeypatch.setattr(ytdlp_age, "age_days", lambda: 75)

    assert watches_text([watched("fetch-error")], {}).endswith(ytdlp_age.explanation(["fetch-error"]))
    assert "yt-dlp" not in watches_text([watched("no-network")], {})
