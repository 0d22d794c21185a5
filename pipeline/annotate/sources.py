"""Where the moments come from: what is stored, or a transcript that is aligned on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import page_addresses
from pipeline.annotate.memory import EDITOR
from pipeline.annotate.moments import LinkTarget
from pipeline.corrections.overlay import Pins, overlay
from pipeline.corrections.portable import PortableCorrection
from pipeline.records import Alignment, Notes, Transcript, Verdict

if TYPE_CHECKING:
    from pipeline.meaning import Meaning
    from pipeline.records import Meeting
    from pipeline.store import Store

Said = Mapping[str, PortableCorrection]
"""What people said of the blocks of a meeting, beside what is stored, by block id."""


@dataclass(frozen=True, slots=True)
class MomentSource:
    """What opens the recording of a meeting, and where its blocks were discussed, by block id."""

    target: LinkTarget
    moments: Callable[[Said], Mapping[str, Alignment]]
    taken: frozenset[tuple[str, float | None]] = frozenset()
    """Edits of links that are stored already, by text and second: what was said after them counts for more."""
    length: float | None = None  # of the recording in seconds, if it is known


MomentSources = Callable[[Path, Sequence[Notes]], Sequence[MomentSource | None]]
"""Those of the meetings in a file; None of a meeting of which nothing is known."""

StoredSlugs = Callable[[Path, tuple[Notes, ...]], Sequence[str | None]]
"""Which stored meetings those in a file are."""


def of_archive(
    store: Store, slugs: Callable[[Path, tuple[Notes, ...]], Sequence[str | None]], site: str
) -> MomentSources:
    """What is stored; `site` is where the pages are published, "" where that is not known."""

    def find(path: Path, meetings: Sequence[Notes]) -> list[MomentSource | None]:
        which = slugs(path, tuple(meetings))
        return [
            _stored(store, notes, slug, site) if slug else None for notes, slug in zip(meetings, which, strict=True)
        ]

    return find


def _stored(store: Store, notes: Notes, slug: str, site: str) -> MomentSource | None:
    meeting = store.meeting(slug, segments=False)
    if meeting.transcript is None:
        return None
    target = LinkTarget.of(notes, meeting.recording, page_addresses.meeting_page(slug, site) if site else "")
    taken = frozenset((each.text, each.start) for each in store.history(slug) if each.author == EDITOR)
    return MomentSource(target, partial(_stored_moments, meeting, notes), taken, meeting.duration)


def _stored_moments(meeting: Meeting, notes: Notes, said: Said) -> Mapping[str, Alignment]:
    known = meeting.corrections
    newer = {id_: each for id_, each in said.items() if id_ not in known or known[id_].at < each.at}
    return overlay(notes, meeting.alignments, _pins(newer), meeting.duration)


def of_transcripts(
    transcripts: Callable[[Path], Transcript | None], site: str, meaning: Meaning | None = None
) -> MomentSources:
    """What an alignment finds; `transcripts` gives the transcript of notes. A file of several meetings has none."""

    def find(path: Path, meetings: Sequence[Notes]) -> list[MomentSource | None]:
        transcript = transcripts(path) if len(meetings) == 1 else None
        if transcript is None:
            return [None] * len(meetings)
        (notes,) = meetings
        target = LinkTarget.of(notes, None, page_addresses.meeting_page(notes.slug, site) if site else "")
        return [MomentSource(target, partial(_aligned, notes, transcript, meaning), length=transcript.duration)]

    return find


def _aligned(notes: Notes, transcript: Transcript, meaning: Meaning | None, said: Said) -> Mapping[str, Alignment]:
    from pipeline import align
    from pipeline.part_clock import notes_on_common_clock

    aligned = align.align(notes_on_common_clock(notes, ()), transcript, pins=_pins(said), meaning=meaning)
    return {alignment.block_id: alignment for alignment in aligned.alignments}


def _pins(said: Said) -> Pins:
    return {
        block_id: each.start if each.verdict is Verdict.TIME else None
        for block_id, each in said.items()
        if each.verdict is not Verdict.AUTOMATIC
    }
