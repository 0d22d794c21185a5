"""A passage is taken out on the page of the meeting."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from pipeline.records import Notes
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def test_what_is_selected_is_taken_out_once_it_is_confirmed(
    full: Notes, library: Library, live: str, page: Page
) -> None:
    """Its times are filled in; who thinks better of it changes nothing."""
    page.goto(live + "meetings/garden")
    page.locator(".lines p").nth(1).click(click_count=3)
    page.get_by_text("Take a passage out").click()
    form = page.locator(".redaction form")
    expect(form.get_by_label("From")).to_have_value("0:04")
    expect(form.get_by_label("To", exact=True)).to_have_value("0:12.7")
    form.get_by_label("To", exact=True).fill("0:05")
    form.get_by_label("Reason").fill("a name")

    asked = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    form.get_by_role("button").click()
    assert asked == ["Take out what is said from 0:04 to 0:05, and its sound? There is no way back."]
    assert library.store.redactions("garden") == ()

    page.once("dialog", lambda dialog: dialog.accept())
    form.get_by_role("button").click()
    expect(page.locator(".lines p").nth(1)).to_contain_text("[removed: a name]")
    assert "watering" not in page.locator(".lines").inner_text()


def test_what_is_no_passage_is_said(full: Notes, live: str, page: Page) -> None:
    """Before anybody is asked."""
    page.goto(live + "meetings/garden")
    page.get_by_text("Take a passage out").click()
    form = page.locator(".redaction form")
    form.get_by_label("From").fill("soon")
    form.get_by_label("To", exact=True).fill("0:05")
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Give where the passage begins and ends")
