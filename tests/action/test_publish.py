"""How git is given the token: over HTTP, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from jumpnotes_action.publish import Git, access
from jumpnotes_action.runner import ActionError

from tests.action.conftest import git


class _GitHost(ThreadingHTTPServer):
    """Refuses everybody, and keeps what they said who they are."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusing)
        self.authorizations: list[list[str]] = []


class _Refusing(BaseHTTPRequestHandler):
    server: _GitHost

    def do_GET(self) -> None:
        self.server.authorizations.append(self.headers.get_all("Authorization") or [])
        self.send_error(403)

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def host() -> Iterator[_GitHost]:
    with _GitHost() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_git_sends_the_token_and_not_what_the_checkout_kept(
    tmp_path: Path, host: _GitHost, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """GitHub refuses two such headers. The token is in no file, and the log shows neither it nor its encoding."""
    address = f"http://127.0.0.1:{host.server_port}"
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", f"{address}/garden/club")
    git(tmp_path, "config", f"http.{address}/.extraheader", "AUTHORIZATION: basic a2VwdA==")
    config = (tmp_path / ".git" / "config").read_bytes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "temp"))
    monkeypatch.setenv("GITHUB_SERVER_URL", address)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ActionError, match=r"contents: write") as caught:
        Git(access("abc")).remote_tip("refs/heads/main")

    encoded = "eC1hY2Nlc3MtdG9rZW46YWJj"
    assert host.authorizations == [[f"basic {encoded}"]]
    assert capfd.readouterr().out == f"::add-mask::{encoded}\n"
    assert encoded not in str(caught.value)
    assert (tmp_path / ".git" / "config").read_bytes() == config


def test_a_file_outside_the_checkout_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by a symlink either."""
    git(tmp_path, "init", "-q", "checkout")
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "checkout" / "notes.md").symlink_to(tmp_path / "secret.md")
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "temp"))

    with pytest.raises(ActionError, match="is not in the checkout"):
        Git({}).tree_with(["notes.md"])
