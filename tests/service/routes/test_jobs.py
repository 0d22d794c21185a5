"""The pages of those who may write say how far everything is, and nobody else sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.jobs.presence import only_worker
from pipeline.jobs.understood import Understood, UnderstoodMeeting, UnderstoodRecording
from pipeline.records import JobDone, JobFailed, JobFailure, JobKind, JobProgress, JobRequest, Notes
from tests.service.corrections import log_in
from tests.service.html_tags import tags
from tests.service.jobs import fail, garden, look, own_meeting, put, taken
from tests.service.meetings import Library

PAGES = ("/new", "/jobs", "/jobs/queue", "/jobs/1", "/jobs/1/understood", "/jobs/1/notes", "/meetings/garden/edit")
LINKS = ('href="/new"', 'href="/jobs"')


def test_only_those_who_may_write_see_the_pages(guarded: Flask, library: Library, settings: Settings) -> None:
    """Everybody else is told how to log in, and comes back to the page from there."""
    own_meeting(library, settings)
    put(library)
    client = guarded.test_client()
    for address in PAGES:
        refused = client.get(address)
        assert (refused.status_code, refused.headers["Cache-Control"]) == (401, "no-store")
        assert f'href="/login?next={address}"' in refused.text
        assert "Garden club" not in refused.text
    log_in(client)
    assert [client.get(address).status_code for address in PAGES[:3]] == [200] * 3


def test_from_elsewhere_nobody_adds_meetings(client: FlaskClient) -> None:
    """Without a token there is no way to log in, so the page says what whoever runs the server can do."""
    refused = client.get("/new", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert refused.status_code == 403
    assert "set <code>JUMPNOTES_TOKEN</code> there" in refused.text


def test_the_pages_are_found_by_those_who_may_write(guarded: Flask, full: Notes) -> None:
    """And no page that was made for them is shown to anybody else, in whichever order they come."""
    reader, editor = guarded.test_client(), guarded.test_client()
    log_in(editor)
    for client in (reader, editor, reader):
        page = client.get("/meetings/").text
        assert [link in page for link in LINKS] == [client is editor] * 2


def test_on_this_computer_the_pages_are_found(client: FlaskClient, full: Notes) -> None:
    """A reader from elsewhere does not get the page that was kept for it."""
    for elsewhere in (False, True, False):
        page = client.get("/", environ_overrides={"REMOTE_ADDR": "192.0.2.7"} if elsewhere else {}).text
        assert [link in page for link in LINKS] == [not elsewhere] * 2


def test_without_a_worker_nothing_is_asked(client: FlaskClient, settings: Settings) -> None:
    """The page says so, before anybody fills in a form in vain."""
    assert "no worker is running" in client.get("/new").text
    assert "<form class=" not in client.get("/new").text.partition("<main")[2]
    with only_worker(settings.data_dir):
        page = client.get("/new").text
        assert '<form class="new-meeting"' in page
        assert "needs JavaScript" in page
        assert "up to 4,000 MB" in page


def test_a_worker_that_cannot_transcribe_says_so(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the image of the web alone has none of the libraries."""
    monkeypatch.setattr("pipeline.jobs.presence.find_spec", lambda name: None)
    with only_worker(settings.data_dir):
        page = client.get("/new").text
    assert "No recording can be transcribed here" in page
    assert "No recording can be fetched from the web here" in page
    assert '<form class="new-meeting"' in page


def test_a_job_says_how_far_it_is(opened: Callable[[str], str], library: Library) -> None:
    """Its steps, what has been heard, and how long it may take, where that is known."""
    number = put(library, "Garden club <2024>")
    waiting = opened(f"/jobs/{number}")
    assert "next in the queue" in waiting
    assert "Garden club &lt;2024&gt;" in waiting
    claim = taken(library)
    library.store.jobs.report(claim, JobProgress("fetching", 3_000_000, 9_000_000, "bytes"))
    assert "3 of 9 MB" in opened(f"/jobs/{number}")
    library.store.jobs.report(claim, JobProgress("transcribing", 750.0, 3480.0, "seconds"))
    heard = opened(f"/jobs/{number}")
    assert "12:30 of 58:00 heard" in heard
    assert " left" not in heard
    library.store.jobs.report(claim, JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.25))
    assert "about 11 minutes left" in opened(f"/jobs/{number}")
    steps = [tag.attributes for tag in tags(heard) if tag.name == "li" and tag.attributes.get("class") is not None]
    assert [step["class"] for step in steps[:3]] == ["done", "current", ""]
    library.store.jobs.report(claim, JobProgress("brushing"))
    assert "<span>brushing</span>" in opened(f"/jobs/{number}")


def test_of_what_waits_only_the_next_one_is_promised_a_time(opened: Callable[[str], str], library: Library) -> None:
    """How long those before the others will take is not known."""
    numbers = [put(library, title) for title in ("First", "Second", "Third", "Fourth")]
    claim = taken(library)
    assert "begins in" not in opened(f"/jobs/{numbers[1]}")
    library.store.jobs.report(claim, JobProgress("transcribing", 0.0, 40_000.0, "seconds", pace=0.25))
    assert "begins in about 2 h 50 min" in opened(f"/jobs/{numbers[1]}")
    third = opened(f"/jobs/{numbers[2]}")
    assert "2nd in the queue" in third
    assert "begins in" not in third
    assert "3rd in the queue" in opened("/jobs")


def test_a_job_that_is_done_leads_to_its_meeting(opened: Callable[[str], str], library: Library, full: Notes) -> None:
    number = put(library, "Garden club 2024-03-05")
    library.store.jobs.report(taken(library), JobDone(slugs=("garden",), remarks=("The notes say `18:00`.",)))
    page = opened(f"/jobs/{number}")
    assert 'href="/meetings/garden" dir="auto">Garden club 2024-03-05</a>' in page
    assert "The notes say <code>18:00</code>." in page
    assert "Cancel" not in page
    assert 'href="/meetings/garden"' in opened("/jobs")


def test_what_is_missing_of_a_meeting_is_said(
    opened: Callable[[str], str], library: Library, settings: Settings
) -> None:
    """A job that had no recording to fetch and to hear does not say that it did."""
    own_meeting(library, settings)
    notes = library.notes(slug="seeds")
    library.youtube("seeds")
    library.aligned(notes)
    steps = []
    for slug, request in (("garden", JobRequest(draft="a")), ("seeds", JobRequest(draft="b")), ("seeds", JobRequest())):
        number = library.store.jobs.put(JobKind.RUN, "Garden club", request, "Ana").id
        claim = taken(library)
        library.store.jobs.report(claim, JobProgress("aligning"))
        library.store.jobs.report(claim, JobDone(slugs=(slug,)))
        page = opened(f"/jobs/{number}")
        steps.append([step for step in ("Fetching", "Transcribing", "Linking") if f">{step}<" in page])
    assert steps == [["Linking"], ["Fetching", "Transcribing", "Linking"], ["Linking"]]
    assert "There is no recording yet" not in page
    page = opened("/jobs/1")
    assert 'There is no recording yet. <a href="/meetings/garden/edit">Edit the notes</a>' in page


def test_a_job_that_failed_says_why_and_what_can_be_done(opened: Callable[[str], str], library: Library) -> None:
    """And when it is tried again, if it is."""
    number = put(library)
    fail(library)
    page = opened(f"/jobs/{number}")
    assert "No connection. This often passes by itself." in page
    assert "No connection to the host." in page
    assert "Try again later." not in page
    assert 'data-post="/api/v1/jobs/1/retry"' in page
    library.store.jobs.retry(number)
    fail(library, retry_at=datetime(2030, 5, 1, 12, 0, tzinfo=UTC))
    assert '<time datetime="2030-05-01T12:00:00Z">2030-05-01 12:00:00 UTC</time>' in opened(f"/jobs/{number}")


def test_a_failure_is_told_while_it_counts(opened: Callable[[str], str], library: Library) -> None:
    """Not once the job runs again."""
    number = put(library)
    fail(library, retry_at=datetime.now(UTC) - timedelta(hours=1))
    assert "No connection." in opened(f"/jobs/{number}")
    taken(library)
    assert "No connection" not in opened(f"/jobs/{number}")


def test_who_waits_for_a_look_is_told_why_there_is_none(
    client: FlaskClient, library: Library, settings: Settings
) -> None:
    """In their language: that nobody is at it, or what went wrong."""
    library.store.jobs.put(JobKind.LOOK, "notes.md", JobRequest(draft="x"), "Ana")

    def words() -> str:
        return client.get("/jobs/1/words", headers={"Accept-Language": "de"}).text.strip()

    assert words().startswith("Im Moment kann nichts hinzugefügt werden")
    with only_worker(settings.data_dir):
        assert words() == ""
        claim = taken(library, JobKind.LOOK)
        library.store.jobs.report(claim, JobFailed(JobFailure("draft-error", "there is no such day", "Type it anew.")))
        assert words() == "Diesen Tag gibt es nicht. Bitte neu eingeben."


def test_those_that_failed_are_listed_by_their_reasons(opened: Callable[[str], str], library: Library) -> None:
    """However long ago, with those that wait to be tried again; a draft that is looked at is not among the jobs."""
    for title in ("First", "Second", "Third"):
        put(library, title)
    fail(library)
    fail(library, JobFailure("strange-weather", "it rained"))
    fail(library, retry_at=datetime.now(UTC) + timedelta(hours=1))
    put(library, "A folder", kind=JobKind.SCAN)
    gone = JobFailure("place-unreachable", "/calls: not there")
    library.store.jobs.report(taken(library, JobKind.SCAN), JobFailed(gone))
    for at in range(100):
        library.store.jobs.cancel(put(library, f"Later {at}"))
    library.store.jobs.put(JobKind.LOOK, "a draft", JobRequest(draft="x"), "Ana")
    page = opened("/jobs")
    headings = [line for line in page.splitlines() if "<h2" in line]
    assert [heading.partition(">")[2].partition("<")[0] for heading in headings] == [
        *("A watched place cannot be reached", "No connection", "Strange weather", "All others"),
    ]
    scan, _, rest = page.partition("No connection")
    assert "Retry all" not in scan
    first = rest.partition("Strange weather")[0]
    assert all(title in first for title in ("First", "Third"))
    assert "{&#34;reason&#34;: &#34;no-network&#34;}" in first
    assert "a draft" not in page


def test_a_page_of_jobs_is_answered_anew_only_once_something_has_changed(client: FlaskClient, library: Library) -> None:
    """So that looking again every second costs next to nothing."""
    number = put(library)
    for address in ("/jobs", f"/jobs/{number}"):
        library.store.jobs.retry(number)
        first = client.get(address)
        assert first.headers["Cache-Control"] == "no-store"
        known = {"If-None-Match": first.headers["ETag"]}
        again = client.get(address, headers=known)
        assert (again.status_code, again.text) == (304, "")
        library.store.jobs.cancel(number)
        assert client.get(address, headers=known).status_code == 200


def test_what_was_understood_is_shown_as_a_form(opened: Callable[[str], str], library: Library, full: Notes) -> None:
    """What is in the notes can be said otherwise, and not be taken away: a field that is emptied is not sent."""
    library.store.jobs.put(JobKind.LOOK, "notes.md", JobRequest(draft="x"), "Ana")
    look(library, garden())
    form = opened("/jobs/1/understood")
    inputs = [tag.attributes for tag in tags(form) if tag.name == "input"]
    assert all("required" in field for field in inputs)
    assert {field["name"]: field["value"] for field in inputs} == {
        "title": "Garden club 2024-03-05",
        "date": "2024-03-05",
        "recording": "https://www.youtube.com/watch?v=gArDenCall0",
    }
    assert "Garden call · 20:00" in form
    assert "4 sections" in form
    preview = opened("/jobs/1/notes")
    assert "Two pallets are <em>broken</em>." in preview
    assert "<script" not in preview


def test_what_was_understood_is_told_as_it_is(
    opened: Callable[[str], str], library: Library, settings: Settings
) -> None:
    """A transcript that is used, notes that there are none of, whose date it is, and what a host did not say."""
    draft = drafts.create(settings, "Ana", files=[("transcript", "call.vtt", 20)])
    library.store.jobs.put(JobKind.LOOK, "call.vtt", JobRequest(draft=draft.id), "Ana")
    alone = UnderstoodMeeting("Call", None, False, None, (), 0)
    look(library, Understood((alone,), 60.0, makes_notes=True))
    form = opened("/jobs/1/understood")
    assert '<span class="name">Transcript</span> <span dir="auto">call.vtt</span>' in form
    assert "they consist of the title alone" in form

    library.store.jobs.put(JobKind.LOOK, "call.mp3", JobRequest(draft="x"), "Ana")
    recording = UnderstoodRecording("https://media.example/call.mp3", "link")
    blocked = JobFailure("host-not-allowed", "recordings are not fetched from media.example", "Add it to …")
    linked = UnderstoodMeeting("Call", "2024-03-05", False, recording, (), 0)
    look(library, Understood((linked,), None, failures=(blocked,)))
    form = opened("/jobs/2/understood")
    assert "this is when the recording's file was last changed." in form
    assert "Whoever runs this server can allow it." in form
    assert "Add it to" not in form


def test_a_job_that_looked_at_nothing_has_understood_nothing(client: FlaskClient, library: Library) -> None:
    put(library)
    library.store.jobs.put(JobKind.LOOK, "notes.md", JobRequest(draft="x"), "Ana")
    assert {client.get(f"/jobs/{number}/understood").status_code for number in (1, 2, 3)} == {404}


def test_only_our_own_notes_are_edited(client: FlaskClient, library: Library, settings: Settings, full: Notes) -> None:
    """A file elsewhere stays as it is: its page does not lead to the editor, and the editor says why."""
    own_meeting(library, settings, "# Seeds\n\n</textarea><script>\n", slug="seeds")
    assert 'href="/meetings/seeds/edit"' in client.get("/meetings/seeds").text
    assert (
        'href="/meetings/seeds/edit"'
        not in client.get("/meetings/seeds", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).text
    )
    editor = client.get("/meetings/seeds/edit").text
    assert "# Seeds\n\n&lt;/textarea&gt;&lt;script&gt;" in editor
    assert "/edit" not in client.get("/meetings/garden").text
    elsewhere = client.get("/meetings/garden/edit")
    assert elsewhere.status_code == 409
    assert "kept in a file elsewhere: garden.md" in elsewhere.text
    assert client.get("/meetings/nobody/edit").status_code == 404
