"""Scripts speak the language of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from babel.messages import Catalog
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from service import translations
from service.web import language

pytestmark = pytest.mark.browser

SAY = """async () => {
  const { _, ngettext } = await import("/static/language.js");
  const hits = (num) => ngettext("%(num)s hit in %(where)s", "%(num)s hits in %(where)s", num, { where: "<b>" });
  return [_("Copy link"), _("Not in the catalog: %(name)s", { name: "$&" }), hits(0), hits(1), hits(2)];
}"""


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalog with what a script says."""
    words = Catalog(locale="de")
    words.add("Copy link", "Link </script> kopieren", [("a.js", 0)])
    words.add(
        ("%(num)s hit in %(where)s", "%(num)s hits in %(where)s"),
        ("Ein Treffer in %(where)s", "%(num)s Treffer in %(where)s"),
        [("a.js", 0)],
    )
    monkeypatch.setattr(translations, "messages", lambda _code: words)
    for cached in (translations.compiled, language._script_words):
        cached.cache_clear()
    yield
    for cached in (translations.compiled, language._script_words):
        cached.cache_clear()


def test_scripts_speak_the_language_of_the_page(german: None, full: Notes, live: str, page: Page) -> None:
    """Texts, values and plurals; what is not translated is English."""
    page.goto(live)
    assert page.evaluate(SAY) == [
        "Copy link",
        "Not in the catalog: $&",
        "0 hits in <b>",
        "1 hit in <b>",
        "2 hits in <b>",
    ]
    page.goto(f"{live}language/de?next=/meetings/garden")
    assert page.url == f"{live}meetings/garden"
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.evaluate(SAY) == [
        "Link </script> kopieren",
        "Not in the catalog: $&",
        "0 Treffer in <b>",
        "Ein Treffer in <b>",
        "2 Treffer in <b>",
    ]


def test_corrections_are_made_in_the_language_of_the_page(full: Notes, live: str, page: Page) -> None:
    """The real catalog: what is said about a link, and who said it."""
    page.goto(f"{live}language/de?next=/meetings/garden")
    page.get_by_role("button", name="Links bearbeiten").click()
    page.get_by_role("button", name="Korrigieren: Compost heap").click()
    editor = page.get_by_role("group", name="Diesen Link korrigieren")
    editor.get_by_role("button", name="Nicht besprochen", exact=True).click()

    expect(page.get_by_role("status")).to_have_text("Gespeichert: als nicht besprochen markiert")
    expect(editor).to_contain_text("Als nicht besprochen markiert von diesem Computer, ")
