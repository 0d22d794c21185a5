"""The API is what its description says, whatever is sent to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import given as with_given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode, checks
from schemathesis.core.result import Ok

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.views import api_json
from service.web import openapi
from service.web.store import archive_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS = "/api/v1/openapi.json"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = examples(max_examples=30, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
PROMISED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def fuzz(
    schema: BaseSchema, check: Callable[[Case[Any]], None], *, method: str = "", below: str = "", **given: Any
) -> list[str]:
    """Call `check` with requests of every kind to each endpoint `below` a path: as described, and not. Returns the
    endpoints; that of the description itself is left out.
    """
    labels = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if method not in ("", operation.method.upper()) or below not in operation.path:
            continue
        kinds = [operation.as_strategy(mode, **given) for mode in MODES if mode.is_positive or _can_be_wrong(operation)]
        run = EXAMPLES(with_given(st.one_of(kinds))(check))
        run()
        labels.append(operation.label)
    return labels


def answered(case: Case[Any]) -> int:
    """Send it, check the answer against the description, and return its status."""
    # The caller unpacks nothing.
    return case.call_and_validate(checks=PROMISED, headers={"Accept-Encoding": "identity"}).status_code


def _can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    return bool(operation.body or operation.query or operation.path_parameters)


@pytest.fixture
def described(app: Flask, full: Notes) -> BaseSchema:
    """What the app of this machine says of itself."""

    def local(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return app(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)

    return schemathesis.openapi.from_wsgi(ADDRESS, local)


@pytest.fixture
def guarded(settings: Settings, full: Notes) -> Iterator[BaseSchema]:
    """What the app of a server with a token says of itself."""
    app = create_app(replace(settings, token="twine"))
    yield schemathesis.openapi.from_wsgi(ADDRESS, app)
    archive_of(app).close()


def test_the_description_is_valid(described: BaseSchema) -> None:
    """It is OpenAPI 3.1, as its own meta-schema has it."""
    described.validate()

    assert described.raw_schema["openapi"] == "3.1.0"


def test_every_endpoint_is_described(app: Flask, client: FlaskClient) -> None:
    """No address of the API is left out, and each has words that say what it does."""
    paths = client.get(ADDRESS).get_json()["paths"]
    routes = {
        (openapi.path_of(rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert {(path, method) for path, methods in paths.items() for method in methods} == routes
    assert all(told["summary"] for methods in paths.values() for told in methods.values())


def test_every_field_and_every_parameter_is_described(client: FlaskClient) -> None:
    """By a sentence of its own, so that a program that is made from the description can show it."""
    told = client.get(ADDRESS).get_json()
    fields = {
        f"{name}.{field}": described
        for name, schema in told["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
    }
    parameters = {
        f"{path} {method} {parameter['name']}": parameter
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        for parameter in operation["parameters"]
    }

    assert len(fields) > 100
    assert len(parameters) > 15
    assert [name for name, each in (fields | parameters).items() if not each.get("description", "").endswith(".")] == []


def test_the_names_of_schemas_stay(client: FlaskClient) -> None:
    """Programs are made with them, whatever our own types are called."""
    schemas = client.get(ADDRESS).get_json()["components"]["schemas"]

    assert set(schemas) == {
        *("Redacted", "Redaction", "RedactionRequest", "Redactions"),
        *(
            "Asked",
            "Block",
            "Conflict",
            "Corrected",
            "Correction",
            "Facets",
            "Failed",
            "Found",
            "History",
            "Hit",
            "Listed",
        ),
        *("Draft", "DraftChange", "DraftCorrections", "DraftFile", "LookRequest", "NewDraftRequest", "NewFile"),
        *("NotNextPiece", "Piece"),
        *("Heard", "HeardLine", "Job", "JobFailure", "JobKind", "JobLinks", "JobMeeting", "JobState", "Jobs"),
        *("NewJobRequest", "RetryRequest"),
        *("NotesConflict", "NotesRequest", "NotesText", "NotesVersion", "NotesVersionText", "NotesVersions"),
        *("SavedNotes",),
        *("Appearance", "ArchiveSpeaker", "ArchiveSpeakers", "FullSpeaker", "Renamed", "RenamingRequest"),
        *("FullTopic", "Topic", "TopicBlock", "Topics"),
        *("Refusal", "Subscription", "SubscriptionRequest", "Subscriptions"),
        *("Clock", "ClockPiece", "SectionSpan", "Speaker", "SpeakerRequest", "Speakers"),
        *(
            "Mark",
            "Marks",
            "Meetings",
            "Moment",
            "Part",
            "PartMoment",
            "Problem",
            "Recording",
            "Said",
            "Speech",
            "Told",
            "Undoing",
            "Verdict",
            "Whole",
        ),
    }
    assert all(schema.get("title", name) == name for name, schema in schemas.items())
    references = re.findall(r'"#/components/schemas/(\w+)"', client.get(ADDRESS).text)
    assert set(references) <= set(schemas)


def test_the_description_explains_how_to_search(client: FlaskClient) -> None:
    """The description lists every special sign of a query."""
    (query,) = [
        parameter
        for parameter in client.get(ADDRESS).get_json()["paths"]["/api/v1/search"]["get"]["parameters"]
        if parameter["name"] == "q"
    ]
    for sign in (
        '"quoted phrase"',
        "sched*",
        "-word",
        "OR",
        "meeting:",
        "after:",
        "before:",
        "in:notes",
        "in:transcript",
    ):
        assert sign in query["description"]


def test_whatever_is_sent(described: BaseSchema) -> None:
    """Every answer, of success or failure, has a described status, media type and shape, and none is a 5xx."""

    def check(case: Case[Any]) -> None:
        answered(case)

    assert len(fuzz(described, check)) >= 28


def test_whatever_is_sent_to_a_meeting(described: BaseSchema, full: Notes) -> None:
    """The same where there is a meeting with blocks and corrections."""
    block, statuses = next(full.blocks).id, Counter[int]()

    def check(case: Case[Any]) -> None:
        if isinstance(case.body, dict) and "block" in case.body:
            case.body = case.body | {"block": block, "seen": None}
        statuses[answered(case)] += 1

    fuzz(described, check, below="/meetings/{slug}", path_parameters={"slug": "garden", "number": 1, "version": 1})

    assert {200, 201, 409, 422} <= set(statuses)


def test_whatever_strangers_send(guarded: BaseSchema) -> None:
    """Without the server's token nobody writes, and the refusal is as described."""

    def check(case: Case[Any]) -> None:
        assert 400 <= answered(case) < 500

    assert len(fuzz(guarded, check, method="POST")) >= 9


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/api/v1/meetings", api_json.MeetingsJson),
        ("/api/v1/meetings/garden", api_json.FullMeetingJson),
        ("/api/v1/search?q=rota", api_json.SearchResultsJson),
        ("/api/v1/meetings/garden/corrections", api_json.HistoryJson),
    ],
)
def test_nothing_is_sent_undescribed(client: FlaskClient, full: Notes, address: str, shape: type) -> None:
    """Every member of an answer is in the description."""
    block = next(full.blocks).id
    client.post(
        "/api/v1/meetings/garden/corrections", json={"block": block, "verdict": "time", "start": 1, "seen": None}
    )
    answer = client.get(address).get_json()

    assert msgspec.to_builtins(msgspec.convert(answer, shape)) == answer
