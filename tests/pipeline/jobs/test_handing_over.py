"""The parts of a run by workers of two machines, which share a database and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs.queue import Queue
from pipeline.records import JobState, RunStage
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline.fetch.host import Host, whole
from tests.pipeline.jobs.conftest import ended, put
from tests.pipeline.jobs.machines import at_work, machine, talk

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return talk(tmp_path_factory.mktemp("sound") / "call.wav", 25).read_bytes()


@pytest.fixture
def host(sound: bytes) -> Iterator[Host]:
    import threading

    with Host() as opened:
        opened.answers["/call.wav"] = whole(sound)
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


@pytest.fixture
def linked(tmp_path: Path, host: Host) -> Path:
    """Notes that link to a recording on that host."""
    text = (CALL / "2024-03-05-garden.md").read_text()
    path = tmp_path / "notes" / "2024-03-05-garden.md"
    path.parent.mkdir()
    path.write_text(text.replace("https://youtu.be/gArDenCall0", host.url("/call.wav")))
    return path


@pytest.fixture
def store(tmp_path: Path, postgresql_url: str) -> Iterator[Store]:
    """The archive, seen from a machine without a worker."""
    opened = Store.of(Settings(data_dir=tmp_path / "web", database=postgresql_url))
    yield opened
    opened.close()


@pytest.fixture
def queue(store: Store) -> Queue:
    return store.jobs


def test_one_machine_fetches_another_hears_a_third_links(
    tmp_path: Path, postgresql_url: str, store: Store, linked: Path, host: Host
) -> None:
    """Each has what it needs from the exchange, whoever had it first."""
    exchange = tmp_path / "exchange"
    notes, near, strong = (machine(tmp_path, name, postgresql_url, exchange) for name in ("notes-at", "near", "strong"))
    parts = (notes, [RunStage.ALIGN]), (near, [RunStage.FETCH]), (strong, [RunStage.TRANSCRIBE])
    with at_work(*parts):
        done = ended(store.jobs, put(store.jobs, linked))

    assert done.state is JobState.DONE, done
    (slug,) = done.slugs
    meeting = store.meeting(slug)
    assert meeting.transcript
    assert meeting.transcript.segments
    assert [path for path, _ in host.asked].count("/call.wav") >= 1
    assert not list((notes.media_dir).glob("*.wav"))
