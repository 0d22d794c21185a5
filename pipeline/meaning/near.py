"""What is asked of the process that compares meanings, and what it answers: a line of JSON each, without NumPy."""

from __future__ import annotations

import msgspec


class Near(msgspec.Struct, frozen=True, array_like=True):
    """A moment at which something of a similar meaning begins to be said."""

    key: str  # under which the transcript's vectors are kept: the meeting's slug
    start: float  # seconds from the start of the recording
    similarity: float  # cosine, above 0


class NearestQuery(msgspec.Struct, frozen=True):
    query: str
    limit: int
    keys: list[str] | None = None  # None: all transcripts


class NearestAnswer(msgspec.Struct, frozen=True):
    near: list[Near]


class ChildState(msgspec.Struct, frozen=True):
    """The first line: the process is ready for queries, or ends because of a `problem`."""

    problem: str = ""
