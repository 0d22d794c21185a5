"""Every page leads to those that have something to show, and to none where nobody can tell."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.errors import StoreError
from pipeline.records import Notes
from pipeline.topics.kept_views import KeptViews
from service.web import places
from tests.service.meetings import Library


def test_a_place_is_led_to_once_it_has_something(library: Library, app: Flask) -> None:
    with app.test_request_context("/"):
        notes = library.notes()
        assert places.places() == frozenset()
        library.notes("# Shed\n\nDecision: red\n", slug="shed", video=False)
        assert places.places() == {places.DECISIONS}
        library.aligned(notes)
        assert places.places() == {places.DECISIONS, places.SPEAKERS}


def test_a_page_is_shown_where_the_index_cannot_be_read(
    full: Notes, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_views: object, _without: object) -> None:
        raise StoreError("gone", hint="Mend it.")

    monkeypatch.setattr(KeptViews, "at_hand", fail)
    monkeypatch.setattr("service.web.topics.topics_beside", dict)
    assert client.get("/meetings/").status_code == 200
