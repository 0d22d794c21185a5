"""A meeting that was recorded in several parts: their recordings as one, and what was said in them as one transcript.

Each part goes through the stages by itself, so that what is known of it holds whatever becomes of the others: a part
that was fetched is not fetched again, and what was heard in it is kept with the digest of its sound.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pipeline.errors import JumpnotesError, TranscriptError, Unsupported
from pipeline.links import youtube_id
from pipeline.part_clock import chapters_on_common_clock, joined_key, segments_on_common_clock
from pipeline.records import Origin, Recording, RecordingPart, Transcript
from pipeline.run.elsewhere import HandedOver
from pipeline.run.plan import Source
from pipeline.store import Stored
from pipeline.untrusted import MAX_SECONDS

Part = TypeVar("Part")
Made = TypeVar("Made")

Found = tuple[Recording, Stored[Transcript]]
"""A recording, and what was said in it."""


def joined_source(sources: Sequence[Source]) -> Source:
    """One source of all parts, known by all their keys."""
    if len(sources) == 1:
        return sources[0]
    return Source(
        address=sources[0].address,
        key=joined_key(source.key for source in sources),
        missing=any(source.missing for source in sources),
        parts=tuple(sources),
    )


def has_media(recording: Recording) -> bool:
    """Whether the sound, of every part, is on the disk."""
    files = [part.media for part in recording.parts] or [recording.media]
    return all(file is not None and Path(file).exists() for file in files)


def for_each(parts: Sequence[Part], do: Callable[[Part, str], Made]) -> list[Made]:
    """What `do` makes of each part, which is told what it is called: `part 2 of 3`. So is who reads of an error.

    Raises:
        HandedOver: some are done elsewhere, and all of these were asked for.
    """
    made, handed_over = [], None
    for number, part in enumerate(parts, 1):
        which = f"part {number} of {len(parts)}"
        try:
            made.append(do(part, which))
        except JumpnotesError as error:
            raise error.within(which) from error.__cause__
        except HandedOver as elsewhere:
            handed_over = elsewhere
    if handed_over is not None:
        raise handed_over
    return made


def joined_recording(found: Sequence[Recording], lengths: Sequence[float | None] = ()) -> Recording:
    """The recordings of the parts, one after the other.

    A part begins on a whole second of the common clock, so that a link in whole seconds never leads to the one before.

    Args:
        lengths: of what was heard in the parts, in seconds. It counts where a recording's own is not known, or shorter.

    Raises:
        Unsupported: a part whose length is not known, or that ends beyond the longest recording there is.
    """
    parts: list[RecordingPart] = []
    start = 0.0
    for recording, heard in zip(found, lengths or [None] * len(found), strict=True):
        length = math.ceil(max(recording.duration or 0.0, heard or 0.0) or _sound_length(recording))
        if start + length > MAX_SECONDS:
            raise Unsupported(recording.source, f"with the parts before it, it is longer than {MAX_SECONDS:.0f} s")
        parts.append(
            RecordingPart(start, float(length), recording.source, recording.title, recording.media, recording.video_id)
        )
        start += length
    first, languages = found[0], {recording.language for recording in found if recording.language}
    return Recording(
        source=first.source,
        title=first.title,
        duration=start,
        media=first.media,
        video_id=first.video_id,
        language=languages.pop() if len(languages) == 1 else None,
        chapters=tuple(
            chapter
            for recording, part in zip(found, parts, strict=True)
            for chapter in chapters_on_common_clock(recording.chapters, part)
        ),
        parts=tuple(parts),
    )


def _sound_length(recording: Recording) -> float:
    """Seconds of sound in a recording whose file does not declare them, by decoding it.

    Raises:
        Unsupported: it has no file here.
        AudioUnreadable: its sound cannot be decoded.
    """
    if recording.media is None:
        hint = "Give a transcript of each part, or none: then its sound is fetched and measured."
        raise Unsupported(recording.source, "its length is not known, so the parts after it have no place", hint=hint)
    from pipeline import audio

    with audio.open_sound(Path(recording.media)) as sound:
        return sum(len(block) for block in sound.blocks) / audio.SAMPLE_RATE


def fetched_recording(source: Source, fetch: Callable[[Source, str], Recording]) -> Recording:
    """The recording that `fetch` brings, or those of its parts."""
    if not source.parts:
        return fetch(source, "")
    return joined_recording(for_each(source.parts, fetch))


def noted_recording(
    source: Source, title: str, lengths: Sequence[float | None], facts: Callable[[Source], Recording]
) -> Recording:
    """The recording by its address, where its sound is not needed.

    That in several parts is noted likewise where there is a transcript of each. Where there is one of all of them,
    `facts` says how long they are.

    Args:
        lengths: of the transcripts, in seconds.

    Raises:
        FetchError: as `facts` does.
        Unsupported: it is in several parts, and the length of one is not known.
    """
    if source.parts and len(lengths) != len(source.parts):
        return joined_recording(for_each(source.parts, lambda part, _: facts(part)))
    noted = [
        Recording(part.address, title, None, video_id=youtube_id(part.address)) for part in source.parts or (source,)
    ]
    return joined_recording(noted, lengths) if source.parts else noted[0]


def heard_transcript(recording: Recording, hear: Callable[[Recording, str], Stored[Transcript]]) -> Stored[Transcript]:
    """What `hear` finds in the recording, or in each part of it, joined."""
    if not recording.parts:
        return hear(recording, "")

    def heard(part: RecordingPart, which: str) -> Stored[Transcript]:
        alone = Recording(part.source, part.title, part.duration, part.media, part.video_id, recording.language)
        return hear(alone, which)

    return joined_transcript(recording, for_each(recording.parts, heard))


def check_count(files: Sequence[Path], source: Source | None) -> None:
    """Check that transcripts a user gave fit the recording: one for each part, or one on their common clock.

    Raises:
        TranscriptError: they do not.
    """
    count = max(len(source.parts), 1) if source else 1
    if len(files) not in (1, count):
        given = f"is one of {len(files)} transcripts, but the recording has {count} part{'s' if count > 1 else ''}"
        raise TranscriptError(files[0], given, hint="Give one for each part, in their order, or one for all of them.")


def joined_transcript(recording: Recording, heard: Sequence[Stored[Transcript]]) -> Stored[Transcript]:
    """What was said in the parts, on their common clock; its key is made of theirs, and it has no number yet."""
    transcripts = [stored.record for stored in heard]
    segments = tuple(
        segment
        for part, transcript in zip(recording.parts, transcripts, strict=True)
        for segment in segments_on_common_clock(transcript.segments, part)
    )
    # Where some of it was recognised, it is not the captions that were asked for.
    origins = {transcript.origin for transcript in transcripts}
    joined = Transcript(
        language=_most_spoken(transcripts),
        origin=origins.pop() if len(origins) == 1 else Origin.ASR,
        model=next((transcript.model for transcript in transcripts if transcript.model), None),
        segments=segments,
        duration=recording.duration,
    )
    made_from = [
        f"{part.start:.0f} {stored.record.model} {stored.key}"
        for part, stored in zip(recording.parts, heard, strict=True)
    ]
    return Stored(0, sha256(joined_key(made_from).encode()).hexdigest(), joined)


def _most_spoken(transcripts: Iterable[Transcript]) -> str:
    """The language of most of what was said."""
    counts: Counter[str] = Counter()
    for transcript in transcripts:
        counts[transcript.language] += sum(1 for _ in transcript.heard)
    return counts.most_common(1)[0][0]


def published_or_heard(
    source: Source,
    published: Callable[[Source], Found | None],
    fetched: Callable[[Source, str], Recording],
    heard: Callable[[Recording, str], Stored[Transcript]],
) -> Found | None:
    """The recording with its published transcript, or its parts with theirs; a part that has none is heard.

    None: not even a part has one.
    """
    if not source.parts:
        return published(source)
    found = for_each(source.parts, lambda part, _: published(part))
    if not any(found):
        return None

    def complete(at: int, which: str) -> Found:
        if (known := found[at]) is not None:
            return known
        recording = fetched(source.parts[at], which)
        return recording, heard(recording, which)

    each = for_each(range(len(found)), complete)
    recording = joined_recording([part for part, _ in each], [stored.record.duration for _, stored in each])
    return recording, joined_transcript(recording, [stored for _, stored in each])
