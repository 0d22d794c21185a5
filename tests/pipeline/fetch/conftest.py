from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.config import Settings
from tests.pipeline.fetch.host import SECONDS, Host, whole


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Twenty seconds of a tone, as a podcast would publish them."""
    path = tmp_path_factory.mktemp("sound") / "tone.ogg"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.layout = "mono"
        times = np.arange(48_000 * SECONDS) / 48_000
        tone = (np.sin(times * 2 * np.pi * 440) * 8000).astype(np.int16)
        for start in range(0, len(tone), 960):
            frame = av.AudioFrame.from_ndarray(tone[None, start : start + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


@pytest.fixture
def host(sound: bytes) -> Iterator[Host]:
    """A host with the tone at /talk.ogg."""
    with Host() as host:
        host.answers["/talk.ogg"] = whole(sound)
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield host
        host.release.set()
        host.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine is between the test and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", allow_hosts=frozenset({"127.0.0.1"}), timeout=5)


@pytest.fixture
def into(settings: Settings) -> Path:
    return settings.media_dir
