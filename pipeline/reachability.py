"""Whether hosts answer, asked all at once and within seconds. Nothing else is asked, and no redirect is followed."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from typing import Any

_PROXY_WANTS_LOGIN = {407, 511}


class HostProbe:
    """Asks a host in the background. `problem` says what came of it."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._until = time.monotonic() + timeout_seconds
        self._timeout_seconds = timeout_seconds
        self._problem: str | None = f"no answer in {timeout_seconds:g} seconds"
        # A daemon, as looking up a name cannot be given a time limit: nobody waits for it longer than for an answer.
        self._thread = threading.Thread(target=self._ask, args=(url,), daemon=True)
        self._thread.start()

    def problem(self) -> str | None:
        """Why the host cannot be used, in words; None: it answers. Waits for the rest of the time limit at most."""
        self._thread.join(max(self._until - time.monotonic(), 0))
        return self._problem

    def _ask(self, url: str) -> None:
        opener = urllib.request.build_opener(_NoRedirects)
        try:
            with opener.open(url, timeout=self._timeout_seconds):
                self._problem = None
        except urllib.error.HTTPError as error:
            refused = error.code in _PROXY_WANTS_LOGIN or error.code >= 500
            self._problem = f"it answers with error {error.code}" if refused else None
            error.close()
        except urllib.error.URLError as error:
            self._problem = str(getattr(error.reason, "strerror", None) or error.reason)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._problem = str(error) or type(error).__name__


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """Leave the redirect an error, which is an answer, too."""
