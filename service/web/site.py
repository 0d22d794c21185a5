"""Where the site is: as the settings say, or else as whoever asks has it."""

from __future__ import annotations

from flask import Flask, current_app, request

from pipeline.config import Settings

_KEY = "jumpnotes.site_url"


def register(app: Flask, settings: Settings) -> None:
    """Let `app` know where it is served."""
    app.extensions[_KEY] = settings.site_url


def site_root() -> str:
    """The address under which the pages are, without a slash at its end."""
    return (current_app.extensions[_KEY] or request.host_url.rstrip("/")) + request.script_root


def is_published() -> bool:
    """Whether the settings say where the pages are served, so that they are meant to be linked from elsewhere."""
    return current_app.extensions[_KEY] is not None
