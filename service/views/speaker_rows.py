"""Somebody who speaks, as lists name them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline.timecode import clock
from pipeline.topics.speaker_identity import is_name, speaker_id
from pipeline.topics.speakers import Speaker
from service.views.formatting import day, iso_day
from service.web.language import ngettext


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """One line of a list of speakers. `length` is how long they speak, "" where no transcript tells."""

    id: str
    href: str
    name: str
    meetings: str
    length: str
    seconds: str
    last: str
    last_iso: str


def speaker_row(speaker: Speaker) -> SpeakerRow:
    """The line of one speaker."""
    return SpeakerRow(
        id=speaker.id,
        href=url_for("speakers.speaker", name=speaker.id),
        name=speaker.name,
        meetings=meeting_count(speaker),
        length=clock(speaker.seconds) if speaker.seconds else "",
        seconds=f"{speaker.seconds:.0f}",
        last=day(speaker.last),
        last_iso=iso_day(speaker.last),
    )


def meeting_count(speaker: Speaker) -> str:
    """In how many meetings somebody speaks, in words."""
    return ngettext("%(num)s meeting", "%(num)s meetings", len(speaker.appearances))


def speaker_href(name: str) -> str:
    """The page of whoever is called so in a transcript; "" where that is no name."""
    return url_for("speakers.speaker", name=speaker_id(name)) if is_name(name) else ""
