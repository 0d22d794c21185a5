"""Somebody gets another name wherever they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import Busy, InvalidCorrection, NobodyOfThatName, OnlyInNotes, RenamingStopped
from pipeline.records import Segment
from pipeline.refresh import Archive
from pipeline.speaker_renaming import rename_everywhere
from tests.service.meetings import Library


@pytest.fixture
def named(archive: Archive, tmp_path: Path) -> Archive:
    """Ana speaks in three meetings, in one of them in another spelling; Omar in one, and Kofi only in notes."""
    library = Library(archive.store, tmp_path)
    calls = {"one": ("Ana", "Omar"), "two": ("ANA", "Speaker 2"), "three": ("Ana",)}
    with archive.store.telling_once():
        for slug, names in calls.items():
            library.notes(f"# Call {slug}\n\n- Kofi: hose\n", slug=slug, video=False)
            library.local(slug)
            library.transcript(slug, tuple(Segment(at, at + 1.0, "Hose", speaker=who) for at, who in enumerate(names)))
    return archive


def test_a_name_is_changed_in_every_meeting_in_any_spelling(named: Archive) -> None:
    renamed = rename_everywhere(named, {"ana": "Ana Silva"}, "Omar")
    assert set(renamed["ana"]) == {"one", "two", "three"}
    assert named.store.speaker_names("two") == {"ANA": "Ana Silva"}
    assert [each.name for each in named.speakers.speakers().speakers.values()] == ["Ana Silva", "Kofi", "Omar"]
    rename_everywhere(named, {"Ana Silva": ""}, "Omar")
    assert named.store.speaker_names("one") == {}


def test_a_name_is_changed_in_all_notes_of_a_meeting(archive: Archive, tmp_path: Path) -> None:
    library = Library(archive.store, tmp_path)
    for slug in ("minutes", "agenda"):
        library.notes("---\nvideo: https://youtu.be/dQw4w9WgXcQ\n---\n# Call 2024-03-05\n", slug=slug)
        library.local(slug)
        library.transcript(slug, (Segment(0.0, 1.0, "Hose", speaker="Ana"),))
    assert len(archive.speakers.speakers().speakers["ana"].appearances) == 1
    assert set(rename_everywhere(archive, {"Ana": "Ana Silva"}, "Omar")["Ana"]) == {"agenda", "minutes"}


def test_two_may_change_names_and_two_may_become_one(named: Archive) -> None:
    rename_everywhere(named, {"Ana": "Omar", "Omar": "Ana"}, "Omar")
    assert named.store.speaker_names("one") == {"Ana": "Omar", "Omar": "Ana"}
    rename_everywhere(named, {"Ana": "Omar"}, "Omar")
    assert set(named.speakers.speakers().speakers) == {"omar", "kofi"}


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({"Nobody": "Ana"}, NobodyOfThatName),
        ({"Speaker 2": "Ana"}, NobodyOfThatName),
        ({"Kofi": "Ana"}, OnlyInNotes),
        ({"Ana": "x" * 81}, InvalidCorrection),
        ({"Ana": "Speaker 2"}, InvalidCorrection),
    ],
)
def test_what_cannot_be_done_changes_nothing(named: Archive, names: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        rename_everywhere(named, {"Omar": "Omar H."} | names, "Omar")
    assert named.store.speaker_names("one") == {}


def test_where_it_stops_is_told(named: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done stays, and the same again does the rest."""
    give, calls = named.store.name_speakers, []

    def stops(slug: str, names: dict[str, str], author: str) -> None:
        calls.append(slug)
        if len(calls) == 2:
            raise Busy("the database")
        give(slug, names, author)

    monkeypatch.setattr(named.store, "name_speakers", stops)
    with pytest.raises(RenamingStopped, match="in 1 of 3 meetings") as told:
        rename_everywhere(named, {"Ana": "Ana Silva"}, "Omar")
    assert "do the same again" in told.value.hint
    assert len(rename_everywhere(named, {"Ana": "Ana Silva"}, "Omar")["Ana"]) == 2
