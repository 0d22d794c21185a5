"""A moment, a range or a quotation is sent to others as a link that opens just that."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import address, everywhere
from tests.service.browser.watching import TIME
from tests.service.corrections import block_id

pytestmark = pytest.mark.browser


def copied(page: Page) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return str(page.evaluate("navigator.clipboard.readText()"))


def select(page: Page, start: str, end: str) -> None:
    """Select the text of the transcript from the first letter of `start` to the last of `end`."""
    page.evaluate(
        """([start, end]) => {
          const nodes = [...document.querySelectorAll(".lines p")].map((line) => line.lastElementChild.lastChild);
          const find = (text) => nodes.map((node) => [node, node.data.indexOf(text)]).find(([, at]) => at >= 0);
          const [[from, at], [to, last]] = [find(start), find(end)];
          getSelection().setBaseAndExtent(from, at, to, last + end.length);
        }""",
        [start, end],
    )


@everywhere
def test_a_range_is_shared_and_plays_and_stops(full: Notes, live: str, page: Page) -> None:
    """The link says where it begins, where it ends and in which block; who opens it hears just that."""
    page.goto(f"{live}meetings/garden?t=5")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("button", name="Copy link")).to_be_focused()
    dialog.get_by_label("from").fill("0:13")
    dialog.get_by_label("to").fill("0:14")
    dialog.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text("Link to 0:13 copied")
    link = copied(page)
    assert link == f"{address(live, 'garden')}?t=13,14#{block_id(full, 'Compost heap')}"

    page.goto("about:blank")
    page.clock.install()
    page.goto(link)
    page.clock.fast_forward(60_000)  # it has not begun: what it is has to stand there still
    expect(page.get_by_role("status")).to_have_text("Plays 0:13 to 0:14")
    page.evaluate("document.querySelector('audio').play()")
    page.wait_for_function(f"() => {TIME} >= 14 && document.querySelector('audio').paused")
    expect(page.get_by_role("status")).to_be_empty()
    assert page.evaluate(TIME) < 15


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("soon", "", "Write times as 12:34."),
        ("0:05", "x", "Write times as 12:34."),
        ("0:05", "0:05", "after the start"),
    ],
)
def test_what_is_no_range_cannot_be_copied(
    full: Notes, live: str, page: Page, start: str, end: str, problem: str
) -> None:
    """It says how to write it, and a right one can be copied again."""
    page.goto(f"{live}meetings/garden")
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog", name="Share")
    dialog.get_by_label("from").fill(start)
    dialog.get_by_label("to").fill(end)
    expect(dialog.get_by_role("alert")).to_contain_text(problem)
    expect(dialog.get_by_role("button", name="Copy link")).to_be_disabled()
    dialog.get_by_label("from").fill("0:01")
    dialog.get_by_label("to").fill("")
    expect(dialog.get_by_role("alert")).to_have_text("")
    expect(dialog.get_by_label("Link")).to_have_value(f"{live}meetings/garden?t=1")


def test_words_of_the_transcript_are_quoted_with_their_link(full: Notes, live: str, page: Page) -> None:
    """Who says them, where and when: what is selected is offered to be shared, from its first word to its last."""
    page.goto(f"{live}meetings/garden")
    select(page, "drafted", "Two of the")
    page.get_by_role("button", name="Share quote").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_label("Quote")).to_have_value("drafted a watering rota. Two of the")
    dialog.get_by_role("button", name="Copy quote").click()
    expect(page.get_by_role("status")).to_have_text("Quote copied")
    assert copied(page) == (
        f"“drafted a watering rota. Two of the”\n— Priya, Garden club 2024-03-05, 0:04\n{live}meetings/garden?t=4,18\n"
    )


def test_chapters_are_copied_for_the_description_of_a_video(long: Notes, live: str, page: Page) -> None:
    """With the keyboard alone."""
    page.goto(f"{live}meetings/long")
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog", name="Share")
    button = dialog.get_by_role("button", name="Copy chapters")
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Chapters copied")
    text = copied(page)
    assert text.startswith("0:00 ")
    assert len(text.splitlines()) >= 3


def test_words_with_times_are_quoted_to_the_second(long: Notes, live: str, page: Page) -> None:
    """From the first word's second to the end of the last one."""
    page.goto(f"{live}meetings/long")
    select(page, "greenhouse glass", "greenhouse roof")
    page.get_by_role("button", name="Share quote").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_label("Quote")).to_have_value("greenhouse glass and the greenhouse roof")
    expect(dialog.get_by_label("from")).to_have_value("4:02")  # the sixth word, at half a second each
    expect(dialog.get_by_label("to")).to_have_value("4:06")


@pytest.mark.parametrize("width", [390, 1280])
def test_who_opens_a_quotation_sees_its_words(long: Notes, live: str, page: Page, width: int) -> None:
    """On a phone, too, they are marked, until something else is played; the range of a block shows the block."""
    text = "(range) => range.startContainer.data.slice(range.startOffset, range.endOffset)"
    marked = f"[...CSS.highlights.get('passage') ?? []].map({text})"
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live}meetings/long")
    if width == 390:
        page.get_by_role("button", name="Transcript").click()
    select(page, "greenhouse glass", "greenhouse roof")
    page.get_by_role("button", name="Share quote").click()
    link = page.get_by_label("Link", exact=True).input_value()

    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function(f"() => {marked}.length")
    assert page.evaluate(marked) == ["the greenhouse glass and the greenhouse roof before"]  # in whole seconds
    expect(page.locator(".lines [aria-current]")).to_be_in_viewport()
    page.get_by_role("button", name="Next section").click()
    assert page.evaluate(marked) == []

    page.goto("about:blank")
    page.goto(f"{live}meetings/long?t=120,240#{block_id(long, 'Compost')}")
    expect(page.get_by_role("heading", name="Compost")).to_be_in_viewport()
    assert page.evaluate(marked) == []


@everywhere
def test_notes_are_quoted_with_the_link_of_their_block(full: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}meetings/garden")
    page.get_by_role("heading", name="Compost heap").evaluate("(heading) => getSelection().selectAllChildren(heading)")
    page.get_by_role("button", name="Share quote").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_label("Quote")).to_have_value("Compost heap")
    link = f"{address(live, 'garden')}?t=12,16#{block_id(full, 'Compost heap')}"
    expect(dialog.get_by_label("Link")).to_have_value(link)


def test_a_browser_that_lets_no_page_copy_marks_the_link(full: Notes, live: str, context: BrowserContext) -> None:
    """As over plain http on another machine, where there is no clipboard for pages."""
    context.add_init_script("delete Navigator.prototype.clipboard; Document.prototype.execCommand = () => false")
    page = context.new_page()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("alert")).to_have_text("Press Ctrl+C to copy the selected text.")
    assert page.evaluate("getSelection().toString()") or page.evaluate(
        "(({value, selectionStart, selectionEnd}) => value.slice(selectionStart, selectionEnd))(document.activeElement)"
    )
