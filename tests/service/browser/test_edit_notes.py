"""Notes that are ours are edited on a page: nothing typed is lost, and nobody else's words are replaced unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from pipeline.config import Settings
from pipeline.jobs import own_notes
from pipeline.records import JobKind, JobRequest
from tests.service.jobs import garden, look, own_meeting
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

TEXT = "# Garden club 2024-03-05\n\n- Priya\n"


@pytest.fixture
def path(library: Library, settings: Settings) -> Path:
    """The file of the notes that are edited."""
    return own_meeting(library, settings, TEXT)


def write(page: Page, text: str) -> None:
    page.get_by_label("Notes, in Markdown").press("Control+End")
    page.keyboard.type(text)


def test_notes_are_edited_previewed_and_saved(
    live: str, page: Page, library: Library, settings: Settings, path: Path
) -> None:
    """Their links are then found anew, and the earlier version can be put back."""
    page.goto(live + "meetings/garden")
    page.get_by_role("link", name="Edit the notes").click()
    write(page, "- Tomasz\n")
    with page.expect_response(lambda response: response.url.endswith("/look")):
        page.get_by_role("button", name="Preview").click()
    look(library, garden())
    expect(page.get_by_role("heading", name="Preview", exact=True)).to_be_focused()
    expect(page.locator(".previewed em")).to_have_text("broken")
    assert path.read_text() == TEXT

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved. The links are being found anew.")
    assert path.read_text() == f"{TEXT}- Tomasz\n"
    (job,) = library.store.jobs.jobs(kinds=(JobKind.RUN,))
    assert job.request == JobRequest(notes=str(path))
    page.reload()
    page.get_by_text("Earlier versions (1)").click()
    page.get_by_role("button", name="Put version 1 into the field").click()
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(TEXT)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert path.read_text() == TEXT
    assert len(own_notes.versions(settings, path)) == 3


def test_what_somebody_else_wrote_meanwhile_is_shown_beside(
    live: str, page: Page, settings: Settings, path: Path
) -> None:
    """And is only replaced by whoever has seen it."""
    page.goto(live + "meetings/garden/edit")
    write(page, "- mine\n")
    theirs = own_notes.write(settings, path, f"{TEXT}- theirs\n", seen=own_notes.read(settings, path).digest)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Edited by somebody else meanwhile")).to_be_focused()
    expect(page.get_by_label("Their version")).to_have_value(f"{TEXT}- theirs\n")
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(f"{TEXT}- mine\n")
    assert own_notes.read(settings, path) == theirs
    page.get_by_role("button", name="Save mine instead").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert path.read_text() == f"{TEXT}- mine\n"


def test_what_is_not_saved_survives_a_reload(live: str, page: Page, settings: Settings, path: Path) -> None:
    """It is still known which version it was written for, and whoever leaves is warned."""
    warnings = []

    def leave(dialog: Dialog) -> None:
        warnings.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(live + "meetings/garden/edit")
    write(page, "- mine\n")
    own_notes.write(settings, path, f"{TEXT}- theirs\n", seen=own_notes.read(settings, path).digest)
    page.reload()
    assert warnings == ["beforeunload"]
    expect(page.get_by_role("status")).to_have_text("What you had not saved is back.")
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(f"{TEXT}- mine\n")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(f"{TEXT}- theirs\n")
    page.reload()
    assert warnings == ["beforeunload"]
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(f"{TEXT}- theirs\n")


def test_changes_can_be_discarded(live: str, page: Page, path: Path) -> None:
    page.goto(live + "meetings/garden/edit")
    expect(page.get_by_role("button", name="Discard my changes")).to_be_hidden()
    write(page, "- mine\n")
    page.get_by_role("button", name="Discard my changes").click()
    expect(page.get_by_label("Notes, in Markdown")).to_have_value(TEXT)
    expect(page.get_by_role("button", name="Discard my changes")).to_be_hidden()
