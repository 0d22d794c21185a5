"""A meeting that somebody forgets while the server runs is gone from it at once."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.forget import belongings, forget
from pipeline.records import Notes
from pipeline.refresh import Archive
from service.web import caching


def test_a_forgotten_meeting_is_in_no_page(app: Flask, client: FlaskClient, settings: Settings, full: Notes) -> None:
    """Neither at its address nor in a list or a search, and no answer that is kept has it."""
    addresses = "/meetings/garden", "/", "/search?q=pallets", "/api/v1/meetings/garden"
    before = [client.get(address).status_code for address in addresses]
    other = Archive.open(settings)

    forget(other, settings, belongings(other, settings, ["garden"]))
    answers = [client.get(address) for address in addresses]
    other.close()

    assert before == [200, 200, 200, 200]
    assert [answer.status_code for answer in answers] == [404, 200, 200, 404]
    assert not any("Compost" in answer.text or "Tomasz" in answer.text for answer in answers)
    kept = app.extensions[caching._KEY]
    assert not [key for key, _ in kept._answers if "garden" in str(key)]
