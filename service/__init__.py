"""The web server: it shows the notes of meetings with links into their recordings, and takes corrections of the links.

    routes/        the addresses: pages, the API, corrections, jobs, drafts, feeds, login, languages, recordings, …
    views/         records → what templates and the API show: words, times, links, drawings
    web/           what every request has: access, errors, headers, the site, its language, kept answers, the store, …
    site/          the same pages written to files, for web servers that run no program
    templates/     HTML, Atom, OpenSearch and the sitemap; they only place what the views made
    static/        scripts (ES modules, in folders like the pages), stylesheets, an icon
    translations/  the words of the interface in other languages

It only reads what `pipeline` stored, except for corrections, names of speakers, passages that are taken out, and what
is asked for: jobs, which a process of their own does. It runs no stage of the pipeline.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from pipeline.config import Settings
from pipeline.refresh import Archive
from service.routes import (
    api,
    api_all_speakers,
    api_corrections,
    api_decisions,
    api_drafts,
    api_jobs,
    api_notes,
    api_redactions,
    api_speakers,
    api_subscriptions,
    api_topics,
    decisions,
    feed,
    jobs,
    languages,
    login,
    media,
    monitoring,
    pages,
    site_files,
    speakers,
    subscriptions,
    topics,
)
from service.views.formatting import code_spans
from service.web import (
    auth,
    caching,
    compression,
    errors,
    headers,
    language,
    large_bodies,
    nearest,
    places,
    privacy,
    published,
    sessions,
    store,
    unfinished,
    versions,
)
from service.web import settings as web_settings
from service.web import site as web_site  # `service.site` is a room of its own
from service.web.site import StaticSite

_ROUTES = (
    pages,
    feed,
    topics,
    decisions,
    speakers,
    media,
    api,
    api_corrections,
    api_speakers,
    api_all_speakers,
    api_topics,
    api_decisions,
    api_redactions,
    api_jobs,
    jobs,
    api_drafts,
    api_notes,
    subscriptions,
    api_subscriptions,
    login,
    languages,
    site_files,
    monitoring,
)


def create_app(settings: Settings, *, static: StaticSite | None = None) -> Flask:
    """An app that serves the database of `settings`, creating an empty one where there is none.

    Args:
        static: what the pages are to be like that are written to files; None: they are served.

    Raises:
        StoreError: the database cannot be opened; see `Archive.open`.
    """
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["code_spans"] = code_spans
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it, its base class has not
    store.attach(app, Archive.open(settings, refreshed=False))
    for room in _ROUTES:
        app.register_blueprint(room.blueprint)
    web_settings.register(app, settings)
    if static is None:
        sessions.register(app, settings)
    auth.register(app, settings)
    privacy.register(app, settings)
    large_bodies.register(app, settings)
    published.register(app)
    language.register(app, settings)
    web_site.register(app, settings, static)
    versions.register(app)
    unfinished.register(app, settings)
    nearest.register(app, settings)
    places.register(app)
    caching.register(app)
    errors.register(app)
    compression.register(app)
    headers.register(app)
    return app
