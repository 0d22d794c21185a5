"""The parts of a run on machines that share a database and, most of them, an exchange."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.config import Settings
from pipeline.jobs.child import _performer
from pipeline.jobs.handing_over import Handover
from pipeline.records import Claim, Job, JobFailure, JobHandedOn, JobKind, JobReport, JobState, RunStage
from pipeline.refresh import Archive
from pipeline.store import tables as t
from tests.conftest import CALL
from tests.pipeline.fetch.host import Host, whole
from tests.pipeline.jobs.conftest import put
from tests.pipeline.jobs.machines import machine, talk
from tests.pipeline.run.test_runner_several import APRIL, MARCH, TITLE


@dataclass
class Place:
    """A machine, which does one part of a run after the other when it is told to."""

    settings: Settings
    archive: Archive

    def take(self, *stages: RunStage) -> Claim | None:
        return self.archive.store.jobs.take([JobKind.RUN], stages or tuple(RunStage))

    def perform(self, claim: Claim) -> JobReport:
        return _performer(claim)(claim, self.archive, self.settings, lambda _: None)

    def work(self, *stages: RunStage) -> Job:
        """Do the part of the job that is next."""
        claim = self.take(*stages)
        assert claim, "there is nothing to do here"
        assert self.archive.store.jobs.report(claim, self.perform(claim))
        return self.archive.store.jobs.job(claim.job.id)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return talk(tmp_path_factory.mktemp("sound") / "call.wav", 12).read_bytes()


@pytest.fixture
def host(sound: bytes) -> Iterator[Host]:
    with Host() as opened:
        opened.answers["/call.wav"] = whole(sound)
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


@pytest.fixture
def notes(tmp_path: Path, host: Host) -> Path:
    """They link to a recording on that host."""
    text = (CALL / "2024-03-05-garden.md").read_text()
    path = tmp_path / "notes" / "2024-03-05-garden.md"
    path.parent.mkdir()
    path.write_text(text.replace("https://youtu.be/gArDenCall0", host.url("/call.wav")))
    return path


@pytest.fixture
def places(tmp_path: Path, postgresql_url: str) -> Iterator[dict[str, Place]]:
    """Where the notes are, near the host, and strong; they share an exchange. Two more have none."""
    found = {}
    for name in ("notes-at", "near", "strong", "lonely", "lonelier"):
        exchange = None if name.startswith("lone") else tmp_path / "exchange"
        settings = machine(tmp_path, name, postgresql_url, exchange)
        found[name] = Place(settings, Archive.open(settings, refreshed=False, searched=False))
    yield found
    for place in found.values():
        place.archive.close()


@pytest.mark.model
def test_one_machine_fetches_another_hears_a_third_links(places: dict[str, Place], notes: Path, host: Host) -> None:
    """Each finds in the exchange what it needs; done twice, a part changes nothing."""
    at_notes, near, strong = places["notes-at"], places["near"], places["strong"]
    put(at_notes.archive.store.jobs, notes)
    assert at_notes.work(RunStage.ALIGN).turn is RunStage.FETCH
    claim = near.take(RunStage.FETCH)
    assert claim
    done, asked = near.perform(claim), len(host.asked)
    assert near.perform(claim) == done
    near.archive.store.jobs.report(claim, done)
    assert at_notes.work(RunStage.ALIGN).turn is RunStage.TRANSCRIBE
    claim = strong.take(RunStage.TRANSCRIBE)
    assert claim
    strong.perform(claim)
    strong.archive.store.jobs.report(claim, strong.perform(claim))
    ended = at_notes.work(RunStage.ALIGN)

    assert ended.state is JobState.DONE, ended
    store, (slug,) = at_notes.archive.store, ended.slugs
    assert store.counts(slug)["transcripts"] == 1
    assert store.meeting(slug).alignments
    assert len(host.asked) == asked
    assert not [*at_notes.settings.media_dir.glob("*.wav"), *strong.settings.data_dir.rglob("*.wav")]


@pytest.mark.model
def test_of_two_meetings_one_that_cannot_be_fetched_fails_alone(
    places: dict[str, Place], notes: Path, host: Host
) -> None:
    """Both are asked for in one go, and the failure is that of its meeting."""
    march = MARCH.replace("https://youtu.be/gArDenCall0", host.url("/call.wav"))
    april = APRIL.replace("https://youtu.be/gArDenCall1", host.url("/gone.wav"))
    (notes.parent / "two.md").write_text(TITLE + march + april)
    place = places["strong"]
    put(place.archive.store.jobs, notes.parent / "two.md")
    turns = [place.work().turn for _ in range(4)]
    ended = place.work()

    assert turns == [RunStage.FETCH, RunStage.ALIGN, RunStage.TRANSCRIBE, RunStage.ALIGN]
    assert ended.state is JobState.FAILED
    assert ended.failure
    assert ended.failure.reason == "not-found"
    assert sorted(bool(each.failure) for each in place.archive.store.meetings()) == [False, True]


def test_without_an_exchange_whoever_fetched_hears(places: dict[str, Place], notes: Path) -> None:
    """Nobody else takes it; if that machine is gone, the recording is fetched anew, but not if it only failed."""
    lonely, other = places["lonely"], places["lonelier"]
    number = put(lonely.archive.store.jobs, notes)
    assert other.work(RunStage.ALIGN).turn is RunStage.FETCH
    assert lonely.work(RunStage.FETCH).turn is RunStage.ALIGN
    job = other.work(RunStage.ALIGN)

    assert job.turn is RunStage.TRANSCRIBE
    assert other.take(RunStage.TRANSCRIBE) is None
    claim = lonely.take(RunStage.TRANSCRIBE)
    assert claim
    failed = replace(claim, job=replace(claim.job, turn=RunStage.ALIGN, failure=JobFailure("busy", "a disk is full")))
    again = other.perform(failed)
    assert isinstance(again, JobHandedOn)
    with other.archive.store._read() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(t.recordings)) == 1
    assert again.turn is RunStage.TRANSCRIBE
    came_back = replace(claim, job=replace(claim.job, turn=RunStage.ALIGN))
    handed_on = other.perform(came_back)
    assert isinstance(handed_on, JobHandedOn)
    assert handed_on.turn is RunStage.FETCH
    assert Handover(lonely.archive.store.jobs.job(number), lonely.archive.store, lonely.settings).next(()) is None
