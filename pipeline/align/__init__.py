"""Notes + transcript → where each block of the notes was discussed, how sure that is, and how it is known.

`docs/algorithm.md` explains the steps; the modules are named after them.
"""

from __future__ import annotations

from pipeline.align.placing import align

__all__ = ["align"]
