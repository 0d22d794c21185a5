"""What people send: drafts, their files, and a host with a recording that has chapters."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.jobs.drafts import Draft
from tests.pipeline.fetch.host import Host, typed, whole

GARDEN = b"# Garden club\n\nDate: 2024-03-05\n\n## Hoses\n\n- One leaks\n"

SEVERAL = b"""## Garden call 2024-03-12

Attendees: Ana

- One hose leaks

## Garden call 2024-03-05

Attendees: Ana

- Two hoses leak
"""
"""The notes of two meetings."""

CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood evening everybody.\n"


def sound(seconds: float = 2.0) -> bytes:
    """A file of silence."""
    content = io.BytesIO()
    with wave.open(content, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(1)
        opened.setframerate(8000)
        opened.writeframes(b"\x80" * int(8000 * seconds))
    return content.getvalue()


def data_folder(tmp_path: Path) -> Settings:
    """An empty one; hosts on this machine may be asked."""
    return Settings(data_dir=tmp_path / "data", allow_hosts=frozenset({"127.0.0.1"}), timeout=5)


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host on loopback, and no proxy of the machine in between."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Host() as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()


def send(settings: Settings, *, link: str | None = None, **files: tuple[str, bytes]) -> Draft:
    """A draft whose files have arrived: each is its name and content, by its role."""
    announced = [(role, name, len(content)) for role, (name, content) in files.items()]
    draft = drafts.create(settings, "Ana", link=link, files=announced)
    for role, (_name, content) in files.items():
        draft = drafts.receive(settings, draft.id, role, 0, content)
    return draft


def below(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by their names in it; without locks."""
    files = (path for path in folder.rglob("*") if path.is_file() and "lock" not in path.name)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def publish(host: Host, name: str, *chapters: str, seconds: int = 20) -> str:
    """Let a host have a page with a recording; returns its address."""
    length = seconds / max(len(chapters), 1)
    parts = [
        {"@type": "Clip", "name": title, "startOffset": at * length, "endOffset": (at + 1) * length}
        for at, title in enumerate(chapters)
    ]
    about = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": name,
        "uploadDate": "2024-03-05T19:00:00Z",
        "duration": f"PT{seconds}S",
        "contentUrl": host.url("/talk.wav"),
        "hasPart": parts,
    }
    page = f'<html><head><script type="application/ld+json">{json.dumps(about)}</script></head></html>'
    host.answers["/call"] = typed("text/html", page.encode())
    host.answers["/talk.wav"] = whole(sound())
    return host.url("/call")
