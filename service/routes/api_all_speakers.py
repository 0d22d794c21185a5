"""Who speaks across meetings, as JSON: all, one, and another name for one."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, url_for
from msgspec import Meta

from pipeline.errors import NobodyOfThatName
from pipeline.speaker_renaming import rename_everywhere
from service.views.speakers_json import (
    ArchiveSpeakersJson,
    FullSpeakerJson,
    RenamedJson,
    full_speaker_json,
    renamed_json,
    speakers_json,
)
from service.web import auth
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.request_data import Author, body_as, query_as
from service.web.speakers import reader, shown_speakers
from service.web.store import writing_archive
from service.web.unread import require_index
from service.web.versions import Version, of_archive

blueprint = Blueprint("all_speakers", __name__, url_prefix="/api/v1/speakers")

_REFUSALS = (400, 401, 403, 404, 413, 415, 422, 429)
_MAX_OFFSET = 1_000_000


class SpeakersRequest(msgspec.Struct):
    """Which speakers, and how many of them."""

    q: Annotated[str, Meta(max_length=200, description="Beginnings of words that are all in the name.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000, description="The number of speakers on a page, at most.")] = 100
    cursor: Annotated[int, Meta(ge=0, le=_MAX_OFFSET, description="Where the page begins; `next` has it.")] = 0


class RenamingRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Another name for somebody."""

    speaker: Annotated[str, Meta(description="As they are called, in any spelling.")]
    name: Annotated[str, Meta(description='As they are to be called; "": as the transcripts do.')]
    author: Author = None


@blueprint.get("")
@cached(of_archive)
@described(Operation(problems=(400,), query=SpeakersRequest))
def speakers() -> ArchiveSpeakersJson:
    """Those who speak in any meeting, as transcripts or notes name them; labels such as SPEAKER_00 are no names."""
    asked = query_as(SpeakersRequest)
    listed = shown_speakers().matching(asked.q)
    require_index()
    end = asked.cursor + asked.limit
    next_url = url_for("all_speakers.speakers", q=asked.q or None, limit=asked.limit, cursor=end)
    return speakers_json(listed[asked.cursor : end], next_url if end < len(listed) else None)


def _version(name: str) -> Version:  # noqa: ARG001 - every speaker has that of the archive
    return of_archive()


@blueprint.get("/<name>")
@cached(_version)
@described(Operation(problems=(404,)))
def speaker(name: str) -> FullSpeakerJson:
    """Somebody, by name in any spelling, and the meetings in which they speak."""
    found = shown_speakers().named(name)
    if found is None:
        require_index()
        raise NobodyOfThatName(name)
    return full_speaker_json(found, reader().moments(found))


@blueprint.put("")
@described(Operation(200, (*_REFUSALS, 503), body=RenamingRequest))
def rename_speaker() -> RenamedJson:
    """Rename somebody in every meeting whose transcript names them. Two of one name are one."""
    access = auth.require_write()
    asked = body_as(RenamingRequest)
    with writing_archive() as archive:
        renamed = rename_everywhere(archive, {asked.speaker: asked.name}, auth.author_of(access, asked.author))
    return renamed_json(asked.name, renamed[asked.speaker])
