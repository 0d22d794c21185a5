"""Entry points for WSGI servers: `application()` for any of them, `serve` for the one that comes with jumpnotes."""

from __future__ import annotations

import errno
import gc
import logging
from collections.abc import Callable
from socket import AF_INET, AF_INET6, create_server, socket

from flask import Flask

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.follow import following
from service import create_app
from service.web import nearest
from service.web.server import create_server as create_web_server
from service.web.store import archive_of

_COLLECTOR_THRESHOLDS = (100_000, 20, 20)  # a long page is made of as many objects, none in a cycle: a quarter faster


def application() -> Flask:
    """The app with the settings of the environment and the file: `gunicorn "service.wsgi:application()"`.

    Raises:
        ConfigError: a setting has a value that cannot be used.
        StoreError: the database cannot be opened.
    """
    return create_app(Settings.load())


def serve(settings: Settings, host: str, port: int, *, ready: Callable[[str], None] | None = None) -> None:
    """Answer requests until interrupted; `ready` is called with the URL once they are accepted.

    Args:
        port: 0 takes any free one.

    Raises:
        ConfigError: nobody may listen at this address.
        StoreError: the database cannot be opened.
    """
    app = create_app(settings)
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)
    # That a request waits a moment for a thread is not worth a warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        with _listening(host, port) as opened, following(archive_of(app)):
            server = create_web_server(app, opened)
            if ready:
                ready(url_of(opened))
            server.run()
    finally:
        nearest.close(app)
        archive_of(app).close()


def url_of(opened: socket) -> str:
    """Where a browser reaches what listens on `opened`."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _listening(host: str, port: int) -> socket:
    if not host:  # to the system, it is every address this machine has
        raise ConfigError("--host is empty", hint="Give an address, such as 127.0.0.1; 0.0.0.0 is all of them.")
    try:
        host.encode("idna")
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET)
    except UnicodeError as error:
        raise ConfigError(f"cannot listen on {host}: it is no address", hint="Choose another --host.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"port {port} of {host} is taken", hint="Choose another with --port, or 0 for any free one."
            ) from error
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}",
            hint="Choose another --host or --port.",
        ) from error
