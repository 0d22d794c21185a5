"""Whoever waits for a job sees it go on, without a reload, and can cancel it or have it tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request, expect

from pipeline.records import HeardLine, JobDone, JobHeard, JobProgress, Notes
from tests.service.jobs import fail, put, taken
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

BOX = "document.querySelector('.hearing-lines')"


def look_again(page: Page) -> None:
    """As if it had come to the front: it asks at once, unless it is at it; then in its turn."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def heard(first: int, last: int) -> JobHeard:
    return JobHeard(tuple(HeardLine(at * 4.0, f"Line {at}.") for at in range(first, last)))


def test_a_job_is_followed_to_its_end(live: str, page: Page, library: Library, full: Notes) -> None:
    """From the queue to the link to its meeting."""
    put(library, "Another one")
    number, jobs = put(library, "Garden club 2024-03-05"), library.store.jobs
    page.goto(f"{live}jobs/{number}")
    expect(page.locator(".job-facts").first).to_contain_text("2nd in the queue")
    jobs.cancel(number - 1)
    claim = taken(library)
    jobs.report(claim, JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.25))
    jobs.report(claim, heard(0, 2))
    look_again(page)
    expect(page.get_by_text("12:30 of 58:00 heard")).to_be_visible()
    expect(page.get_by_text("about 11 minutes left")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 750)
    expect(page.locator("[aria-current=step]")).to_have_text("Transcribing")
    expect(page.get_by_role("status")).to_have_text("Transcribing, 20 percent")
    expect(page.locator(".hearing-lines p")).to_have_text(["0:00 Line 0.", "0:04 Line 1."])
    jobs.report(claim, heard(2, 3))
    look_again(page)
    expect(page.locator(".hearing-lines p")).to_have_count(3)

    jobs.report(claim, JobDone(slugs=("garden",)))
    look_again(page)
    expect(page.get_by_role("link", name="Garden club 2024-03-05")).to_have_attribute("href", "/meetings/garden")
    expect(page.get_by_role("status")).to_have_text("Done")
    expect(page.locator(".hearing-lines p")).to_have_count(3)


def test_nobody_asks_about_a_job_that_has_ended(live: str, page: Page, library: Library) -> None:
    number = put(library)
    library.store.jobs.cancel(number)
    page.clock.install()
    page.goto(f"{live}jobs/{number}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert [url for url in asked if "/static/" not in url] == []


def test_nothing_is_sent_twice_while_nothing_changes(live: str, page: Page, library: Library) -> None:
    """The page says what it has, and is answered with 304."""
    number = put(library)
    page.goto(f"{live}jobs/{number}")
    statuses = []
    for _ in range(3):
        with page.expect_response(f"**/jobs/{number}") as answer:
            look_again(page)
        statuses.append(answer.value.status)
    assert statuses == [200, 304, 304]


def test_the_newest_line_is_in_sight_unless_somebody_reads_above(live: str, page: Page, library: Library) -> None:
    """What is appended moves nothing under the eyes of a reader."""
    number, jobs, claim = put(library), library.store.jobs, taken(library)
    jobs.report(claim, heard(0, 60))
    page.goto(f"{live}jobs/{number}")
    expect(page.get_by_text("Line 59.")).to_be_in_viewport()
    jobs.report(claim, heard(60, 70))
    look_again(page)
    expect(page.get_by_text("Line 69.")).to_be_in_viewport()
    page.evaluate(f"{BOX}.scrollTop = 100")
    jobs.report(claim, heard(70, 80))
    look_again(page)
    expect(page.locator(".hearing-lines p")).to_have_count(80)
    assert page.evaluate(f"{BOX}.scrollTop") == 100


def test_what_is_heard_anew_replaces_what_was_heard(live: str, page: Page, library: Library) -> None:
    """A job that goes on from its checkpoint begins with what it knows from there."""
    number, jobs, claim = put(library), library.store.jobs, taken(library)
    jobs.report(claim, heard(0, 5))
    page.goto(f"{live}jobs/{number}")
    expect(page.locator(".hearing-lines p")).to_have_count(5)
    jobs.report(claim, JobHeard((HeardLine(0.0, "Line 0."), HeardLine(4.0, "Otherwise.")), anew=True))
    look_again(page)
    expect(page.locator(".hearing-lines p")).to_have_text(["0:00 Line 0.", "0:04 Otherwise."])


def test_a_job_is_cancelled_and_tried_again_by_keyboard(live: str, page: Page, library: Library) -> None:
    """The focus stays on what can be done next."""
    number = put(library)
    page.goto(f"{live}jobs/{number}")
    page.get_by_role("button", name="Cancel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Cancelled")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    assert library.store.jobs.job(number).place == 1


def test_a_failure_is_told_while_the_page_is_open(live: str, page: Page, library: Library) -> None:
    """What went wrong, what can be done, and when it is tried again, by the reader's clock."""
    number = put(library)
    page.goto(f"{live}jobs/{number}")
    fail(library, retry_at=datetime.now(UTC) + timedelta(days=2))
    look_again(page)
    expect(page.locator(".notice.failed")).to_contain_text("No connection to the host.")
    shown = page.locator(".notice time").inner_text()
    assert "UTC" not in shown
    assert ":" in shown
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator(".notice.failed")).to_have_count(0)


def test_all_that_failed_for_a_reason_are_tried_again(live: str, page: Page, library: Library) -> None:
    for title in ("First", "Second"):
        put(library, title)
        fail(library)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(live + "jobs")
    page.get_by_role("button", name="Retry all that failed for this reason").click()
    expect(page.locator(".failed-group")).to_have_count(0)
    expect(page.locator(".jobs li")).to_have_count(2)
    assert {job.place for job in library.store.jobs.jobs()} == {1, 2}
    assert [request.post_data_json for request in asked if request.method == "POST"] == [{"reason": "no-network"}]
