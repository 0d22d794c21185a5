"""Another program is told what happened: a signed request to an address outside of here.

As the Standard Webhooks specification has it (https://www.standardwebhooks.com): the id, the time and the body are
signed with HMAC-SHA256. The address is looked up once, and asked only where it leads out of here: a name that somebody
made point to a machine inside is not followed, and neither is a redirect.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import ipaddress
import re
import socket
import ssl
import time
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import WebhookRefused
from pipeline.exchange_limit import at_most

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret in base64 begins with
_TIMEOUT_SECONDS = 20.0
_GONE = 410  # nobody listens there any more
_MAX_EXCHANGE_SECONDS = 30.0
_HOST = re.compile(r"(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?", re.ASCII)
_MAX_HOST_CHARS = 254
_ENDING_IN_IPV4 = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""Where an address of IPv6 is one of IPv4: mapped and translated."""
_HIDING_IPV4 = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)
"""Where it may be one in ways that nobody needs any more, or that only a network itself knows."""
_SPECIAL_IPV4 = "192.0.0.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.175.48.0/24"
_SPECIAL_IPV6 = "100::/64 100:0:0:1::/64 2001::/23 2620:4f:8000::/48 3fff::/20 5f00::/16 fec0::/10"
_SPECIAL = tuple(map(ipaddress.ip_network, (*_SPECIAL_IPV4.split(), *_SPECIAL_IPV6.split())))
"""More that IANA set apart for purposes of networks: not every version of Python knows them all."""


def send(url: str, secret: str, identity: str, event: bytes) -> None:
    """Send an event, once.

    Args:
        secret: what it is signed with.
        identity: by which a receiver knows that it had it before.

    Raises:
        WebhookRefused: it was not taken; where that may pass, `retryable`.
    """
    at = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jumpnotes",
        "webhook-id": identity,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, identity, at, event),
    }
    status = _post(url, event, headers)
    if not 200 <= status < 300:
        raise WebhookRefused(shown(url), f"answers with status {status}", retryable=status != _GONE)


def signature(secret: str, identity: str, at: int, body: bytes) -> str:
    """What the header `webhook-signature` says of a request.

    Args:
        secret: as the receiver knows it; with `whsec_` before it, in base64.
        at: seconds since 1970, UTC.

    >>> signature("a secret of the garden club", "msg_1", 1710000000, b"{}")
    'v1,Ry+A6FnZi2PzrlyoQ8WUFhpcryz0cErKTZaArLWl2e0='
    """
    encoded = secret.startswith(_SECRET_PREFIX)
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX)) if encoded else secret.encode()
    digest = hmac.digest(key, f"{identity}.{at}.".encode() + body, sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def problem_of(url: str) -> str | None:
    """Why nothing can be sent to a URL, as far as that can be told without a look-up; None: perhaps it can.

    >>> problem_of("https://hooks.example.org/x"), problem_of("http://127.1/"), problem_of("https://hooks..example/")
    (None, 'leads to 127.0.0.1, inside this network', 'has no host that there can be')
    """
    host = urlsplit(url).hostname or ""
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not _HOST.fullmatch(host) or len(host) > _MAX_HOST_CHARS:
            return "has no host that there can be"
        if f".{host.rstrip('.')}".endswith(".localhost"):
            return "leads to this machine"
        try:  # 127.1 and 2130706433 are addresses, too, where names are looked up
            address = ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
        except OSError:
            return None
    return None if _is_outer(str(address)) else f"leads to {address}, inside this network"


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer."""
    parts = urlsplit(url)
    connection = _connection(parts, _outer_address(url, parts))
    is_connected = False
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        with at_most(_MAX_EXCHANGE_SECONDS, lambda: connection.sock):
            connection.connect()
            is_connected = True
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        problem = f"cannot be reached ({str(error) or type(error).__name__})"
        raise WebhookRefused(shown(url), problem, is_uncertain=is_connected) from error
    finally:
        connection.close()


def _outer_address(url: str, parts: SplitResult) -> str:
    """The address of the host of a URL, outside of this machine and its network."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter of a name that there cannot be
        raise WebhookRefused(shown(url), "cannot be reached: there is no such host") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    inner = [each for each in addresses if not _is_outer(each)]
    if inner or not addresses:
        raise WebhookRefused(
            shown(url), f"leads to {inner[0] if inner else 'nowhere'}, inside this network", retryable=False
        )
    return addresses[0]


def shown(url: str) -> str:
    """Scheme and host: the rest of the address of a chat's webhook is its secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _is_outer(text: str) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _HIDING_IPV4):
            return False
        if any(address in network for network in _ENDING_IN_IPV4):
            address = ipaddress.IPv4Address(address.packed[-4:])
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """To this address, whatever its name is said to be by now."""

    class ToAddress(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.create_connection((address, self.port), _TIMEOUT_SECONDS)
            if parts.scheme == "https":
                self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=parts.hostname)

    default = 443 if parts.scheme == "https" else 80
    return ToAddress(parts.hostname or "", parts.port or default, timeout=_TIMEOUT_SECONDS)
