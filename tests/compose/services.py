"""The services of a Compose file as processes of this machine: their commands, health checks, variables and volumes.

Paths and ports of a container become those of a folder and a free port here, each service with what the file gives to
it and nothing else: whatever has a typo in the file goes wrong here, too.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.postgresql import PostgresqlServer, find_binaries

_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:-|-)([^}]*))?\}|(\w+))")
_BY_DEFAULT = {"0.0.0.0": "127.0.0.1"}  # nobody but this machine is to reach what a test starts


def interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    """A value of the file with its variables filled in."""
    if isinstance(value, dict):
        return {name: interpolated(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [interpolated(each, variables) for each in value]
    return _VARIABLE.sub(lambda found: _filled_in(found, variables), value) if isinstance(value, str) else value


def _filled_in(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found[1]:
        return "$"
    given = variables.get(found[2] or found[5])
    is_default = given is None or (found[3] == ":-" and not given)
    return (found[4] or "") if is_default else str(given)


@dataclass
class ComposedService:
    """A service. `places` is what of its container stands for what of this machine."""

    name: str
    definition: dict[str, Any]
    environment: dict[str, str]
    places: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in a container of its own, to its end."""
        options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 60}
        return subprocess.run(self._here(command), env=self.environment, check=False, **options)

    def is_healthy(self) -> bool:
        kind, *command = self.definition["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(*command).returncode == 0

    @contextmanager
    def running(self, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Its own command, until it is told to stop: within the time that it is given."""
        seconds = float(str(self.definition.get("stop_grace_period", "10s")).removesuffix("s"))
        with log.open("wb") as output:
            command = self._here(self.definition["command"])
            process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
            try:
                yield process
                process.terminate()
                process.wait(seconds)
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                process.wait()

    def _here(self, command: list[str] | tuple[str, ...]) -> list[str]:
        program, *arguments = (placed(each, self.places) for each in command)
        return [_PROGRAMS.get(program, program), *arguments]


_PROGRAMS = {
    "python": sys.executable,
    "jumpnotes": str(Path(sys.executable).parent / "jumpnotes"),
    "pg_isready": str((find_binaries() or Path()) / "pg_isready"),
}


def placed(text: str, places: Mapping[str, str]) -> str:
    for there, here in places.items():
        text = re.sub(rf"(?<![\w/]){re.escape(there)}(?!\w)", here, text)
    return text


@dataclass
class Composition:
    """A Compose file, and the folder that its volumes are in here."""

    file: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.definition = interpolated(yaml.safe_load(self.file.read_text()), self.variables)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = str(free.getsockname()[1])

    def service(self, name: str) -> ComposedService:
        definition = self.definition["services"][name]
        places = dict(_BY_DEFAULT)
        for mount in definition.get("volumes", ()):
            source, target, *_ = mount.split(":")
            assert source.startswith((".", "/")) or source in self.definition["volumes"], f"no volume {source}"
            places[target] = str(self.volume(source))
        places |= {port.split(":")[1]: self.port for port in definition.get("ports", ())}
        target = definition.get("build", {}).get("target")
        given = _of_image(target) | self._environment(definition)
        values = {variable: placed(value, places) for variable, value in given.items()}
        kept = {variable: os.environ[variable] for variable in ("PATH", "HOME", "LANG") if variable in os.environ}
        return ComposedService(name, definition, kept | {"PYTHONPATH": str(ROOT)} | values, places)

    def volume(self, source: str) -> Path:
        path = self.folder / source.strip("./")
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _environment(self, definition: dict[str, Any]) -> dict[str, str]:
        """Variables without a value have that of whoever runs Compose, where there is one."""
        named = definition.get("environment", {})
        pairs = named.items() if isinstance(named, dict) else [(each, None) for each in named]
        found = {name: self.variables.get(name) if value is None else str(value) for name, value in pairs}
        return {name: value for name, value in found.items() if value is not None}

    @contextmanager
    def database(self) -> Iterator[ComposedService]:
        """The service `database`, made as its image makes it."""
        service = self.service("database")
        program, *options = service.definition["command"]
        assert program == "postgres"
        assert options[::2] == ["-c"] * (len(options) // 2)
        given = dict(option.split("=", 1) for option in options[1::2])
        sockets = Path(service.places["/var/run/postgresql"])
        options = {"port": "5432", "unix_socket_directories": str(sockets), "listen_addresses": "127.0.0.1"} | given
        server = PostgresqlServer.make(Path(service.places["/var/lib/postgresql/data"]), None, **options)
        sockets.chmod(0o1777)
        server.start()
        try:
            user, name = (service.environment[f"POSTGRES_{each}"] for each in ("USER", "DB"))
            server.run("createdb", f"--host={sockets}", f"--username={user}", name)
            yield service
        finally:
            server.stop("immediate")


def _of_image(target: str | None) -> dict[str, str]:
    """What the Dockerfile sets for all that is built on it, and for a target."""
    found: dict[str, str] = {}
    stage = ""
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("FROM "):
            stage = line.split()[-1]
        elif line.startswith("ENV ") and target and stage in ("base", target):
            found |= dict(pair.split("=", 1) for pair in line.split()[1:])
    return found
