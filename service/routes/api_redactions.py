"""Passages that are taken out of a recording, as JSON: what was, and another one."""

from __future__ import annotations

from typing import Annotated, TypedDict

import msgspec
from flask import Blueprint, current_app
from msgspec import Meta

from pipeline.export.redactions import RedactionJson, redaction_json
from pipeline.records import RemovedPassage
from service.web import auth, unfinished
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.request_data import Author, body_as
from service.web.store import store, writing
from service.web.versions import of_meeting

blueprint = Blueprint("redactions", __name__, url_prefix="/api/v1/meetings/<slug>/redactions")

_REFUSALS = (400, 401, 403, 404, 413, 415, 422, 429)


class RedactionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A passage that is to be taken out."""

    start: Annotated[float, Meta(description="Where it begins, in seconds.")]
    end: Annotated[float, Meta(description="Where it ends, in seconds.")]
    reason: Annotated[str, Meta(description="Why; everybody reads it where the passage was.")] = ""
    author: Author = None


class RedactionsJson(TypedDict):
    """What was taken out of a meeting."""

    redactions: Annotated[list[RedactionJson], Meta(description="In the order of time.")]


class RedactedJson(TypedDict):
    """What was taken out by a request."""

    redaction: Annotated[RedactionJson, Meta(description="The passage, with all of each word that is spoken in it.")]


@blueprint.get("")
@cached(of_meeting)
@described(Operation(problems=(404,)))
def redactions(slug: str) -> RedactionsJson:
    """The passages that were taken out of the recording of a meeting."""
    meeting = store().meeting(slug, segments=False)
    return {"redactions": [redaction_json(each) for each in store().redactions(meeting.notes.slug)]}


@blueprint.post("")
@described(Operation(201, _REFUSALS, body=RedactionRequest))
def redact(slug: str) -> tuple[RedactedJson, int]:
    """Take a passage out of the recording of a meeting, its words and its sound. There is no way back."""
    access = auth.require_write()
    asked = body_as(RedactionRequest)
    passage = RemovedPassage(asked.start, asked.end, asked.reason)
    with writing() as archive:
        (made,) = archive.redact(slug, [passage], auth.author_of(access, asked.author))
    unfinished.finish(current_app)
    return {"redaction": redaction_json(made)}, 201
