"""Wrong tokens are counted by whoever sent them."""

from __future__ import annotations

import threading

from service.web import failed_attempts
from service.web.failed_attempts import MAX_FAILURES, FailedAttempts, limits_of


def test_the_wait_ends() -> None:
    """A minute after the first of ten failures there is one more try. The right token never counts."""
    clock = [100.0]
    attempts = FailedAttempts(lambda: clock[0])
    ana, tomasz = {"a": MAX_FAILURES}, {"b": MAX_FAILURES}
    for _ in range(MAX_FAILURES):
        assert attempts.wait(ana, is_right=True) == 0.0
        assert attempts.wait(ana, is_right=False) == 0.0
        clock[0] += 1

    assert attempts.wait(ana, is_right=False) == 50.0
    assert attempts.wait(ana, is_right=True) == 50.0
    assert attempts.wait(tomasz, is_right=False) == 0.0
    clock[0] = 160.0
    assert attempts.wait(ana, is_right=False) == 0.0
    assert attempts.wait(ana, is_right=False) == 1.0


def test_guesses_at_the_same_instant_are_counted() -> None:
    """Many threads have no more tries than one."""
    attempts, barrier, free = FailedAttempts(), threading.Barrier(32), []

    def guess() -> None:
        barrier.wait()
        free.append(attempts.wait({"a": MAX_FAILURES}, is_right=False) == 0.0)

    threads = [threading.Thread(target=guess) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(free) == MAX_FAILURES


def test_many_addresses_do_not_fill_the_memory() -> None:
    """Those that failed longest ago are forgotten, and asking takes no room."""
    attempts = FailedAttempts(lambda: 0.0)
    for number in range(failed_attempts._MAX_ADDRESSES + 100):
        attempts.wait({str(number): MAX_FAILURES}, is_right=False)
        attempts.wait({f"right {number}": MAX_FAILURES}, is_right=True)

    assert len(attempts._failed) == failed_attempts._MAX_ADDRESSES


def test_odd_addresses_are_names_like_others() -> None:
    """A header may say anything, and a connection need not have an address."""
    assert list(limits_of("::ffff:1.2.3.4", "")) == list(limits_of("1.2.3.4", "192.0.2.7"))
    assert list(limits_of("", "")) == [""]
    assert list(limits_of("127.0.0.1", " , unknown ")) == ["127.0.0.1 for unknown", "127.0.0.1 for all"]
    assert len(next(iter(limits_of("127.0.0.1", "x" * 9_000)))) < 100
