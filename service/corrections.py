"""Links put right by people, as JSON: add a correction, take one back, see who said what and when."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from flask import Blueprint, request
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from pipeline import export
from pipeline.records import Correction, Verdict
from service import access
from service.access import Access
from service.database import store

blueprint = Blueprint("corrections", __name__, url_prefix="/api/v1/meetings/<slug>/corrections")

Json = dict[str, object]
Form = TypeVar("Form", bound=msgspec.Struct)

_UNNAMED = {access.By.TOKEN: "a program", access.By.LOOPBACK: "this computer"}
"""The author where nobody says who writes."""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A correction as it is sent. `seen` is the id of the newest one of the block the writer knows, or null."""

    block: str
    verdict: Verdict
    seen: int | None
    start: float | None = None
    author: str | None = None  # of a program, or at this machine; who logged in has a name


class Undoing(msgspec.Struct, forbid_unknown_fields=True):
    author: str | None = None


@blueprint.get("")
def history(slug: str) -> Json:
    """All of them, newest first; `current` are those that hold."""
    stored = store().meeting(slug, segments=False)
    holding = {correction.id for correction in stored.corrections.values()}
    allowed = access.may_write()
    return {
        "may_write": allowed.allowed,
        "reason": allowed.reason,
        "corrections": [_told(said, holding) for said in store().history(slug)],
        "current": {block_id: export.correction(said) for block_id, said in stored.corrections.items()},
        "orphans": [export.correction(said) for said in stored.orphans],
    }


@blueprint.post("")
def correct(slug: str) -> tuple[Json, int]:
    allowed = access.require_write()
    asked = _body(Asked)
    author = _author(allowed, asked.author)
    made = store().correct(slug, asked.block, asked.verdict, asked.start, author, seen=asked.seen)
    return _answer(slug, made), 201


@blueprint.post("/<int:number>/undo")
def undo(slug: str, number: int) -> tuple[Json, int]:
    allowed = access.require_write()
    asked = _body(Undoing) if request.content_length else Undoing()
    return _answer(slug, store().undo(slug, number, _author(allowed, asked.author))), 201


def _answer(slug: str, made: Correction) -> Json:
    alignment = store().meeting(slug, segments=False).alignments.get(made.block_id)
    return {"correction": export.correction(made), "alignment": export.moment(alignment)}


def _told(said: Correction, holding: set[int]) -> Json:
    return export.correction(said) | {"current": said.id in holding}


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
