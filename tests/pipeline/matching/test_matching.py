"""Videos of a list and the notes of an archive: proposed, taken, refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import cues, fetch
from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import BotCheck, FetchError, MatchDecided, MatchNotFound, MatchNotTakeable, NoNetwork, Removed
from pipeline.matching import MatchOutcome, by_captions, match_new, overview, refuse, take
from pipeline.records import (
    CaptionsVerdict,
    JobDone,
    JobFailed,
    JobFailure,
    JobKind,
    JobState,
    ListedVideo,
    MatchState,
    Recording,
    Transcript,
)
from pipeline.refresh import Archive
from pipeline.run.inputs import stored_path
from tests.conftest import ROOT
from tests.pipeline.matching.lists import video
from tests.pipeline.run.own_transcripts import Stand

CASES = ROOT / "tests" / "fixtures" / "cases" / "german"
TITLE = "Vorstandssitzung Kletterverein"
VIDEO = video("aaaaaaaaaaa", f"{TITLE} 2024-10-14", "2024-10-14")
PRUNING = video("ppppppppppp", "How to prune roses", "2022-02-01")
TWICE = [video("aaaaaaaaaaa", TITLE, "2024-10-14"), video("bbbbbbbbbbb", TITLE, "2024-10-14")]


@pytest.fixture(autouse=True)
def captions(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """The site, which has captions where a test says so."""
    stand = Stand(speaking())
    monkeypatch.setattr(fetch, "captions", stand)
    monkeypatch.setattr("pipeline.run.politeness.PAUSE_SECONDS", (0.0, 0.0))
    return stand


def speaking(**cases: str) -> Callable[[str], object]:
    """The captions of videos by the letter of their ids: those of a meeting that is a fixture."""

    def answer(source: str) -> tuple[Recording, Transcript | None]:
        case = cases.get(source[-1])
        return Recording(source, "", None), cues.read(CASES / case / "transcript.vtt") if case else None

    return answer


def refusing(error: type[FetchError]) -> Callable[[str], object]:
    def answer(source: str) -> object:
        raise error(source, "it refuses")

    return answer


def add(archive: Archive, path: Path, text: str | None = None) -> str:
    """The slug of notes that are in the archive now: of the board's, unless there is a text."""
    if text is None:
        shutil.copy(CASES / "climbing-gym" / "notes.md", path)
    else:
        path.write_text(text)
    for number, notes in enumerate(reader.read_all(path)):
        slug = archive.store.claim(stored_path(path), notes.slug, str(number or ""))
        archive.store.save_notes(replace(notes, slug=slug))
    return slug


@pytest.fixture
def board(archive: Archive, tmp_path: Path) -> Path:
    """Notes of the board, which link no recording."""
    path = tmp_path / "2024-10-14.md"
    add(archive, path)
    return path


def match(archive: Archive, *videos: ListedVideo) -> MatchOutcome:
    return match_new(videos, archive, Settings(data_dir=archive.store.folder), author="watch")


def jobs(archive: Archive) -> list[tuple[str | None, str | None, str]]:
    found = archive.store.jobs.jobs(kinds=[JobKind.RUN])
    return [(job.request.notes, job.request.media, job.author) for job in found]


def test_what_is_certain_is_taken_once_and_its_notes_are_run_with_the_video(archive: Archive, board: Path) -> None:
    """The same list again changes nothing; what has no counterpart is told."""
    without = add(archive, board.with_name("2025-01-01.md"), "# Hauptversammlung 2025-01-01\n\nOhne Aufnahme.\n")

    outcome, again = match(archive, VIDEO, PRUNING), match(archive, VIDEO, PRUNING)

    assert [taken.match.video for taken in outcome.taken] == [VIDEO]
    assert jobs(archive) == [(str(board), VIDEO.url, "watch")]
    assert (again.new, again.taken) == (0, ())
    for found in (outcome.left, again.left, overview(archive.store)):
        assert found.proposals == ()
        assert [notes.slug for notes in found.notes_without_recording] == [without]
        assert found.videos_without_notes == (PRUNING,)


def test_what_is_listed_later_is_matched_with_what_was_listed_before(archive: Archive, tmp_path: Path) -> None:
    """The notes may come after the video."""
    first = match(archive, VIDEO)
    add(archive, tmp_path / "2024-10-14.md")

    assert (first.taken, first.left.videos_without_notes) == ((), (VIDEO,))
    assert [taken.match.video for taken in match(archive, PRUNING).taken] == [VIDEO]


def test_captions_about_something_else_keep_a_match_from_being_taken(
    archive: Archive, board: Path, captions: Stand
) -> None:
    """It is left to people, and the captions are not asked for again."""
    captions.answer = speaking(a="software-association")

    outcome = match(archive, VIDEO)
    match(archive, VIDEO)

    assert [(each.captions, each.match.unique) for each in outcome.left.proposals] == [(CaptionsVerdict.DIFFER, True)]
    assert (outcome.taken, jobs(archive), captions.asked) == ((), [], [VIDEO.url])


def test_captions_decide_between_two_videos(archive: Archive, board: Path, captions: Stand) -> None:
    captions.answer = speaking(a="software-association", b="climbing-gym")

    assert [taken.match.video.id for taken in match(archive, *TWICE).taken] == ["bbbbbbbbbbb"]


def test_captions_alone_take_nothing_whose_date_does_not_agree(archive: Archive, board: Path, captions: Stand) -> None:
    """Two days lie between a video and the notes."""
    captions.answer = speaking(a="climbing-gym", b="software-association")

    outcome = match(archive, video("aaaaaaaaaaa", TITLE, "2024-10-16"), video("bbbbbbbbbbb", "Zither", "2024-10-14"))

    assert len(captions.asked) == 2
    assert outcome.taken == ()


def test_captions_that_are_not_there_yet_are_asked_for_again_for_some_days(
    archive: Archive, board: Path, captions: Stand
) -> None:
    """They come hours after the video; later, they do not come at all."""
    match(archive, *TWICE)
    match(archive, *TWICE)
    assert len(captions.asked) == 2

    today = datetime.now(UTC)
    new = [replace(each, at=today, title=f"{TITLE} 2024-10-14") for each in TWICE]
    match(archive, *new)
    match(archive, *new)
    assert len(captions.asked) == 6


@pytest.mark.parametrize(
    ("error", "asked", "verdict"), [(BotCheck, 1, None), (NoNetwork, 1, None), (Removed, 2, CaptionsVerdict.NONE)]
)
def test_without_captions_two_that_fit_are_left_to_people(
    archive: Archive, board: Path, captions: Stand, error: type[FetchError], asked: int, verdict: CaptionsVerdict | None
) -> None:
    """A host that refuses is asked no more; a video that is gone says nothing about the next."""
    captions.answer = refusing(error)

    outcome = match(archive, *TWICE)

    assert [each.captions for each in outcome.left.proposals] == [verdict, verdict]
    assert (outcome.taken, len(captions.asked)) == ((), asked)


def test_without_captions_what_is_certain_is_taken(archive: Archive, board: Path, captions: Stand) -> None:
    captions.answer = refusing(NoNetwork)

    assert len(match(archive, VIDEO).taken) == 1


def test_no_more_captions_are_asked_for_than_is_polite(
    archive: Archive, board: Path, captions: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_captions, "MAX_ASKED", 1)

    match(archive, *TWICE)

    assert len(captions.asked) == 1


def test_taking_a_proposal_runs_its_notes_and_leaves_nothing_to_the_other(archive: Archive, board: Path) -> None:
    first, second = match(archive, *TWICE).left.proposals

    taken = take(archive.store, second.id, author="Ana")

    assert take(archive.store, second.id, author="Ben") == taken
    assert (taken.state, taken.author) == (MatchState.TAKEN, "Ana")
    assert jobs(archive) == [(str(board), second.match.video.url, "Ana")]
    with pytest.raises(MatchDecided, match="superseded"):
        take(archive.store, first.id, author="Ana")
    assert overview(archive.store).videos_without_notes == (first.match.video,)


def test_what_was_refused_is_not_proposed_again(archive: Archive, board: Path, captions: Stand) -> None:
    captions.answer = speaking(a="software-association")
    (proposal,) = match(archive, VIDEO).left.proposals

    refuse(archive.store, proposal.id, author="Ana")

    assert match(archive, VIDEO).left.proposals == ()
    with pytest.raises(MatchDecided, match="refused"):
        take(archive.store, proposal.id, author="Ana")


def test_a_match_that_was_taken_can_be_refused_until_its_notes_have_been_run(archive: Archive, board: Path) -> None:
    """Its job is cancelled, and the notes are without a recording again."""
    (taken,) = match(archive, VIDEO).taken
    assert taken.job is not None

    refuse(archive.store, taken.id, author="Ana")

    assert archive.store.jobs.job(taken.job).state is JobState.CANCELLED
    assert len(overview(archive.store).notes_without_recording) == 1

    (other,) = match(archive, video("ccccccccccc", f"{TITLE} 2024-10-14", "2024-10-14")).taken
    claim = archive.store.jobs.take([JobKind.RUN])
    assert claim is not None
    archive.store.jobs.report(claim, JobDone())
    with pytest.raises(MatchDecided) as caught:
        refuse(archive.store, other.id, author="Ana")
    assert "--media" in caught.value.hint


def test_what_was_taken_by_somebody_who_was_killed_gets_its_job(
    archive: Archive, board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the next look; if it was refused meanwhile, there is no job for it."""
    with monkeypatch.context() as patch:
        patch.setattr(type(archive.store.jobs), "put", _killed)
        with pytest.raises(KeyboardInterrupt):
            match(archive, VIDEO)
    (taken,) = archive.store.matches.matches(MatchState.TAKEN)
    assert taken.job is None
    assert len(match(archive, VIDEO).taken) == 1
    assert len(jobs(archive)) == 1

    refuse(archive.store, taken.id, author="Ana")
    with pytest.raises(MatchDecided):
        archive.store.matches.note_job(taken.id, 1)


def test_what_was_taken_and_failed_is_told_again(archive: Archive, board: Path) -> None:
    """Notes without a recording, and a recording without notes: somebody has to look."""
    match(archive, VIDEO)
    claim = archive.store.jobs.take((JobKind.RUN,))
    assert claim
    archive.store.jobs.report(claim, JobFailed(JobFailure("removed", "it was taken down")))
    left = overview(archive.store)

    assert [each.title for each in left.notes_without_recording] == [claim.job.title]
    assert left.videos_without_notes == (VIDEO,)


def _killed(*_args: object, **_options: object) -> None:
    raise KeyboardInterrupt


def test_a_link_that_appears_in_the_notes_supersedes_the_proposals(archive: Archive, board: Path) -> None:
    """The video that they link is no longer without notes, and the others are free."""
    proposals = match(archive, *TWICE).left.proposals
    add(archive, board, f"Recording: {TWICE[0].url}\n\n{board.read_text()}")

    found = overview(archive.store)

    assert (found.proposals, found.notes_without_recording, found.videos_without_notes) == ((), (), (TWICE[1],))
    with pytest.raises(MatchDecided):
        take(archive.store, proposals[0].id, author="Ana")
    assert match(archive, *TWICE).left == found


def test_a_video_that_was_taken_is_free_when_its_notes_link_another(archive: Archive, board: Path) -> None:
    match(archive, VIDEO)
    add(archive, board, f"Recording: https://youtu.be/bbbbbbbbbbb\n\n{board.read_text()}")

    assert overview(archive.store).videos_without_notes == (VIDEO,)


def test_a_recording_can_only_be_given_to_all_of_a_file(archive: Archive, tmp_path: Path) -> None:
    """The error says where to write the link instead."""
    text = "## Beirat 2024-10-14\n\nAnwesend: Ann\n\n- Plan\n\n## Beirat 2024-11-13\n\nAnwesend: Bob\n\n- Plan\n"
    path = tmp_path / "beirat.md"
    add(archive, path, text)
    assert len(reader.read_all(path)) == 2

    (proposal,) = match(archive, video("rrrrrrrrrrr", "Beirat 2024-10-14", "2024-10-14")).left.proposals

    with pytest.raises(MatchNotTakeable) as caught:
        take(archive.store, proposal.id, author="Ana")
    assert "heading" in caught.value.hint


def test_there_is_no_match_with_any_number(archive: Archive) -> None:
    for number in (0, 7, 2**70):
        with pytest.raises(MatchNotFound):
            take(archive.store, number, author="Ana")
