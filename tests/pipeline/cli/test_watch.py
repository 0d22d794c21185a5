"""`jumpnotes watch`: says what it found and what happens next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.records import ItemState, WatchedItem, WatchKind
from pipeline.refresh import Archive
from pipeline.watch import folder, repository, schedule
from tests.pipeline.store.meetings import notes as meeting_notes
from tests.pipeline.watch.places import GARDEN, GitProject

AT = datetime(2024, 3, 5, 18, tzinfo=UTC)


class Command:
    """The command, with an archive of its own."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def __call__(self, *arguments: str | Path) -> Result:
        data = ["--data-dir", str(self.archive.store.folder)]
        return CliRunner().invoke(main, ["watch", *map(str, arguments), *data])


@pytest.fixture
def watch(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Command:
    for module in (folder, schedule):  # nobody copies anything here
        monkeypatch.setattr(module, "SETTLE_SECONDS", 0.01)
    return Command(archive)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "call.md").write_text(GARDEN)
    return tmp_path / "notes"


def test_a_folder_is_looked_through_at_once(watch: Command, notes: Path) -> None:
    """What it put, and who does it; the second look that files need is waited for. Again, there is nothing to do."""
    first = watch(notes)
    again = watch(notes, "--every", "2h")
    (job,) = watch.archive.store.jobs.jobs()

    assert (first.exit_code, first.stdout) == (0, f"{notes}: 1 job\n")
    assert "jumpnotes serve" in first.stderr
    assert again.stdout == f"{notes}: no jobs\n"
    assert (job.title, job.request.notes) == ("call.md", str(notes / "call.md"))
    assert [(each.every, each.author) for each in watch.archive.store.watches.all()] == [(7200.0, "command line")]


def test_what_is_watched_is_listed_with_what_went_wrong(watch: Command, notes: Path, tmp_path: Path) -> None:
    """For people and for programs; --now looks at all of it, one failure ending nothing."""
    project = GitProject(tmp_path / "project")
    project.push({"call.md": GARDEN})
    empty = watch()
    assert watch(notes).exit_code == 0
    assert watch(project.bare, "--every", "1w").exit_code == 0
    (notes / "call.md").unlink()
    looked = watch("--now")
    listed = watch()
    asjson = json.loads(watch("--format", "json").stdout)

    assert (empty.stdout, "Nothing is watched yet" in empty.stderr) == ("", True)
    assert looked.exit_code == 1
    assert f"error: {notes}: has no notes any more, and had 1" in looked.stderr
    assert looked.stdout == f"{project.bare}: no jobs\n"
    lines = listed.stdout.splitlines()
    assert lines[0].split()[:3] == ["place", "kind", "every"]
    assert lines[1].split()[:3] == [str(notes), "folder", "1m"]
    assert lines[2] == f"    failed: {notes}: has no notes any more, and had 1"
    assert lines[4].split()[:3] == [str(project.bare), "repository", "1w"]
    assert lines[4].endswith("1 known")
    assert [each["address"] for each in asjson] == [str(notes), str(project.bare)]
    assert asjson[0]["failure"]["reason"] == "place-unreachable"
    assert (asjson[1]["failure"], asjson[1]["every"], asjson[1]["found"]) == (None, 604_800.0, {"done": 1})


def test_a_place_is_watched_no_more_by_whatever_name_it_was_given(
    watch: Command, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not watched is an error."""
    watch(notes)
    monkeypatch.chdir(notes.parent)

    assert watch("notes/", "--remove").stdout == f"no longer watched: {notes}\n"
    assert watch("notes/", "--remove").exit_code == 1
    assert watch.archive.store.watches.all() == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["https://unknown.example/minutes"], "cannot be told from its address"),
        (["nowhere"], "there is no such folder"),
        (["https://code.example/m.git", "--every", "10m"], "every 15m at most"),
        (["https://code.example/m.git", "--every", "often"], "write a number"),
        (["https://code.example/m.git", "--missing"], "Give places, or one of"),
        (["--remove"], "Which place?"),
        (["data"], "is in the data folder"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_a_reason(
    watch: Command, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not registered."""
    monkeypatch.chdir(watch.archive.store.folder.parent)
    refused = watch(*arguments)

    assert refused.exit_code in {1, 2}
    assert said in refused.stderr
    assert watch.archive.store.watches.all() == ()


def test_a_place_whose_first_look_fails_is_not_watched(watch: Command, tmp_path: Path) -> None:
    """A typing error should not be tried again for ever, and leaves nothing; one that worked before stays watched."""
    project = GitProject(tmp_path / "project")
    project.push({"call.md": GARDEN})
    failed = watch(f"{project.bare}#nope")
    kept = watch(project.bare)
    project.bare.rename(tmp_path / "away")
    (tmp_path / "away" / "HEAD").unlink()
    (tmp_path / "away").rename(project.bare)
    later = watch(project.bare)

    copies = list((watch.archive.store.folder / "repositories").iterdir())

    assert (failed.exit_code, kept.exit_code, later.exit_code) == (1, 0, 1)
    assert [copy.name for copy in copies] == [repository.folder_name(str(project.bare))]
    assert "it has no branch nope" in failed.stderr
    assert f"not watched, as the first look failed: {project.bare}#nope" in failed.stderr
    assert "not watched" not in later.stderr
    assert [each.address for each in watch.archive.store.watches.all()] == [str(project.bare)]


def test_what_is_missing_is_listed_on_both_sides(watch: Command) -> None:
    """Notes that link to nothing, and recordings that no meeting has."""
    store = watch.archive.store
    nothing = watch("--missing")
    slug = store.claim("/notes/call.md", "call-1")
    store.save_notes(replace(meeting_notes(), slug=slug, title="Call 1", video=None))
    found = store.watches.register(WatchKind.LISTING, "https://www.youtube.com/@garden", 86_400.0, "Ana", AT)
    items = [
        WatchedItem("gArDenCall1", ItemState.OPEN, title="Garden\ncall", url="https://youtu.be/gArDenCall1", at=AT),
        WatchedItem("gArDenCall2", ItemState.DONE, title="Known", url="https://youtu.be/gArDenCall2"),
    ]
    store.watches.finish(found.id, items, "{}", scanned_at=AT, next_at=AT)
    shown = watch("--missing").stdout
    asjson = json.loads(watch("--missing", "--format", "json").stdout)

    assert nothing.stdout == "Notes without a recording: none\n\nRecordings without notes: none\n"
    assert "Notes without a recording: 1" in shown
    assert "Call 1  /notes/call.md" in shown
    assert "Recordings without notes: 1" in shown
    assert "2024-03-05  Garden call  https://youtu.be/gArDenCall1" in shown
    assert "Known" not in shown
    assert [each["slug"] for each in asjson["notes_without_recording"]] == ["call-1"]
    assert asjson["recordings_without_notes"] == [
        {
            "url": "https://youtu.be/gArDenCall1",
            "title": "Garden\ncall",
            "at": "2024-03-05T18:00:00Z",
            "duration": None,
            "watch": "https://www.youtube.com/@garden",
        }
    ]
