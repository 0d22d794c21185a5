"""Whether the exchange is there and can be written, before somebody relies on it."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import ExchangeUnavailable


def check_exchange(settings: Settings) -> None:
    """Nothing is created or changed there. Of a store, whether it can be written shows when something is.

    Raises:
        ConfigError: what it needs is not installed.
        ExchangeUnavailable: it is not there, or a folder that cannot be written.
    """
    shared = exchange.of(settings)
    if shared is None or settings.exchange is None:
        return
    if isinstance(shared, exchange.FolderExchange):
        folder = Path(settings.exchange)
        if not folder.is_dir():
            raise ExchangeUnavailable(settings.exchange, "there is no such folder")
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise ExchangeUnavailable(settings.exchange, "cannot be written")
        return
    next(iter(shared.names()), None)
