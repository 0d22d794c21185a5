"""A meeting in several parts is fetched, heard and aligned as one."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import cues, transcribe
from pipeline import notes as reader
from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.config import Settings
from pipeline.errors import NotFound, TranscribeError, TranscriptError, Unsupported
from pipeline.links import youtube_id
from pipeline.records import Chapter, Hint, Meeting, Notes, Origin, Recording, Segment, Transcript, Verdict, Video
from pipeline.refresh import Archive
from pipeline.run import parts
from pipeline.run.plan import RunOptions, Source, Stage
from pipeline.run.runner import Runner, RunOutcome
from pipeline.store import Stored
from tests.conftest import CALL
from tests.pipeline.garden import QuietReporter
from tests.pipeline.transcribe.conftest import meeting as speech  # noqa: F401 - a fixture
from tests.pipeline.transcribe.recordings import MODEL, save

COMPOST = 66.0  # seconds, where the second part of the garden's call begins here

PUZZLE = Source("a.wav", "a 1 2")
ANSWER = Source("https://media.example/b.mp4", "https://media.example/b.mp4")
BOTH = parts.joined_source([PUZZLE, ANSWER])


def recording(source: str, duration: float | None, **facts: object) -> Recording:
    return Recording(source, source, duration, **facts)  # type: ignore[arg-type]


def heard(text: str, key: str, language: str = "en", origin: Origin = Origin.ASR) -> Stored[Transcript]:
    return Stored(7, key, Transcript(language, origin, "tiny", (Segment(1.0, 2.0, text),), 9.0))


def test_the_parts_are_known_by_all_their_keys() -> None:
    """A change of any is a change of the recording; one part alone is what it was."""
    assert BOTH.key == f"{PUZZLE.key} + {ANSWER.key}"
    assert BOTH.parts == (PUZZLE, ANSWER)
    assert parts.joined_source([PUZZLE]) is PUZZLE
    assert parts.joined_source([replace(PUZZLE, missing=True), ANSWER]).missing


def test_each_part_begins_on_a_whole_second_where_those_before_have_ended() -> None:
    """A link in whole seconds never leads to the part before."""
    first = recording("a", 59.2, language="en", chapters=(Chapter(3.0, 5.0, "Hello"),))
    second = recording("b", None, chapters=(Chapter(1.0, 2.0, "Bye"),), video_id="b" * 11)

    joined = parts.joined_recording([first, second, recording("c", 10.0)], [None, 30.5, 9.0])

    assert [(part.start, part.duration, part.source) for part in joined.parts] == [
        (0.0, 60.0, "a"), (60.0, 31.0, "b"), (91.0, 10.0, "c"),
    ]  # fmt: skip
    assert joined.duration == 101.0
    assert joined.language == "en"
    assert joined.chapters == (Chapter(3.0, 5.0, "Hello"), Chapter(61.0, 62.0, "Bye"))


def test_a_part_whose_length_is_not_known_has_no_place() -> None:
    """Without a file to measure, or beyond a week, there is no timeline."""
    with pytest.raises(Unsupported, match="not known"):
        parts.joined_recording([recording("a", None), recording("b", 5.0)])
    with pytest.raises(Unsupported, match="longer than"):
        parts.joined_recording([recording("a", 400_000.0), recording("b", 400_000.0)])


def test_a_part_whose_file_does_not_say_how_long_it_is_is_measured(tmp_path: Path) -> None:
    """Recorders in browsers write no length."""
    file = tmp_path / "a.wav"
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 8000 * 3))

    joined = parts.joined_recording([recording("a", None, media=str(file)), recording("b", 5.0)])

    assert [part.duration for part in joined.parts] == [3.0, 5.0]


def test_the_transcripts_of_the_parts_become_one() -> None:
    """On the common clock, in the language of most of it; recognised, where part of it is."""
    joined = parts.joined_recording([recording("a", 60.0), recording("b", 60.0)])
    more = Transcript("de", Origin.CAPTIONS, None, (Segment(1.0, 2.0, "Ja."), Segment(3.0, 4.0, "Nein.")), 9.0)

    made = parts.joined_transcript(joined, [heard("Yes.", "k1"), Stored(0, "k2", more)]).record

    assert [(segment.start, segment.text) for segment in made.segments] == [
        (1.0, "Yes."),
        (61.0, "Ja."),
        (63.0, "Nein."),
    ]
    assert (made.language, made.origin, made.model, made.duration) == ("de", Origin.ASR, "tiny", 120.0)


@pytest.mark.parametrize("change", ["length", "sound", "model"])
def test_what_a_transcript_was_made_from_is_in_its_key(change: str) -> None:
    """With another length the moments of later parts are others, and so is the transcript."""
    first, other = [heard("Yes.", "k1"), heard("No.", "k2")], [heard("Yes.", "k1"), heard("No.", "k2")]
    lengths = [60.0, 60.0]
    if change == "length":
        lengths[0] = 61.0
    if change == "sound":
        other[1] = heard("No.", "k3")
    if change == "model":
        other[1] = replace(other[1], record=replace(other[1].record, model="base"))

    before = parts.joined_transcript(parts.joined_recording([recording("a", 60.0), recording("b", 60.0)]), first)
    first_part, second_part = recording("a", lengths[0]), recording("b", lengths[1])
    after = parts.joined_transcript(parts.joined_recording([first_part, second_part]), other)

    assert before.key != after.key


def test_captions_are_used_where_a_part_has_them_and_the_others_are_heard() -> None:
    """Nothing is heard that somebody has written down, and where nobody has anything, that is said."""
    captioned = recording("a", 60.0), heard("Written.", "k1", origin=Origin.CAPTIONS)
    asked: list[str] = []

    def hear(part: Recording, which: str) -> Stored[Transcript]:
        asked.append(f"{which}: {part.source}")
        return heard("Heard.", "k2")

    def fetch(part: Source, which: str) -> Recording:
        return recording(part.address, 30.0)

    found = parts.published_or_heard(BOTH, lambda part: captioned if part is PUZZLE else None, fetch, hear)

    assert found is not None
    assert [segment.text for segment in found[1].record.segments] == ["Written.", "Heard."]
    assert asked == [f"part 2 of 2: {ANSWER.address}"]
    assert parts.published_or_heard(BOTH, lambda part: None, fetch, hear) is None


def test_an_error_says_in_which_part_it_happened() -> None:
    """And is still of its kind, with its hint."""

    def fetch(part: Source, which: str) -> Recording:
        if part is ANSWER:
            raise NotFound(part.address, "there is no such page")
        return recording(part.address, 5.0)

    with pytest.raises(NotFound, match=r"part 2 of 2: https://media\.example/b\.mp4: there is no such page") as caught:
        parts.fetched_recording(BOTH, fetch)

    assert caught.value.hint == NotFound.hint


@pytest.mark.parametrize(
    ("given", "source", "fits"),
    [(1, BOTH, True), (2, BOTH, True), (3, BOTH, False), (1, None, True), (2, None, False), (2, PUZZLE, False)],
)
def test_there_is_a_transcript_for_each_part_or_one_for_all(given: int, source: Source | None, *, fits: bool) -> None:
    """Which of three is which of two parts nobody can tell."""
    files = [Path(f"{number}.vtt") for number in range(given)]
    if fits:
        parts.check_count(files, source)
        return
    with pytest.raises(TranscriptError, match=f"one of {given} transcripts"):
        parts.check_count(files, source)


# -- with the runner ---------------------------------------------------------------------------------------------------


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets notes say that their recording is in parts, and which block has which time."""
    parse_all = reader.parse_all

    def say(*addresses: str, hint: tuple[str, Hint] | None = None) -> None:
        def parsed(source: str, **options: object) -> tuple[Notes, ...]:
            (notes,) = parse_all(source, **options)  # type: ignore[arg-type]
            videos = [Video(address, youtube_id(address)) for address in addresses]
            sections = tuple(
                replace(
                    section,
                    blocks=tuple(
                        replace(block, hint=hint[1]) if hint and block.text.startswith(hint[0]) else block
                        for block in section.blocks
                    ),
                )
                for section in notes.sections
            )
            return (replace(notes, video=videos[0], further_parts=tuple(videos[1:]), sections=sections),)

        monkeypatch.setattr(reader, "parse_all", parsed)

    return say


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder))


@pytest.fixture
def halves(tmp_path: Path) -> tuple[str, str]:
    """The transcript of the garden's call in two files, each on its own clock."""
    whole = cues.read(CALL / "garden.vtt")
    first = [segment for segment in whole.segments if segment.start < COMPOST]
    second = [
        replace(segment, start=segment.start - COMPOST, end=segment.end - COMPOST)
        for segment in whole.segments
        if segment.start >= COMPOST
    ]
    files = tmp_path / "first.vtt", tmp_path / "second.vtt"
    for file, segments in zip(files, (first, second), strict=True):
        file.write_text(cues.write(replace(whole, segments=tuple(segments)), "vtt"))
    return str(files[0]), str(files[1])


def go(archive: Archive, settings: Settings, notes: Path, **options: object) -> tuple[RunOutcome, QuietReporter]:
    reporter = QuietReporter()
    (outcome,) = Runner(archive.store, settings, RunOptions(**options), reporter).run([notes])  # type: ignore[arg-type]
    return outcome, reporter


def whole(outcome: RunOutcome) -> Meeting:
    assert outcome.meeting is not None, outcome.failure
    return outcome.meeting


def starts(meeting: Meeting) -> dict[str, float]:
    return {b.text: meeting.alignments[b.id].start for b in meeting.notes.blocks if b.id in meeting.alignments}


VIDEOS = "https://youtu.be/gArDenCall0", "https://youtu.be/gArDenCall1"


def test_a_transcript_of_each_part_links_all_of_the_notes(
    archive: Archive, settings: Settings, notes: Path, halves: tuple[str, str], in_parts: Callable[..., None]
) -> None:
    """What was said in the second part follows the first; a second run has nothing to do."""
    in_parts(*VIDEOS)
    first, second = halves

    meeting = whole(go(archive, settings, notes, transcript=first, further_transcripts=(second,))[0])
    again, reporter = go(archive, settings, notes, transcript=first, further_transcripts=(second,))

    assert meeting.recording is not None
    assert [(part.start, part.video_id) for part in meeting.recording.parts] == [
        (0.0, "gArDenCall0"), (66.0, "gArDenCall1"),
    ]  # fmt: skip
    assert starts(meeting)["Watering rota"] == pytest.approx(16.45, abs=10)
    assert starts(meeting)["Seed swap"] == pytest.approx(114.98, abs=10)
    assert (again.state, reporter.stages) == ("unchanged", [])


def test_a_time_written_for_the_second_part_is_looked_for_there(
    archive: Archive, settings: Settings, notes: Path, halves: tuple[str, str], in_parts: Callable[..., None]
) -> None:
    """The stored notes keep it as it is written."""
    written = Hint(120.0 - COMPOST, part=1)
    in_parts(*VIDEOS, hint=("Seed swap", written))

    meeting = whole(go(archive, settings, notes, transcript=halves[0], further_transcripts=(halves[1],))[0])

    assert starts(meeting)["Seed swap"] == pytest.approx(120.0, abs=1)
    assert [block.hint for block in meeting.notes.blocks if block.hint] == [written]


def test_corrections_stay_when_another_part_follows(
    archive: Archive, settings: Settings, notes: Path, halves: tuple[str, str], in_parts: Callable[..., None]
) -> None:
    """They were made in the first, whose moments are the same."""
    first, second = halves
    in_parts(VIDEOS[0])
    before = whole(go(archive, settings, notes, transcript=first)[0])
    hose = next(block.id for block in before.notes.blocks if "hose" in block.text)
    archive.store.correct(before.notes.slug, hose, Verdict.TIME, 50.5, "Ana", seen=None)
    in_parts(*VIDEOS)

    meeting = whole(go(archive, settings, notes, transcript=first, further_transcripts=(second,))[0])

    assert meeting.recording is not None
    assert len(meeting.recording.parts) == 2
    assert meeting.alignments[hose].start == 50.5
    assert meeting.orphans == ()


def test_a_wrong_number_of_transcripts_fails_the_meeting(
    archive: Archive, settings: Settings, notes: Path, halves: tuple[str, str], in_parts: Callable[..., None]
) -> None:
    """Before anything is stored of them."""
    in_parts(*VIDEOS, "https://youtu.be/gArDenCall2")

    outcome, _ = go(archive, settings, notes, transcript=halves[0], further_transcripts=(halves[1],))

    assert outcome.failure is not None
    assert "3 parts" in outcome.failure.message


def test_the_transcript_of_each_part_is_put_on_its_clock(
    archive: Archive,
    settings: Settings,
    notes: Path,
    halves: tuple[str, str],
    in_parts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By what was heard in it. It is told, and stands on the page, what was done to which; wrongly ordered, they are
    refused.
    """
    said = {name: cues.read(Path(half)) for name, half in zip(("1.wav", "2.wav"), halves, strict=True)}
    for number, name in enumerate(said, 1):
        save(notes.with_name(name), np.zeros((66 + number) * SAMPLE_RATE, dtype=np.float32))
    hear = lambda media, **_options: replace(said[media.name], origin=Origin.ASR, model="tiny")  # noqa: E731
    monkeypatch.setattr(transcribe, "transcribe", hear)
    in_parts("1.wav", "2.wav")
    go(archive, settings, notes)
    late = replace(
        said["2.wav"],
        segments=tuple(replace(s, start=s.start + 30.0, end=s.end + 30.0) for s in said["2.wav"].segments),
    )
    second = notes.with_name("late.vtt")
    second.write_text(cues.write(late, "vtt"))

    outcome, told = go(archive, settings, notes, transcript=halves[0], further_transcripts=(str(second),))

    moved = "late.vtt runs 0:30 ahead of the recording, so its times were moved (found by its words)"
    transcript = whole(outcome).transcript
    assert transcript is not None
    assert starts(whole(outcome))["Seed swap"] == pytest.approx(114.98 + 1.0, abs=10)
    assert f"{whole(outcome).notes.title}: {moved}" in told.said
    assert transcript.warnings == (moved,)


def sounds(folder: Path, speech: Samples, *spans: tuple[float, float]) -> list[str]:  # noqa: F811
    """Files with stretches of the re-enactment."""
    return [
        str(save(folder / f"{number}.wav", speech[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]))
        for number, (start, end) in enumerate(spans, 1)
    ]


@pytest.mark.model
def test_each_part_is_heard_once(
    archive: Archive,
    settings: Settings,
    notes: Path,
    speech: Samples,  # noqa: F811
    in_parts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was heard in the others is kept where one cannot be fetched or heard, and is no transcript by itself."""
    _, second = sounds(notes.parent, speech, (0.0, 8.1), (24.5, 32.4))
    in_parts("1.wav", "3.wav")
    lost, _ = go(archive, settings, notes, model=MODEL)
    in_parts("1.wav", "2.wav")
    hear = transcribe.transcribe

    def fail(media: Path, **options: Any) -> Transcript:
        if str(media) == second:
            raise TranscribeError("the memory is short")
        return hear(media, **options)

    with monkeypatch.context() as patch:
        patch.setattr(transcribe, "transcribe", fail)
        broken, _ = go(archive, settings, notes, model=MODEL)
    between = archive.store.meeting(broken.slug or "").transcript
    outcome, resumed = go(archive, settings, notes, model=MODEL)
    again, redone = go(archive, settings, notes, force=Stage.TRANSCRIBE)

    assert [each.failure and each.failure.message.split(":")[0] for each in (lost, broken)] == ["part 2 of 2"] * 2
    assert between is None
    assert resumed.stages == ["transcribing part 2 of 2", "aligning"]
    transcript = whole(outcome).transcript
    assert transcript is not None
    by_part = ["".join(s.text for s in transcript.segments if (s.start >= 9.0) is late) for late in (False, True)]
    assert "good morning" in by_part[0].lower()
    assert "chainsaw" in by_part[1].lower()
    assert all(9.0 <= word.start < 17.0 for s in transcript.segments if s.start >= 9.0 for word in s.words)
    assert list(settings.checkpoint_dir.glob("*.jsonl")) == []
    assert redone.stages == ["transcribing part 1 of 2", "transcribing part 2 of 2", "aligning"]
    assert (whole(again).versions.transcript or 0) > (whole(outcome).versions.transcript or 0)
