"""Passages are taken out through the API, by those who may, and nothing that is served has their words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.meetings import Library

BASE = "/api/v1/meetings/garden/redactions"
FINISH = "from pipeline.cli import main; main()"
PASSAGE = {"start": 13.0, "end": 14.0, "reason": "a <private> matter"}  # “Two of the pallets are broken.”, 12.75–15


def test_whatever_is_served_has_a_line_in_its_place(
    client: FlaskClient, full: Notes, started: list[tuple[str, ...]]
) -> None:
    """Page, captions, API, feed and searches, those that were kept before among them."""
    addresses = [
        *("/meetings/garden", "/meetings/garden/transcript.vtt", "/meetings/garden/transcript.srt"),
        *("/api/v1/meetings/garden", "/feed.atom", "/", "/search?q=pallets+broken", "/search?q=pallts"),
        *("/search.atom?q=pallets", "/api/v1/search?q=pallets+broken", "/embed/garden"),
    ]
    before = [client.get(address).text for address in addresses]
    made = client.post(BASE, json=PASSAGE)

    assert (made.status_code, started) == (201, [("redact",)])
    redaction = made.get_json()["redaction"]
    assert [redaction[name] for name in ("start", "end", "reason", "author", "finished", "applies")] == [
        *(12.75, 15.0, "a <private> matter", "this computer", False, True),
    ]
    assert client.get(BASE).get_json() == {"redactions": [redaction]}
    after = [client.get(address).text for address in addresses]
    assert any("of the pallets are" in text for text in before)
    assert not any("of the pallets are" in text for text in after)
    assert "[removed: a &lt;private&gt; matter]" in after[0]
    assert "00:00:12.750 --> 00:00:15.000\n[removed: a &lt;private&gt; matter]" in after[1]
    said = client.get("/api/v1/meetings/garden").get_json()["transcript"]["segments"]
    assert said[-1] == {"start": 12.75, "end": 15.0, "speaker": None, "text": "[removed: a <private> matter]"}


def test_the_recording_is_not_played_until_the_passage_is_muted(
    client: FlaskClient, settings: Settings, full: Notes
) -> None:
    """Then a muted copy is, where it is a file of somebody's own."""
    with client.get("/media/garden") as response:
        whole = response.data
    client.post(BASE, json=PASSAGE)
    assert client.get("/media/garden").status_code == 404
    assert "not played until the passage" in client.get("/meetings/garden").text

    subprocess.run([sys.executable, "-c", FINISH, "redact", "--data-dir", str(settings.data_dir)], check=True)

    with client.get("/media/garden") as response:
        assert response.status_code == 200
        assert response.data != whole
    assert client.get(BASE).get_json()["redactions"][0]["finished"]
    assert "not played until" not in client.get("/meetings/garden").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"start": 14.0, "end": 13.0}, 422),
        ({"start": 30.0, "end": 31.0}, 422),
        ({"start": 13.0, "end": 14.0, "reason": "x" * 201}, 422),
        ({"start": 13.0}, 422),
        ({"start": 13.0, "end": 14.0, "more": 1}, 422),
        ({"start": "13", "end": 14.0}, 422),
    ],
)
def test_what_makes_no_sense_takes_nothing_out(
    client: FlaskClient, library: Library, full: Notes, body: dict[str, object], status: int
) -> None:
    assert client.post(BASE, json=body).status_code == status
    assert library.store.redactions("garden") == ()


def test_a_meeting_that_is_not_there(client: FlaskClient, full: Notes) -> None:
    assert client.post(BASE.replace("garden", "none"), json=PASSAGE).status_code == 404
    assert client.get(BASE.replace("garden", "none")).status_code == 404


def test_only_those_who_may_write_take_anything_out(guarded: Flask, full: Notes, library: Library) -> None:
    client = guarded.test_client()
    assert client.post(BASE, json=PASSAGE).status_code == 401
    assert "Take a passage out" not in client.get("/meetings/garden").text
    log_in(client)
    assert client.post(BASE, json=PASSAGE).status_code == 403
    assert library.store.redactions("garden") == ()
    assert client.post(BASE, json=PASSAGE, headers=csrf_header(guarded, client)).status_code == 201
    assert "Take a passage out" in client.get("/meetings/garden").text
    assert guarded.test_client().post(BASE, json=PASSAGE | {"author": "Ben"}, headers=BEARER).status_code == 201
    assert {each.author for each in library.store.redactions("garden")} == {"Ana", "Ben"}
