"""GitHub as far as a job sees it: a runner that takes the steps of action.yml, a remote, and the API of pull requests.

The steps are run as they stand in action.yml, by bash. Actions of others are noted and not run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.conftest import ROOT

TOKEN = "ghs_a-token-of-the-test"
REPOSITORY = "garden/club"
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
_CONDITION = re.compile(r"([\w.-]+) (==|!=) '([^']*)'")
_OUTPUT = re.compile(r"^([\w-]+)<<(\w+)\n(.*?)\n\2\n", re.MULTILINE | re.DOTALL)


def definition() -> dict[str, Any]:
    """action.yml."""
    read = yaml.safe_load((ROOT / "action.yml").read_text())
    assert isinstance(read, dict)
    return read


@dataclass(slots=True)
class JobResult:
    """What became of a job: the outputs of the action, its log and page, and which actions of others it would use."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    returncode: int = 0
    steps: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def annotations(self) -> list[str]:
        """What the runner takes for annotations: none of what is quoted."""
        found, quoted = [], ""
        for line in self.log.splitlines():
            if quoted:
                quoted = "" if line == f"::{quoted}::" else quoted
            elif line.startswith("::stop-commands::"):
                quoted = line.rpartition("::")[2]
            elif line.startswith("::"):
                found.append(line)
        return found


@dataclass(slots=True)
class Runner:
    """A machine with a checkout of the bare repository `remote`."""

    checkout: Path
    temp: Path
    remote: Path
    api: str
    event: str = "push"
    ref: str = "refs/heads/main"

    def run(self, *, until: str = "", only: str = "", **given: str) -> JobResult:
        """Take the steps of the action with these inputs (`site_url` is site-url): all, `until` one, or `only` one."""
        action, result = definition(), JobResult()
        inputs = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
        inputs |= {"install": "false", "python": sys.executable}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        assert inputs.keys() == action["inputs"].keys()
        known = {f"inputs.{name}": TOKEN if name == "token" else value for name, value in inputs.items()}
        known |= {"steps.install.outputs.python": sys.executable} if only else {}
        for step in action["runs"]["steps"]:
            if step["id"] != only if only else not _holds(step.get("if", ""), known):
                continue
            outputs: dict[str, str] = {}
            if "uses" in step:
                result.used.append((step["uses"], {key: _filled(each, known) for key, each in step["with"].items()}))
            else:
                outputs = self._step(step, known, result)
            result.steps[step["id"]] = outputs
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items()}
            if result.returncode or step["id"] == until:
                break
        for name, each in action["outputs"].items():
            result.outputs[name] = _filled(each["value"], known)
        return result

    def _step(self, step: Mapping[str, Any], known: Mapping[str, str], result: JobResult) -> dict[str, str]:
        files = {name: self.temp / name for name in ("output", "summary")}
        for file in files.values():
            file.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.checkout,
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME")},
                # Nothing but loopback can be reached.
                **dict.fromkeys(("https_proxy", "http_proxy"), "http://127.0.0.1:9"),
                "no_proxy": "127.0.0.1",
                "JUMPNOTES_MEANING": "false",  # words will do
                "PYTHONPATH": str(ROOT),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_API_URL": self.api,
                "GITHUB_EVENT_NAME": self.event,
                "GITHUB_OUTPUT": str(files["output"]),
                "GITHUB_REF": self.ref,
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_STEP_SUMMARY": str(files["summary"]),
                "RUNNER_TEMP": str(self.temp),
                **{name: _filled(value, known) for name, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        result.log += done.stdout.decode()
        result.summary += files["summary"].read_text()
        result.returncode = done.returncode
        written = files["output"].read_text()
        assert _OUTPUT.sub("", written) == "", "something else than outputs"
        return {name: value for name, _, value in _OUTPUT.findall(written)}


def _filled(text: str, known: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), text)


def _holds(condition: str, known: Mapping[str, str]) -> bool:
    if not condition:
        return True
    found = _CONDITION.fullmatch(condition)
    assert found, f"{condition} is more than this runner understands"
    return (known.get(found[1], "") == found[3]) is (found[2] == "==")


class GitHub(ThreadingHTTPServer):
    """The API of pull requests, and what it was asked. `refusal`: what it answers instead, status and message."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pulls: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.refusal: tuple[int, str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        wanted = {"state": query["state"][0], "head": query["head"][0].partition(":")[2], "base": query["base"][0]}
        self._answer([pull for pull in self.server.pulls if wanted.items() <= pull.items()])

    def do_POST(self) -> None:
        number = len(self.server.pulls) + 1
        address = {"number": number, "html_url": f"https://github.com/{REPOSITORY}/pull/{number}", "state": "open"}
        self.server.pulls.append({**self._content(), **address})
        self._answer(self.server.pulls[-1])

    def do_PATCH(self) -> None:
        pull = self.server.pulls[int(self.path.rpartition("/")[2]) - 1]
        pull |= self._content()
        self._answer(pull)

    def _content(self) -> dict[str, Any]:
        read = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(read, dict)
        return read

    def _answer(self, content: Any) -> None:
        self.server.asked.append((self.command, self.path, self.headers["Authorization"]))
        status, said = self.server.refusal or (200, "")
        body = json.dumps({"message": said} if said else content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", f"{self.server.address}/?state=open&head=a:b&base=c")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None: ...
