"""The API's description in OpenAPI 3.1, made from what the code says: the addresses from Flask's routes, the words from
the views' docstrings, the schemas by msgspec from the types they take and return.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, TypedDict, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from apispec import APISpec
from flask import Flask
from werkzeug.routing import Rule

from pipeline.export import schema
from service.web import auth, errors

PREFIX = "/api/v1/"

Json = dict[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "_operation"
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_PARAMETERS: dict[str | None, Json] = {"int": {"type": "integer", "minimum": 0}, None: {"type": "string"}}
_ALWAYS = (500, 503)
_WRITING: list[dict[str, list[str]]] = [{"token": []}, {"session": [], "csrf": []}, {}]  # any one of these
_SECURITY: dict[str, Json] = {
    "token": {"type": "http", "scheme": "bearer", "description": "The server's JUMPNOTES_TOKEN."},
    "session": {"type": "apiKey", "in": "cookie", "name": auth.COOKIE, "description": "Of who logged in at /login."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "Goes with the cookie."},
}


class Problem(TypedDict):
    """What went wrong (RFC 9457). Programs tell it by `type`; people read `detail`, and `hint` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    hint: str


class Conflict(Problem):
    """Somebody else was faster; their `correction` holds now, if any does. Send its id as `seen` to go over it."""

    correction: schema.CorrectionJson | None


@dataclass(frozen=True, slots=True)
class Operation:
    """What the signature of a view does not say. `query` and `body` are what it reads from address and request."""

    status: int = 200
    problems: tuple[int, ...] = ()
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    body_required: bool = True


def described(operation: Operation) -> Callable[[View], View]:
    """Note on a view of the API what its description has to say; `document` wants it of every one."""

    def note(view: View) -> View:
        setattr(view, _ATTRIBUTE, operation)
        return view

    return note


def document(app: Flask, root: str) -> Json:
    """The description of the API that `app` serves below the path `root`."""
    spec = APISpec(
        title="jumpnotes",
        version=version("jumpnotes"),
        openapi_version="3.1.0",
        info={
            "summary": "Meeting notes, and the moments of the recording where each part was discussed.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        servers=[{"url": root or "/"}],
    )
    for name, scheme in _SECURITY.items():
        spec.components.security_scheme(name, scheme)
    views = [
        (rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    types = list(dict.fromkeys(found for _, _, view in views for found in _types(view)))
    references, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    for name, component in components.items():
        spec.components.schema(name, component)
    schemas = dict(zip(map(repr, types), references, strict=True))
    for rule, method, view in views:
        spec.path(path=path_of(rule), operations={method.lower(): _operation(rule, view, schemas)})
    return spec.to_dict()


def path_of(rule: Rule) -> str:
    """A route as OpenAPI writes it: `/meetings/{slug}`."""
    return _PLACE.sub(r"{\2}", rule.rule)


def _types(view: Callable[..., Any]) -> list[Any]:
    """What a view answers with, the problems it may tell of, and the body it takes."""
    told = _told(view)
    return [_answer(view), Problem, Conflict, *filter(None, [told.body])]


def _told(view: Callable[..., Any]) -> Operation:
    told: Operation = getattr(view, _ATTRIBUTE)
    return told


def _answer(view: Callable[..., Any]) -> Any:
    """The type of the body; some views return (body, status)."""
    returned = get_type_hints(view)["return"]
    return get_args(returned)[0] if get_origin(returned) is tuple else returned


def _operation(rule: Rule, view: Callable[..., Any], schemas: Mapping[str, Json]) -> Json:
    told = _told(view)
    summary, _, description = (inspect.getdoc(view) or "").partition("\n\n")
    answer = {"application/json": {"schema": schemas[repr(_answer(view))]}}
    made: Json = {
        "operationId": rule.endpoint,
        "summary": " ".join(summary.split()),
        "parameters": _parameters(rule, told),
        "responses": {str(told.status): {"description": HTTPStatus(told.status).phrase, "content": answer}},
    }
    if description:
        made["description"] = " ".join(description.split())
    for status in (*told.problems, *_ALWAYS):
        schema = schemas[repr(Conflict if status == 409 else Problem)]
        made["responses"][str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {errors.PROBLEM: {"schema": schema}},
        }
    if told.body:
        content = {"application/json": {"schema": schemas[repr(told.body)]}}
        made |= {"requestBody": {"required": told.body_required, "content": content}, "security": _WRITING}
    return made


def _parameters(rule: Rule, told: Operation) -> list[Json]:
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PARAMETERS[converter or None]}
        for converter, name in _PLACE.findall(rule.rule)
    ]
    for field in msgspec.structs.fields(told.query) if told.query else ():
        schema = msgspec.json.schema(field.type)
        if not field.required:
            schema["default"] = field.default
        words = schema.pop("description", "")
        name = field.encode_name
        parameters.append(
            {"name": name, "in": "query", "required": field.required, "description": words, "schema": schema}
        )
    return parameters
