"""`jumpnotes serve`: a real server."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.conftest import jumpnotes
from tests.pipeline.cli.conftest import SLUG


def test_serve_answers_until_it_is_stopped(stored: Path) -> None:
    """The command starts a real server, says where, and a second one on the same port says it is taken."""
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(stored)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = server.stderr.readline().split()[0]
            with urllib.request.urlopen(f"{address}meetings/{SLUG}") as page:
                body = page.read().decode()
            taken = jumpnotes("serve", "--port", address.rstrip("/").rpartition(":")[2], "--data-dir", stored)
        finally:
            server.terminate()

    assert "Compost heap" in body
    assert taken.returncode == 1
    assert "hint: " in taken.stderr
