"""Wrong tokens of the last minute: whoever sent too many of them waits, and the right one waits with them.

They are counted by address; of IPv6, by the network of a subscriber, who has all of its addresses, and by the larger
one that some have. Behind a proxy everybody has the proxy's address, and a stranger's guesses would keep everybody out.
So where the connection comes from a proxy, the client is whom it names last in X-Forwarded-For, which is what the proxy
itself saw. Who are proxies is a setting; without it, anybody on this machine or in a private network may be one. They
could name others, and would have ten guesses for each.

So there is a limit for all together, and for all who come through what may be a proxy. Who has many addresses could use
it to keep everybody else out: while it is reached, each address has one guess a minute. Whoever sends the right token
at once is let in.

Time is that of the monotonic clock. Libraries for rate limits count by the clock on the wall, and where that is set
back everybody waits until it has caught up.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

MAX_FAILURES = 10
"""Wrong tokens from one address in FAILURE_WINDOW_SECONDS before it has to wait."""

MAX_NETWORK_FAILURES = 50
"""Of all in one large network of IPv6."""

MAX_PROXY_FAILURES = 100
"""Of all who come through what may be a proxy."""

MAX_ALL_FAILURES = 300
"""Of everybody together."""

MAX_FAILURES_IN_A_CROWD = 1
"""From one address, while all together have too many."""

FAILURE_WINDOW_SECONDS = 60.0

_EVERYBODY = "everybody"
_MAX_ADDRESSES = 10_000  # remembered at a time, so that many addresses do not fill the memory
_UNKNOWN = "unknown"
_SUBSCRIBER_BITS = 64
_NETWORK_BITS = 48
_WITH_PORT = re.compile(r"\[(?P<v6>[^]]*)\](:\d+)?|(?P<v4>[\d.]+):\d+")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Client:
    """Who sends tokens: under which names their failures are counted, and how many each may have.

    `own` are names that nobody else has, `shared` those of many.
    """

    own: Mapping[str, int]
    shared: Mapping[str, int]


def client_of(peer: str, forwarded_for: str, proxies: Sequence[str] | None = None) -> Client:
    """Who sent a request.

    Args:
        peer: the address the connection comes from.
        forwarded_for: the value of X-Forwarded-For, "" without one.
        proxies: the networks of proxies; None: this machine and private networks, each request through one at most.
    """
    everybody = {_EVERYBODY: MAX_ALL_FAILURES}
    named = [_address(text) for text in forwarded_for.split(",") if text.strip()]
    sender = _address(peer)
    if not named or not _is_proxy(sender, proxies):
        return Client(_names(sender), everybody)
    client = named.pop()
    if proxies is None:
        return Client(_names(client, f"{sender} for "), {f"{sender} for all": MAX_PROXY_FAILURES, **everybody})
    while named and _is_proxy(client, proxies):  # one proxy behind another
        client = named.pop()
    return Client(_names(client, "proxy for "), everybody)


class FailedAttempts:
    """Counts wrong tokens, in memory: enough against guessing, gone after a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def attempt(self, client: Client, find: Callable[[], Found | None]) -> tuple[Found | None, float]:
        """Look for whom a token belongs to, unless its sender has to wait; None is a wrong one, and is counted.

        Returns what was found, and for how many seconds the sender has to wait. Nothing is looked for then. One token
        is looked for at a time, so many guesses at the same instant are no more than one after the other.
        """
        with self._lock:
            is_crowded = any(self._wait(name, limit) for name, limit in client.shared.items())
            limits = dict.fromkeys(client.own, MAX_FAILURES_IN_A_CROWD) if is_crowded else client.own
            if wait := max(self._wait(name, limit) for name, limit in limits.items()):
                return None, wait
            found = find()
            if found is None:
                for name, limit in {**client.own, **client.shared}.items():
                    self._count(name, limit)
            return found, 0.0

    def _wait(self, name: str, limit: int) -> float:
        failed = self._failed.get(name)
        if failed is None or len(failed) < limit:
            return 0.0
        return max(failed[-limit] + FAILURE_WINDOW_SECONDS - self._now(), 0.0)

    def _count(self, name: str, limit: int) -> None:
        self._failed.setdefault(name, deque(maxlen=limit)).append(self._now())
        self._failed.move_to_end(name)
        while len(self._failed) > _MAX_ADDRESSES:
            self._failed.popitem(last=False)


def _address(text: str) -> str:
    """An address in one form, without port; what is none is all the same unknown."""
    text = text.strip().strip('"')
    if found := _WITH_PORT.fullmatch(text):
        text = found["v6"] or found["v4"]
    try:
        known = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return _UNKNOWN
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(known)


def _is_proxy(address: str, proxies: Sequence[str] | None) -> bool:
    if address == _UNKNOWN:
        return False
    known = ipaddress.ip_address(address)
    if proxies is None:
        return known.is_loopback or known.is_private
    return any(known in ipaddress.ip_network(proxy) for proxy in proxies)


def _names(address: str, prefix: str = "") -> Mapping[str, int]:
    """The names of whoever has this address, and how many failures each may have."""
    if ":" not in address:
        return {f"{prefix}{address}": MAX_FAILURES}
    networks = ((_SUBSCRIBER_BITS, MAX_FAILURES), (_NETWORK_BITS, MAX_NETWORK_FAILURES))
    return {f"{prefix}{ipaddress.ip_network((address, bits), strict=False)}": limit for bits, limit in networks}
