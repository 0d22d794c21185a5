"""Who speaks: in one meeting, as the index keeps it, and across the meetings of an archive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
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
    recording = (notes.video.id or notes.video.url or "") if notes.video else ""
    return MeetingSpeakers(heard, tuple(named.values()), recording)


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody in one meeting.

    `twins` are theirs in other notes of the same meeting. `names` are what its transcript calls them. `seconds`,
    `turns` and `start` are None where only the notes name them: in a block with this id.
    """

    meeting: TopicMeeting
    names: tuple[str, ...] = ()
    seconds: float | None = None
    turns: int | None = None
    start: float | None = None
    block_id: str | None = None
    twins: tuple[Appearance, ...] = ()

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
    def in_all_notes(self) -> Iterator[Appearance]:
        """Their appearances, also those in other notes of the same meetings."""
        return (each for appearance in self.appearances for each in (appearance, *appearance.twins))

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
            if asked and all(any(_begins(part, word) for part in speaker.id.split("-")) for word in asked)
        )

    def matching(self, words: str) -> tuple[Speaker, ...]:
        """Those whom a list shows that is narrowed down by these words: as `beginning`, and all for none."""
        return self.beginning(words) if words.strip() else tuple(self.speakers.values())

    def since(self, day: date) -> ArchiveSpeakers:
        """Those who spoke on this day or later, and only these of their meetings."""
        recent = (
            replace(each, appearances=kept)
            for each in self.speakers.values()
            if (kept := tuple(one for one in each.appearances if one.meeting.date and one.meeting.date >= day))
        )
        return _of(recent)

    def slugs_of(self, name: str) -> frozenset[str]:
        """The meetings in which whoever is called so speaks."""
        speaker = self.named(name)
        return frozenset(each.meeting.slug for each in speaker.in_all_notes) if speaker else frozenset()

    def of_meetings(self) -> dict[str, tuple[Speaker, ...]]:
        """Who speaks in each meeting, by slug."""
        found: dict[str, list[Speaker]] = defaultdict(list)
        for speaker in self.speakers.values():
            for each in speaker.in_all_notes:
                found[each.meeting.slug].append(speaker)
        return {slug: tuple(speakers) for slug, speakers in found.items()}


def speakers_of(found: Iterable[tuple[TopicMeeting, MeetingSpeakers]]) -> ArchiveSpeakers:
    """Those who speak in these meetings. Where notes of one are there twice, with the same day and the same recording,
    everybody counts once: where they are heard, or else first.
    """
    newest_first = sorted(found, key=lambda each: (each[0].date or date.min, each[0].title), reverse=True)
    appearances: dict[str, dict[object, Appearance]] = defaultdict(dict)  # of each, by what tells meetings apart
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for meeting, speakers in newest_first:
        of_one = (meeting.date, speakers.recording) if speakers.recording else meeting.slug
        for key, forms in _by_id(speakers.heard).items():
            _put(appearances[key], of_one, _heard(meeting, forms))
            names[key].update(each.name for each in forms)
        for written in speakers.written:
            key = speaker_id(written.name)
            _put(appearances[key], of_one, Appearance(meeting, block_id=written.block_id))
            names[key][written.name] += 1
    return _of(
        Speaker(key, max(names[key].items(), key=lambda item: (item[1], item[0]))[0], tuple(each.values()))
        for key, each in appearances.items()
    )


def _put(appearances: dict[object, Appearance], of_one: object, appearance: Appearance) -> None:
    known = appearances.get(of_one)
    if known is not None and (known.is_heard or not appearance.is_heard):
        known, appearance = appearance, known
    twins = (*appearance.twins, replace(known, twins=()), *known.twins) if known else ()
    appearances[of_one] = replace(appearance, twins=twins)


def _of(speakers: Iterable[Speaker]) -> ArchiveSpeakers:
    most_first = sorted(speakers, key=lambda each: (-len(each.appearances), -each.seconds, each.id))
    return ArchiveSpeakers({speaker.id: speaker for speaker in most_first})


def _begins(part: str, word: str) -> bool:
    """Whether a word of a name begins so, or, in a script without spaces and capitals, has it in it."""
    return word in part if word.upper() == word else part.startswith(word)


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
