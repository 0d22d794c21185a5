"""What a request sends, read into the types that describe it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

import msgspec
from flask import request
from msgspec import Meta
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from pipeline.search.query import first_day
from service.web.large_bodies import read_large_body

Form = TypeVar("Form", bound=msgspec.Struct)

Author = Annotated[str | None, Meta(description="Your name. Whoever is logged in has one already.")]
"""Who writes, as a request gives it."""


def query_as(form: type[Form], **defaults: str) -> Form:
    """The parameters of the address as a `form`.

    Raises:
        BadRequest: one of them is not of its type.
    """
    try:
        return msgspec.convert(defaults | request.args.to_dict(), form, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(f"{error}.") from error


def asked_day(name: str, written: str) -> date | None:
    """The first day of a year, a month or a day that a parameter names; None where it names none.

    Raises:
        BadRequest: there is no such day.
    """
    if not written:
        return None
    if (found := first_day(written)) is None:
        raise BadRequest(f"There is no such day - at `$.{name}`.")
    return found


def page_number(most: int = 9_999) -> int:
    """The page of a list that the address asks for, from 1 to the `most`; 1 where it asks for none."""
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), most) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


def headers_as(form: type[Form]) -> Form:
    """The headers that `form` names.

    Raises:
        BadRequest: one of them is not of its type.
    """
    names = [field.encode_name for field in msgspec.structs.fields(form)]
    try:
        return msgspec.convert({name: request.headers[name] for name in names if name in request.headers}, form)
    except msgspec.ValidationError as error:
        raise BadRequest(f"{error}.") from error


def body_as(form: type[Form], *, large: bool = False) -> Form:
    """The JSON in the body as a `form`.

    Args:
        large: it may have notes in it.

    Raises:
        UnsupportedMediaType: it is not sent as JSON. Another site cannot send this type without asking first.
        BadRequest: it is no JSON.
        UnprocessableEntity: it is JSON of another form.
    """
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(read_large_body() if large else request.get_data(), type=form)
    except msgspec.ValidationError as error:
        raise UnprocessableEntity(f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"This is not valid JSON: {error}.") from error
