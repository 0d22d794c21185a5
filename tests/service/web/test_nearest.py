"""Pages that are found by meaning, and what becomes of them while the model still loads."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline import meaning
from pipeline.config import Settings
from pipeline.meaning.client import MeaningClient
from pipeline.meaning.near import Near
from pipeline.records import Notes
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.meetings import SEGMENTS

PATIENCE_SECONDS = 60.0
PAGE, API = "/search?q=arrosage", "/api/v1/search?q=arrosage"
WATERING = Near("garden", SEGMENTS[1].start, 0.4)


@dataclass
class Model:
    """Stands for the process: what it answers, and whether it is of use."""

    near: list[Near] | None
    of_use: bool = True
    asked: int = 0

    def nearest(self, _query: str, _limit: int, _keys: Collection[str] | None = None) -> list[Near] | None:
        self.asked += 1
        return self.near

    def is_of_use(self) -> bool:
        return self.of_use

    def close(self) -> None:
        """Nothing is open."""


def use(app: Flask, model: Any) -> None:
    nearest.close(app)
    app.extensions[nearest._KEY] = model


def test_another_language_finds_what_was_said(settings: Settings, full: Notes, app: Flask) -> None:
    """By the real model, in a process of its own, which ends with the server's."""
    model = meaning.load(settings.vector_dir)
    assert model is not None
    model.kept_as("garden").of_speech([each.text for each in SEGMENTS], [each.start for each in SEGMENTS])
    client, until = app.test_client(), time.monotonic() + PATIENCE_SECONDS

    while (
        not (hits := client.get("/api/v1/search?q=les+palettes+sont+cassées").get_json()["hits"])
        and time.monotonic() < until
    ):
        time.sleep(0.1)

    assert {hit["by_meaning"] for hit in hits} == {True}
    assert {hit["slug"] for hit in hits} == {"garden"}
    asked: MeaningClient = app.extensions[nearest._KEY]
    assert asked._child is not None
    nearest.close(app)
    assert asked._child is None


def test_the_page_says_that_it_is_in_other_words(app: Flask, client: FlaskClient, full: Notes) -> None:
    use(app, Model([WATERING]))
    page = client.get(PAGE).text

    assert "Nothing has these words. Results that may mean the same:" in page
    assert '<span class="context remark">in other words</span>' in page
    assert 'href="/meetings/garden?t=4.00#' in page
    assert [hit["by_meaning"] for hit in client.get(API).get_json()["hits"]] == [True]
    assert "in other words" not in client.get("/search.atom?q=arrosage").text


@pytest.mark.parametrize("address", [PAGE, API])
def test_what_is_answered_while_the_model_loads_is_not_kept(
    app: Flask, client: FlaskClient, full: Notes, address: str
) -> None:
    """Nor does the answer say when it changed: the better one would be as old."""
    model = Model(None)
    use(app, model)
    early = client.get(address)
    assert "Last-Modified" not in early.headers

    model.near = [WATERING]
    found = client.get(address, headers={"If-None-Match": early.headers["ETag"]})

    assert found.status_code == 200
    assert "watering" in found.text
    assert "Last-Modified" in found.headers
    assert client.get(address).text == found.text
    assert model.asked == 2


def test_without_a_model_pages_are_kept_as_before(app: Flask, client: FlaskClient, full: Notes) -> None:
    """There is nothing to wait for."""
    model = Model(None, of_use=False)
    use(app, model)

    assert "Nothing found" in client.get(PAGE).text
    assert "Last-Modified" in client.get(PAGE).headers
    assert model.asked == 1


def test_the_settings_can_forbid_it(settings: Settings, full: Notes) -> None:
    app = create_app(replace(settings, meaning=False))

    assert "Nothing found" in app.test_client().get(PAGE).text
    assert app.extensions[nearest._KEY] is None
    nearest.close(app)
    archive_of(app).close()
