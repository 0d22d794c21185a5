"""Speakers are named through the API, by those who may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.meetings import Library

BASE = "/api/v1/meetings/garden/speakers"


def test_a_name_is_shown_wherever_they_speak(client: FlaskClient, full: Notes) -> None:
    page = client.get("/meetings/garden").text
    named = client.put(BASE, json={"speaker": "Priya", "name": "Priya Shah"})

    assert named.status_code == 200
    assert named.get_json() == {
        "speakers": [
            {"speaker": "Priya Shah", "seconds": 7.75, "turns": 1},
            {"speaker": "Ana", "seconds": 4.0, "turns": 1},
        ]
    }
    assert "<b>Priya</b>" in page
    assert "<b>Priya Shah</b>" in client.get("/meetings/garden").text
    said = client.get("/api/v1/meetings/garden").get_json()["transcript"]["segments"]
    assert [each["speaker"] for each in said] == ["Ana", "Priya Shah", "Priya Shah"]
    hits = client.get("/api/v1/search?q=pallets+in:transcript").get_json()["hits"]
    assert hits[0]["speaker"] == "Priya Shah"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"speaker": "Nobody", "name": "Ana"}, 422),
        ({"speaker": "Ana", "name": "x" * 81}, 422),
        ({"speaker": "Ana"}, 422),
        ({"speaker": "Ana", "name": "A", "more": 1}, 422),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    client: FlaskClient, library: Library, full: Notes, body: dict[str, object], status: int
) -> None:
    answer = client.put(BASE, json=body)
    assert answer.status_code == status
    assert library.store.speaker_names("garden") == {}


def test_a_meeting_that_is_not_there(client: FlaskClient, full: Notes) -> None:
    assert client.put(BASE.replace("garden", "none"), json={"speaker": "Ana", "name": "A"}).status_code == 404


def test_only_those_who_may_write_name_anybody(guarded: Flask, full: Notes, library: Library) -> None:
    client, body = guarded.test_client(), {"speaker": "Ana", "name": "Ana Li"}
    assert client.put(BASE, json=body).status_code == 401
    assert "Name the speakers" not in client.get("/meetings/garden").text
    log_in(client)
    assert client.put(BASE, json=body).status_code == 403
    assert library.store.speaker_names("garden") == {}
    assert client.put(BASE, json=body, headers=csrf_header(guarded, client)).status_code == 200
    assert "Name the speakers" in client.get("/meetings/garden").text
    assert guarded.test_client().put(BASE, json=body | {"speaker": "Priya"}, headers=BEARER).status_code == 200
    assert library.store.speaker_names("garden") == {"Ana": "Ana Li", "Priya": "Ana Li"}
