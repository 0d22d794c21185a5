"""What every test may rely on: no network but loopback, no home folder, and the demo's meeting run once."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import hypothesis
import pytest
from filelock import FileLock

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.postgresql import PostgresqlServer

ROOT = Path(__file__).resolve().parent.parent
CALL = Path(__file__).parent / "fixtures" / "call"

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("jumpnotes", deadline=None)
hypothesis.settings.load_profile("jumpnotes")

_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 4 * 1024**3  # that have to be free
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES:
    # A database waits for the disk after every write; here there is none to wait for.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

PLAYS_FROM = """([start]) => {
  const media = document.querySelector("audio, video");
  return !media.paused && media.currentTime >= start - 0.5 && media.currentTime > start + 0.2;
}"""
"""JavaScript that is true once the page's recording plays, at or after the given second."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with tests that take long come first: what is short then fills up the time of all workers to the end."""
    slow = {item.path for item in items if item.get_closest_marker("model")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _offline() -> Iterator[None]:
    """A test that reaches for the network fails at once, and says where it wanted to go."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise OSError(f"tests stay on loopback; this one wanted {address}")
        connect(self, address)

    def resolved(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and name != "localhost" and not _is_address(name):  # an address is looked at when it is connected to
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket, "getaddrinfo", resolved)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True, scope="session")
def _no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The developer's own data is out of reach."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("JUMPNOTES_") and name != "JUMPNOTES_TEST_NOTES"]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.delenv("XDG_DATA_HOME", raising=False)
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        yield


def jumpnotes(*args: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user does."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive without meetings. Making one takes longer than most tests, so they get a copy."""
    folder = tmp_path_factory.mktemp("empty")
    Archive.open(Settings(data_dir=folder)).close()
    return folder


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """A server with an archive without meetings, called `empty`."""
    from tests.postgresql import running_server

    # Not in pytest's own folder: whoever runs other tests beside these shuts that to everybody else, the server too.
    with TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as own, running_server(Path(own)) as server:
        server.execute("CREATE DATABASE empty")
        Store.open(tmp_path_factory.mktemp("empty") / "jumpnotes.db", url=server.url("empty")).close()
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of an archive without meetings, which nobody else has."""
    name = f"archive_{uuid4().hex}"
    postgresql_server.execute(f"CREATE DATABASE {name} TEMPLATE empty")
    yield postgresql_server.url(name)
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of a database in which there is nothing yet, no table either."""
    name = f"new_{uuid4().hex}"
    postgresql_server.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.url(name)
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after `jumpnotes demo --no-serve`: yt-dlp, the speech model and the aligner have run."""
    base = tmp_path_factory.getbasetemp()
    # Workers that run the tests side by side share one: the first makes it, the others wait.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with FileLock(f"{folder}.lock"):
        table = folder / "table.txt"
        if not table.exists():
            done = jumpnotes("demo", "--no-serve", "--data-dir", folder)
            assert done.returncode == 0, done.stderr
            table.write_text(done.stdout)
    return folder


def chromium_path() -> str | None:
    """The system's Chromium, best the one that draws no window of its own; None: the one that Playwright installed."""
    if Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "nowhere")).exists():
        return None
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one Playwright installed, or else the system's."""
    from playwright.sync_api import sync_playwright  # most tests run without a browser, and where there is none

    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=quiet)
        yield opened
        opened.close()
