"""The parts of a run on machines that share a database and, most of them, an exchange."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline import exchange
from pipeline.config import Settings
from pipeline.jobs import hearing
from pipeline.jobs.child import _performer
from pipeline.jobs.handing_over import Handover
from pipeline.jobs.orders import Finished, Orders
from pipeline.records import (
    Claim,
    Failure,
    FetchedRecording,
    Job,
    JobFailure,
    JobHandedOn,
    JobKind,
    JobReport,
    JobState,
    Recording,
    RunStage,
)
from pipeline.refresh import Archive
from pipeline.store import tables as t
from pipeline.store.task_rows import tasks
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

    def again(self, number: int, *, waits_until: datetime | None = None) -> None:
        """Let the time come at which a job that failed is tried again by itself."""
        job = self.archive.store.jobs.job(number)
        assert job.state is JobState.QUEUED, job
        assert job.not_before
        assert waits_until in {None, job.not_before.replace(microsecond=0)}
        with self.archive.store._sharing() as db:
            db.execute(sa.update(tasks).values(scheduled_at=None))

    def work(self, *stages: RunStage) -> Job:
        """Do the part of the job that is next."""
        claim = self.take(*stages)
        assert claim, "there is nothing to do here"
        assert self.archive.store.jobs.report(claim, self.perform(claim))
        return self.archive.store.jobs.job(claim.job.id)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return talk(tmp_path_factory.mktemp("sound") / "call.wav", 8).read_bytes()


@pytest.fixture
def host(sound: bytes) -> Iterator[Host]:
    with Host() as opened:
        opened.answers |= dict.fromkeys(("/call.wav", "/sound.wav"), whole(sound))
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


def test_what_could_not_be_fetched_is_asked_for_again(places: dict[str, Place], notes: Path, host: Host) -> None:
    """The host answers the second time; without an exchange or with one."""
    for place in (places["near"], places["lonely"]):
        number = put(place.archive.store.jobs, notes, force="fetch")
        host.answers["/call.wav"] = lambda handler: handler.send_error(503)
        turns = [place.work().turn for _ in range(3)]
        failed = place.archive.store.jobs.job(number)
        assert failed.failure
        assert failed.failure.reason == "server-failing"
        host.answers["/call.wav"], asked = host.answers["/sound.wav"], len(host.asked)
        place.again(number)
        turns += [place.work().turn for _ in range(3)]
        place.archive.store.jobs.cancel(number)

        fetched = [RunStage.FETCH, RunStage.ALIGN]
        assert turns == [*fetched, RunStage.ALIGN, *fetched, RunStage.TRANSCRIBE]
        assert len(host.asked) > asked


def test_a_broadcast_is_fetched_once_it_is_over(places: dict[str, Place], notes: Path) -> None:
    """It is asked for again an hour after it is to begin, and then as if nobody had asked before."""
    place, begins = places["near"], datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    number = put(place.archive.store.jobs, notes)
    place.work(RunStage.ALIGN)
    claim = place.take(RunStage.FETCH)
    assert claim
    (order,) = Orders.decode(claim.job.orders).fetch
    upcoming = Failure("fetching", "it has not begun", "", True, datetime.now(UTC), "upcoming", begins)
    told = Orders(finished=(Finished(order.id, upcoming),)).encode()
    place.archive.store.jobs.report(claim, JobHandedOn(RunStage.ALIGN, told))
    place.work(RunStage.ALIGN)
    place.again(number, waits_until=begins + timedelta(hours=1))

    assert place.work().turn is RunStage.FETCH
    assert place.work().turn is RunStage.ALIGN
    assert place.work().turn is RunStage.TRANSCRIBE


@pytest.mark.parametrize("is_truncated", [False, True])
def test_what_is_gone_from_the_exchange_is_put_there_again(
    places: dict[str, Place], notes: Path, host: Host, tmp_path: Path, *, is_truncated: bool
) -> None:
    """By the machine that has it; whoever is to hear it finds that out, or whoever links."""
    at_notes, near, strong = places["notes-at"], places["near"], places["strong"]
    number = put(at_notes.archive.store.jobs, notes)
    at_notes.work(RunStage.ALIGN)
    near.work(RunStage.FETCH)
    (shared,), asked = (tmp_path / "exchange").glob("[!.]*"), len(host.asked)
    content = shared.read_bytes()

    def spoil() -> None:
        if is_truncated:
            shared.write_bytes(content[:1000])
        else:
            shared.unlink()

    spoil()
    failure = at_notes.work(RunStage.ALIGN).failure
    assert failure
    assert failure.reason == "recording-gone"
    at_notes.again(number)
    at_notes.work(RunStage.ALIGN)
    near.work(RunStage.FETCH)
    assert at_notes.work(RunStage.ALIGN).turn is RunStage.TRANSCRIBE
    assert shared.read_bytes() == content
    spoil()
    strong.work(RunStage.TRANSCRIBE)

    assert at_notes.work(RunStage.ALIGN).turn is RunStage.FETCH
    near.work(RunStage.FETCH)
    assert shared.read_bytes() == content
    at_notes.work(RunStage.ALIGN)
    at_notes.again(number)
    assert at_notes.work(RunStage.ALIGN).turn is RunStage.TRANSCRIBE
    assert len(host.asked) == asked


def test_what_is_fetched_by_force_replaces_what_is_in_the_exchange(
    places: dict[str, Place], notes: Path, tmp_path: Path
) -> None:
    """As what is there has the size, and may yet not be what was fetched."""
    place = places["near"]
    number = put(place.archive.store.jobs, notes)
    place.work()
    place.work()
    (shared,) = (tmp_path / "exchange").glob("[!.]*")
    content = shared.read_bytes()
    shared.write_bytes(bytes(len(content)))
    place.archive.store.jobs.cancel(number)
    put(place.archive.store.jobs, notes, force="fetch")
    place.work()
    place.work()

    assert shared.read_bytes() == content


@pytest.mark.model
def test_two_meetings_of_a_recording_that_was_lent_are_both_heard(
    places: dict[str, Place], sound: bytes, tmp_path: Path
) -> None:
    """It is in the exchange until then, and no longer."""
    at_notes, strong, own = places["notes-at"], places["strong"], tmp_path / "own"
    own.mkdir()
    (own / "call.wav").write_bytes(sound)
    april = APRIL.replace("https://youtu.be/gArDenCall1", "call.wav")
    (own / "two.md").write_text(TITLE + MARCH.replace("https://youtu.be/gArDenCall0", "call.wav") + april)
    put(at_notes.archive.store.jobs, own / "two.md")
    at_notes.work(RunStage.ALIGN)
    own.rename(tmp_path / "not seen from there")
    job = strong.work(RunStage.TRANSCRIBE)

    assert [each.failure for each in Orders.decode(job.orders).finished] == [None, None]
    assert not list((tmp_path / "exchange").glob("[!.]*"))


def test_what_was_lent_stays_while_others_need_it(places: dict[str, Place], notes: Path, sound: bytes) -> None:
    """An order of another job, or a recording that was fetched and is the same."""
    at_notes, strong = places["notes-at"], places["strong"]
    store, shared, call = at_notes.archive.store, exchange.of(strong.settings), notes.with_name("call.wav")
    assert shared
    call.write_bytes(sound)
    (notes.parent / "april.md").write_text(TITLE + APRIL)
    numbers = [put(store.jobs, path, media=str(call)) for path in (notes, notes.parent / "april.md")]
    assert [at_notes.work(RunStage.ALIGN).turn for _ in numbers] == [RunStage.TRANSCRIBE] * 2
    claim = strong.take(RunStage.TRANSCRIBE)
    assert claim
    (order,) = Orders.decode(claim.job.orders).transcribe
    assert order.exchange

    def is_kept() -> bool:
        hearing._drop_file(order, (), claim, strong.archive.store, strong.settings)
        return shared.size(order.exchange or "") is not None

    assert is_kept()
    store.jobs.cancel(numbers[1])
    known = Recording("https://media.example/call.wav", "Call", 12.0, "media/call.wav")
    store.fetched.save("call", FetchedRecording(known, order.sha256, order.size, "near", order.exchange))
    assert is_kept()
    store.fetched.drop("call")
    assert not is_kept()


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
