"""What somebody wrote or sent here goes with its meeting; what is elsewhere, or another meeting's, stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.forget import belongings, forget
from pipeline.jobs import adopting, drafts, looking, own_notes
from pipeline.jobs.drafts import Draft
from pipeline.records import Claim, JobDone, JobKind, JobRequest
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner
from tests.pipeline.garden import QuietReporter
from tests.pipeline.jobs.sent import CAPTIONS, GARDEN, SEVERAL, send

SECRETS = (b"murmeltier", b"vogelwarte", b"edelweiss")
NOTES = b"# Vogelwarte\n\nDate: 2024-06-01\n\n- The murmeltier whistles\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def look_at(archive: Archive, settings: Settings, draft: Draft) -> None:
    archive.store.jobs.put(JobKind.LOOK, "edelweiss.md", JobRequest(draft=draft.id), "Ana")
    claim = archive.store.jobs.take([JobKind.LOOK])
    assert claim
    archive.store.jobs.report(claim, looking.perform(claim, archive, settings, lambda _report: None))


def add(archive: Archive, settings: Settings, notes: bytes) -> tuple[Path, tuple[str, ...]]:
    """Notes that were sent with captions, looked at, adopted and run; where they are, and their meetings."""
    sent = ("edelweiss.md", notes)
    if notes is SEVERAL:  # whose transcript it is, nobody could say
        draft = send(settings, notes=sent)
    else:
        draft = send(settings, notes=sent, transcript=("edelweiss.vtt", CAPTIONS))
    look_at(archive, settings, draft)
    archive.store.jobs.put(JobKind.RUN, "edelweiss.md", JobRequest(draft=draft.id), "Ana")
    running = archive.store.jobs.take([JobKind.RUN])
    assert running
    path = adopting.adopt(settings, draft.id)
    list(Runner(archive.store, settings, RunOptions(), QuietReporter()).run([path]))
    slugs = tuple(place.slug for place in archive.store.places(str(path)))
    archive.store.jobs.report(Claim(running.job, running.token), JobDone(slugs))
    return path, slugs


def test_nothing_of_own_notes_is_left_in_any_file(settings: Settings) -> None:
    """Neither a version, nor what was sent with them, nor the draft or a preview, nor what was understood of them."""
    archive = Archive.open(settings)
    path, (slug,) = add(archive, settings, NOTES)
    look_at(archive, settings, send(settings, notes=("preview.md", NOTES + b"- One more\n")))  # nobody goes on with it
    look_at(archive, settings, gone := send(settings, notes=("before.md", b"# The murmeltier\n")))
    drafts.discard(settings, gone.id)
    look_at(archive, settings, another := send(settings, notes=("other.md", b"# Another\n")))
    own_notes.write(settings, path, "# Vogelwarte\n", seen=own_notes.read(settings, path).digest, author="Ben")
    other, _slugs = add(archive, settings, GARDEN)
    assert len(archive.store.jobs.jobs()) == 7

    (meeting,) = belongings(archive, settings, [slug])
    forget(archive, settings, [meeting])

    assert [file.suffix for file in meeting.own_files] == [".md", ".vtt"]
    assert (meeting.versions, meeting.has_notes) == (2, False)
    assert other.read_bytes() == GARDEN
    assert len(archive.store.jobs.jobs()) == 3
    archive.close()
    assert {each.notes_path for each in drafts.all_drafts(settings)} == {str(other), None}
    assert drafts.exists(settings, another.id)
    content = b"\n".join(file.read_bytes() + bytes(file) for file in settings.data_dir.rglob("*") if file.is_file())
    assert not [word for word in SECRETS[:2] if word in content.lower()]


def test_a_file_of_several_meetings_goes_with_the_last_of_them(settings: Settings) -> None:
    archive = Archive.open(settings)
    path, (first, second) = add(archive, settings, SEVERAL)
    (meeting,) = belongings(archive, settings, [first])
    assert (meeting.own_files, meeting.has_notes) == ((), True)
    forget(archive, settings, [meeting])
    assert path.exists()
    forget(archive, settings, belongings(archive, settings, [second]))
    assert not path.exists()
    archive.close()


def test_it_is_said_before(settings: Settings) -> None:
    """That notes are deleted, too, and how many versions of them."""
    archive = Archive.open(settings)
    path, (slug,) = add(archive, settings, NOTES)
    archive.close()
    said = CliRunner().invoke(main, ["forget", slug, "--data-dir", str(settings.data_dir)], input="n\n")
    assert f"1 version of its notes, {path.name}" in said.stderr
    assert "kept" not in said.stderr
    assert path.exists()
