"""A new meeting comes from a link, from files or from what is written here, and nothing runs before it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Response, Route, expect

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.jobs.presence import only_worker
from pipeline.records import JobFailed, JobFailure, JobKind, JobRequest
from tests.pipeline.jobs.conftest import wait_for
from tests.service.jobs import LINK, garden, look, taken
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

NOTES = "# Garden club 2024-03-05\n\n## Watering rota\n"


@pytest.fixture(autouse=True)
def worker(settings: Settings) -> Iterator[None]:
    """Without one the page asks for nothing."""
    with only_worker(settings.data_dir):
        yield


def is_look(response: Response) -> bool:
    return response.url.endswith("/look")


def go_on(page: Page) -> None:
    """Send what was given, until it waits to be looked at."""
    with page.expect_response(is_look):
        page.get_by_role("button", name="Continue").click()


def test_a_link_is_shown_corrected_and_started(live: str, page: Page, library: Library, settings: Settings) -> None:
    """All of it by keyboard; what was corrected goes along, and what was not does not."""
    page.goto(live + "new")
    page.get_by_label("Link of the recording").focus()
    page.keyboard.type(LINK)
    with page.expect_response(is_look):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Looking at it…")
    look(library, garden())

    expect(page.get_by_role("heading", name="This is what was understood")).to_be_focused()
    form = page.locator(".corrections")
    expect(form.get_by_label("Title")).to_have_value("Garden club 2024-03-05")
    expect(form.get_by_label("Date")).to_have_value("2024-03-05")
    expect(form).to_contain_text("Compost heap")
    expect(form.get_by_label("Link of the recording")).to_have_accessible_description("Garden call · 20:00")
    form.get_by_label("Title").fill("Spring meeting")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Spring meeting")

    (job,) = library.store.jobs.jobs(kinds=(JobKind.RUN,))
    (draft,) = drafts.all_drafts(settings)
    assert job.request == JobRequest(draft=draft.id)
    assert (draft.link, draft.corrections) == (LINK, drafts.DraftCorrections(title="Spring meeting"))


def test_files_are_sent_in_pieces_over_a_bad_line(
    live: str, page: Page, library: Library, settings: Settings, tmp_path: Path
) -> None:
    """A piece that is lost is sent again, in smaller ones, and one whose answer was lost is not stored twice."""
    (tmp_path / "garden.md").write_text(NOTES)
    recording = bytes(range(256)) * 12_000  # three pieces
    (tmp_path / "garden.mp4").write_bytes(recording)
    failures, offsets = iter(("before", "", "after", "")), []

    def break_down(route: Route) -> None:
        failure = next(failures, "")
        offsets.append(int(route.request.url.rpartition("=")[2]))
        if failure == "after":
            route.fetch()
        if failure:
            route.abort()
            page.evaluate("setTimeout(() => dispatchEvent(new Event('online')), 50)")
        else:
            route.continue_()

    page.route("**/files/recording?*", break_down)
    page.goto(live + "new")
    page.get_by_label("Choose files").set_input_files([tmp_path / "garden.mp4", tmp_path / "garden.md"])
    expect(page.get_by_label("What garden.md is")).to_have_value("notes")
    go_on(page)
    expect(page.get_by_label("Sending garden.mp4")).to_have_js_property("value", len(recording))

    (draft,) = drafts.all_drafts(settings)
    assert drafts.path_of(settings, draft, "recording").read_bytes() == recording
    assert drafts.path_of(settings, draft, "notes").read_text() == NOTES
    assert next(failures, None) is None
    assert offsets[:3] == [0, 0, 1024**2 // 2]


def test_the_roles_of_files_can_be_swapped(live: str, page: Page, tmp_path: Path) -> None:
    """By their names, a text may be notes or a transcript; of each there is one."""
    names = ("a.txt", "setup.exe", "b.txt", "c.txt")
    for name in (*names, "minutes.docx"):
        (tmp_path / name).write_text("x")
    page.goto(live + "new")
    page.get_by_label("Choose files").set_input_files([tmp_path / name for name in names])
    expect(page.get_by_role("alert")).to_contain_text("setup.exe is neither notes nor")
    expect(page.get_by_role("alert")).to_contain_text("c.txt was left out")
    expect(page.get_by_label("What b.txt is")).to_have_value("transcript")
    page.get_by_label("What b.txt is").select_option("Notes")
    expect(page.get_by_label("What a.txt is")).to_have_value("transcript")
    page.get_by_role("button", name="Remove a.txt").click()
    expect(page.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button", name="Remove b.txt")).to_be_focused()
    page.get_by_label("Choose files").set_input_files(tmp_path / "minutes.docx")
    page.get_by_label("What minutes.docx is").select_option("Notes")
    expect(page.get_by_role("alert")).to_contain_text("save them as text or Markdown")
    expect(page.get_by_label("What minutes.docx is")).to_have_value("transcript")


def test_what_cannot_become_a_meeting_is_said(live: str, page: Page, library: Library) -> None:
    """Before anything is sent, by the server, or once it was looked at; then it can be given otherwise."""
    page.goto(live + "new")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_have_text("Give a link, a file, or write some notes.")
    page.get_by_label("Link of the recording").fill("soon")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no link to a recording.")
    page.get_by_label("Link of the recording").fill(LINK)
    go_on(page)
    failure = JobFailure("removed", "The video was removed.", "Ask whoever published it.")
    library.store.jobs.report(taken(library, JobKind.LOOK), JobFailed(failure))
    expect(page.get_by_role("alert")).to_contain_text("The recording was removed. If you have")
    go_on(page)
    look(library, garden())
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Link of the recording")).to_have_value(LINK)


def test_what_is_stopped_is_not_looked_at(
    live: str, page: Page, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody does who is told that nobody looks: the worker ended after the page was opened."""
    page.clock.install()
    page.goto(live + "new")
    page.get_by_label("Link of the recording").fill(LINK)
    go_on(page)
    expect(page.get_by_role("status")).to_have_text("Looking at it…")
    monkeypatch.setattr("service.routes.jobs.find_abilities", lambda queue, folder: None)

    def is_told() -> bool:
        page.clock.run_for(10_000)
        return "no worker is running" in page.get_by_role("status").inner_text()

    wait_for(is_told)
    with page.expect_response(lambda response: response.url.endswith("/cancel")):
        page.get_by_role("button", name="Stop").click()
    assert library.store.jobs.take([JobKind.LOOK]) is None
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_what_was_written_survives_a_reload(live: str, page: Page, library: Library, settings: Settings) -> None:
    """Whoever leaves is warned; once it has become a meeting, it is gone from the field."""
    warnings = []

    def leave(dialog: Dialog) -> None:
        warnings.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(live + "new")
    page.get_by_text("Write notes here").click()
    page.get_by_label("Notes, in Markdown").click()
    page.keyboard.type(NOTES)
    page.reload()
    assert warnings == ["beforeunload"]
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(NOTES)
    go_on(page)
    look(library, garden())
    page.get_by_text("Preview of the notes").click()
    expect(page.locator(".previewed em")).to_have_text("broken")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/jobs/*")
    page.goto(live + "new")
    expect(page.locator("#_text")).to_have_value("")
    assert warnings == ["beforeunload"]
    (draft,) = drafts.all_drafts(settings)
    assert drafts.path_of(settings, draft, "notes").read_text() == NOTES


def test_the_page_speaks_german(live: str, browser: Browser, library: Library) -> None:
    """What the scripts say, too."""
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(live + "new")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("alert")).to_have_text("Einen Link oder eine Datei angeben oder Notizen schreiben.")
    context.close()


def test_without_javascript_the_page_says_that_it_needs_it(live: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live + "new")
    assert "This page needs JavaScript." in page.locator("noscript").inner_text()
    expect(page.get_by_role("button", name="Continue")).to_be_hidden()
    context.close()
