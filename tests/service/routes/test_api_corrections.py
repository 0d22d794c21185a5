"""Links are corrected through the API, by those who may."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes
from tests.service.corrections import BASE, correction
from tests.service.meetings import Library


def test_a_correction_moves_the_link(client: FlaskClient, full: Notes) -> None:
    """The answer has the new link, and the page, the list and the API show it."""
    response = client.post(BASE, json=correction(full))

    answer = response.get_json()
    assert response.status_code == 201
    expected = {"start": 8.25, "end": 12.75, "confidence": 1.0, "basis": "pinned", "also": []}
    assert answer["alignment"] == answer["alignment"] | expected
    assert answer["correction"]["author"] == "this computer"
    assert answer["correction"]["text"] == "Seed swap"
    shown = {each["text"]: each for each in client.get("/api/v1/meetings/garden").get_json()["blocks"]}
    assert (shown["Seed swap"]["start"], shown["Seed swap"]["basis"]) == (8.25, "pinned")
    assert client.get("/api/v1/meetings").get_json()["meetings"][0]["linked"] == 3
    assert "0:08" in client.get("/meetings/garden").text


def test_not_discussed_takes_the_link_away_and_undo_brings_it_back(client: FlaskClient, full: Notes) -> None:
    """An undo is a correction too: the history has both, and each person's name."""
    made = client.post(BASE, json=correction(full, "Compost heap", verdict="not_discussed", start=None, author="Ana"))
    number = made.get_json()["correction"]["id"]
    gone = client.get("/api/v1/meetings").get_json()["meetings"][0]["linked"]

    undone = client.post(f"{BASE}/{number}/undo", json={"author": "Tomasz"})

    assert made.get_json()["alignment"]["start"] is None
    assert gone == 1
    assert undone.status_code == 201
    assert undone.get_json()["correction"]["verdict"] == "automatic"
    assert undone.get_json()["alignment"]["start"] == 12.75
    found = client.get(BASE).get_json()
    assert [(each["author"], each["verdict"], each["current"]) for each in found["corrections"]] == [
        ("Tomasz", "automatic", True),
        ("Ana", "not_discussed", False),
    ]
    assert found["may_write"] is True
    assert found["orphans"] == []


def test_a_span_gives_way_to_a_correction_and_comes_back(client: FlaskClient, library: Library, full: Notes) -> None:
    """The API has it in the meeting and in the answers, as it has the link."""
    library.spans(full, {"nobody wants August": (4.9, 12.75)})
    blocks = client.get("/api/v1/meetings/garden").get_json()["blocks"]
    made = client.post(BASE, json=correction(full, "nobody wants August")).get_json()

    undone = client.post(f"{BASE}/{made['correction']['id']}/undo", json={}).get_json()

    span = {"start": 4.9, "end": 12.75, "confidence": 0.9}
    assert {block["text"]: block["within"] for block in blocks if block["within"]} == {"nobody wants August": span}
    assert made["alignment"]["within"] is None
    assert undone["alignment"]["within"] == span


def test_the_second_of_two_editors_sees_the_first(client: FlaskClient, full: Notes) -> None:
    """Whoever has not seen the newest correction does not overwrite it, and gets to see it."""
    first = client.post(BASE, json=correction(full, author="Ana")).get_json()["correction"]

    second = client.post(BASE, json=correction(full, start=3.0, author="Tomasz"))
    again = client.post(BASE, json=correction(full, start=3.0, author="Tomasz", seen=first["id"]))

    assert second.status_code == 409
    assert second.get_json()["correction"] == first
    assert "Ana set it to 0:08" in second.get_json()["detail"]
    assert again.status_code == 201


def test_of_editors_at_the_same_instant_one_wins(app: Flask, full: Notes) -> None:
    """Eight at once, none of whom saw another: one row, seven conflicts."""
    barrier, statuses = threading.Barrier(8), []

    def edit(number: int) -> None:
        client = app.test_client()
        barrier.wait()
        statuses.append(client.post(BASE, json=correction(full, start=float(number))).status_code)

    editors = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()

    assert sorted(statuses) == [201] + [409] * 7
    assert len(app.test_client().get(BASE).get_json()["corrections"]) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"start": 20.0}, 422),
        ({"start": -1}, 422),
        ({"start": None}, 422),
        ({"verdict": "automatic"}, 422),
        ({"verdict": "perhaps", "start": None}, 422),
        ({"block": "nowhere"}, 404),
        ({"author": "x" * 81}, 422),
        ({"start": "8"}, 422),
        ({"extra": 1}, 422),
        ({"author": "x" * 10_001}, 413),
    ],
)
def test_what_cannot_be_is_refused(client: FlaskClient, full: Notes, change: dict[str, object], status: int) -> None:
    """A wrong correction is answered with a sentence and stored nowhere."""
    response = client.post(BASE, json=correction(full) | change)

    assert response.status_code == status
    assert response.get_json()["detail"]
    assert client.get(BASE).get_json()["corrections"] == []


def test_what_is_no_json_is_refused(client: FlaskClient, full: Notes) -> None:
    """Another site's form cannot pass for a correction."""
    assert client.post(BASE, data="block=x").status_code == 415
    assert client.post(BASE, data="{", content_type="application/json").status_code == 400
    assert client.post(BASE, json={"block": "x", "verdict": "automatic"}).status_code == 422


def test_what_is_not_there_is_not_found(client: FlaskClient, full: Notes) -> None:
    """A meeting, and a correction, have to exist."""
    assert client.get("/api/v1/meetings/nobody/corrections").status_code == 404
    assert client.post("/api/v1/meetings/nobody/corrections", json=correction(full)).status_code == 404
    assert client.post(f"{BASE}/7/undo").status_code == 404


def test_a_correction_of_lost_text_is_listed(client: FlaskClient, library: Library, full: Notes) -> None:
    """When its block leaves the notes, the correction is shown with the text it was made for."""
    client.post(BASE, json=correction(full))
    library.notes(full.source.replace("## Seed swap\n", ""))

    (orphan,) = client.get(BASE).get_json()["orphans"]

    assert (orphan["text"], orphan["start"]) == ("Seed swap", 8.25)


def test_a_history_comes_in_pages(client: FlaskClient, full: Notes) -> None:
    """Without parameters one gets the newest, and where to go on; the links that apply are on every page."""
    seen = None
    for number in range(53):
        answer = client.post(BASE, json=correction(full, start=number / 4, seen=seen)).get_json()
        seen = answer["correction"]["id"]

    first = client.get(BASE).get_json()
    second = client.get(first["next"]).get_json()
    small = client.get(f"{BASE}?limit=2").get_json()

    assert [each["start"] for each in first["corrections"]] == [number / 4 for number in range(52, 2, -1)]
    assert [each["start"] for each in second["corrections"]] == [0.5, 0.25, 0.0]
    assert second["next"] is None
    assert [each["current"] for each in first["corrections"]] == [True, *[False] * 49]
    assert first["current"] == second["current"] == small["current"]
    assert len(small["corrections"]) == 2
    assert client.get(f"{BASE}?limit=0").status_code == client.get(f"{BASE}?before=x").status_code == 400
    assert client.get(f"{BASE}?before={10**20}").status_code == client.post(f"{BASE}/{10**20}/undo").status_code == 404
