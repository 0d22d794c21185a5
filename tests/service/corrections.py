"""What tests send to correct links."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pipeline.records import Notes

TOKEN = "rain-barrel-and-trowel"
BASE = "/api/v1/meetings/garden/corrections"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def block_id(notes: Notes, text: str) -> str:
    """The id of the first block that begins with `text`."""
    return next(block.id for block in notes.blocks if block.text.startswith(text))


def correction(notes: Notes, text: str = "Seed swap", **members: object) -> dict[str, object]:
    """The body of a request that sets the link of a block."""
    return {"block": block_id(notes, text), "verdict": "time", "start": 8.25, "seen": None} | members


def log_in(client: FlaskClient, name: str = "Ana", **options: Any) -> TestResponse:
    return client.post("/login", data={"name": name, "token": TOKEN}, **options)


def csrf_header(app: Flask, client: FlaskClient) -> dict[str, str]:
    """What the pages of the client's session send with a write."""
    with client.session_transaction() as session:
        return {"X-CSRF-Token": session["csrf"]}
