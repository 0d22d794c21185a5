from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.meeting_locks import busy, meeting_lock
from pipeline.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    is_shared = request.param == "postgresql"
    return Settings(data_dir=tmp_path, database=request.getfixturevalue("postgresql_url") if is_shared else None)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    store = Store.of(settings)
    yield store
    store.close()


def test_who_works_on_a_meeting_does_so_alone(settings: Settings) -> None:
    """Whoever else wants to is told, and so is who lists meetings; others are free, and it is free afterwards."""
    with opened(settings) as one, opened(settings) as other:
        for slug in ("call", "Ärger"):
            one.claim(f"/{slug}.md", slug)
        with meeting_lock(one, settings, "Ärger") as is_ours:
            assert is_ours
            with (
                meeting_lock(other, settings, "Ärger", 0.2) as is_theirs,
                meeting_lock(other, settings, "call") as free,
            ):
                assert not is_theirs
                assert free
                assert busy(one, settings) == {"Ärger", "call"}
        with meeting_lock(other, settings, "Ärger") as is_theirs:
            assert is_theirs
        assert busy(one, settings) == frozenset()
