"""Wrong tokens are counted by whoever sent them."""

from __future__ import annotations

import threading
from contextlib import suppress

from service.web import failed_attempts
from service.web.failed_attempts import (
    MAX_ALL_FAILURES,
    MAX_FAILURES,
    MAX_NETWORK_FAILURES,
    Client,
    FailedAttempts,
    client_of,
)

ANA, TOMASZ = client_of("198.51.100.7", ""), client_of("198.51.100.8", "")


def name_of(peer: str, forwarded_for: str = "", proxies: tuple[str, ...] | None = None) -> str:
    """Under which name whoever has one address is counted."""
    (name,) = client_of(peer, forwarded_for, proxies).own
    return name


def guess(attempts: FailedAttempts, client: Client) -> float:
    """Try a wrong token: for how long this client waits."""
    return attempts.attempt(client, lambda: None)[1]


def enter(attempts: FailedAttempts, client: Client) -> float:
    """Try the right one."""
    return attempts.attempt(client, lambda: "it")[1]


def test_the_wait_ends() -> None:
    """A minute after the first of ten failures there is one more try. The right token never counts."""
    clock = [100.0]
    attempts = FailedAttempts(lambda: clock[0])
    for _ in range(MAX_FAILURES):
        assert enter(attempts, ANA) == 0.0
        assert guess(attempts, ANA) == 0.0
        clock[0] += 1

    assert guess(attempts, ANA) == 50.0
    assert enter(attempts, ANA) == 50.0
    assert guess(attempts, TOMASZ) == 0.0
    clock[0] = 160.0
    assert guess(attempts, ANA) == 0.0
    assert guess(attempts, ANA) == 1.0


def test_nothing_is_compared_for_those_who_wait() -> None:
    """So that nothing can be learnt from how long it takes, either."""
    attempts, compared = FailedAttempts(), []

    def compare() -> None:
        compared.append(1)

    for _ in range(2 * MAX_FAILURES):
        attempts.attempt(ANA, compare)

    assert len(compared) == MAX_FAILURES


def test_guesses_at_the_same_instant_are_counted() -> None:
    """While one is compared, others wait their turn: many threads have no more tries than one."""
    attempts, compared = FailedAttempts(), []
    together = threading.Barrier(2)

    def compare() -> None:
        compared.append(1)
        with suppress(threading.BrokenBarrierError):  # nobody else is here, as it should be
            together.wait(timeout=0.02)

    threads = [threading.Thread(target=attempts.attempt, args=(ANA, compare)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert together.broken
    assert len(compared) == MAX_FAILURES


def test_many_addresses_together_have_a_limit() -> None:
    """Nobody is kept out by them who has the right token: each address still has one guess, and no more."""
    attempts = FailedAttempts(lambda: 0.0)
    free = [guess(attempts, client_of(f"192.0.2.{number % 200}", "")) == 0.0 for number in range(400)]

    assert sum(free) == MAX_ALL_FAILURES
    assert enter(attempts, ANA) == 0.0
    assert guess(attempts, ANA) == 0.0
    assert enter(attempts, ANA) == 60.0
    assert enter(attempts, TOMASZ) == 0.0


def test_a_large_network_is_one() -> None:
    """Whoever has one has more addresses than there are of the old kind."""
    attempts = FailedAttempts(lambda: 0.0)
    free = [guess(attempts, client_of(f"2001:db8:1:{number:x}::7", "")) == 0.0 for number in range(100)]

    assert sum(free) == MAX_NETWORK_FAILURES
    assert enter(attempts, client_of("2001:db8:1:ffff::7", "")) > 0
    assert enter(attempts, client_of("2001:db8:2::7", "")) == 0.0


def test_many_addresses_do_not_fill_the_memory() -> None:
    """Those that failed longest ago are forgotten, and asking takes no room."""
    attempts = FailedAttempts(lambda: 0.0)
    for number in range(failed_attempts._MAX_ADDRESSES + 100):
        guess(attempts, Client({str(number): MAX_FAILURES}, {}))
        enter(attempts, Client({f"right {number}": MAX_FAILURES}, {}))

    assert len(attempts._failed) == failed_attempts._MAX_ADDRESSES


def test_odd_addresses_are_one() -> None:
    """A header may say anything, and a connection need not have an address; a port is part of none."""
    assert name_of("::ffff:1.2.3.4") == name_of("1.2.3.4", "192.0.2.7") == "1.2.3.4"
    assert name_of("") == "unknown"
    assert name_of("127.0.0.1", " , nobody ") == name_of("127.0.0.1", "x" * 9_000) == "127.0.0.1 for unknown"
    forms = ("192.0.2.7", "192.0.2.7:40000", '"192.0.2.7:40001"', "[::ffff:192.0.2.7]:7", " ::ffff:192.0.2.7")
    assert {name_of("127.0.0.1", form) for form in forms} == {"127.0.0.1 for 192.0.2.7"}


def test_who_is_a_proxy_is_a_setting() -> None:
    """What others say of whom they ask for counts for nothing; of proxies in a row, the first says who it is."""
    proxies = ("10.0.0.0/24", "fd00::5/128")

    assert name_of("10.0.0.3", "192.0.2.7", proxies) == "proxy for 192.0.2.7"
    assert name_of("::ffff:10.0.0.4", "192.0.2.7", proxies) == "proxy for 192.0.2.7"
    assert name_of("10.0.0.3", "198.51.100.1, 192.0.2.7, 10.0.0.4:80, fd00::5", proxies) == "proxy for 192.0.2.7"
    assert name_of("127.0.0.1", "192.0.2.7", proxies) == "127.0.0.1"
    assert name_of("10.0.1.3", "192.0.2.7", proxies) == "10.0.1.3"
    assert name_of("127.0.0.1", "192.0.2.7", ()) == "127.0.0.1"
    assert name_of("127.0.0.1", "192.0.2.7, 10.0.0.4") == "127.0.0.1 for 10.0.0.4"  # who says no more
    assert "127.0.0.1 for all" in client_of("127.0.0.1", "192.0.2.7").shared
    assert list(client_of("10.0.0.3", "192.0.2.7", proxies).shared) == ["everybody"]
