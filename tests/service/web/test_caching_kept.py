"""Kept answers as such: made once for all who ask, few at once, and within a limit."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from service.web import caching
from service.web.caching import Answer, KeptAnswers


def answer(token: int, body: bytes = b"x") -> Answer:
    return Answer((token,), "text/html", "e", body)


def test_a_failure_reaches_all_who_wait_and_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one tries again."""
    kept, tries, waiting = KeptAnswers(), [], threading.Semaphore(0)

    class Watched(Future[Answer]):
        def result(self, timeout: float | None = None) -> Answer:
            waiting.release()
            return super().result(timeout)

    monkeypatch.setattr(caching, "Future", Watched)

    def make() -> Answer:
        tries.append(1)
        if len(tries) == 1:
            for _ in range(3):
                assert waiting.acquire(timeout=20)
            raise LookupError
        return answer(1)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(kept.get, "page", (1,), make, packed=False) for _ in range(4)]
        failed = [isinstance(each.exception(30), LookupError) for each in asked]

    assert failed == [True] * 4
    assert kept.get("page", (1,), make, packed=False) == answer(1)


def test_few_are_made_at_once() -> None:
    """However many pages are asked for together, so that their memory does not add up."""
    kept, now, most = KeptAnswers(), [0], [0]
    lock = threading.Lock()

    def make() -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1
        return answer(1)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda number: kept.get(number, (1,), make, packed=False), range(24)))

    assert most == [caching.MAX_MADE_AT_ONCE]


def test_what_is_kept_has_a_limit() -> None:
    """The latest to be asked for stay; an answer that is replaced, or larger than the limit, takes no room."""
    kept = KeptAnswers(max_bytes=10_000)
    for number in range(8):
        kept.get(number, (1,), lambda: answer(1, bytes(1_500)), packed=False)
        kept.get(0, (1,), lambda: answer(1, bytes(1_500)), packed=False)
    made: list[int] = []

    def remake() -> Answer:
        made.append(1)
        return answer(1, bytes(1_500))

    assert kept.size <= 10_000
    kept.get(0, (1,), remake, packed=False)
    kept.get(7, (1,), remake, packed=False)
    assert made == []
    kept.get(1, (1,), remake, packed=False)
    assert made == [1]

    for token in range(50):
        kept.get(0, (token,), lambda token=token: answer(token, bytes(1_500)), packed=False)  # type: ignore[misc]
    assert kept.size <= 10_000
    before = kept.size
    kept.get("big", (1,), lambda: answer(1, bytes(5_000)), packed=False)
    assert kept.size == before
