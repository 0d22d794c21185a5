"""Who the speakers of a meeting are, as JSON: name one."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint
from msgspec import Meta

from pipeline.speaking_time import speaking_times
from service.views.api_json import SpeakersJson, speakers_json
from service.web import auth
from service.web.openapi import Operation, described
from service.web.request_data import Author, body_as
from service.web.store import store, writing

blueprint = Blueprint("meeting_speakers", __name__, url_prefix="/api/v1/meetings/<slug>/speakers")

_REFUSALS = (400, 401, 403, 404, 413, 415, 422, 429)


class SpeakerRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Who a speaker is."""

    speaker: Annotated[str, Meta(description="As the meeting shows them.")]
    name: Annotated[str, Meta(description='As it is to show them; "": as in the transcript.')]
    author: Author = None


@blueprint.put("")
@described(Operation(200, _REFUSALS, body=SpeakerRequest))
def name_speaker(slug: str) -> SpeakersJson:
    """Name a speaker, whatever the transcripts of the meeting call them. Two of one name are one."""
    access = auth.require_write()
    asked = body_as(SpeakerRequest)
    with writing() as archive:
        archive.name_speakers(slug, {asked.speaker: asked.name}, auth.author_of(access, asked.author))
    transcript = store().meeting(slug).transcript
    return speakers_json(speaking_times(transcript) if transcript else ())
