"""Who speaks, for assistants."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import page_addresses, part_clock, timecode
from pipeline.errors import NobodyOfThatName
from pipeline.mcp_server import answers
from pipeline.refresh import Archive
from pipeline.topics.speakers import Appearance, ArchiveSpeakers, FirstMoment, Speaker

_HINT = "list_speakers has the names of all who speak."


@dataclass(frozen=True, slots=True)
class SpeakerTools:
    """Those who speak in an archive. `site` is where its pages are served, "" where nobody said so."""

    archive: Archive
    site: str = ""

    def speakers(self, words: str, limit: int, offset: int) -> answers.ListedSpeakers:
        """Those in whose names all words begin one, or everybody: who speaks in most meetings first."""
        found = self._found()
        listed = found.matching(words)
        end = offset + limit
        return answers.ListedSpeakers(
            speakers=[self._listed(each) for each in listed[offset:end]],
            total=len(listed),
            next_offset=end if end < len(listed) else None,
        )

    def speaker(self, name: str, limit: int, offset: int) -> answers.SpeakerMeetings:
        """The meetings in which somebody speaks, the newest first.

        Raises:
            NobodyOfThatName: nobody is called so.
        """
        found = self._found()
        beginning = found.beginning(name)
        who = found.named(name) or (beginning[0] if len(beginning) == 1 else None)
        if who is None:
            names = ", ".join(each.name for each in beginning[:5])
            raise NobodyOfThatName(name, hint=f"Those with this in their name: {names}." if names else _HINT)
        moments, end = self.archive.speakers.moments(who), offset + limit
        return answers.SpeakerMeetings(
            name=who.name,
            spoken=timecode.clock(who.seconds) if who.seconds else None,
            url=page_addresses.speaker_page(who.id, self.site),
            meetings=[self._spoken(each, moments.get(each.meeting.slug)) for each in who.appearances[offset:end]],
            total=len(who.appearances),
            next_offset=end if end < len(who.appearances) else None,
        )

    def slugs(self, name: str) -> frozenset[str]:
        """The meetings in which somebody speaks in whose name these words begin some."""
        found = self._found()
        exact = found.named(name)
        meant = (exact,) if exact else found.beginning(name)
        return frozenset(each.meeting.slug for who in meant for each in who.in_all_notes)

    def _found(self) -> ArchiveSpeakers:
        return self.archive.speakers.speakers(self.archive.missing())

    def _listed(self, speaker: Speaker) -> answers.ListedSpeaker:
        return answers.ListedSpeaker(
            name=speaker.name,
            meetings=len(speaker.appearances),
            spoken=timecode.clock(speaker.seconds) if speaker.seconds else None,
            last=speaker.last.isoformat() if speaker.last else None,
            url=page_addresses.speaker_page(speaker.id, self.site),
        )

    def _spoken(self, appearance: Appearance, first: FirstMoment | None) -> answers.SpokenMeeting:
        meeting = appearance.meeting
        start = first.start if first else None
        return answers.SpokenMeeting(
            slug=meeting.slug,
            title=meeting.title,
            date=meeting.date.isoformat() if meeting.date else None,
            spoken=None if appearance.seconds is None else timecode.clock(appearance.seconds),
            turns=appearance.turns,
            first=part_clock.clock(first.part_starts, first.start) if first else None,
            first_seconds=start,
            url=page_addresses.at_appearance(meeting.slug, start, appearance.block_id, self.site),
        )
