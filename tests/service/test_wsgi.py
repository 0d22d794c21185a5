"""The server starts light, says clearly why it cannot, and stops when told."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.records import Notes
from service import wsgi
from service.web.store import archive_of
from tests.service.corrections import TOKEN
from tests.service.serving import running
from tests.torture.fuzz import Answers
from tests.torture.odd_requests import OddRequests

LIGHT = """
import sys
import service.wsgi
heavy = {"av", "ctranslate2", "faster_whisper", "markdown_it", "numpy", "onnxruntime", "rapidfuzz", "yt_dlp"}
print(sorted(heavy & set(sys.modules)))
"""


SEARCH_BY_MEANING = """
from pathlib import Path
from pipeline.config import Settings
app = service.wsgi.create_app(Settings(data_dir=Path(sys.argv[1])))
assert app.test_client().get("/search?q=arrosage").status_code == 200
service.wsgi.nearest.close(app)
service.wsgi.archive_of(app).close()
"""


def test_the_web_process_stays_light() -> None:
    """Serving loads neither yt-dlp nor a model, nor numpy, nor the notes reader."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_search_by_meaning_leaves_the_web_process_light(full: Notes, settings: Settings) -> None:
    """Another process has the model."""
    settings.vector_dir.mkdir()
    (settings.vector_dir / "garden.vectors").touch()
    imported, printed = LIGHT.split("heavy", 1)
    code = f"{imported}{SEARCH_BY_MEANING}heavy{printed}"
    done = subprocess.run([sys.executable, "-c", code, str(settings.data_dir)], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


SERVE = """
import signal, sys
from pathlib import Path
from pipeline.config import Settings
from service.wsgi import serve
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
serve(Settings(data_dir=Path(sys.argv[1])), "127.0.0.1", 0, ready=lambda url: print(url, flush=True))
"""


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A server of its own process, which never outlives its test."""
    command = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def test_serves_until_interrupted(full: Notes, settings: Settings) -> None:
    """`serve` prints its address once it answers; Ctrl+C ends it without a traceback."""
    with serving(settings.data_dir, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}meetings/garden") as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        printed, complained = process.communicate(timeout=30)
    assert (process.returncode, printed, complained) == (0, "", "")


def test_a_proxy_is_not_taken_for_a_person_at_this_machine(full: Notes, settings: Settings) -> None:
    """What a proxy says about its client reaches the app, which then does not let it write without a token."""
    address = "api/v1/meetings/garden/corrections"
    with serving(settings.data_dir) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        proxied = urllib.request.Request(url + address, headers={"X-Forwarded-For": "192.0.2.7"})
        answers = []
        for asked in (url + address, proxied):
            with urllib.request.urlopen(asked) as response:
                answers.append(json.load(response)["may_write"])
    assert answers == [True, False]


@pytest.mark.parametrize("name", ["app", "guarded"])
def test_every_request_gets_an_answer_below_500(full: Notes, request: pytest.FixtureRequest, name: str) -> None:
    """Whatever the method, the address, the headers and the body: a few hundred odd ones, byte by byte."""
    app = request.getfixturevalue(name)
    answers, routes = Answers(), sorted({rule.rule for rule in app.url_map.iter_rules()})
    with running(app) as server:
        port = server.socket.getsockname()[1]
        token = TOKEN if name == "guarded" else None
        for odd in islice(OddRequests(routes, port, token, random.Random(1)), 500):
            answers.ask(port, odd)

    assert answers.bad == []
    assert {"200", "400", "403", "404", "405"} <= answers.statuses.keys()


def test_taken_port_is_a_clear_error(settings: Settings) -> None:
    """A second server on the same port says so, and what to do."""
    with create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1 is taken") as caught:
            wsgi.serve(settings, "127.0.0.1", port)
    assert "--port" in caught.value.hint


def test_foreign_host_is_a_clear_error(settings: Settings) -> None:
    """An address this machine does not have gets its own message."""
    with pytest.raises(ConfigError, match="cannot listen on 192"):
        wsgi.serve(settings, "192.0.2.1", 0)


@pytest.mark.parametrize("host", ["", "\udcff", "a" * 300])
def test_what_is_no_address_is_refused(settings: Settings, host: str) -> None:
    """An empty one, too, which would be all addresses of the machine."""
    with pytest.raises(ConfigError, match=r"--host is empty|it is no address"):
        wsgi.serve(settings, host, 0)


def test_application_reads_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Any WSGI server finds the app through its environment."""
    monkeypatch.setenv("JUMPNOTES_DATA_DIR", str(tmp_path))
    app = wsgi.application()
    assert app.test_client().get("/").status_code == 200
    archive_of(app).close()
    assert (tmp_path / "jumpnotes.db").exists()


def test_application_reads_the_settings_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """That of the folder it is started in: it shows what `jumpnotes run` stored from there."""
    (tmp_path / "jumpnotes.toml").write_text('data_dir = "archive"')
    monkeypatch.chdir(tmp_path)
    archive_of(wsgi.application()).close()
    assert (tmp_path / "archive" / "jumpnotes.db").exists()
