"""Who speaks: in one meeting, as the index keeps it, and across the meetings of an archive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import msgspec

from pipeline.records import HeardSpeaker, MeetingSpeakers, Notes, TopicMeeting, Transcript, WrittenSpeaker
from pipeline.search.documents import Entry, Part
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.speaking_time import speaking_times
from pipeline.topics.kept_views import KeptViews, topic_meeting
from pipeline.topics.speaker_identity import is_name, may_be, names_in, speaker_id

_decode = msgspec.msgpack.Decoder(MeetingSpeakers).decode


def find_speakers(notes: Notes, transcript: Transcript | None) -> MeetingSpeakers:
    """Those who speak in one meeting: whom its transcript names, as people call them, and whom only the notes do."""
    starts: dict[str, float] = {}
    for segment in transcript.heard if transcript else ():
        if segment.speaker is not None:
            starts.setdefault(segment.speaker, segment.start)
    heard = tuple(
        HeardSpeaker(each.speaker, each.seconds, each.turns, round(starts[each.speaker], 2))
        for each in (speaking_times(transcript) if transcript else ())
        if is_name(each.speaker)
    )
    known = {speaker_id(each.name) for each in heard}
    named: dict[str, WrittenSpeaker] = {}
    for block in notes.blocks:
        for name in names_in(block.speaker or ""):
            key = speaker_id(name)
            if not any(may_be(key, other) for other in known):
                before = named.get(key)
                blocks = before.blocks + 1 if before else 1
                named[key] = WrittenSpeaker(*(before.name, blocks, before.block_id) if before else (name, 1, block.id))
    return MeetingSpeakers(heard, tuple(named.values()))


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody in one meeting.

    `names` are what its transcript calls them. `seconds`, `turns` and `start` are None where only the notes name them:
    in a block with this id.
    """

    meeting: TopicMeeting
    names: tuple[str, ...] = ()
    seconds: float | None = None
    turns: int | None = None
    start: float | None = None
    block_id: str | None = None

    @property
    def is_heard(self) -> bool:
        """Whether a transcript names them."""
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks, and the meetings in which they do, the newest first; those without a date last.

    `id` is what the forms of their name have in common, `name` the form that is written most often.
    """

    id: str
    name: str
    appearances: tuple[Appearance, ...]

    @property
    def seconds(self) -> float:
        """How long they speak, as far as transcripts tell."""
        return sum(each.seconds or 0.0 for each in self.appearances)

    @property
    def last(self) -> date | None:
        """The day on which they last spoke, as far as days are known."""
        return self.appearances[0].meeting.date


@dataclass(frozen=True, slots=True)
class ArchiveSpeakers:
    """Those who speak in some meetings, by id: who speaks in most of them first."""

    speakers: Mapping[str, Speaker]

    def named(self, name: str) -> Speaker | None:
        """Whoever has this id, or is called so, in any spelling; None: nobody."""
        return self.speakers.get(name) or self.speakers.get(speaker_id(name))

    def beginning(self, words: str) -> tuple[Speaker, ...]:
        """Those in whose names each of these words begins one."""
        asked = speaker_id(words).split("-") if speaker_id(words) else []
        return tuple(
            speaker
            for speaker in self.speakers.values()
            if asked and all(any(part.startswith(word) for part in speaker.id.split("-")) for word in asked)
        )

    def slugs_of(self, name: str) -> frozenset[str]:
        """The meetings in which whoever is called so speaks."""
        speaker = self.named(name)
        return frozenset(each.meeting.slug for each in speaker.appearances) if speaker else frozenset()

    def of_meetings(self) -> dict[str, tuple[Speaker, ...]]:
        """Who speaks in each meeting, by slug."""
        found: dict[str, list[Speaker]] = defaultdict(list)
        for speaker in self.speakers.values():
            for each in speaker.appearances:
                found[each.meeting.slug].append(speaker)
        return {slug: tuple(speakers) for slug, speakers in found.items()}


def speakers_of(found: Iterable[tuple[TopicMeeting, MeetingSpeakers]]) -> ArchiveSpeakers:
    """Those who speak in these meetings."""
    newest_first = sorted(found, key=lambda each: (each[0].date or date.min, each[0].title), reverse=True)
    appearances: dict[str, list[Appearance]] = defaultdict(list)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for meeting, speakers in newest_first:
        for key, forms in _by_id(speakers.heard).items():
            appearances[key].append(_heard(meeting, forms))
            names[key].update(each.name for each in forms)
        for written in speakers.written:
            key = speaker_id(written.name)
            appearances[key].append(Appearance(meeting, block_id=written.block_id))
            names[key][written.name] += 1
    made = [
        Speaker(key, max(names[key].items(), key=lambda item: (item[1], item[0]))[0], tuple(each))
        for key, each in appearances.items()
    ]
    made.sort(key=lambda speaker: (-len(speaker.appearances), -speaker.seconds, speaker.id))
    return ArchiveSpeakers({speaker.id: speaker for speaker in made})


def _by_id(heard: Iterable[HeardSpeaker]) -> Mapping[str, list[HeardSpeaker]]:
    found: dict[str, list[HeardSpeaker]] = defaultdict(list)
    for each in heard:
        found[speaker_id(each.name)].append(each)
    return found


def _heard(meeting: TopicMeeting, forms: list[HeardSpeaker]) -> Appearance:
    return Appearance(
        meeting,
        tuple(each.name for each in forms),
        round(sum(each.seconds for each in forms), 3),
        sum(each.turns for each in forms),
        min(each.start for each in forms),
    )


class FirstMoment(NamedTuple):
    """When somebody first speaks, in seconds; `part_starts` are those of a recording in several parts."""

    start: float
    part_starts: tuple[float, ...] = ()


class SpeakerReader:
    """Who speaks in an archive, read from its index, and kept until something is said or written anew."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self.views = KeptViews(index, _made_from, self._make)
        self._read: dict[str, tuple[object, MeetingSpeakers]] = {}  # by slug, with what it was made from

    def speakers(self, without: frozenset[str] = frozenset()) -> ArchiveSpeakers:
        """Those who speak in all meetings but those `without`.

        Raises:
            StoreError: the index cannot be read.
        """
        return self.views.of(without)

    def _make(self, snapshot: Snapshot, shown: Mapping[str, Entry]) -> ArchiveSpeakers:
        return speakers_of(self._of_meetings(snapshot, shown))

    def _of_meetings(
        self, snapshot: Snapshot, shown: Mapping[str, Entry]
    ) -> Iterator[tuple[TopicMeeting, MeetingSpeakers]]:
        self._read = {slug: read for slug, read in self._read.items() if slug in snapshot.entries}
        for slug, entry in shown.items():
            made_from, found = self._read.get(slug, (None, MeetingSpeakers()))
            if made_from != _made_from(entry):
                found = _stored(snapshot, slug)
                self._read[slug] = _made_from(entry), found
            yield topic_meeting(slug, entry), found

    def moments(self, speaker: Speaker) -> Mapping[str, FirstMoment]:
        """The first moment of somebody in each of their meetings, by slug; none where it is not known.

        Raises:
            StoreError: the index cannot be read.
        """
        with self._index.reading() as snapshot:
            found = ((each.meeting.slug, _moment(snapshot, each)) for each in speaker.appearances)
            return {slug: moment for slug, moment in found if moment}


def _moment(snapshot: Snapshot, appearance: Appearance) -> FirstMoment | None:
    context = snapshot.context(appearance.meeting.slug)
    if context is None:
        return None
    start = context.start(appearance.block_id) if appearance.block_id else appearance.start
    return None if start is None else FirstMoment(start, context.part_starts)


def _made_from(entry: Entry) -> tuple[object, ...]:
    """What decides who speaks in a meeting."""
    return entry.notes, entry.transcript, entry.speakers


def _stored(snapshot: Snapshot, slug: str) -> MeetingSpeakers:
    with suppress(msgspec.MsgspecError):
        return _decode(stored) if (stored := snapshot.stored(slug, Part.SPEAKERS)) else MeetingSpeakers()
    return MeetingSpeakers()
