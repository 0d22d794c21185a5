"""The archive as a site of files: which there are, what each is made from, and what is asked of the app for it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

import pipeline
import service
from pipeline.config import Settings
from pipeline.errors import MeetingDamaged, MeetingNotFound
from pipeline.page_addresses import topic_page
from pipeline.records import MeetingSummary, Recording
from pipeline.store import Store
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.beside import also_discussed
from pipeline.topics.making import Topic
from pipeline.topics.moments import spoken_moments, written_moments
from service import create_app
from service.site import search_index
from service.site.relative import (
    NOT_FOUND_PAGE,
    Addresses,
    download_path,
    meeting_folder,
    speaker_folder,
    topic_folder,
)
from service.site.writer import SiteWriter
from service.views.topic import often_beside
from service.web import language, nearest
from service.web.media_files import playable_file
from service.web.published import meetings_on_site
from service.web.site import StaticSite
from service.web.store import archive_of

_BYTES_PER_MB = 1_000_000
_DIGEST_CHARS = 32
_STATIC_DIGEST_CHARS = 12
_INDEX = "pagefind/"
_DOWNLOADS = ("transcript.vtt", "transcript.srt", "chapters.json", "chapters.vtt", "chapters.xml")

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What became of a site: how many meetings it has, those that could not be shown, and how many files changed."""

    meetings: int
    left_out: tuple[str, ...]
    files: int
    written: int
    removed: int
    has_search: bool


def write_site(
    settings: Settings, folder: Path, *, base: str = "", searchable: bool = True, step: Step | None = None
) -> SiteReport:
    """Write the site to `folder`, or bring up to date what an earlier run wrote there.

    Args:
        base: the address at which the site will be published; "" where that is not known.
        searchable: make its search, too.
        step: is told how many meetings are done, and of how many.

    Raises:
        ConfigError: the search needs what is not installed.
        SiteFolderError: something else is in the way of a file.
        StoreError: the database cannot be read.
        OSError: the folder cannot be written.
    """
    if searchable:
        search_index.require()
    static = StaticSite(
        has_search=searchable,
        media_bytes=int(settings.site_media_mb * _BYTES_PER_MB),
        issues=settings.site_issues or "",
    )
    with SiteWriter.open(folder) as writer:
        site = _Site.of(settings, static, base, writer)
        try:
            site.write(step or (lambda _done, _all: None))
        finally:
            nearest.close(site.app)
            archive_of(site.app).close()
    return SiteReport(
        meetings=len(site.meetings),
        left_out=tuple(sorted(site.left_out)),
        files=writer.written + writer.kept,
        written=writer.written,
        removed=writer.removed,
        has_search=searchable,
    )


@dataclass
class _Site:
    """A site while it is written."""

    app: Flask
    client: FlaskClient
    addresses: Addresses
    static: StaticSite
    writer: SiteWriter
    made_from: str  # what every page depends on
    meetings: dict[str, str] = field(default_factory=dict)  # what each is made from, by slug
    left_out: set[str] = field(default_factory=set)  # those that cannot be shown

    @classmethod
    def of(cls, settings: Settings, static: StaticSite, base: str, writer: SiteWriter) -> _Site:
        name = secrets.token_hex(8)  # which no notes and no transcript can have
        base = f"{base.rstrip('/')}/" if base else ""
        addresses = Addresses(f"/-{name}", f"https://{name}.invalid", f"static/{_static_digest()}", base)
        of_site = replace(
            settings,
            site_url=addresses.origin if base else None,
            site_language=settings.site_language or language.DEFAULT,
            site_frames=frozenset(),
            token=None,
        )
        app = create_app(of_site, static=static)
        shown = (settings.site_title, settings.site_description, dict(settings.site_links), of_site.site_language)
        wanted = (static.has_search, static.issues, static.media_bytes, base)
        made_from = _digest(_program_digest(), *shown, *wanted, archive_of(app).store.key())
        return cls(app, app.test_client(), addresses, static, writer, made_from)

    @property
    def store(self) -> Store:
        return archive_of(self.app).store

    @cached_property
    def topics(self) -> ArchiveTopics:
        """What comes back across the meetings that anybody may see."""
        archive = archive_of(self.app)
        return archive.topics.topics(archive.missing() | self.store.unpublished())

    def write(self, step: Step) -> None:
        archive = archive_of(self.app)
        archive.refresh()  # what the index knows is on pages, too
        has_speakers = bool(archive.speakers.speakers(self.store.unpublished()).speakers)
        self.made_from = _digest(self.made_from, has_speakers, bool(self.topics.marks))  # which every page leads to
        self.left_out.update(each.slug for each in self.store.meetings() if each.damaged)
        summaries = meetings_on_site(self.store)
        planned = [plan for each in summaries if (plan := self._plan(each))]
        self.writer.claim(path for plan in planned for path in plan.paths)
        for done, plan in enumerate(planned):
            step(done, len(planned))
            self._write_meeting(plan)
        step(len(planned), len(planned))
        self._write_static()
        self._write_lists()
        self._write_speakers()
        self._write_topics()
        if self.static.has_search:
            self._write_index()

    # -- one meeting ---------------------------------------------------------------------------------------------------

    def _plan(self, summary: MeetingSummary) -> _MeetingPlan | None:
        """What a meeting has on the site; None where what is stored of it cannot be read."""
        slug = summary.slug
        try:
            stored = self.store.recording(slug)
        except (MeetingDamaged, MeetingNotFound):
            self.left_out.add(slug)
            return None
        with self.app.app_context():
            recordings = _recording_files(slug, stored.record if stored else None)
        sizes = [(each.path, about.st_size, about.st_mtime_ns) for each in recordings if (about := each.source.stat())]
        beside = also_discussed(archive_of(self.app).index, self.topics, slug)
        changes = self.store.last_change(slug), str(summary.updated_at), repr(beside)
        made_from = _digest(self.made_from, slug, *changes, sizes)
        return _MeetingPlan(slug, made_from, recordings, len(stored.record.parts) if stored else 0)

    def _write_meeting(self, plan: _MeetingPlan) -> None:
        name = f"meeting {plan.slug}"
        if not self.writer.is_current(name, plan.made_from):
            recordings = {each.asked: each.path for each in plan.recordings}
            pages = {path: self._page(asked, path, recordings) for path, asked in plan.pages.items()}
            found = {path: page for path, page in pages.items() if page is not None}
            if not plan.needed <= found.keys():  # it is damaged, or was forgotten in this moment
                self.left_out.add(plan.slug)
                return
            self.writer.write(name, plan.made_from, found | {each.path: each.source for each in plan.recordings})
        self.meetings[plan.slug] = plan.made_from

    # -- all of them ---------------------------------------------------------------------------------------------------

    def _write_static(self) -> None:
        files = {f"{self.addresses.static}/{path}": content for path, content in _static_files().items()}
        self.writer.write("static", _static_digest(), files)

    def _write_lists(self) -> None:
        pages = {
            "index.html": "/",
            "meetings/index.html": "/meetings/",
            "speakers/index.html": "/speakers/",
            "topics/index.html": "/topics/",
            "decisions/index.html": "/decisions/",
            "decisions.atom": "/decisions.atom",
            "meetings.json": "/api/v1/meetings",
            "feed.atom": "/feed.atom",
            "robots.txt": "/robots.txt",
            NOT_FOUND_PAGE: "/404.html",
        }
        if self.static.has_search:
            pages["search/index.html"] = "/search"
        if self.addresses.base:  # in these, addresses have to be absolute
            pages["sitemap.xml"] = "/sitemap.xml"
        if self.addresses.base and self.static.has_search:
            pages["opensearch.xml"] = "/opensearch.xml"
        made = {path: self._page(asked, path, {}) for path, asked in sorted(pages.items())}
        missing = [path for path, page in made.items() if page is None]
        assert not missing, missing
        # Without .nojekyll GitHub would take the site for the sources of one.
        self.writer.write("lists", "", {path: page or b"" for path, page in (made | {".nojekyll": b""}).items()})

    def _write_speakers(self) -> None:
        archive = archive_of(self.app)
        found = archive.speakers.speakers(archive.missing() | self.store.unpublished() | self.store.damaged)
        made_from = _digest(self.made_from, self.meetings, list(found.speakers))
        if self.writer.is_current("speakers", made_from):
            return
        asked = {f"{speaker_folder(each)}index.html": f"/speakers/{quote(each, safe='')}" for each in found.speakers}
        made = {path: self._page(address, path, {}) for path, address in asked.items()}
        self.writer.write("speakers", made_from, {path: page for path, page in made.items() if page is not None})

    def _write_topics(self) -> None:
        """A page and a feed of each topic that comes back, listed or not: somebody may have its address."""
        days = sorted(each.date.isoformat() for each in self.topics.meetings.values() if each.date)
        added = self.store.first_stored()
        for topic in self.topics.named_most:
            if not topic.comes_back:
                continue
            shown = self._shown_of(topic), {slug: str(added.get(slug)) for slug in topic.mentions}
            made_from = _digest(self.made_from, days[:1], days[-1:], *shown)
            if self.writer.is_current(f"topic {topic.id}", made_from):
                continue
            address, folder = topic_page(topic.id), topic_folder(topic.id)
            asked = {f"{folder}index.html": address, f"{folder}feed.atom": f"{address}/feed.atom"}
            pages = {path: self._page(page, path, {}) for path, page in asked.items()}
            files = {path: page for path, page in pages.items() if page is not None}
            self.writer.write(f"topic {topic.id}", made_from, files)

    def _shown_of(self, topic: Topic) -> str:
        """What the page of a topic shows."""
        index = archive_of(self.app).index
        written = written_moments(index, self.topics, topic)
        spoken = spoken_moments(index, self.topics, topic, without=self.store.unpublished())
        others = (*self.topics.alike(topic), *often_beside(self.topics, topic))
        rows = [(each.name, each.about, sorted(each.mentions)) for each in others]
        states = sorted((where, mark.state, mark.done) for where, mark in self.topics.marked(topic).items())
        count = 0 if topic.is_listed else self.topics.count
        return repr((topic, written, spoken, rows, states, count))

    def _write_index(self) -> None:
        made_from = _digest(self.made_from, self.meetings, self.store.language(), search_index.version())
        if self.writer.is_current("search", made_from):
            return
        made = search_index.build(self._searched(), self.store.language())
        self.writer.write("search", made_from, {f"{_INDEX}{name}": content for name, content in made.items()})

    def _searched(self) -> Iterator[tuple[str, str]]:
        for slug in sorted(self.meetings):
            with suppress(MeetingDamaged, MeetingNotFound):  # its page may be older than that
                yield from search_index.documents(self.store.meeting(slug))

    def _page(self, asked: str, path: str, recordings: Mapping[str, str]) -> bytes | None:
        """What the app answers, as the file `path` has to have it; None where it has no answer."""
        response = self.client.get(asked, base_url=f"{self.addresses.origin}{self.addresses.root}")
        if response.status_code in (404, 409) and path != NOT_FOUND_PAGE:
            return None
        assert response.status_code in (200, 404), f"{asked}: {response.status}"
        return self.addresses.rewritten(response.text, path, recordings).encode()


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A file of a recording that is published: its path on the site, what the server calls it, and where it is."""

    path: str
    asked: str
    source: Path


@dataclass(frozen=True, slots=True)
class _MeetingPlan:
    """What a meeting has on the site; `parts` is the number of those its recording has, 0 for one in one piece."""

    slug: str
    made_from: str
    recordings: tuple[RecordingFile, ...]
    parts: int

    @property
    def pages(self) -> dict[str, str]:
        """What is asked of the app, by the path of the file it becomes, if there is an answer."""
        folder, name = meeting_folder(self.slug), quote(self.slug, safe="")
        pages = {f"{folder}index.html": f"/meetings/{name}", f"{folder}meeting.json": f"/api/v1/meetings/{name}"}
        for file in _DOWNLOADS:
            for part in (None, *range(1, self.parts + 1)):
                asked = f"/meetings/{name}/{file}" + (f"?part={part}" if part else "")
                pages[download_path(self.slug, file, part)] = asked
        return pages

    @property
    def needed(self) -> set[str]:
        """The files without which there is no meeting."""
        return {path for path in self.pages if path.endswith(("/index.html", "/meeting.json"))}

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that it may have."""
        return (*self.pages, *(each.path for each in self.recordings))


def _recording_files(slug: str, recording: Recording | None) -> tuple[RecordingFile, ...]:
    found = []
    for number, piece in enumerate((recording.parts if recording else ()) or (recording,), 1):
        if path := playable_file(piece):
            part = number if recording and recording.parts else None
            name = f"recording{f'-{part}' if part else ''}{path.suffix.lower()}"
            asked = f"/media/{slug}" + (f"?part={part}" if part else "")
            found.append(RecordingFile(f"{meeting_folder(slug)}{name}", asked, path))
    return tuple(found)


def _digest(*of: object) -> str:
    text = json.dumps(of, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]


@cache
def _static_files() -> Mapping[str, bytes]:
    folder = Path(service.__path__[0]) / "static"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@cache
def _static_digest() -> str:
    """Names the folder of scripts and stylesheets, so that nobody gets old ones with a new page."""
    return _digest({name: sha256(content).hexdigest() for name, content in _static_files().items()})[
        :_STATIC_DIGEST_CHARS
    ]


@cache
def _program_digest() -> str:
    """Changes with everything of the program that a page could depend on."""
    digest = sha256()
    for package in (pipeline, service):
        for path in sorted(Path(package.__path__[0]).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".new"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:_DIGEST_CHARS]
