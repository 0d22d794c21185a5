"""What a run has to do, by what is stored and what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.records import Origin, RunKey, Transcript
from pipeline.run.plan import (
    ALIGNER,
    WITH_MEANING,
    Asked,
    Known,
    RecordingStep,
    RunOptions,
    Source,
    Stage,
    TranscriptStep,
    is_up_to_date,
    plan,
)

VIDEO = Source("https://youtu.be/gArDenCall0", "youtube gArDenCall0")
OTHER = Source("https://youtu.be/gArDenCall1", "youtube gArDenCall1")
TAPE = Source("/tapes/call.wav", "/tapes/call.wav 96000 1")
EDITED_TAPE = replace(TAPE, key="/tapes/call.wav 97000 2")
GONE_TAPE = Source("/tapes/call.wav", "/tapes/call.wav", missing=True)

TAPES = Source(TAPE.address, f"{TAPE.key} + {EDITED_TAPE.key}", parts=(TAPE, EDITED_TAPE))
GONE_TAPES = Source(TAPE.address, f"{TAPE.key} + {GONE_TAPE.key}", missing=True, parts=(TAPE, GONE_TAPE))

HEARD = Transcript("en", Origin.ASR, "tiny.en", ())
CAPTIONS = Transcript("en", Origin.CAPTIONS, None, ())
IMPORTED = Transcript("und", Origin.IMPORT, None, ())

NOTHING = Known()
FETCHED = Known(RunKey("n1", ALIGNER, VIDEO.key), None, VIDEO.key, has_media=True)
LINKED = replace(FETCHED, transcript=HEARD)
SECOND_TRACK = replace(LINKED, key=RunKey("n1", ALIGNER, VIDEO.key, track="2"))
DROPPED = replace(LINKED, has_media=False)
CAPTIONED = replace(LINKED, has_media=False, transcript=CAPTIONS)
CAPTIONS_WANTED = replace(CAPTIONED, key=RunKey("n1", ALIGNER, VIDEO.key, transcript="captions"))
TAPED = Known(
    RunKey("n1", ALIGNER, VIDEO.key, source=TAPE.address, media=TAPE.key),
    TAPE,
    TAPE.key,
    has_media=True,
    transcript=HEARD,
)
TAPE_LOST = replace(TAPED, given=GONE_TAPE, has_media=False)
IN_PARTS = Known(RunKey("n1", ALIGNER, TAPES.key), None, TAPES.key, parts=2, has_media=True, transcript=HEARD)
UNFINISHED = replace(LINKED, key=None)
WITHOUT_LINK = Known(RunKey("n1", ALIGNER), transcript=IMPORTED)

STORED, FILE, WRITTEN, PUBLISHED, RECOGNISED = TranscriptStep
KEEP, NOTE, FETCH = RecordingStep


def asked(link: Source | None = VIDEO, media: Source | None = None, notes: str = "n2", **options: object) -> Asked:
    given = RunOptions(media=media.address if media else None, **options)  # type: ignore[arg-type]
    transcript = "sha256 of it" if given.transcript not in (None, "captions") else given.transcript
    return Asked(given, notes, link, media, transcript)


def written(link: Source | None = VIDEO, **options: object) -> Asked:
    """As asked, for notes in which a transcript stands."""
    return replace(asked(link, **options), written="sha256 of what is written")  # type: ignore[arg-type]


CASES: list[tuple[str, Known, Asked, Source | None, RecordingStep, tuple[TranscriptStep, ...]]] = [
    ("new notes", NOTHING, asked(), VIDEO, FETCH, (RECOGNISED,)),
    ("another track", LINKED, asked(track="2"), VIDEO, KEEP, (RECOGNISED,)),
    ("the same track", SECOND_TRACK, asked(track="2"), VIDEO, KEEP, (STORED,)),
    ("new notes without a recording", NOTHING, asked(link=None), None, KEEP, ()),
    ("new notes with a tape", NOTHING, asked(media=TAPE), TAPE, FETCH, (RECOGNISED,)),
    ("new notes with a transcript", NOTHING, asked(transcript="a.vtt"), VIDEO, NOTE, (FILE,)),
    ("a transcript without a recording", NOTHING, asked(link=None, transcript="a.vtt"), None, KEEP, (FILE,)),
    ("a tape in the notes and a transcript", NOTHING, asked(link=TAPE, transcript="a.vtt"), TAPE, FETCH, (FILE,)),
    ("a tape in the notes that is not there", NOTHING, asked(link=GONE_TAPE), None, KEEP, ()),
    ("one that was there", replace(LINKED, recording=TAPE.key), asked(link=GONE_TAPE), GONE_TAPE, KEEP, (STORED,)),
    ("a tape and a transcript", NOTHING, asked(media=TAPE, transcript="a.vtt"), TAPE, FETCH, (FILE,)),
    ("a transcript in the notes", NOTHING, written(), VIDEO, NOTE, (WRITTEN,)),
    ("a transcript in the notes, no recording", NOTHING, written(link=None), None, KEEP, (WRITTEN,)),
    ("a transcript in the notes, on a file beside them", NOTHING, written(link=TAPE), TAPE, FETCH, (WRITTEN,)),
    ("a transcript in the notes, a tape given", NOTHING, written(media=TAPE), TAPE, FETCH, (WRITTEN,)),
    ("a transcript in the notes, another given", NOTHING, written(transcript="a.vtt"), VIDEO, NOTE, (FILE,)),
    ("a transcript in the notes, a model asked for", NOTHING, written(model="base"), VIDEO, FETCH, (RECOGNISED,)),
    ("a transcript in the notes since the last run", LINKED, written(), VIDEO, KEEP, (WRITTEN,)),
    ("a transcript in the notes, captions asked for before", CAPTIONS_WANTED, written(), VIDEO, KEEP, (STORED,)),
    ("a transcript in the notes, and another link", CAPTIONS_WANTED, written(link=OTHER), OTHER, NOTE, (WRITTEN,)),
    (
        "a video given, with a transcript",
        NOTHING,
        asked(link=None, media=VIDEO, transcript="a.vtt"),
        VIDEO,
        NOTE,
        (FILE,),
    ),
    ("captions", NOTHING, asked(transcript="captions"), VIDEO, FETCH, (PUBLISHED, RECOGNISED)),
    ("edited notes", LINKED, asked(), VIDEO, KEEP, (STORED,)),
    ("edited notes of an imported transcript", WITHOUT_LINK, asked(link=None), None, KEEP, (STORED,)),
    ("interrupted after the download", FETCHED, asked(), VIDEO, KEEP, (RECOGNISED,)),
    ("interrupted before the end", UNFINISHED, asked(), VIDEO, KEEP, (STORED,)),
    ("another link", LINKED, asked(link=OTHER), OTHER, FETCH, (RECOGNISED,)),
    ("another link, with a transcript", LINKED, asked(link=OTHER, transcript="a.vtt"), OTHER, NOTE, (FILE,)),
    ("another transcript", LINKED, asked(transcript="a.vtt"), VIDEO, KEEP, (FILE,)),
    ("captions instead", LINKED, asked(transcript="captions"), VIDEO, KEEP, (PUBLISHED, RECOGNISED)),
    ("captions again", CAPTIONED, asked(transcript="captions"), VIDEO, KEEP, (STORED,)),
    ("edited notes with captions", CAPTIONED, asked(), VIDEO, KEEP, (STORED,)),
    ("the same model", LINKED, asked(model="tiny.en"), VIDEO, KEEP, (STORED,)),
    ("another model", LINKED, asked(model="base"), VIDEO, KEEP, (RECOGNISED,)),
    ("a model instead of captions", CAPTIONED, asked(model="base"), VIDEO, FETCH, (RECOGNISED,)),
    ("align again", LINKED, asked(force=Stage.ALIGN), VIDEO, KEEP, (STORED,)),
    ("transcribe again", LINKED, asked(force=Stage.TRANSCRIBE), VIDEO, KEEP, (RECOGNISED,)),
    ("hear again what was dropped", DROPPED, asked(force=Stage.TRANSCRIBE), VIDEO, FETCH, (RECOGNISED,)),
    ("align what was dropped", DROPPED, asked(force=Stage.ALIGN), VIDEO, KEEP, (STORED,)),
    ("a file for what was dropped", DROPPED, asked(media=VIDEO, transcript="t.vtt"), VIDEO, KEEP, (FILE,)),
    ("fetch again", LINKED, asked(force=Stage.FETCH), VIDEO, FETCH, (RECOGNISED,)),
    ("a tape given before", TAPED, asked(), TAPE, KEEP, (STORED,)),
    ("a tape given before, and another link", TAPED, asked(link=OTHER), OTHER, FETCH, (RECOGNISED,)),
    ("the link again", TAPED, asked(media=VIDEO), VIDEO, FETCH, (RECOGNISED,)),
    ("the tape was edited", TAPED, asked(media=EDITED_TAPE), EDITED_TAPE, FETCH, (RECOGNISED,)),
    ("the tape is gone", TAPE_LOST, asked(), GONE_TAPE, KEEP, (STORED,)),
    ("the tape is gone, another transcript", TAPE_LOST, asked(transcript="a.vtt"), GONE_TAPE, KEEP, (FILE,)),
    ("edited notes, in parts", IN_PARTS, asked(link=TAPES), TAPES, KEEP, (STORED,)),
    ("one more part", LINKED, asked(link=TAPES), TAPES, FETCH, (RECOGNISED,)),
    ("one more part, which is not there", LINKED, asked(link=GONE_TAPES), GONE_TAPES, FETCH, (RECOGNISED,)),
    (
        "one more part, and transcripts",
        LINKED,
        asked(link=GONE_TAPES, transcript="a.vtt", further_transcripts=("b.vtt",)),
        GONE_TAPES,
        NOTE,
        (FILE,),
    ),
    ("a part is gone", IN_PARTS, asked(link=GONE_TAPES), GONE_TAPES, KEEP, (STORED,)),
    ("the tape is gone and wanted", TAPE_LOST, asked(model="base"), GONE_TAPE, FETCH, (RECOGNISED,)),
]


@pytest.mark.parametrize(
    ("known", "wanted", "source", "recording", "transcript"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_run_does_what_is_missing(
    known: Known,
    wanted: Asked,
    source: Source | None,
    recording: RecordingStep,
    transcript: tuple[TranscriptStep, ...],
) -> None:
    """And nothing else: the recording it uses, what becomes of it, and where the transcript comes from."""
    made = plan(known, wanted)

    assert (made.source, made.recording, made.transcript) == (source, recording, transcript)
    assert made.redo == {stage for stage in Stage if wanted.options.forces(stage)}
    assert (made.key.notes, made.key.aligner) == ("n2", ALIGNER)
    assert made.key.link == (wanted.link.key if wanted.link else None)


def test_what_was_given_for_a_link_is_remembered_with_it() -> None:
    """The next run knows of it, until the link changes."""
    first = plan(NOTHING, asked(media=TAPE, model="base", transcript="captions"))
    edited = plan(replace(TAPED, key=first.key), asked())
    moved = plan(replace(TAPED, key=first.key), asked(link=OTHER))

    assert first.key == RunKey("n2", ALIGNER, VIDEO.key, TAPE.address, TAPE.key, "captions", "base")
    assert edited.key == first.key
    assert moved.key == RunKey("n2", ALIGNER, OTHER.key)


SHIFTED = replace(LINKED, key=replace(FETCHED.key or RunKey(), offset="-9.000", track="2"), transcript=IMPORTED)
SHIFTED_TAPE = replace(TAPED, key=replace(TAPED.key or RunKey(), offset="-9.000"), transcript=IMPORTED)
NEW_OFFSET = "30.000"


@pytest.mark.parametrize(
    ("known", "wanted", "offset"),
    [
        (NOTHING, asked(transcript="a.vtt", offset=NEW_OFFSET), NEW_OFFSET),
        (NOTHING, written(offset=NEW_OFFSET), NEW_OFFSET),
        (NOTHING, asked(offset=NEW_OFFSET), None),
        (NOTHING, asked(transcript="captions", offset=NEW_OFFSET), None),
        (LINKED, asked(offset=NEW_OFFSET), None),
        (SHIFTED, asked(), "-9.000"),
        (SHIFTED, asked(transcript="a.vtt"), "-9.000"),
        (SHIFTED, asked(offset=NEW_OFFSET), NEW_OFFSET),
        (SHIFTED, asked(offset="auto"), "auto"),
        (SHIFTED, asked(model="base"), "-9.000"),
        (SHIFTED, asked(transcript="a.vtt", further_transcripts=("b.vtt",)), None),
        (SHIFTED, asked(transcript="a.vtt", further_transcripts=("b.vtt",), offset=NEW_OFFSET), None),
        (SHIFTED, asked(link=OTHER, transcript="a.vtt"), None),
        (SHIFTED, asked(media=TAPE, transcript="a.vtt"), None),
        (SHIFTED_TAPE, asked(media=TAPE, transcript="a.vtt"), "-9.000"),
        (SHIFTED_TAPE, asked(media=EDITED_TAPE, transcript="a.vtt"), None),
        (replace(SHIFTED_TAPE, given=EDITED_TAPE), asked(transcript="a.vtt"), None),
        (replace(SHIFTED_TAPE, given=GONE_TAPE), asked(transcript="a.vtt"), "-9.000"),
    ],
)
def test_an_offset_holds_for_given_transcripts_of_one_recording(
    known: Known, wanted: Asked, offset: str | None
) -> None:
    """Until another is given; of several files each has its own clock."""
    assert plan(known, wanted).key.offset == offset


def test_a_track_holds_for_one_recording() -> None:
    assert plan(SHIFTED, asked()).key.track == "2"
    assert plan(SHIFTED, asked(media=TAPE)).key.track is None


@pytest.mark.parametrize(
    ("key", "wanted", "expected"),
    [
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1"), True),
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n2"), False),
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1", link=None), True),  # not known: the notes were not read
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1", link=OTHER), False),
        (RunKey("n1", ALIGNER), asked(notes="n1", link=TAPE), False),  # it lies beside them since
        (RunKey("n1", "an older one", VIDEO.key), asked(notes="n1"), False),
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1", meaning=True), False),
        (RunKey("n1", WITH_MEANING, VIDEO.key), asked(notes="n1", meaning=True), True),
        (RunKey("n1", WITH_MEANING, VIDEO.key), asked(notes="n1"), False),
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1", force=Stage.ALIGN), False),
        (RunKey("n1", ALIGNER, VIDEO.key, model="base"), asked(notes="n1"), True),
        (RunKey("n1", ALIGNER, VIDEO.key, model="base"), asked(notes="n1", model="base"), True),
        (RunKey("n1", ALIGNER, VIDEO.key, model="base"), asked(notes="n1", model="tiny.en"), False),
        (RunKey("n1", ALIGNER, VIDEO.key), asked(notes="n1", transcript="captions"), False),
        (RunKey("n1", ALIGNER, VIDEO.key, transcript="sha256 of it"), asked(notes="n1", transcript="a.vtt"), True),
        (RunKey("n1", ALIGNER, VIDEO.key, offset="-9.000"), asked(notes="n1"), True),
        (RunKey("n1", ALIGNER, VIDEO.key, offset="-9.000"), asked(notes="n1", offset="-9.000"), True),
        (RunKey("n1", ALIGNER, VIDEO.key, offset="-9.000"), asked(notes="n1", offset="auto"), False),
        (RunKey("n1", ALIGNER, VIDEO.key, track="2"), asked(notes="n1", track="1"), False),
        (RunKey("n1", ALIGNER, VIDEO.key, source=TAPE.address, media=TAPE.key), asked(notes="n1", media=TAPE), True),
        (
            RunKey("n1", ALIGNER, VIDEO.key, source=TAPE.address, media=TAPE.key),
            asked(notes="n1", media=EDITED_TAPE),
            False,
        ),
    ],
)
def test_a_meeting_that_would_come_out_the_same_is_up_to_date(key: RunKey, wanted: Asked, expected: bool) -> None:
    """Unless something that counts is another, or a stage is to be redone."""
    assert is_up_to_date(key, wanted) is expected
