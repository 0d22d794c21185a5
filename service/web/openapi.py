"""The description of the API in OpenAPI 3.1, made from the code: the addresses from Flask's routes, the words from the
docstrings of what answers there, the schemas by msgspec from the types it takes and returns.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated, Any, TypedDict, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from apispec import APISpec
from flask import Flask
from msgspec import Meta
from werkzeug.routing import Rule

from pipeline.export import schema
from service.web import errors, sessions

API_PREFIX = "/api/v1/"
BYTES_MEDIA_TYPE = "application/octet-stream"

Json = dict[str, Any]
Route = TypeVar("Route", bound=Callable[..., Any])

_COMPONENT_NAMES = {
    "CorrectionRequest": "Asked",
    "CorrectionResultJson": "Corrected",
    "FailureJson": "Failed",
    "FullMeetingJson": "Whole",
    "HistoryEntryJson": "Told",
    "MeetingSummaryJson": "Listed",
    "SearchResultsJson": "Found",
    "SegmentJson": "Said",
    "TranscriptJson": "Speech",
    "UndoRequest": "Undoing",
}
"""The names of schemas, where they are not those of the types without `Json`: clients have been made with them."""

_ATTRIBUTE = "_operation"
_PATH_VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")
_PATH_PARAMETERS = {
    "slug": "The meeting: the last part of its page's address.",
    "number": "The id of the correction.",
    "job": "The number of the job.",
    "subscription": "The number of the subscription.",
    "draft": "The id of the draft.",
    "role": "What the file is: notes, recording or transcript.",
    "version": "The number of the version.",
    "name": "The name of somebody who speaks, in any spelling, or the id that the list has.",
    "topic": "The id of the topic, as the list has it; it may have slashes.",
}
_PARAMETERS: dict[str | None, Json] = {
    "int": {"type": "integer", "minimum": 0},
    "path": {"type": "string"},
    None: {"type": "string"},
}
_POSSIBLE_EVERYWHERE = (500, 503)
_WRITE_SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": [], "csrf": []}, {}]  # any one of these
_LOCATION: Json = {"required": True, "description": "Where it is.", "schema": {"type": "string"}}
_SECURITY_SCHEMES: dict[str, Json] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The server's JUMPNOTES_TOKEN, or one that `jumpnotes token add` made.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": sessions.SESSION_COOKIE,
        "description": "Set when someone logs in at /login.",
    },
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "Sent along with the cookie."},
}


class Problem(TypedDict):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Meta(description="By which programs know it; it leads to the page that lists them all.")]
    title: Annotated[str, Meta(description="What kind of problem it is.")]
    status: Annotated[int, Meta(description="That of the answer.")]
    detail: Annotated[str, Meta(description="What went wrong, for people.")]
    hint: Annotated[str, Meta(description="What can be done about it.")]


class Conflict(Problem):
    """Somebody else has edited the link."""

    correction: Annotated[
        schema.CorrectionJson | None, Meta(description="Theirs, or null; to replace it, send its id as `seen`.")
    ]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the signature of a route does not say. `query`, `headers` and `body` are what it reads of a request.

    `restricted` is for those who may write alone, as is whatever takes a body. `located`: the answer says in Location
    where what it speaks of is. `conflict` is the problem of a 409. `takes_bytes`: the body is a piece of a file.
    """

    status: int = 200
    problems: tuple[int, ...] = ()
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    body_required: bool = True
    headers: type[msgspec.Struct] | None = None
    restricted: bool = False
    located: bool = False
    conflict: Any = Conflict
    takes_bytes: bool = False


def described(operation: Operation) -> Callable[[Route], Route]:
    """Attach to a route of the API what its description has to say; every one needs it."""

    def attach(route: Route) -> Route:
        setattr(route, _ATTRIBUTE, operation)
        return route

    return attach


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
    for name, scheme in _SECURITY_SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    routes = [
        (rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API_PREFIX)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    types = list(dict.fromkeys(used for _, _, route in routes for used in _types(route)))
    references, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    for name, component in components.items():
        spec.components.schema(_component_name(name), _renamed(component))
    by_type = dict(zip(map(repr, types), map(_renamed, references), strict=True))
    for rule, method, route in routes:
        spec.path(path=path_of(rule), operations={method.lower(): _operation_json(rule, route, by_type)})
    return spec.to_dict()


def _renamed(schema: Any) -> Any:
    """A schema in which the types have the names that clients know."""
    if isinstance(schema, list):
        return [_renamed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = {key: _renamed(value) for key, value in schema.items()}
    for key in {"$ref", "title"} & schema.keys():
        if isinstance(schema[key], str):  # a property may be called title, too
            path, slash, name = schema[key].rpartition("/")
            renamed[key] = path + slash + _component_name(name)
    return renamed


def _component_name(type_name: str) -> str:
    return _COMPONENT_NAMES.get(type_name) or type_name.removesuffix("Json")


def path_of(rule: Rule) -> str:
    """A route as OpenAPI writes it: `/meetings/{slug}`."""
    return _PATH_VARIABLE.sub(r"{\2}", rule.rule)


def _types(route: Callable[..., Any]) -> list[Any]:
    """What a route answers with, the problems it may report, and the body it takes."""
    return [_answer_type(route), Problem, _operation(route).conflict, *filter(None, [_operation(route).body])]


def _operation(route: Callable[..., Any]) -> Operation:
    operation: Operation = getattr(route, _ATTRIBUTE)
    return operation


def _answer_type(route: Callable[..., Any]) -> Any:
    """The type of the body; some routes return (body, status)."""
    returned = get_type_hints(route)["return"]
    return get_args(returned)[0] if get_origin(returned) is tuple else returned


def _operation_json(rule: Rule, route: Callable[..., Any], schemas: Mapping[str, Json]) -> Json:
    operation = _operation(route)
    summary, _, description = (inspect.getdoc(route) or "").partition("\n\n")
    answer = {"application/json": {"schema": schemas[repr(_answer_type(route))]}}
    made: Json = {
        "operationId": rule.endpoint,
        "summary": " ".join(summary.split()),
        "parameters": _parameters(rule, operation),
        "responses": {str(operation.status): {"description": HTTPStatus(operation.status).phrase, "content": answer}},
    }
    if operation.located:
        made["responses"][str(operation.status)]["headers"] = {"Location": _LOCATION}
    if description:
        made["description"] = " ".join(description.split())
    for status in (*operation.problems, *_POSSIBLE_EVERYWHERE):
        schema = schemas[repr(operation.conflict if status == 409 else Problem)]
        made["responses"][str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {errors.PROBLEM_MEDIA_TYPE: {"schema": schema}},
        }
    if operation.body:
        content = {"application/json": {"schema": schemas[repr(operation.body)]}}
        made |= {"requestBody": {"required": operation.body_required, "content": content}}
    if operation.takes_bytes:
        made["requestBody"] = {"required": True, "content": {BYTES_MEDIA_TYPE: {}}}
    if operation.body or operation.takes_bytes or operation.restricted:
        made["security"] = _WRITE_SECURITY
    return made


def _parameters(rule: Rule, operation: Operation) -> list[Json]:
    parameters: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_PARAMETERS[name],
            "schema": _PARAMETERS[converter or None],
        }
        for converter, name in _PATH_VARIABLE.findall(rule.rule)
    ]
    return parameters + _fields("query", operation.query) + _fields("header", operation.headers)


def _fields(place: str, form: type[msgspec.Struct] | None) -> list[Json]:
    """The parameters that a form takes from a place of the request."""
    parameters: list[Json] = []
    for field in msgspec.structs.fields(form) if form else ():
        schema = msgspec.json.schema(field.type)
        if not field.required and field.default not in (msgspec.UNSET, ""):
            schema["default"] = field.default
        words = schema.pop("description", "")
        told = {"name": field.encode_name, "in": place, "required": field.required}
        parameters.append({**told, "description": words, "schema": schema})
    return parameters
