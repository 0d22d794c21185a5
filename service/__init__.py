"""The Flask app that serves notes with jump-links."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from pipeline.config import Settings
from pipeline.store import Store
from service import access, api, compress, corrections, database, failures, feed, login, media, pages, security


def create_app(settings: Settings) -> Flask:
    """An app that serves the database of `settings`, creating an empty one where there is none.

    Raises:
        StoreError: the database cannot be opened; see `Store.open`.
    """
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it, its base class has not
    database.attach(app, Store.open(settings.database, language=settings.language))
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(feed.blueprint)
    app.register_blueprint(media.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(corrections.blueprint)
    app.register_blueprint(login.blueprint)
    access.register(app, settings)
    failures.register(app)
    compress.register(app)
    security.register(app)
    return app
