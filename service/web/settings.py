"""The settings that the app was made with."""

from __future__ import annotations

from flask import Flask, current_app

from pipeline.config import Settings

_KEY = "jumpnotes.settings"


def register(app: Flask, settings: Settings) -> None:
    """Let what answers for `app` know its settings."""
    app.extensions[_KEY] = settings


def settings() -> Settings:
    """The settings of the app that answers this request."""
    found: Settings = current_app.extensions[_KEY]
    return found
