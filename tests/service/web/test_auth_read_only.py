"""A server that only shows what it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.store import archive_of
from tests.service.corrections import BASE, BEARER, TOKEN, correction, csrf_header, log_in


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_nobody_writes_and_nothing_is_offered(
    settings: Settings, full: Notes, token: str | None, private: bool
) -> None:
    """Not a person at this machine, nor whoever has the token or is logged in. They read, and log out."""
    app = create_app(replace(settings, token=token, private=private, read_only=True))
    before = sorted(file.name for file in settings.data_dir.rglob("*"))
    client, headers = app.test_client(), {}
    if token:
        assert log_in(client).status_code == 303
        headers = csrf_header(app, client)
    page = client.get("/meetings/garden")
    refused = [client.post(BASE, json=correction(full), headers=headers | sent).status_code for sent in ({}, BEARER)]

    assert page.status_code == 200
    assert "Edit links" not in page.text
    assert "New meeting" not in page.text
    assert refused == [403, 403]
    assert client.get("/new").status_code == 403
    assert "only shows what it has" in client.get("/new").text
    assert sorted(file.name for file in settings.data_dir.rglob("*")) == before
    if token:
        assert client.post("/logout", data={"csrf": headers["X-CSRF-Token"]}).status_code == 303
        assert "Log out" not in client.get("/").text
    archive_of(app).close()
