"""Pages are in the language of the site or of the reader, and say so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import flask
import pytest
from babel.messages import Catalog
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import SETTINGS, Settings
from pipeline.records import Notes
from pipeline.setting_values import from_variable
from service import create_app, translations
from service.web import language as web
from service.web import nearest
from service.web.language import N_, _, ngettext, other_languages
from service.web.store import archive_of
from tests.service.corrections import BASE
from tests.service.html_tags import tags
from tests.service.meetings import Library

GERMAN = {"Accept-Language": "de"}
NOWHERE = "/nowhere"  # a page that has texts in both languages


@contextmanager
def site_in(code: str, settings: Settings) -> Iterator[FlaskClient]:
    """The site when its settings say the language."""
    app = create_app(replace(settings, site_language=code))
    yield app.test_client()
    nearest.close(app)
    archive_of(app).close()


def language_of(client: FlaskClient, address: str = "/", **headers: str) -> str:
    response = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    (page,) = (tag for tag in tags(response.text) if tag.name == "html")
    assert response.headers["Content-Language"] == page.attributes["lang"]
    return page.attributes["lang"]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-ch-1996", "de"),
        ("de_DE", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("en;q=0.3, de;q=0.7", "de"),
        ("fr, it;q=0.9, de;q=0.2", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("*", "en"),
        ("", "en"),
        ("den", "en"),
        (";;q=,,=;de;q=x", "en"),
        ("\xff\x00de", "en"),
        ("x" * 5_000, "en"),
    ],
)
def test_the_browser_says_what_its_reader_understands(client: FlaskClient, wanted: str, language: str) -> None:
    """The language it likes best of those there are, whatever the country; English where it wants neither."""
    assert language_of(client, Accept_Language=wanted) == language


def test_english_for_those_who_say_nothing(client: FlaskClient) -> None:
    """As most programs do."""
    assert language_of(client) == "en"


def test_the_choice_of_the_reader_counts_for_more_than_the_browser(client: FlaskClient) -> None:
    """A cookie remembers it, for a year and for no script; what is no choice counts as none."""
    chosen = client.get("/language/de?next=/search?q=rota")
    (cookie,) = chosen.headers.getlist("Set-Cookie")

    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/search?q=rota")
    assert chosen.headers["Cache-Control"] == "no-store"
    assert {"language=de", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert language_of(client, Accept_Language="en") == "de"
    client.get("/language/en")
    assert language_of(client, Accept_Language="de") == "en"
    client.set_cookie("language", "xx")
    assert language_of(client, Accept_Language="de") == "de"


def test_the_site_decides_for_all(settings: Settings, full: Notes) -> None:
    """There is nothing to choose then, and the answers depend on nothing but who is logged in."""
    with site_in("de", settings) as client:
        assert language_of(client, Accept_Language="en") == "de"
        client.set_cookie("language", "en")
        assert language_of(client) == "de"
        for address in ("/", "/meetings/garden", NOWHERE):
            vary = client.get(address).headers.get("Vary", "")
            assert "Accept-Language" not in vary
        refused = client.get("/language/en")
        with client.application.test_request_context("/"):
            assert other_languages() == []
    assert (refused.status_code, "Set-Cookie" in refused.headers) == (404, False)
    assert "Diese Website gibt es nur in einer Sprache." in refused.text
    with site_in("en", settings) as client:
        assert language_of(client, Accept_Language="de") == "en"


@pytest.mark.parametrize("address", ["/", "/meetings/garden", "/search?q=rota", "/search?q=-", "/problems", NOWHERE])
def test_caches_are_told_what_a_page_depends_on(client: FlaskClient, full: Notes, address: str) -> None:
    """Else they would give the German page to English readers; also where they are told that nothing changed."""
    first = client.get(address, headers=GERMAN)
    again = client.get(address, headers={**GERMAN, "If-None-Match": first.headers.get("ETag", '"x"')})

    assert first.headers["Content-Language"] == "de"
    assert again.status_code == (304 if "ETag" in first.headers else first.status_code)
    for response in (first, again):
        assert {"Accept-Language", "Cookie"} <= {*response.vary}


def test_programs_are_answered_in_english(client: FlaskClient, full: Notes) -> None:
    """Whatever they send: what the API says is part of its interface. Scripts and styles are in no language."""
    client.set_cookie("language", "de")
    for address in ("/api/v1/meetings", "/api/v1/meetings/nobody", "/api/v1/nowhere", "/api/v1/search?q=-", BASE):
        in_german = client.get(address, headers=GERMAN)
        in_english = client.application.test_client().get(address)
        assert in_german.data == in_english.data, address
        assert "Accept-Language" not in in_german.headers.get("Vary", "")
        assert "Content-Language" not in in_german.headers
    with client.get("/static/style.css", headers=GERMAN) as style:
        assert "Accept-Language" not in style.headers.get("Vary", "")


def test_what_a_page_asks_for_is_refused_in_its_language(client: FlaskClient) -> None:
    """Its scripts show what they are told; the mark of their requests tells them from programs."""
    refused = client.post("/api/v1/drafts", json={"link": "soon"}, headers=GERMAN | {"X-CSRF-Token": "x"}).get_json()
    assert refused["detail"] == "Das ist kein Link zu einer Aufzeichnung."
    assert refused["hint"] == "Die Adresse eines Videos einfügen, mit https://."


@pytest.mark.parametrize("code", ["fr", "DE", "de-AT", "", "..", "en,de"])
def test_only_languages_there_are_can_be_chosen(client: FlaskClient, code: str) -> None:
    """Anything else is an address that does not exist."""
    response = client.get(f"/language/{code}")
    assert (response.status_code, "Set-Cookie" in response.headers) == (404, False)


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/\n/evil", "", "x"])
def test_choosing_never_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    """A crafted link ends on the first page."""
    assert client.get("/language/de", query_string={"next": wanted}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/meetings/garden?t=12",
        "/search?q=B%C3%BCcher+%26+%C3%84hnliches%3F%23",
        "/search?q=a+b&q=%2Fc",
        "/nowhere%3Fq/%C3%BC",
        "/search?q=%",
    ],
)
def test_a_page_links_to_itself_in_the_other_language(client: FlaskClient, address: str) -> None:
    """The same page is read on, with everything in its address."""
    app = client.application
    with app.test_request_context(address):
        (other,) = other_languages()
    assert (other.code, other.name) == ("de", "Deutsch")
    assert client.get(other.href).headers["Location"] == address
    with app.test_request_context(address, headers=GERMAN):
        assert [each.name for each in other_languages()] == ["English"]


def test_a_page_below_a_path_links_to_itself(client: FlaskClient) -> None:
    """A proxy may serve the site as a part of another."""
    with client.application.test_request_context("/problems", base_url="http://localhost/club"):
        (other,) = other_languages()
    assert other.href == "/club/language/de?next=/club/problems"


def test_templates_and_code_say_it_in_the_language_of_the_reader(app: Flask) -> None:
    """Plurals and values, escaped where the page needs it; marked texts later, unknown ones as they are."""
    template = """{{ _("Log in") }}|{{ ngettext("jump to %(num)s topic", "jump to %(num)s topics", 2) }}|
        {{- ngettext("%(num)s bee of %(all)s", "%(num)s bees of %(all)s", 2, all="<7>") }}|
        {%- trans name="<b>", status=3 %}
          <code>{{ name }}</code>,
          status {{ status }}.
        {% endtrans %}"""
    marked = N_("Not Found")

    with app.test_request_context("/", headers=GERMAN):
        assert flask.render_template_string(template) == (
            "Anmelden|2 Themen verlinkt|2 bees of &lt;7&gt;|<code>&lt;b&gt;</code>, Status 3."
        )
        assert _(marked) == "Nicht gefunden"
        assert _("jump to %(linked)s of %(topics)s topics", linked=1, topics=2) == "1 von 2 Themen verlinkt"
        assert ngettext("jump to %(num)s topic", "jump to %(num)s topics", 1) == "1 Thema verlinkt"
        assert ngettext("%(num)s of %(all)s bee", "%(num)s of %(all)s bees", 2, all=7) == "2 of 7 bees"
        assert (_("Nobody has said this. 100 %"), _("")) == ("Nobody has said this. 100 %", "")
    with app.test_request_context("/"):
        assert (
            flask.render_template_string(template)
            == "Log in|jump to 2 topics|2 bees of &lt;7&gt;|<code>&lt;b&gt;</code>, status 3."
        )
        assert (_(marked), _("")) == ("Not Found", "")
    assert _(marked) == "Not Found"  # outside of any request


def test_scripts_get_the_words_that_they_use(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those, as JSON that ends no tag; nothing in English, and no guesses."""
    words = Catalog(locale="de")
    words.add("Copy link", "Link </script> kopieren", [("service/static/meeting/page.js", 0)])
    words.add(("%(num)s hit", "%(num)s hits"), ("%(num)s Treffer", "%(num)s Treffer"), [("service/static/a.js", 0)])
    words.add("All meetings", "Alle Besprechungen", [("service/templates/failure.html", 0)])
    words.add("Guess", "Vermutung", [("service/static/a.js", 0)], flags={"fuzzy"})
    monkeypatch.setattr(translations, "messages", lambda _code: words)
    web._script_words.cache_clear()
    try:
        with app.test_request_context("/", headers=GERMAN):
            made = web.script_words()
        with app.test_request_context("/"):
            assert web.script_words() == ""
    finally:
        web._script_words.cache_clear()
    assert "</script>" not in made
    assert json.loads(made) == {
        "Copy link": "Link </script> kopieren",
        "%(num)s hit": ["%(num)s Treffer", "%(num)s Treffer"],
    }


def test_english_needs_no_catalog(settings: Settings) -> None:
    """The server starts, and answers English readers, without loading Babel."""
    code = (
        "import sys; from pathlib import Path; from pipeline.config import Settings; from service import create_app\n"
        f"client = create_app(Settings(data_dir=Path({str(settings.data_dir)!r}))).test_client()\n"
        "assert client.get('/').status_code == 200; print('babel' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_pages_speak_german(client: FlaskClient) -> None:
    """Failures, too, with their way on."""
    page = client.get(NOWHERE, headers=GERMAN).text
    assert "<h1>Nicht gefunden</h1>" in page
    assert ">Startseite</a>" in page
    assert "Not Found" not in page


def test_a_site_in_one_language_goes_by_dates(settings: Settings, library: Library) -> None:
    """Whatever the reader asks for, there is no other page that could be meant."""
    library.notes()
    app = create_app(replace(settings, site_language="de"))
    client = app.test_client()
    date = client.get("/meetings/garden", headers={"Accept-Language": "en"}).headers["Last-Modified"]
    again = client.get("/meetings/garden", headers={"If-Modified-Since": date})
    nearest.close(app)
    archive_of(app).close()
    assert again.status_code == 304


def test_a_site_can_be_set_to_every_language() -> None:
    """And the reference names them all: the pipeline, which has the settings, does not know the pages."""
    (setting,) = (each for each in SETTINGS if each.field == "site_language")
    assert [from_variable(setting, code) for code in web.LANGUAGES] == list(web.LANGUAGES)
    assert " or ".join(web.LANGUAGES) in setting.meaning
    assert " or ".join(web.LANGUAGES) in setting.allowed
