"""Corrections of links, as JSON: add one, undo it, see who set what and when."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, request, url_for
from msgspec import Meta

from pipeline.records import Verdict
from service.views.api_json import CorrectionResultJson, HistoryJson, correction_result_json, history_json
from service.web import auth
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.request_data import Author, body_as, query_as
from service.web.store import store, writing
from service.web.versions import of_meeting

blueprint = Blueprint("corrections", __name__, url_prefix="/api/v1/meetings/<slug>/corrections")

_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429)


class HistoryRequest(msgspec.Struct):
    """The parameters of a history."""

    limit: Annotated[int, Meta(ge=1, le=100, description="The number of corrections on a page, at most.")] = 50
    before: Annotated[int, Meta(ge=0, description="The last correction of the page before; `next` has it.")] = 0


class CorrectionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A correction as it is sent."""

    block: Annotated[str, Meta(description="The id of the block.")]
    verdict: Annotated[Verdict, Meta(description="What you say about its link.")]
    seen: Annotated[
        int | None, Meta(description="The id of the newest correction of the block that you know; null: none.")
    ]
    start: Annotated[float | None, Meta(description="The moment, in seconds, for the verdict `time` alone.")] = None
    author: Author = None


class UndoRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Who undoes a correction."""

    author: Author = None


@blueprint.get("")
@cached(of_meeting)
@described(Operation(problems=(400, 404, 429), query=HistoryRequest))
def history(slug: str) -> HistoryJson:
    """The corrections of a meeting."""
    asked = query_as(HistoryRequest)
    meeting = store().meeting(slug, segments=False)
    made = store().history(slug, limit=asked.limit + 1, before=asked.before or None)
    page = made[: asked.limit]
    next_url = url_for("corrections.history", slug=slug, limit=asked.limit, before=page[-1].id) if page else None
    return history_json(meeting, page, auth.may_write(), next_url if len(made) > asked.limit else None)


@blueprint.post("")
@described(Operation(201, _REFUSALS, body=CorrectionRequest))
def correct(slug: str) -> tuple[CorrectionResultJson, int]:
    """Correct a link, mark its block as not discussed, or go back to the link that was found."""
    access = auth.require_write()
    asked = body_as(CorrectionRequest)
    author = auth.author_of(access, asked.author)
    with writing() as archive:
        made = archive.correct(slug, asked.block, asked.verdict, asked.start, author, seen=asked.seen)
    return correction_result_json(store().meeting(slug, segments=False), made), 201


@blueprint.post("/<int:number>/undo")
@described(Operation(201, _REFUSALS, body=UndoRequest, body_required=False))
def undo(slug: str, number: int) -> tuple[CorrectionResultJson, int]:
    """Undo the newest correction of a block: it is as before."""
    access = auth.require_write()
    asked = body_as(UndoRequest) if request.content_length else UndoRequest()
    author = auth.author_of(access, asked.author)
    with writing() as archive:
        made = archive.undo(slug, number, author)
    return correction_result_json(store().meeting(slug, segments=False), made), 201
