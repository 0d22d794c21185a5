"""Drafts are made, sent in pieces, corrected and looked at through the API, by those who may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.records import JobKind, JobRequest, JobState, Notes
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.meetings import Library

BASE = "/api/v1/drafts"
BYTES = "application/octet-stream"
RECORDING = {"role": "recording", "name": "call.mp3", "size": 6}


def test_a_draft_is_sent_in_pieces_and_looked_at(client: FlaskClient, library: Library, settings: Settings) -> None:
    """Over a bad line, too: whoever lost count is told where to go on."""
    made = client.post(BASE, json={"text": "# Garden club\n", "files": [RECORDING], "author": "Ana"})
    draft = made.get_json()
    path = f"{BASE}/{draft['id']}"
    assert (made.status_code, draft["author"], draft["adopted"]) == (201, "Ana", False)
    assert [(each["name"], each["received"]) for each in draft["files"]] == [("notes.md", 14), ("call.mp3", 0)]

    first = client.put(f"{path}/files/recording", data=b"abc", content_type=BYTES)
    lost = client.put(f"{path}/files/recording?offset=0", data=b"abc", content_type=BYTES)
    unfinished = client.post(f"{path}/look", json={})
    rest = client.put(f"{path}/files/recording?offset=3", data=b"def", content_type=BYTES)
    assert (first.get_json(), rest.get_json()) == ({"received": 3}, {"received": 6})
    assert (lost.status_code, lost.get_json()["received"]) == (409, 3)
    assert lost.get_json()["type"] == "/problems#upload-offset"
    assert (unfinished.status_code, "3 of 6 bytes" in unfinished.get_json()["detail"]) == (422, True)
    assert client.get(path).get_json()["files"][1]["received"] == 6
    assert drafts.path_of(settings, drafts.load(settings, draft["id"]), "recording").read_bytes() == b"abcdef"

    looked = client.post(f"{path}/look", json={"author": "Ben"})
    job = looked.get_json()
    stored = library.store.jobs.job(job["id"])
    assert (looked.status_code, looked.headers["Location"]) == (202, job["links"]["self"])
    assert (stored.kind, stored.state, stored.author) == (JobKind.LOOK, JobState.QUEUED, "Ben")
    assert stored.request == JobRequest(draft=draft["id"])
    assert client.post(f"{path}/look").get_json()["id"] == job["id"]


def test_what_was_understood_is_corrected(client: FlaskClient) -> None:
    """Each field by itself; null takes a correction back."""
    path = f"{BASE}/{client.post(BASE, json={'text': '- x'}).get_json()['id']}"
    client.patch(path, json={"title": "Garden", "date": "2024-03-05"})
    changed = client.patch(path, json={"title": None, "recording": "youtu.be/gArDenCall0"})
    assert changed.get_json()["corrections"] == {
        "title": None,
        "date": "2024-03-05",
        "recording": "https://youtu.be/gArDenCall0",
    }
    assert client.patch(path, json={"date": "yesterday"}).status_code == 422
    assert client.get(path).get_json()["corrections"] == changed.get_json()["corrections"]


def test_a_draft_is_discarded(client: FlaskClient, library: Library) -> None:
    """With what was understood of it."""
    path = f"{BASE}/{client.post(BASE, json={'text': '- x'}).get_json()['id']}"
    client.post(f"{path}/look")
    assert client.delete(path).status_code == 200
    assert not library.store.jobs.jobs()
    for answer in (client.get(path), client.delete(path), client.post(f"{path}/look"), client.patch(path, json={})):
        assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems#draft-not-found")
    assert client.put(f"{path}/files/notes", data=b"x", content_type=BYTES).status_code == 404


def test_what_is_becoming_a_meeting_is_not_discarded(client: FlaskClient, library: Library, settings: Settings) -> None:
    """Its job could never be done; once that is cancelled it may go, unless there is a meeting."""
    number, other = (client.post(BASE, json={"text": "- x"}).get_json()["id"] for _ in range(2))
    job = client.post("/api/v1/jobs", json={"draft": number}).get_json()
    refused = client.delete(f"{BASE}/{number}")
    assert (refused.status_code, "cancel its job" in refused.get_json()["detail"]) == (422, True)
    library.store.jobs.cancel(job["id"])
    assert client.delete(f"{BASE}/{number}").status_code == 200
    drafts.begin_adopting(settings, other, "x")
    assert client.delete(f"{BASE}/{other}").status_code == 422
    assert [each.id for each in drafts.all_drafts(settings)] == [other]


@pytest.mark.parametrize("author", ["x" * 81, "a\x00b", " "])
def test_an_author_has_a_name_that_can_be_shown(client: FlaskClient, settings: Settings, author: str) -> None:
    draft = drafts.create(settings, "Ana", text="- x").id
    for path, body in ((BASE, {"text": "- x"}), (f"{BASE}/{draft}/look", {}), ("/api/v1/jobs", {"draft": draft})):
        assert client.post(path, json=body | {"author": author}).status_code == 422
    assert len(list(drafts.all_drafts(settings))) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"link": "nowhere"},
        {"text": " "},
        {"text": "\x00"},
        {"files": [RECORDING | {"size": 5_000_000_000}]},
        {"files": [RECORDING | {"size": -1}]},
        {"files": [RECORDING | {"size": 10**40}]},
        {"files": [RECORDING | {"size": "6"}]},
        {"files": [RECORDING | {"role": "movie"}]},
        {"files": [RECORDING | {"name": "../../x"}]},
        {"files": [RECORDING | {"name": "x" * 4_096 + ".mp3"}]},
        {"files": [RECORDING, RECORDING]},
        {"files": [RECORDING] * 4},
        {"text": "- x", "more": 1},
    ],
)
def test_what_makes_no_draft_is_refused(client: FlaskClient, settings: Settings, body: dict[str, object]) -> None:
    refused = client.post(BASE, json=body)
    assert refused.status_code == 422
    assert refused.get_json()["detail"].endswith(".")
    assert not list(drafts.all_drafts(settings))


def test_pieces_that_cannot_be_taken(client: FlaskClient) -> None:
    """Of another file, beyond the end, with an odd offset, or sent by the form of another site."""
    path = f"{BASE}/{client.post(BASE, json={'files': [RECORDING]}).get_json()['id']}/files"
    for address, expected in (
        *((f"{path}/notes", 422), (f"{path}/..%2Fx", 404), (f"{path}/movie", 422)),
        *((f"{path}/recording?offset=-1", 400), (f"{path}/recording?offset=x", 400)),
        (f"{path}/recording?offset={'9' * 99}", 409),
    ):
        assert client.put(address, data=b"abc", content_type=BYTES).status_code == expected, address
    assert client.put(f"{path}/recording", data=b"abcdefg", content_type=BYTES).status_code == 422
    assert client.put(f"{path}/recording", data=b"abc", content_type="text/plain").status_code == 415
    assert client.get(path.removesuffix("/files")).get_json()["files"][0]["received"] == 0


def test_only_those_who_may_write_have_drafts(guarded: Flask, full: Notes, settings: Settings) -> None:
    """Whoever is logged in also says that one of our pages asks; to read a draft that is not needed."""
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])
    path, stranger, member = f"{BASE}/{draft.id}", guarded.test_client(), guarded.test_client()
    log_in(member)

    def statuses(client: FlaskClient, headers: dict[str, str]) -> list[int]:
        sent = [
            client.post(BASE, json={"text": "- x"}, headers=headers),
            client.get(path, headers=headers),
            client.patch(path, json={"title": "x"}, headers=headers),
            client.put(f"{path}/files/recording", data=b"abcdef", content_type=BYTES, headers=headers),
            client.post(f"{path}/look", headers=headers),
            client.delete(path, headers=headers),
        ]
        return [each.status_code for each in sent]

    assert statuses(stranger, {}) == [401] * 6
    assert statuses(member, {}) == [403, 200, 403, 403, 403, 403]
    assert statuses(member, csrf_header(guarded, member)) == [201, 200, 200, 200, 202, 200]
    assert drafts.create(settings, "Ana", text="- x").author == "Ana"
    assert stranger.post(BASE, json={"text": "- x"}, headers=BEARER).get_json()["author"] == "a program"
