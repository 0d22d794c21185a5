"""Links put right by people, as JSON: add a correction, take one back, see who said what and when."""

from __future__ import annotations

from typing import TypedDict, TypeVar

import msgspec
from flask import Blueprint, request
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from pipeline import export
from pipeline.export import schema
from pipeline.records import Correction, Verdict
from service.web import auth
from service.web.auth import Access
from service.web.openapi import Operation, described
from service.web.store import store

blueprint = Blueprint("corrections", __name__, url_prefix="/api/v1/meetings/<slug>/corrections")

Form = TypeVar("Form", bound=msgspec.Struct)

_UNNAMED = {auth.By.TOKEN: "a program", auth.By.LOOPBACK: "this computer"}
"""The author where nobody says who writes."""

_REFUSED = (400, 401, 403, 404, 409, 413, 415, 422)


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A correction as it is sent. `seen` is the id of the newest one of the block the writer knows, or null."""

    block: str
    verdict: Verdict
    seen: int | None
    start: float | None = None
    author: str | None = None  # of a program, or at this machine; who logged in has a name


class Undoing(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes a correction back."""

    author: str | None = None


class Told(schema.CorrectionJson):
    """A correction, and whether it is the newest of its block."""

    current: bool


class History(TypedDict):
    """What people said: all of it, newest first; what holds, by block; and what holds nowhere.

    `may_write` tells whether who asks may add to it, and `reason` why not.
    """

    may_write: bool
    reason: str
    corrections: list[Told]
    current: dict[str, schema.CorrectionJson]
    orphans: list[schema.CorrectionJson]


class Corrected(TypedDict):
    """A correction that was made, and the link of its block as it is now."""

    correction: schema.CorrectionJson
    alignment: schema.MomentJson


@blueprint.get("")
@described(Operation(problems=(404,)))
def history(slug: str) -> History:
    """What people said about the links of a meeting."""
    stored = store().meeting(slug, segments=False)
    holding = {correction.id for correction in stored.corrections.values()}
    allowed = auth.may_write()
    return {
        "may_write": allowed.allowed,
        "reason": allowed.reason,
        "corrections": [_told(said, holding) for said in store().history(slug)],
        "current": {block_id: export.correction_json(said) for block_id, said in stored.corrections.items()},
        "orphans": [export.correction_json(said) for said in stored.orphans],
    }


@blueprint.post("")
@described(Operation(201, _REFUSED, body=Asked))
def correct(slug: str) -> tuple[Corrected, int]:
    """Put a link right, say that a block was not discussed, or go back to the link that was found."""
    allowed = auth.require_write()
    asked = _body(Asked)
    author = _author(allowed, asked.author)
    made = store().correct(slug, asked.block, asked.verdict, asked.start, author, seen=asked.seen)
    return _answer(slug, made), 201


@blueprint.post("/<int:number>/undo")
@described(Operation(201, _REFUSED, body=Undoing, body_required=False))
def undo(slug: str, number: int) -> tuple[Corrected, int]:
    """Take the newest correction of a block back: what held before holds again."""
    allowed = auth.require_write()
    asked = _body(Undoing) if request.content_length else Undoing()
    return _answer(slug, store().undo(slug, number, _author(allowed, asked.author))), 201


def _answer(slug: str, made: Correction) -> Corrected:
    alignment = store().meeting(slug, segments=False).alignments.get(made.block_id)
    return {"correction": export.correction_json(made), "alignment": export.moment_json(alignment, made)}


def _told(said: Correction, holding: set[int]) -> Told:
    return {**export.correction_json(said), "current": said.id in holding}


def _author(allowed: Access, named: str | None) -> str:
    return allowed.author or named or _UNNAMED[allowed.by]


def _body(form: type[Form]) -> Form:
    # Another site cannot send this type without asking first, and is never allowed to.
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(request.get_data(), type=form)
    except msgspec.ValidationError as error:
        raise UnprocessableEntity(f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"This is no JSON: {error}.") from error
