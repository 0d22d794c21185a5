"""Who speaks across meetings, through the API."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes, Segment
from tests.service.corrections import BEARER
from tests.service.meetings import Library

BASE = "/api/v1/speakers"


@pytest.fixture
def club(full: Notes, library: Library) -> Library:
    with library.store.telling_once():
        library.notes("# Garden club 2024-04-02\n\n- Kofi Mensah: hose\n", slug="april", video=False)
        library.local("april", file="april.wav", duration=60.0)
        library.transcript("april", (Segment(2.5, 5.0, "Hose", speaker="ANA"),))
    return library


def test_those_who_speak_are_listed_in_pages(client: FlaskClient, club: Library) -> None:
    first = client.get(f"{BASE}?limit=2").get_json()
    assert first["speakers"][0] == {
        "id": "ana",
        "name": "Ana",
        "meetings": 2,
        "seconds": 6.5,
        "last": "2024-04-02",
        "url": "http://localhost/speakers/ana",
    }
    rest = client.get(first["next"]).get_json()
    assert ([each["name"] for each in rest["speakers"]], rest["next"]) == (["Kofi Mensah"], None)
    assert [each["name"] for each in client.get(f"{BASE}?q=men+ko").get_json()["speakers"]] == ["Kofi Mensah"]


def test_somebody_and_where_they_speak(client: FlaskClient, club: Library) -> None:
    told = client.get(f"{BASE}/ANA").get_json()
    assert [(each["slug"], each["seconds"], each["turns"], each["start"]) for each in told["appearances"]] == [
        ("april", 2.5, 1, 2.5),
        ("garden", 4.0, 1, 0.0),
    ]
    assert told["appearances"][0]["url"] == "http://localhost/meetings/april?t=2.50"
    (noted,) = client.get(f"{BASE}/kofi-mensah").get_json()["appearances"]
    assert (noted["seconds"], noted["turns"], noted["start"]) == (None, None, None)
    assert client.get(f"{BASE}/nobody").status_code == 404


def test_a_new_name_is_one_everywhere(client: FlaskClient, club: Library) -> None:
    answer = client.put(BASE, json={"speaker": "ana", "name": "Ana Silva"})
    assert (answer.status_code, sorted(answer.get_json()["meetings"])) == (200, ["april", "garden"])
    assert client.get(f"{BASE}/ana-silva").status_code == 200
    for body, status in (
        ({"speaker": "Nobody", "name": "Ana"}, 404),
        ({"speaker": "Kofi Mensah", "name": "Kofi"}, 422),
        ({"speaker": "Priya", "name": "x" * 81}, 422),
        ({"speaker": "Priya"}, 422),
    ):
        assert client.put(BASE, json=body).status_code == status


def test_only_those_who_may_write_rename(guarded: Flask, club: Library) -> None:
    client, body = guarded.test_client(), {"speaker": "Ana", "name": "Eve"}
    assert client.put(BASE, json=body).status_code == 401
    assert client.put(BASE, json=body, headers=BEARER).status_code == 200
