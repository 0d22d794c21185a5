"""The videos of lists, and what is proposed and decided about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.errors import MatchNotFound
from pipeline.records import JobFailed, ListedVideo, Match, MatchState, NotesWithoutRecording, Recording, Video
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.pipeline.store.meetings import notes, transcript
from tests.pipeline.store.test_jobs import NO_NETWORK, put, take

VIDEO = ListedVideo("https://youtu.be/aaaaaaaaaaa", "aaaaaaaaaaa", "Call 1", None, False, None, "recorded")


@pytest.fixture
def store(archive: Archive) -> Store:
    """With notes that link no recording."""
    archive.store.claim("/notes/call.md", "call-1")
    archive.store.save_notes(replace(notes(), video=None))
    return archive.store


def propose(store: Store, reason: str = "both are number 1") -> int:
    (found,) = store.matches.notes_without_recording()
    return store.matches.propose([Match(VIDEO, found, (reason,), 0.6)])


def test_videos_are_kept_as_the_last_look_found_them(store: Store) -> None:
    later = replace(VIDEO, title="Call 1, cut", status="private")
    store.matches.list_videos([VIDEO])
    store.matches.list_videos([later])

    assert store.matches.videos() == (later,)


def test_what_was_taken_is_without_the_other_again_once_its_job_failed(store: Store) -> None:
    """Wherever the state of the job is kept."""
    store.matches.list_videos([VIDEO])
    propose(store)
    (found,) = store.matches.matches(MatchState.PROPOSED)
    job = put(store.jobs)
    store.matches.decide(found.id, MatchState.TAKEN, "Ana")
    store.matches.note_job(found.id, job)
    held = [each.id for each in store.matches.held()]
    store.jobs.report(take(store.jobs), JobFailed(NO_NETWORK))

    assert held == [found.id]
    assert store.matches.held() == ()


def test_a_proposal_is_kept_once_with_its_newest_reasons(store: Store) -> None:
    """One that is not proposed again is superseded; it may come back."""
    store.matches.list_videos([VIDEO])

    assert [propose(store), propose(store, "both titles say “Call”")] == [1, 0]
    (found,) = store.matches.matches(MatchState.PROPOSED)
    assert found.match.reasons == ("both titles say “Call”",)

    store.matches.propose([])
    assert store.matches.match(found.id).state is MatchState.SUPERSEDED
    assert propose(store) == 0
    assert store.matches.match(found.id).state is MatchState.PROPOSED


def test_what_was_decided_stays_whatever_is_proposed(store: Store) -> None:
    store.matches.list_videos([VIDEO])
    propose(store)
    (found,) = store.matches.matches()

    store.matches.decide(found.id, MatchState.REFUSED, "Ana")
    propose(store, "another reason")

    refused = store.matches.match(found.id)
    assert (refused.state, refused.author, refused.match.reasons) == (MatchState.REFUSED, "Ana", ("both are number 1",))


def test_notes_are_without_a_recording_until_they_link_one_or_are_given_one(store: Store) -> None:
    expected = NotesWithoutRecording("call-1", "/notes/call.md", "Call 1", date(2020, 1, 21))
    assert store.matches.notes_without_recording() == (expected,)
    assert store.matches.recorded() == frozenset()

    store.save_notes(notes())
    assert store.matches.notes_without_recording() == ()
    assert store.matches.recorded() == {"xO1o1N5o050"}

    store.save_notes(replace(notes(), video=None))
    store.save_recording("call-1", Recording(VIDEO.url, "Call 1", 60.0), key=f"youtube {VIDEO.id}")
    assert store.matches.notes_without_recording() == ()
    assert store.matches.recorded() == {VIDEO.id}


def test_notes_with_only_a_transcript_need_no_recording(store: Store) -> None:
    store.save_transcript("call-1", transcript(), key="abc")

    assert store.matches.notes_without_recording() == ()


def test_notes_know_whether_they_are_alone_in_their_file(store: Store) -> None:
    store.claim("/notes/call.md", "call-2", "2")
    store.save_notes(replace(notes("call-2"), video=None))

    assert [each.alone for each in store.matches.notes_without_recording()] == [False, False]


def test_a_meeting_that_is_forgotten_takes_its_matches_with_it(store: Store) -> None:
    store.matches.list_videos([VIDEO])
    propose(store)
    (found,) = store.matches.matches()

    store.forget("call-1")

    with pytest.raises(MatchNotFound):
        store.matches.match(found.id)
    assert store.matches.videos() == (VIDEO,)


def test_the_recordings_that_meetings_have_are_known(store: Store) -> None:
    """Those that the newest notes link to, in all their parts, and those that were given to a run."""
    path = store.claim("/notes/call.md", "call-1")
    linked = replace(notes(), slug=path, video=Video("https://youtu.be/oLdReCoRd01", "oLdReCoRd01"), further_parts=())
    store.save_notes(linked)
    parts = (Video("https://cdn.example/2.ogg"),)
    newer = replace(linked, source="# New", video=Video("https://youtu.be/gArDenCall1", "gArDenCall1"))
    store.save_notes(replace(newer, further_parts=parts))
    recording = Recording("https://youtu.be/gIvEnReCoRd", "Given", 9.0)
    store.save_recording(path, recording, key="youtube gIvEnReCoRd + https://cdn.example/given.ogg")

    assert store.matches.recorded() == {
        "gArDenCall1",
        "https://cdn.example/2.ogg",
        "gIvEnReCoRd",
        "https://cdn.example/given.ogg",
    }


def test_what_is_in_no_list_any_more_is_not_there(store: Store) -> None:
    """As where its place is watched no longer, or it became private; back in a list, it is there again."""
    store.matches.list_videos([VIDEO])
    store.matches.withdraw(but={VIDEO.id})
    assert store.matches.videos() == (VIDEO,)
    store.matches.withdraw(but=())
    assert [video.status for video in store.matches.videos()] == ["unavailable"]
    store.matches.list_videos([VIDEO])
    assert store.matches.videos() == (VIDEO,)
