"""Wrong tokens of the last minute: whoever sent too many of them waits, and the right one waits with them.

They are counted by address; of IPv6, by the network of a subscriber, who has all of its addresses. Behind a proxy
everybody has the proxy's address, and a stranger's guesses would keep everybody out. So where the connection comes from
this machine or a private network, the client is whom the proxy names last in X-Forwarded-For, which is what the proxy
itself saw. Anybody on that network could name others, and would have ten guesses for each; so the proxy as a whole has
a limit, too, of ten times as many. Nobody who is logged in waits for either.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from threading import Lock

MAX_FAILURES = 10
"""Wrong tokens from one address in FAILURE_WINDOW_SECONDS before it has to wait."""

MAX_PROXY_FAILURES = 100
"""Of all who come through one proxy."""

FAILURE_WINDOW_SECONDS = 60.0

_MAX_ADDRESSES = 10_000  # remembered at a time, so that many addresses do not fill the memory
_SUBSCRIBER_BITS = 64


def limits_of(peer: str, forwarded_for: str) -> Mapping[str, int]:
    """Under which names the failures of a client are counted, and how many each may have.

    Args:
        peer: the address the connection comes from.
        forwarded_for: the value of X-Forwarded-For, "" without one.
    """
    client = forwarded_for.rpartition(",")[2].strip()
    if client and _may_be_a_proxy(peer):
        return {
            f"{_network(peer)} for {_network(client)}": MAX_FAILURES,
            f"{_network(peer)} for all": MAX_PROXY_FAILURES,
        }
    return {_network(peer): MAX_FAILURES}


class FailedAttempts:
    """Counts wrong tokens, in memory: enough against guessing, gone after a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, limits: Mapping[str, int], *, is_right: bool) -> float:
        """Try a token: seconds until this client may try one; 0 when it may now, and then a wrong one is counted."""
        with self._lock:
            wait = max(self._wait(name, limit) for name, limit in limits.items())
            if not (wait or is_right):
                for name, limit in limits.items():
                    self._add(name, limit)
            return wait

    def _wait(self, name: str, limit: int) -> float:
        failed = self._failed.get(name)
        if failed is None or len(failed) < limit:
            return 0.0
        return max(failed[0] + FAILURE_WINDOW_SECONDS - self._now(), 0.0)

    def _add(self, name: str, limit: int) -> None:
        self._failed.setdefault(name, deque(maxlen=limit)).append(self._now())
        self._failed.move_to_end(name)
        while len(self._failed) > _MAX_ADDRESSES:
            self._failed.popitem(last=False)


def _may_be_a_proxy(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


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
