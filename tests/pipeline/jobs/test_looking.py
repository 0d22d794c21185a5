"""Before anything runs, people see what was understood of what they sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import (
    AudioUnreadable,
    DraftError,
    FetchError,
    JumpnotesError,
    TranscriptError,
    TranscriptWithoutTimes,
    Unsupported,
)
from pipeline.jobs import draft_notes, drafts, looking, understood
from pipeline.jobs.drafts import Draft
from pipeline.jobs.understood import SameRecording, Understood, UnderstoodRecording
from pipeline.records import Claim, JobHeard, JobKind, JobProgress, JobRequest, Recording, RunKey
from pipeline.refresh import Archive
from tests.pipeline.fetch.host import Host
from tests.pipeline.jobs.sent import CAPTIONS, GARDEN, SEVERAL, answering, below, data_folder, publish, send, sound


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with answering(monkeypatch) as host:
        yield host


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    opened = Archive.open(settings)
    yield opened
    opened.close()


def look(archive: Archive, settings: Settings, draft: Draft) -> Understood:
    told: list[JobProgress | JobHeard] = []
    job = archive.store.jobs.put(JobKind.LOOK, "x", JobRequest(draft=draft.id), "Ana")
    before = below(settings.notes_dir)
    done = looking.perform(Claim(job, "x"), archive, settings, told.append)
    assert told
    assert (done.result is not None, below(settings.notes_dir)) == (True, before)
    found = understood.decode(done.result or "")
    assert found
    return found


def test_notes_with_a_recording_and_a_transcript(archive: Archive, settings: Settings) -> None:
    """Title, day, sections, the file and its length; and the notes as their page will show them."""
    draft = send(settings, notes=("x.md", GARDEN), recording=("a.wav", sound(2.0)), transcript=("a.vtt", CAPTIONS))
    found = look(archive, settings, draft)
    (meeting,) = found.meetings
    assert (meeting.title, meeting.date, meeting.date_is_known) == ("Garden club", "2024-03-05", True)
    assert [(each.title, each.level) for each in meeting.sections] == [("Garden club", 1), ("Hoses", 2)]
    assert meeting.recording == UnderstoodRecording(None, "file", "a.wav", 2.0)
    assert found.duration == 2.0
    assert [block.text for block in found.notes[0].blocks][-1] == "One leaks"
    assert not found.makes_notes


def test_the_host_says_how_long_a_linked_recording_is(archive: Archive, settings: Settings, host: Host) -> None:
    draft = drafts.create(settings, "Ana", link=publish(host, "Garden club", "Hoses", seconds=90))
    found = look(archive, settings, draft)
    assert found.meetings[0].recording == UnderstoodRecording(host.url("/call"), "link", "Garden club", 90.0)
    assert (found.duration, found.makes_notes, found.meetings[0].date_is_known) == (90.0, True, False)


def test_notes_do_without_what_the_host_does_not_say(archive: Archive, settings: Settings, host: Host) -> None:
    """It is told; of a link alone nothing is left, so the job fails."""
    for link, reason in ((host.url("/nothing"), "not-found"), ("https://media.example/x", "host-not-allowed")):
        found = look(archive, settings, send(settings, link=link, notes=("x.md", GARDEN)))
        assert found.meetings[0].recording == UnderstoodRecording(link, "link")
        assert [each.reason for each in found.failures] == [reason]


def test_a_file_that_was_sent_counts_more_than_a_link(archive: Archive, settings: Settings) -> None:
    notes = b"Recording: https://media.example/call.mp4\n\n" + GARDEN
    found = look(archive, settings, send(settings, notes=("x.md", notes), recording=("a.wav", sound())))
    assert found.meetings[0].recording is not None
    assert found.meetings[0].recording.title == "a.wav"
    assert "a.wav is used in place of https://media.example/call.mp4, which the notes link to" in found.warnings
    given = send(settings, link="https://media.example/call.mp4", notes=("x.md", GARDEN), recording=("a.wav", sound()))
    assert look(archive, settings, given).warnings == ("a.wav is used in place of https://media.example/call.mp4",)


def test_no_file_of_the_server_is_looked_at(archive: Archive, settings: Settings) -> None:
    """Whatever path the notes name as their recording."""
    (settings.data_dir / "secret.mp4").write_bytes(sound())
    for path in ("/etc/passwd.mp4", "../secret.mp4", str(settings.data_dir / "secret.mp4"), "file:///etc/passwd.mp4"):
        draft = send(settings, notes=("x.md", f"---\nrecording: {path}\n---\n".encode() + GARDEN))
        recording = look(archive, settings, draft).meetings[0].recording
        assert recording is None or (recording.title, recording.duration) == (None, None)
        with pytest.raises(FetchError):
            draft_notes.published_facts(settings, draft, path)
    draft = send(settings, notes=("x.md", b"---\nrecording: ../secret.mp4\n---\n" + GARDEN))
    warnings = look(archive, settings, draft).warnings
    assert warnings == ("the notes name a recording beside them that was not sent: ../secret.mp4",)


def test_what_was_sent_as_something_else_is_refused_by_its_own_name(archive: Archive, settings: Settings) -> None:
    notes, spoken = ("x.md", GARDEN), b"Ana: Good evening everybody.\n\nBen: Hello.\n" * 9
    drafts_by_error = {
        AudioUnreadable: send(settings, notes=notes, recording=("a.wav", b"%PDF-1.4")),
        TranscriptError: send(settings, notes=notes, transcript=("a.wav.vtt", b"\x89PNG\r\n\x1a\n" + bytes(999))),
        TranscriptWithoutTimes: send(settings, notes=notes, transcript=("a.wav.txt", spoken)),
    }
    for error, draft in drafts_by_error.items():
        with pytest.raises(error, match=r"^a\.wav") as told:
            look(archive, settings, draft)
        assert isinstance(told.value, JumpnotesError)
        assert "--" not in told.value.hint


def test_a_transcript_without_times_needs_a_recording(archive: Archive, settings: Settings) -> None:
    spoken = ("a.txt", b"Ana: Good evening everybody.\n\nBen: Hello.\n" * 9)
    found = look(
        archive, settings, send(settings, notes=("x.md", GARDEN), recording=("a.wav", sound()), transcript=spoken)
    )
    assert any("no times" in warning for warning in found.warnings)


def test_several_meetings_are_all_shown(archive: Archive, settings: Settings) -> None:
    """A recording that is sent with them could be any one's."""
    found = look(archive, settings, send(settings, notes=("x.md", SEVERAL)))
    assert [meeting.date for meeting in found.meetings] == ["2024-03-12", "2024-03-05"]
    with pytest.raises(DraftError, match="of 2 meetings"):
        look(archive, settings, send(settings, notes=("x.md", SEVERAL), recording=("a.wav", sound())))


def test_a_recording_that_is_there_already_is_told(archive: Archive, settings: Settings) -> None:
    """However its address is written, and whatever the file is called that is sent again."""
    from pipeline import notes as reader

    stored = reader.parse("# Garden club\n", name="garden.md")
    slug = archive.store.claim("/notes/garden.md", stored.slug)
    archive.store.save_notes(stored)
    archive.store.finish(slug, RunKey(link="youtube gArDenCall0 + youtube gArDenCall1"))
    notes = b"Recording: https://www.youtube.com/watch?v=gArDenCall1&t=3\n\n" + GARDEN
    draft = send(settings, notes=("x.md", notes), recording=("a.wav", sound()))
    assert look(archive, settings, draft).same_recording == (SameRecording(slug, "Garden club"),)
    heard = settings.data_dir / "heard.wav"
    heard.write_bytes(sound(1.0))
    archive.store.save_recording(slug, Recording(str(heard), "Call", 1.0, media=str(heard)), key="heard")
    for file, same in ((sound(1.0), (SameRecording(slug, "Garden club"),)), (sound(1.0)[:-1] + b"\x81", ())):
        draft = send(settings, notes=("x.md", GARDEN), recording=("a.wav", file))
        assert look(archive, settings, draft).same_recording == same


def test_what_has_not_arrived_is_not_looked_at(archive: Archive, settings: Settings) -> None:
    draft = drafts.create(settings, "Ana", files=[("notes", "x.md", 3)])
    with pytest.raises(DraftError, match="0 of 3 bytes"):
        look(archive, settings, draft)


def test_long_notes_have_no_preview(archive: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MAX_PREVIEW_BYTES", 1_000)
    found = look(archive, settings, send(settings, notes=("x.md", GARDEN + b"- One more hose leaks today\n" * 9)))
    assert found.notes == ()
    assert "the notes are too long for a preview" in found.warnings
    assert found.meetings[0].blocks > 9


def test_a_link_that_is_no_recording(archive: Archive, settings: Settings, host: Host) -> None:
    publish(host, "x")
    host.answers["/call"] = host.answers["/talk.wav"]
    assert look(archive, settings, drafts.create(settings, "Ana", link=host.url("/call"))).makes_notes
    from tests.pipeline.fetch.host import typed

    host.answers["/page"] = typed("text/html", b"<html><body>Hello</body></html>")
    with pytest.raises(Unsupported):
        look(archive, settings, drafts.create(settings, "Ana", link=host.url("/page")))
