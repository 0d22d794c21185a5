"""Wrong tokens of the last minute: whoever sent too many of them waits, and the right one waits with them.

They are counted by address; of IPv6, by the network of a subscriber, who has all of its addresses. Behind a proxy
everybody has the proxy's address, and a stranger's guesses would keep everybody out. So where the connection comes from
a proxy, the client is whom it names last in X-Forwarded-For, which is what the proxy itself saw. Who are proxies is a
setting; without it, anybody on this machine or in a private network may be one. They could name others, and would have
ten guesses for each; so the proxy as a whole has a limit, too.

Someone with many addresses has many times ten guesses, so all addresses together have a limit as well. It would let a
stranger keep everybody else out: whoever has sent the right token lately has only the limit of their own address, and
nobody who is logged in waits.

Time is that of the monotonic clock. Libraries for rate limits count by the clock on the wall, and where that is set
back everybody waits until it has caught up.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

MAX_FAILURES = 10
"""Wrong tokens from one address in FAILURE_WINDOW_SECONDS before it has to wait."""

MAX_PROXY_FAILURES = 100
"""Of all who come through one proxy."""

MAX_ALL_FAILURES = 300
"""Of everybody together."""

FAILURE_WINDOW_SECONDS = 60.0

_EVERYBODY = "everybody"
_MAX_ADDRESSES = 10_000  # remembered at a time, so that many addresses do not fill the memory
_SUBSCRIBER_BITS = 64

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Client:
    """Who sends tokens: under which name their failures are counted, and how many those may have who share a name."""

    name: str
    shared: Mapping[str, int]


def client_of(peer: str, forwarded_for: str, proxies: Sequence[str] | None = None) -> Client:
    """Who sent a request.

    Args:
        peer: the address the connection comes from.
        forwarded_for: the value of X-Forwarded-For, "" without one.
        proxies: the networks of proxies; None: this machine and private networks, each request through one at most.
    """
    everybody = {_EVERYBODY: MAX_ALL_FAILURES}
    named = [address.strip() for address in forwarded_for.split(",") if address.strip()]
    if not named or not _is_proxy(peer, proxies):
        return Client(_network(peer), everybody)
    client = named.pop()
    while proxies is not None and named and _is_proxy(client, proxies):  # one proxy behind another
        client = named.pop()
    through = {f"{_network(peer)} for all": MAX_PROXY_FAILURES}
    return Client(f"{_network(peer)} for {_network(client)}", through | everybody)


class FailedAttempts:
    """Counts wrong tokens, in memory: enough against guessing, gone after a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()  # who has sent the right token

    def attempt(self, client: Client, find: Callable[[], Found | None]) -> tuple[Found | None, float]:
        """Look for whom a token belongs to, unless its sender has to wait; None is a wrong one, and is counted.

        Returns what was found, and for how many seconds the sender has to wait. Nothing is looked for then. One token
        is looked for at a time, so many guesses at the same instant are no more than one after the other.
        """
        with self._lock:
            shared = {} if client.name in self._known else client.shared
            limits = {client.name: MAX_FAILURES, **shared}
            if wait := max(self._wait(name, limit) for name, limit in limits.items()):
                return None, wait
            found = find()
            if found is None:
                for name, limit in {client.name: MAX_FAILURES, **client.shared}.items():
                    self._failed.setdefault(name, deque(maxlen=limit)).append(self._now())
                    _use(self._failed, name)
            else:
                self._known[client.name] = None
                _use(self._known, client.name)
            return found, 0.0

    def _wait(self, name: str, limit: int) -> float:
        failed = self._failed.get(name)
        if failed is None or len(failed) < limit:
            return 0.0
        return max(failed[0] + FAILURE_WINDOW_SECONDS - self._now(), 0.0)


def _use(remembered: OrderedDict[str, Found], name: str) -> None:
    """Let what was not used for longest be forgotten, where there is too much."""
    remembered.move_to_end(name)
    while len(remembered) > _MAX_ADDRESSES:
        remembered.popitem(last=False)


def _is_proxy(address: str, proxies: Sequence[str] | None) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    if proxies is None:
        return known.is_loopback or known.is_private
    return any(known in ipaddress.ip_network(proxy) for proxy in proxies)


def _network(address: str) -> str:
    """The name of whoever has this address; what is no address stands for itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:40]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known.packed, _SUBSCRIBER_BITS), strict=False))
