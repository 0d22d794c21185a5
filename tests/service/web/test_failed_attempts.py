"""Wrong tokens are counted by whoever sent them."""

from __future__ import annotations

import threading

from service.web import failed_attempts
from service.web.failed_attempts import MAX_ALL_FAILURES, MAX_FAILURES, Client, FailedAttempts, client_of

ANA, TOMASZ = Client("a", {}), Client("b", {})


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
    """Many threads have no more tries than one."""
    attempts, barrier, free = FailedAttempts(), threading.Barrier(32), []

    def guess_now() -> None:
        barrier.wait()
        free.append(guess(attempts, ANA) == 0.0)

    threads = [threading.Thread(target=guess_now) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(free) == MAX_FAILURES


def test_many_addresses_together_have_a_limit() -> None:
    """Whoever has come in before is not kept out by them; whoever has not waits with them."""
    attempts = FailedAttempts(lambda: 0.0)
    ana, tomasz = client_of("198.51.100.7", ""), client_of("198.51.100.8", "")
    assert enter(attempts, ana) == 0.0
    free = [guess(attempts, client_of(f"192.0.2.{number % 200}", "")) == 0.0 for number in range(400)]

    assert sum(free) == MAX_ALL_FAILURES
    assert enter(attempts, tomasz) > 0
    assert enter(attempts, ana) == 0.0
    for _ in range(MAX_FAILURES):
        guess(attempts, ana)
    assert enter(attempts, ana) > 0


def test_many_addresses_do_not_fill_the_memory() -> None:
    """Those that failed longest ago are forgotten, and so are those who came in longest ago."""
    attempts = FailedAttempts(lambda: 0.0)
    for number in range(failed_attempts._MAX_ADDRESSES + 100):
        guess(attempts, Client(str(number), {}))
        enter(attempts, Client(f"right {number}", {}))

    assert len(attempts._failed) == failed_attempts._MAX_ADDRESSES
    assert len(attempts._known) == failed_attempts._MAX_ADDRESSES


def test_odd_addresses_are_names_like_others() -> None:
    """A header may say anything, and a connection need not have an address."""
    assert client_of("::ffff:1.2.3.4", "").name == client_of("1.2.3.4", "192.0.2.7").name
    assert client_of("", "").name == ""
    assert client_of("127.0.0.1", " , unknown ").name == "127.0.0.1 for unknown"
    assert "127.0.0.1 for all" in client_of("127.0.0.1", " , unknown ").shared
    assert len(client_of("127.0.0.1", "x" * 9_000).name) < 100


def test_who_is_a_proxy_is_a_setting() -> None:
    """What others say of whom they ask for counts for nothing; of proxies in a row, the first says who it is."""
    proxies = ("10.0.0.0/24", "fd00::5/128")

    assert client_of("10.0.0.3", "192.0.2.7", proxies).name == "10.0.0.3 for 192.0.2.7"
    assert client_of("::ffff:10.0.0.3", "192.0.2.7", proxies).name == "10.0.0.3 for 192.0.2.7"
    assert client_of("10.0.0.3", "198.51.100.1, 192.0.2.7, 10.0.0.4, fd00::5", proxies).name == "10.0.0.3 for 192.0.2.7"
    assert client_of("127.0.0.1", "192.0.2.7", proxies).name == "127.0.0.1"
    assert client_of("10.0.1.3", "192.0.2.7", proxies).name == "10.0.1.3"
    assert client_of("127.0.0.1", "192.0.2.7", ()).name == "127.0.0.1"
    assert client_of("127.0.0.1", "192.0.2.7, 10.0.0.4").name == "127.0.0.1 for 10.0.0.4"  # who says no more
