"""On PYTHONPATH, it shifts the clock of every Python process by the seconds that a file says at the moment.

The file is named by JUMPNOTES_TEST_CLOCK. Monotonic clocks and times of files stay what they are, as with a real clock
that is put back or forward.
"""

import ctypes
import datetime
import gc
import os
import time

_FILE = os.environ.get("JUMPNOTES_TEST_CLOCK")
_true_time = time.time


def _shift() -> float:
    try:
        with open(_FILE or "", encoding="ascii") as file:  # noqa: PTH123 - before anything else is imported
            return float(file.read() or 0)
    except (OSError, ValueError):
        return 0.0


def _time() -> float:
    return _true_time() + _shift()


def _now(kind: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
    return kind.fromtimestamp(_time(), tz)


if _FILE:
    time.time = _time
    time.time_ns = lambda: int(_time() * 1_000_000_000)
    # A subclass would not do: libraries look at the type itself.
    gc.get_referents(datetime.datetime.__dict__)[0]["now"] = classmethod(_now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
