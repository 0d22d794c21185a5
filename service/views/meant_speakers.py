"""Those whom a query names: they have pages of their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline.search.query import filter_words
from pipeline.topics.speakers import ArchiveSpeakers, Speaker
from service.web.language import ngettext

_MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MeantSpeaker:
    """Somebody whom a query names, and in how many meetings they spoke, in words."""

    href: str
    text: str


def meant_speakers(query: str, speakers: ArchiveSpeakers) -> tuple[MeantSpeaker, ...]:
    """Those whom the filters of a query name, or all of it does: who speaks in most meetings first."""
    asked = [each.value for each in filter_words(query) if each.key == "speaker"]
    named = speakers.named(query)
    found = [each for value in asked for each in speakers.beginning(value)] + ([named] if named else [])
    return tuple(
        MeantSpeaker(url_for("speakers.speaker", name=each.id), _words(each))
        for each in dict.fromkeys(found[:_MAX_SHOWN])
    )


def _words(speaker: Speaker) -> str:
    return ngettext(
        "%(name)s spoke in %(num)s meeting",
        "%(name)s spoke in %(num)s meetings",
        len(speaker.appearances),
        name=speaker.name,
    )
