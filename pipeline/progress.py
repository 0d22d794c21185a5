"""How a stage says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, float], None]
"""Called with (done, total) in the unit of the stage: bytes when fetching, seconds of audio when transcribing."""

Heard = Callable[[float, str], None]
"""Called with a second of the recording, and what is said from then on."""
