"""How the work of every reader grows with its input: processor seconds at n, 2n and 4n, for inputs made to be slow."""

from __future__ import annotations
