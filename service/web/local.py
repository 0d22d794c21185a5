"""Whether a request comes from a person at this machine.

The connection comes from loopback, the page was requested by a loopback name, since any other may have been made to
lead here (DNS rebinding), no other site sent the request, and no proxy passed it on. A proxy that says nothing of
itself cannot be told from a person: with one, set a token.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from flask import request

from service.web.language import N_

ELSEWHERE = N_(
    "Links can only be corrected, and meetings added, on the computer that serves this page. To allow it from "
    "elsewhere, set JUMPNOTES_TOKEN there."
)

_PROXY_HEADER = re.compile(
    "cdn-loop|(do-connecting-|fastly-client-|true-client-)ip|forwarded|front-end-https|proxy-connection|via|"
    "(x-)?(client|cluster-client|proxyuser|real|remote)-(addr|ip)|x-(host|(url-)?scheme)|"
    "(cf|cloudfront|fly|tailscale|x-(amzn|appengine|arr|azure|envoy|original|varnish|vercel))-.*|x-forwarded.*",
    re.IGNORECASE,
)


def why_not_local() -> str:
    """Why this request does not come from a person at this machine; "" when it does."""
    if not is_loopback(request.remote_addr or "") or _came_through_a_proxy():
        return ELSEWHERE
    if not is_loopback(host_of(f"//{request.host}")):
        return f"To write, open this page at 127.0.0.1 instead of {request.host}, or set JUMPNOTES_TOKEN."
    origin = request.headers.get("Origin")
    if (origin is not None and origin != f"{request.scheme}://{request.host}") or _sent_by_another_site():
        return N_("The request came from another site.")
    return ""


def _came_through_a_proxy() -> bool:
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":  # not a browser, but a proxy that says nothing else
        return True
    return any(_PROXY_HEADER.fullmatch(name) for name, _value in request.headers)


def _sent_by_another_site() -> bool:
    """By what the browser says; following a link to one of our pages is no harm."""
    is_visit = request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return not is_visit and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


def host_of(address: str) -> str:
    """The host of a URL, or of what comes after its scheme; "" where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host, a name or an address, is this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
