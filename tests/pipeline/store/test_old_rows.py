"""Of the rows that newer ones replaced, those stay that somebody may still need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.records import Recording
from pipeline.refresh import Archive
from pipeline.store import Store
from pipeline.store import tables as t
from tests.pipeline.store.meetings import notes

SLUG = "call"
OLD, BEFORE, LATELY = "2024-01-01", datetime(2024, 6, 1, tzinfo=UTC), "2024-12-01"


@pytest.fixture
def store(archive: Archive) -> Store:
    archive.store.claim("/notes/call.md", SLUG)
    return archive.store


def _add_transcripts(store: Store, *transcripts: tuple[str | None, str, str], slug: str = SLUG) -> None:
    """Each is the key of its recording, its origin, and when it was stored."""
    names = "recording_key", "origin", "created_at"
    rows = [dict(zip(names, (*said, datetime.fromisoformat(at)), strict=True)) for *said, at in transcripts]
    with store._transaction() as db:
        db.execute(t.transcripts.insert().values(slug=slug, key="sha256", language="en"), rows)


def _record(store: Store, media: str) -> None:
    recording = Recording("https://youtu.be/gArDenCall0", "Call", 60.0, media=str(store.folder / "media" / media))
    store.save_recording(SLUG, recording, key="k")
    with store._transaction() as db:
        db.execute(t.recordings.update().values(created_at=datetime.fromisoformat(OLD)))


def test_a_recording_that_was_fetched_to_another_file_stays(store: Store) -> None:
    """What was fetched again to the same one goes."""
    for media in ("first.m4a", "again.m4a", "again.m4a"):
        _record(store, media)

    (found,) = store.retention.find(BEFORE)

    assert found.recordings == (2,)


def test_the_newest_transcript_that_was_heard_stays(store: Store) -> None:
    """A given one is compared with it, however many others were given since."""
    _record(store, "a.m4a")
    _add_transcripts(store, *(("k", origin, OLD) for origin in ("asr", "asr", "import", "import")))

    (found,) = store.retention.find(BEFORE)

    assert found.transcripts == (1, 3)


def test_a_transcript_of_a_part_replaces_none_of_the_whole(store: Store) -> None:
    """What replaced it is the next of the whole, and that may have been lately."""
    _record(store, "a.m4a")
    _add_transcripts(store, ("k", "import", OLD), ("part 1", "asr", OLD), ("k", "import", LATELY))
    assert store.retention.find(BEFORE) == ()

    with store._transaction() as db:
        db.execute(t.transcripts.update().values(created_at=datetime.fromisoformat(OLD)))
    (found,) = store.retention.find(BEFORE)

    assert found.transcripts == (1,)


def test_nothing_of_a_damaged_meeting_goes_and_others_are_not_kept_by_it(store: Store) -> None:
    """Whatever can still be read may be all that there is."""
    store.claim("/notes/whole.md", "whole")
    for slug in (SLUG, "whole"):
        _add_transcripts(store, *((None, "import", OLD) for _ in range(2)), slug=slug)
    store.save_notes(notes(SLUG))
    run = {"slug": SLUG, "created_at": datetime.fromisoformat(OLD), "notes_id": 1, "transcript_id": 2}
    with store._transaction() as db:
        db.execute(t.alignment_runs.insert().values(**run, aligner="1", linked=0, pins="no JSON"))

    assert [each.slug for each in store.retention.find(BEFORE)] == ["whole"]
    assert len(store.retention.drop(SLUG, BEFORE)) == 0
