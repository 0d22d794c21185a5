"""Who speaks across meetings, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline import page_addresses
from pipeline.export import schema
from pipeline.topics.speakers import Appearance, FirstMoment, Speaker
from service.web.site import site

Name = Annotated[str, Meta(description="Their name, in the spelling that is written most often.")]
Url = Annotated[str, Meta(description="Their page.")]
SpokenSeconds = Annotated[schema.Seconds, Meta(description="How long they speak, as far as transcripts tell.")]


class ArchiveSpeakerJson(TypedDict):
    """Somebody who speaks in meetings."""

    id: Annotated[str, Meta(description="What the spellings of their name have in common; part of the address.")]
    name: Name
    meetings: Annotated[schema.Count, Meta(description="In how many meetings they speak.")]
    seconds: SpokenSeconds
    last: Annotated[schema.Day | None, Meta(description="The day on which they last spoke; null: not known.")]
    url: Url


class ArchiveSpeakersJson(TypedDict):
    """Those who speak."""

    speakers: Annotated[list[ArchiveSpeakerJson], Meta(description="Who speaks in most meetings first.")]
    next: schema.NextUrl


class AppearanceJson(TypedDict):
    """Somebody in one meeting."""

    slug: schema.Slug
    title: schema.MeetingTitle
    date: schema.MeetingDay
    seconds: Annotated[
        schema.Seconds | None, Meta(description="How long they speak; null: only the notes say that they do.")
    ]
    turns: Annotated[schema.Count | None, Meta(description="How many times they begin to speak; null: as `seconds`.")]
    start: Annotated[schema.Seconds | None, Meta(description="When they first do, in seconds; null: not found.")]
    url: Annotated[str, Meta(description="The meeting's page, at that moment.")]


class FullSpeakerJson(ArchiveSpeakerJson):
    """Somebody, and every meeting in which they speak."""

    appearances: Annotated[list[AppearanceJson], Meta(description="The newest meeting first; without a date last.")]


class RenamedJson(TypedDict):
    """What became of a new name."""

    name: Annotated[str, Meta(description="The new name.")]
    meetings: Annotated[list[str], Meta(description="The meetings in which they were renamed, by slug.")]


def speakers_json(speakers: Iterable[Speaker], next_url: str | None) -> ArchiveSpeakersJson:
    """A page of those who speak."""
    return {"speakers": [_speaker(each) for each in speakers], "next": next_url}


def full_speaker_json(speaker: Speaker, moments: Mapping[str, FirstMoment]) -> FullSpeakerJson:
    """Somebody; `moments` are the first of each meeting, by slug."""
    appearances = [_appearance(each, moments.get(each.meeting.slug)) for each in speaker.appearances]
    return {**_speaker(speaker), "appearances": appearances}


def renamed_json(name: str, slugs: Sequence[str]) -> RenamedJson:
    """In which meetings somebody has the new name."""
    return {"name": name, "meetings": list(slugs)}


def _speaker(speaker: Speaker) -> ArchiveSpeakerJson:
    return {
        "id": speaker.id,
        "name": speaker.name,
        "meetings": len(speaker.appearances),
        "seconds": round(speaker.seconds, 3),
        "last": speaker.last.isoformat() if speaker.last else None,
        "url": page_addresses.speaker_page(speaker.id, site().address),
    }


def _appearance(appearance: Appearance, first: FirstMoment | None) -> AppearanceJson:
    meeting = appearance.meeting
    return {
        "slug": meeting.slug,
        "title": meeting.title,
        "date": meeting.date.isoformat() if meeting.date else None,
        "seconds": appearance.seconds,
        "turns": appearance.turns,
        "start": first.start if first else None,
        "url": page_addresses.at_appearance(meeting.slug, first and first.start, appearance.block_id, site().address),
    }
