"""A PostgreSQL server for tests, from the system's package: on a free port, in a folder of its own, without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_OPTIONS = {
    "fsync": "off",  # nobody minds what a test left when the power goes
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # in its own folder, which goes with the test
}


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, which Debian keeps out of the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    return folders[-1] if folders else None


@dataclass
class PostgresqlServer:
    """A server that can be stopped, killed and started again. `environment`: more variables for its processes."""

    folder: Path
    port: int
    binaries: Path
    environment: dict[str, str]

    @classmethod
    def make(cls, folder: Path, environment: dict[str, str] | None = None, **options: str) -> PostgresqlServer:
        """A server that was never started, with its files in `folder`."""
        binaries = find_binaries()
        assert binaries, "there is no PostgreSQL: apt-get install postgresql"
        folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            server = cls(folder, free.getsockname()[1], binaries, environment or {})
        if os.geteuid() == 0:  # which the server refuses
            shutil.chown(folder, _user())
        # Letters are sorted as people sort them, not by their bytes, as on most servers.
        locale = ["--locale-provider=icu", "--icu-locale=en-US"]
        server.run("initdb", "-D", server.data, "-A", "trust", "-U", "jumpnotes", "-E", "UTF8", "-N", *locale)
        settings = _OPTIONS | {"port": str(server.port), "unix_socket_directories": ""} | options
        with (folder / "data" / "postgresql.conf").open("a") as written:
            written.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        return server

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://jumpnotes@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, how: str = "fast") -> None:
        """`immediate`: as a crash does."""
        self.run("pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    def run(self, command: str, *arguments: str) -> None:
        for parent in self.folder.parents if os.geteuid() == 0 else ():  # another pytest that starts closes them again
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
        options: dict[str, Any] = {"user": _user(), "group": _user(), "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run(
            [self.binaries / command, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | self.environment,
            **options,
        )

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(statement.encode())


def _user() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def running_server(folder: Path, **options: str) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer.make(folder, None, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
