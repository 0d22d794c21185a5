"""JavaScript that says where the recording is, and where the page shows it to be."""

from __future__ import annotations

TIME = "document.querySelector('audio').currentTime"
"""Seconds."""

NEEDLE = "Number(document.querySelector('.needle').getAttribute('transform').slice(10, -1))"
"""Thousandths of the recording."""
