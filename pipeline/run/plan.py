"""What a run of one meeting has to do, by what is stored and what was asked. Pure: nothing is read or written here."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from pipeline.records import Origin, RunKey, Transcript
from pipeline.run.sources import PUBLISHED

ALIGNER = "7"
"""Version of everything that follows the transcript. Raise it when stored meetings should get better results."""

WITH_MEANING = f"{ALIGNER} with meaning"
"""The same with a sentence model: links that were found without one are found anew with it, and the reverse."""


class Stage(StrEnum):
    """The stages a user can ask to redo, in their order."""

    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    ALIGN = "align"


class TranscriptStep(StrEnum):
    """A way to a transcript."""

    STORED = "stored"
    FILE = "file"  # one that the user gave
    WRITTEN = "written"  # it stands in the notes
    PUBLISHED = "published"  # one that was asked for by name
    RECOGNISED = "recognised"  # from the sound


class RecordingStep(StrEnum):
    """What is to be done about the recording before a transcript is imported or recognised."""

    STORED = "stored"  # nothing: it is as it was, or there is none
    NOTED = "noted"  # its address is stored, nothing is fetched
    FETCHED = "fetched"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for. `force` redoes that stage and those after it."""

    media: str | None = None  # a file or URL used instead of the link in the notes
    transcript: str | None = None  # a transcript file, or the name of one of PUBLISHED
    model: str | None = None
    offset: str | None = None  # seconds from the transcript's clock to the recording's, or "auto": to be found
    track: str | None = None  # of the recording's sound: its number from 1, or its language
    force: Stage | None = None
    meaning: bool = False  # a sentence model is used beside the words
    further_transcripts: tuple[str, ...] = ()  # files: of the second part of a recording in several, and so on
    same_as: str | None = None  # the slug of the meeting that the notes are, where that is not clear, or "new"
    media_dir: Path | None = None  # of recordings that belong to notes of the same name
    transcript_dir: Path | None = None

    @property
    def transcript_files(self) -> tuple[Path, ...]:
        """The files of `transcript`, one for each part of the recording that has one."""
        return tuple(map(Path, (self.transcript or "", *self.further_transcripts)))

    @property
    def aligner(self) -> str:
        return WITH_MEANING if self.meaning else ALIGNER

    def forces(self, stage: Stage) -> bool:
        order = list(Stage)
        return self.force is not None and order.index(self.force) <= order.index(stage)


@dataclass(frozen=True, slots=True)
class Source:
    """A recording somebody named: a URL, or a file whose key changes with it. `missing`: the file is gone.

    One in several parts has the address of the first, and a key that changes with any of them.
    """

    address: str
    key: str
    missing: bool = False
    parts: tuple[Source, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether it is here, so that nothing has to be fetched."""
        return "://" not in self.address and self.key.startswith(os.sep) and not self.missing

    @property
    def is_on_youtube(self) -> bool:
        """Whether YouTube plays it, every part, so that no file is needed for that."""
        return all(part.key.startswith("youtube ") for part in self.parts or (self,))


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run is asked to do, and the keys of what it would be made from."""

    options: RunOptions
    notes: str  # sha256 of the notes file
    link: Source | None = None  # in the notes
    media: Source | None = None  # of the options
    transcript: str | None = None  # of the options: sha256 of the file, or of those of several, or the name
    written: str | None = None  # digest of a transcript in the notes
    beside: str | None = None  # sha256 of the corrections file beside the notes

    def key(self) -> RunKey:
        """What the user named for this run."""
        return RunKey(
            media=self.media.key if self.media else None,
            source=self.media.address if self.media else None,
            transcript=self.transcript,
            model=self.options.model,
            offset=self.options.offset,
            track=self.options.track,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of the meeting."""

    key: RunKey | None = None  # of the last complete run
    given: Source | None = None  # the recording the user named in that run, if any
    recording: str | None = None  # key
    parts: int = 1  # of the recording
    has_media: bool = False  # its sound is on the disk
    transcript: Transcript | None = None  # of that recording


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in this order. A stage in `redo` is run though its stored result would do."""

    key: RunKey  # what the run is remembered by once it is complete, but for the corrections it knew
    source: Source | None  # the recording
    recording: RecordingStep
    transcript: tuple[TranscriptStep, ...]  # tried in turn until one yields a transcript
    redo: frozenset[Stage]


def is_up_to_date(key: RunKey, asked: Asked) -> bool:
    """Whether a run would find just what the run with this key found; `asked.link` need not be known."""
    if asked.options.force or key.notes != asked.notes or key.aligner != asked.options.aligner:
        return False
    if key.beside != asked.beside or (asked.link is not None and key.link != asked.link.key):
        return False
    named = replace(asked.key(), source=None)  # `media` says the same, and also when the file changed
    return all(value is None or getattr(key, name) == value for name, value in _items(named))


def plan(known: Known, asked: Asked) -> Plan:
    """What there is to do for a meeting that is not up to date."""
    link = asked.link.key if asked.link else None
    # What the user once gave for this link holds until the link changes.
    holds = known.key is not None and known.key.link == link
    before = known.key if holds and known.key else RunKey()
    source = asked.media or (known.given if holds else None) or _link_to_use(known, asked)
    same = source is not None and known.recording == source.key
    if source is not None and not same and not _is_gone(known, source):
        before = replace(before, offset=None, track=None)  # they were said of another recording
    redo = frozenset(stage for stage in Stage if asked.options.forces(stage))
    transcript = _transcript_steps(known, asked, source, before, same=same)
    named = {name: value for name, value in _items(asked.key()) if value is not None}
    if not _has_offset(known, asked, transcript):
        named.pop("offset", None)
    if asked.options.further_transcripts:
        before = replace(before, offset=None)
    return Plan(
        key=replace(before, **named, notes=asked.notes, aligner=asked.options.aligner, link=link, beside=asked.beside),
        source=source,
        recording=_recording_step(known, asked, source, transcript, same=same),
        transcript=transcript,
        redo=redo,
    )


def _link_to_use(known: Known, asked: Asked) -> Source | None:
    """The recording that the notes name; none where it is a file that is not there, and nothing was ever heard.

    Of several parts those that are missing are told by their numbers, when they are to be fetched.
    """
    is_there = asked.link is not None and (not asked.link.missing or asked.link.parts)
    return asked.link if is_there or known.transcript else None


def _transcript_steps(
    known: Known, asked: Asked, source: Source | None, before: RunKey, *, same: bool
) -> tuple[TranscriptStep, ...]:
    wanted = asked.options.transcript
    if wanted is not None and wanted not in PUBLISHED:
        return (TranscriptStep.FILE,)
    if asked.written and _counts_what_is_written(asked, before):
        return (TranscriptStep.WRITTEN,)
    if source is None:
        return (TranscriptStep.STORED,) if known.transcript else ()
    # A file that was given earlier may be gone; what was heard in it is not.
    is_good = known.transcript is not None and _is_still_good(known.transcript, asked.options, before)
    if (same or _is_gone(known, source)) and is_good:
        return (TranscriptStep.STORED,)
    if wanted is not None:
        return (TranscriptStep.PUBLISHED, TranscriptStep.RECOGNISED)
    return (TranscriptStep.RECOGNISED,)


def _has_offset(known: Known, asked: Asked, transcript: tuple[TranscriptStep, ...]) -> bool:
    """Whether the meeting's transcript is one whose clock may be another than the recording's."""
    if asked.options.further_transcripts:
        return False  # each has its own
    if TranscriptStep.STORED in transcript:
        return known.transcript is not None and known.transcript.origin is Origin.IMPORT
    return bool({TranscriptStep.FILE, TranscriptStep.WRITTEN} & set(transcript))


def _is_gone(known: Known, source: Source) -> bool:
    """Whether a file of the recording that is stored is not there any more. One of a further part never was."""
    return source.missing and known.parts == max(len(source.parts), 1)


def _counts_what_is_written(asked: Asked, before: RunKey) -> bool:
    """Whether the user wants no other transcript than that in the notes, now or in an earlier run."""
    wants_other = asked.options.transcript or asked.options.model or asked.options.forces(Stage.TRANSCRIBE)
    return not (wants_other or before.transcript or before.model)


def _is_still_good(transcript: Transcript, options: RunOptions, before: RunKey) -> bool:
    if options.forces(Stage.TRANSCRIBE):
        return False
    if transcript.origin is Origin.ASR and options.track not in {None, before.track}:
        return False
    if options.transcript is not None:
        return transcript.origin is PUBLISHED[options.transcript].origin
    return options.model in (None, transcript.model)


def _recording_step(
    known: Known, asked: Asked, source: Source | None, transcript: tuple[TranscriptStep, ...], *, same: bool
) -> RecordingStep:
    if source is None:
        return RecordingStep.STORED
    given = {TranscriptStep.FILE, TranscriptStep.WRITTEN} & set(transcript)
    is_played_from_file = source.is_file or (asked.media is not None and not source.is_on_youtube)
    if TranscriptStep.RECOGNISED in transcript or (given and is_played_from_file):
        usable = same and known.has_media and not asked.options.forces(Stage.FETCH)
        return RecordingStep.STORED if usable else RecordingStep.FETCHED
    if given and not same and not _is_gone(known, source):
        return RecordingStep.NOTED
    return RecordingStep.STORED


def _items(key: RunKey) -> list[tuple[str, str | None]]:
    return [(field.name, getattr(key, field.name)) for field in fields(key)]
