"""What the site is: its name, a sentence about it, its links, and the address at which it is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request
from werkzeug.urls import iri_to_uri

from pipeline.config import Settings
from service.web.language import _

DEFAULT_TITLE = "jumpnotes"

_KEY = "jumpnotes.site"


@dataclass(frozen=True, slots=True)
class StaticSite:
    """What is different where the pages are written to files that any web server can show.

    `media_bytes` is how large the file of a recording may be to be published, too. `issues` opens an issue, "" where
    nobody said where.
    """

    has_search: bool = False
    media_bytes: int = 0
    issues: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What the settings say of it. `links` are URLs by name; `url` is "" where it is not known. `frames` are the sites
    that may show a meeting in a frame. `static` is None where a server answers.
    """

    title: str
    own_description: str
    links: Mapping[str, str]
    url: str
    frames: frozenset[str]
    static: StaticSite | None = None

    @property
    def has_search(self) -> bool:
        """Whether the pages can search all meetings."""
        return self.static is None or self.static.has_search

    @property
    def description(self) -> str:
        """A sentence, in the language of the reader where the settings have none."""
        return self.own_description or _(
            "Meeting notes, linked to the minute of the recording where each part was discussed."
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port: as the settings say, or else as it was asked for."""
        return self.url or request.host_url.rstrip("/")

    @property
    def address(self) -> str:
        """Where the pages are served: the origin, and the path below which they are; without a slash at its end."""
        return self.origin + request.script_root

    @property
    def canonical(self) -> str:
        """The address of the page that is asked for, without its query; "" where the settings have none.

        The request alone does not know: behind a proxy it may name an address that nobody else can reach.
        """
        return f"{self.url}{iri_to_uri(request.script_root + request.path)}" if self.url else ""


def register(app: Flask, settings: Settings, static: StaticSite | None = None) -> None:
    """Let `app` know what its site is, and its templates as `site`."""
    site = Site(
        title=settings.site_title or DEFAULT_TITLE,
        own_description=settings.site_description or "",
        links=settings.site_links,
        url=settings.site_url or "",
        frames=frozenset() if settings.private else settings.site_frames,
        static=static,
    )
    app.extensions[_KEY] = site
    app.jinja_env.globals["site"] = site


def site() -> Site:
    """The site of the app that answers this request."""
    found: Site = current_app.extensions[_KEY]
    return found
