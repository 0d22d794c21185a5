"""What is asked for through the API becomes a job, once, and programs can follow it to its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.jobs.drafts import Draft
from pipeline.records import (
    HeardLine,
    JobDone,
    JobFailed,
    JobFailure,
    JobHeard,
    JobKind,
    JobProgress,
    JobRequest,
    JobState,
    Notes,
)
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.jobs import LINK, fail, garden, look, own_meeting, put, taken
from tests.service.meetings import Library

JOBS = "/api/v1/jobs"
KEY = {"Idempotency-Key": "3f6c"}


def test_a_link_becomes_a_draft_and_a_job_for_it(client: FlaskClient, settings: Settings) -> None:
    """It is answered at once, with the address at which the job can be followed."""
    answer = client.post(JOBS, json={"link": f" {LINK} ", "author": "Ben"})
    job = answer.get_json()

    assert (answer.status_code, answer.headers["Location"]) == (202, f"{JOBS}/{job['id']}")
    assert [job[name] for name in ("kind", "title", "author", "state", "place", "result", "failure")] == [
        *("run", LINK, "Ben", "queued", 1, None, None),
    ]
    assert job["created_at"].endswith("Z")
    assert job["links"]["page"] == f"/jobs/{job['id']}"
    assert client.get(answer.headers["Location"]).get_json() == job
    (draft,) = drafts.all_drafts(settings)
    assert (draft.link, draft.submitted) == (LINK, True)
    secret = client.post(JOBS, json={"link": "https://ana:pw@media.example:81/a.mp3"}, headers=KEY)
    assert secret.get_json()["title"] == "https://media.example:81/a.mp3"
    assert client.post(JOBS, json={"link": "https://ana:pw@media.example:81/a.mp3"}, headers=KEY).status_code == 202


def test_a_link_that_waits_is_not_queued_again(client: FlaskClient, settings: Settings, library: Library) -> None:
    """Nor one that runs, whichever way it is given; once it has ended it is."""
    first = client.post(JOBS, json={"link": LINK}).get_json()["id"]
    taken(library)
    draft = drafts.create(settings, "Ana", link=LINK)
    again = client.post(JOBS, json={"draft": draft.id}, headers={"Idempotency-Key": draft.id})
    assert [each.get_json()["id"] for each in (client.post(JOBS, json={"link": LINK}), again)] == [first] * 2
    corrected = drafts.create(settings, "Ana", link=LINK)
    drafts.correct(settings, corrected.id, drafts.DraftCorrections(title="Another one"))
    assert client.post(JOBS, json={"draft": corrected.id}).get_json()["id"] != first
    library.store.jobs.cancel(first)
    assert client.post(JOBS, json={"link": LINK}).get_json()["id"] != first


def test_a_draft_is_called_as_it_was_understood(client: FlaskClient, settings: Settings, library: Library) -> None:
    """Or as somebody corrected its title; it is kept until its turn comes."""
    draft = drafts.create(settings, "Ana", text="# Garden club 2024-03-05\n")
    library.store.jobs.put(JobKind.LOOK, "notes.md", JobRequest(draft=draft.id), "Ana")
    look(library, garden())
    job = client.post(JOBS, json={"draft": draft.id}).get_json()
    assert job["title"] == "Garden club 2024-03-05"
    assert library.store.jobs.job(job["id"]).request == JobRequest(draft=draft.id)
    assert drafts.load(settings, draft.id).submitted

    other = drafts.create(settings, "Ana", text="# Garden club 2024-03-05\n")
    drafts.correct(settings, other.id, drafts.DraftCorrections(title="Spring meeting"))
    assert client.post(JOBS, json={"draft": other.id}).get_json()["title"] == "Spring meeting"


def test_a_draft_that_has_not_arrived_is_refused(client: FlaskClient, settings: Settings) -> None:
    draft = drafts.create(settings, "Ana", files=[("notes", "notes.md", 20)])

    answer = client.post(JOBS, json={"draft": draft.id})

    assert answer.status_code == 422
    assert "has not arrived" in answer.get_json()["detail"]


def test_a_stored_meeting_is_run_again(client: FlaskClient, settings: Settings, library: Library) -> None:
    """From the stage that is asked for, as long as its notes are where they were."""
    path = own_meeting(library, settings)
    job = client.post(JOBS, json={"meeting": "garden", "force": "align"}).get_json()
    assert job["title"] == "Garden club 2024-03-05"
    assert library.store.jobs.job(job["id"]).request == JobRequest(notes=str(path), force="align")

    path.rename(elsewhere := settings.data_dir / "elsewhere.md")
    path.symlink_to(elsewhere)
    symlink = client.post(JOBS, json={"meeting": "garden"})
    assert (symlink.status_code, symlink.get_json()["type"]) == (409, "/problems#notes-elsewhere")

    path.unlink()
    gone = client.post(JOBS, json={"meeting": "garden"})
    assert (gone.status_code, gone.get_json()["type"]) == (409, "/problems#notes-gone")


def test_a_request_that_is_sent_again_is_the_same_job(client: FlaskClient, settings: Settings) -> None:
    """Whoever is not sure that it arrived sends it with the same key; another one with that key is refused."""
    first, again = (client.post(JOBS, json={"link": LINK}, headers=KEY) for _ in range(2))
    assert (again.status_code, again.get_json()["id"]) == (202, first.get_json()["id"])
    assert len([*drafts.all_drafts(settings)]) == 1

    for body in ({"link": LINK.replace("0", "1")}, {"draft": drafts.create(settings, "Ana", text="# A\n").id}):
        other = client.post(JOBS, json=body, headers=KEY)
        assert (other.status_code, other.get_json()["type"]) == (409, "/problems#job-key-taken")
        assert "'3f6c'" in other.get_json()["detail"]
    assert client.post(JOBS, json={"link": LINK}, headers={"Idempotency-Key": "x" * 201}).status_code == 400


def test_a_key_is_none_of_those_that_jumpnotes_gives(client: FlaskClient, library: Library) -> None:
    library.store.jobs.put(JobKind.RUN, "Garden club", JobRequest(notes="/notes/a.md"), "Ana", key="match 1")
    assert client.post(JOBS, json={"link": LINK}, headers={"Idempotency-Key": "match 1"}).status_code == 202


def test_a_request_that_is_sent_twice_at_once_is_one_job(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is refused, and nothing is left of the draft that came second."""
    create, first = drafts.create, []

    def overtaken(*args: Any, **options: Any) -> Draft:
        """The other request comes in between."""
        monkeypatch.undo()
        first.append(app.test_client().post(JOBS, json={"link": LINK}, headers=KEY).get_json()["id"])
        return create(*args, **options)

    monkeypatch.setattr(drafts, "create", overtaken)
    second = app.test_client().post(JOBS, json={"link": LINK}, headers=KEY)
    assert (second.status_code, [second.get_json()["id"]]) == (202, first)
    assert len([*drafts.all_drafts(settings)]) == 1


def test_a_job_is_answered_anew_only_once_it_has_changed(client: FlaskClient, library: Library) -> None:
    """Its state, its progress, or its place in the queue: until then whoever asks gets 304."""
    first, second = put(library, "First"), put(library, "Second")

    def ask(etag: str) -> tuple[int, str]:
        answer = client.get(f"{JOBS}/{second}", headers={"If-None-Match": etag})
        return answer.status_code, answer.headers["ETag"]

    status, etag = ask("")
    assert status == 200
    assert ask(etag) == (304, etag)
    claim = taken(library)
    assert claim.job.id == first
    status, next_in_turn = ask(etag)
    assert status == 200
    library.store.jobs.report(claim, JobDone())
    library.store.jobs.report(taken(library), JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.25))
    job = client.get(f"{JOBS}/{second}").get_json()
    assert [job[name] for name in ("state", "stage", "done", "total", "unit", "seconds_left", "place")] == [
        *("running", "transcribing", 750.0, 3480.0, "seconds", 682.5, None),
    ]
    assert ask(next_in_turn)[0] == 200


def test_what_is_heard_is_answered_from_a_line_on(client: FlaskClient, library: Library) -> None:
    """So that a page only asks for what it does not have yet."""
    number, claim = put(library), taken(library)
    library.store.jobs.report(claim, JobHeard((HeardLine(0.0, "Good evening."), HeardLine(4.0, "The rota."))))
    library.store.jobs.report(claim, JobHeard((HeardLine(9.5, "August."),)))

    assert client.get(f"{JOBS}/{number}/heard?skip=2").get_json() == {
        "lines": [{"start": 9.5, "text": "August."}],
        "next": 3,
    }
    assert [line["text"] for line in client.get(f"{JOBS}/{number}/heard").get_json()["lines"]] == [
        *("Good evening.", "The rota.", "August."),
    ]
    assert client.get(f"{JOBS}/{number}/heard?skip=3").get_json() == {"lines": [], "next": 3}


def test_jobs_are_cancelled_and_tried_again(client: FlaskClient, library: Library) -> None:
    number = put(library)
    assert client.post(f"{JOBS}/{number}/cancel").get_json()["state"] == "cancelled"
    assert client.post(f"{JOBS}/{number}/retry").get_json()["state"] == "queued"
    fail(library, retry_at=datetime.now(UTC) + timedelta(hours=1))
    job = client.get(f"{JOBS}/{number}").get_json()
    assert job["failure"] == {
        "reason": "no-network",
        "message": "no connection to the host",
        "hint": "Try again later.",
        "stage": "fetching",
    }
    assert job["retry_at"].endswith("Z")
    assert client.post(f"{JOBS}/{number}/retry").get_json()["retry_at"] is None


def test_jobs_are_listed_by_what_became_of_them(client: FlaskClient, library: Library) -> None:
    """And all that failed for a reason are tried again at once."""
    numbers = [put(library, title) for title in ("First", "Second", "Third")]
    fail(library)
    fail(library)

    def listed(query: str) -> list[int]:
        return [job["id"] for job in client.get(f"{JOBS}{query}").get_json()["jobs"]]

    assert listed("") == numbers[::-1]
    assert listed("?state=failed") == listed("?reason=no-network") == numbers[1::-1]
    assert listed("?reason=no-network&limit=1") == numbers[1:2]
    assert listed("?kind=look") == []
    look = library.store.jobs.put(JobKind.LOOK, "notes.md", JobRequest(draft="x"), "Ana").id
    library.store.jobs.report(taken(library, JobKind.LOOK), JobFailed(JobFailure("notes-error", "they are empty")))
    assert listed("?state=failed") == numbers[1::-1]
    assert listed("?kind=look") == [look]
    assert client.post(f"{JOBS}/retry", json={"reason": "removed"}).get_json() == {"jobs": []}
    again = client.post(f"{JOBS}/retry", json={"reason": "no-network"}).get_json()["jobs"]
    assert sorted(job["id"] for job in again) == numbers[:2]
    assert {job.state for job in library.store.jobs.jobs(kinds=(JobKind.RUN,))} == {JobState.QUEUED}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"link": LINK, "meeting": "garden"}, 422),
        ({"link": "soon"}, 422),
        ({"meeting": "garden", "force": "everything"}, 422),
        ({"link": LINK, "more": 1}, 422),
        ({"draft": "../../etc"}, 404),
        ({"meeting": "nobody"}, 404),
    ],
)
def test_what_makes_no_sense_is_no_job(
    client: FlaskClient, library: Library, full: Notes, body: dict[str, Any], status: int
) -> None:
    assert client.post(JOBS, json=body).status_code == status
    assert client.post(JOBS, data="link=x").status_code == 415
    assert library.store.jobs.jobs() == []


def test_a_job_that_is_not_there(client: FlaskClient) -> None:
    """Is a 404 everywhere, however large its number."""
    for number in (7, 10**30):
        for address in (f"{JOBS}/{number}", f"{JOBS}/{number}/heard"):
            assert client.get(address).get_json()["type"] == "/problems#job-not-found"
        assert client.post(f"{JOBS}/{number}/cancel").status_code == 404
        assert client.post(f"{JOBS}/{number}/retry").status_code == 404


def test_only_those_who_may_write_see_and_ask(guarded: Flask, library: Library) -> None:
    """Reading needs a login, and writing a request of our own page."""
    client, number = guarded.test_client(), put(library)
    reads = (JOBS, f"{JOBS}/{number}", f"{JOBS}/{number}/heard")
    writes: tuple[tuple[str, dict[str, str]], ...] = (
        (JOBS, {"link": LINK}),
        (f"{JOBS}/{number}/cancel", {}),
        (f"{JOBS}/{number}/retry", {}),
    )
    assert {client.get(address).status_code for address in reads} == {401}
    assert {client.post(address, json=body).status_code for address, body in writes} == {401}
    log_in(client)
    assert {client.get(address).status_code for address in reads} == {200}
    assert {client.post(address, json=body).status_code for address, body in writes} == {403}
    assert client.post(JOBS, json={"link": LINK}, headers=csrf_header(guarded, client)).get_json()["author"] == "Ana"
    assert guarded.test_client().get(JOBS, headers=BEARER).status_code == 200
    assert guarded.test_client().post(f"{JOBS}/{number}/cancel", headers=BEARER).status_code == 200
