"""Sessions that were ended by logging out. Their cookies stay signed, and somebody may have a copy."""

from __future__ import annotations

import errno
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from pipeline.errors import DiskFull, StoreError

SESSION_LIFETIME = timedelta(days=31)
"""After logging in. Then a cookie is no good anyway."""

_MIN_KEPT = 1000
"""So many are remembered whatever the clock says: it may have been wrong, then or now, and they take no room."""


class EndedSessions:
    """Remembers them as empty files in a folder, so that they stay ended after a restart, and in every process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, session_id: str) -> bool:
        return self._file(session_id).exists()

    def add(self, session_id: str) -> None:
        """End a session, and forget those whose cookies have expired.

        Raises:
            DiskFull: there is no space left to remember it.
            StoreError: the folder cannot be written.
        """
        try:
            self._folder.mkdir(exist_ok=True)
            self._file(session_id).touch()
            self._forget_expired()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(self._folder) from error
            raise StoreError(f"{self._folder}: {error.strerror}", hint="Check its owner and permissions.") from error

    def _forget_expired(self) -> None:
        files = list(self._folder.iterdir())
        for file in files if len(files) > _MIN_KEPT else ():
            if file.stat().st_mtime < time.time() - SESSION_LIFETIME.total_seconds():
                file.unlink(missing_ok=True)

    def _file(self, session_id: str) -> Path:
        return self._folder / sha256(session_id.encode()).hexdigest()
