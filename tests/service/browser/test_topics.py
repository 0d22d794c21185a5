"""Somebody looks through the topics, and from one of them into the meetings."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.service.browser.everywhere import everywhere, is_files
from tests.service.season import HOSE, slug_of

pytestmark = pytest.mark.browser


@everywhere
def test_the_list_narrows_as_you_type(seasonal: None, live: str, page: Page) -> None:
    """Only topics with the words typed stay, and they are counted."""
    page.goto(f"{live}topics/")
    expect(page.locator(".shown")).to_have_text("4 topics")
    page.get_by_role("searchbox", name="Show only").fill("MINUTES 7")
    expect(page.locator(".topic-row:visible")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 topic")


def test_the_server_looks_through_what_is_on_other_pages(
    seasonal: None, live: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list in pages has the number of all; a while after somebody has typed, all are looked through."""
    monkeypatch.setattr("service.routes.topics.MAX_ROWS", 2)
    page.goto(f"{live}topics/?order=name")
    expect(page.locator(".topic-row")).to_have_count(2)
    expect(page.locator(".shown")).to_have_text("4 topics")
    page.get_by_role("searchbox", name="Show only").press_sequentially("9110")
    expect(page.locator(".topic-row .name")).to_have_text(["RFC 9110"])
    expect(page.locator(".shown")).to_have_text("1 topic")
    expect(page).to_have_url(re.compile(r"q=9110"))
    expect(page).to_have_url(re.compile(r"order=name"))
    expect(page.get_by_role("searchbox", name="Show only")).to_be_focused()


@everywhere
def test_the_list_is_narrowed_by_kind_and_put_in_order(seasonal: None, live: str, page: Page) -> None:
    """The filters and the orders are links, which can be taken back, with a server and without."""
    page.goto(f"{live}topics/")
    page.locator(".filters").get_by_role("link", name="Issues and pull requests").click()
    expect(page.locator(".topic-row:visible .name")).to_have_text(["minutes#12", "minutes#7"])
    page.locator(".orders").get_by_role("link", name="Latest").click()
    expect(page.locator(".topic-row:visible .name")).to_have_text(["minutes#7", "minutes#12"])
    expect(page.locator(".orders [aria-current]")).to_have_text("Latest")
    page.locator(".filters").get_by_role("link", name="Issues and pull requests").click()
    expect(page.locator(".topic-row:visible")).to_have_count(4)


@everywhere
def test_from_a_topic_to_a_moment_and_back(seasonal: None, live: str, page: Page) -> None:
    """A row leads to the topic, a hit to the meeting at its moment, and what stands beside the notes to the topic."""
    page.goto(f"{live}topics/")
    page.get_by_role("link", name="minutes#12").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The leaking hose")
    page.locator("a.hit", has_text="0:06").click()
    page.wait_for_url(re.compile(rf"/meetings/{slug_of(1)}/?\?t=6#"))
    page.locator(".also").get_by_role("link", name="minutes#12").click()
    page.wait_for_url(re.compile(rf"/topics/{HOSE}/?$"))
    if is_files(live):
        assert page.request.get(f"{live}topics/{HOSE}/feed.atom").ok
